#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace signalbox::test {

/// Websocket bytes made by hand (RFC 6455), so that both sides are not one library.
enum class WsOp : std::uint8_t { more = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

/// The answer that accepts an opening request; nothing while the request is not complete. The
/// request is taken out of `received` and kept in `request`.
std::optional<std::string> ws_accept(std::string& received, std::string* request = nullptr);

/// A server's frame: unmasked.
std::string ws_frame(WsOp op, std::string_view payload, bool last = true);
/// A close frame with its code.
std::string ws_close(std::uint16_t code);

struct WsFrame {
  WsOp op = WsOp::text;
  bool last = true;
  bool masked = false;
  bool compressed = false;
  std::string payload;
};
/// The next complete frame of a client, unmasked, taken out of `received`.
std::optional<WsFrame> ws_take(std::string& received);

}  // namespace signalbox::test
