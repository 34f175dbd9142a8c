#include "tests/transport/ws_wire.hpp"

#include <openssl/evp.h>

#include <array>

namespace signalbox::test {
namespace {

std::string base64(const unsigned char* bytes, std::size_t size) {
  std::string text(4 * ((size + 2) / 3) + 1, '\0');
  const int length =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes, static_cast<int>(size));
  text.resize(static_cast<std::size_t>(length));
  return text;
}

std::uint8_t byte(const std::string& s, std::size_t i) { return static_cast<std::uint8_t>(s[i]); }
char as_char(std::size_t v) { return static_cast<char>(static_cast<unsigned char>(v & 255)); }

}  // namespace

std::optional<std::string> ws_accept(std::string& received, std::string* request) {
  const auto end = received.find("\r\n\r\n");
  if (end == received.npos) return std::nullopt;
  constexpr std::string_view name = "Sec-WebSocket-Key: ";
  const auto at = received.find(name) + name.size();
  const auto key =
      received.substr(at, received.find('\r', at) - at) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  std::array<unsigned char, 20> digest;
  EVP_Digest(key.data(), key.size(), digest.data(), nullptr, EVP_sha1(), nullptr);
  if (request) *request = received.substr(0, end + 4);
  received.erase(0, end + 4);
  return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
         "Sec-WebSocket-Accept: " +
         base64(digest.data(), digest.size()) + "\r\n\r\n";
}

std::string ws_frame(WsOp op, std::string_view payload, bool last) {
  std::string frame;
  frame += as_char((last ? 0x80u : 0u) | static_cast<unsigned>(op));
  if (payload.size() < 126) {
    frame += as_char(payload.size());
  } else if (payload.size() < 65536) {
    frame += as_char(126);
    frame += as_char(payload.size() >> 8);
    frame += as_char(payload.size());
  } else {
    frame += as_char(127);
    for (int shift = 56; shift >= 0; shift -= 8) frame += as_char(payload.size() >> shift);
  }
  return frame.append(payload);
}

std::string ws_close(std::uint16_t code) {
  return ws_frame(WsOp::close, std::string{as_char(code >> 8), as_char(code)});
}

std::optional<WsFrame> ws_take(std::string& received) {
  if (received.size() < 2) return std::nullopt;
  WsFrame frame;
  frame.last = (byte(received, 0) & 0x80) != 0;
  frame.compressed = (byte(received, 0) & 0x40) != 0;
  frame.op = static_cast<WsOp>(byte(received, 0) & 0x0f);
  frame.masked = (byte(received, 1) & 0x80) != 0;
  std::size_t size = byte(received, 1) & 0x7f;
  std::size_t at = 2;
  const std::size_t extra = size == 126 ? 2 : size == 127 ? 8 : 0;
  if (received.size() < at + extra) return std::nullopt;
  if (extra > 0) size = 0;
  for (std::size_t i = 0; i < extra; ++i) size = size << 8 | byte(received, at++);
  std::array<std::uint8_t, 4> mask{};
  if (frame.masked) {
    if (received.size() < at + 4) return std::nullopt;
    for (auto& each : mask) each = byte(received, at++);
  }
  if (received.size() < at + size) return std::nullopt;
  frame.payload = received.substr(at, size);
  for (std::size_t i = 0; i < size; ++i)
    frame.payload[i] = as_char(byte(frame.payload, i) ^ mask[i % 4]);
  received.erase(0, at + size);
  return frame;
}

}  // namespace signalbox::test
