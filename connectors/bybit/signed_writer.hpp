#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>

#include "connectors/transport/signer.hpp"
#include "connectors/transport/url.hpp"
#include "messages/secret.hpp"
#include "messages/time.hpp"

namespace signalbox::bybit {

/// Of requests whose delay does no harm: cancels and reads.
inline constexpr Duration receive_window_default = std::chrono::seconds{5};
inline constexpr Duration receive_window_max = std::chrono::seconds{60};

/// HTTP requests with the account's signature. A body is written once, behind room for its head:
/// what is signed (time, key, window) first stands right before the body, then the head takes its
/// place, so an order is one pass over one buffer without allocation. Loop thread only.
class SignedWriter {
 public:
  enum Path : std::uint8_t { create, amend, cancel, cancel_all, set_leverage, paths };

  /// `host` as it stands in the Host header. Throws std::invalid_argument for a key that cannot
  /// stand in a header; the text never holds the key.
  SignedWriter(std::string_view host, const Secret& api_key, const Secret& api_secret);
  ~SignedWriter();

  /// Where the body is appended to; then `end_post`. Views are valid until the next call.
  std::string& begin_post();
  std::string_view end_post(Path path, Duration window, WallTime now);

  Query begin_get(std::string_view path);
  std::string_view end_get(const Query& query, WallTime now);
  std::string_view end_public(const Query& query);

  /// Of a websocket that says it is us.
  Signature websocket_signature(std::int64_t expires_ms);
  std::string_view key() const { return key_.reveal(); }

 private:
  std::unique_ptr<Signer> signer_;
  Secret key_;
  std::array<std::string, paths> heads_;  // up to the key's line
  std::string public_lines_;              // " HTTP/1.1 … \r\n\r\n" after a target
  std::string signed_lines_;              // the same with the key, and without its end
  std::string buffer_;
  std::string payload_;
};

std::string_view write_window(std::array<char, 20>& text, Duration window);
std::string_view write_ms(std::array<char, 20>& text, WallTime time);

}  // namespace signalbox::bybit
