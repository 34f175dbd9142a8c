#include "connectors/bybit/signed_writer.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>

#include "connectors/kit/order_rows.hpp"
#include "messages/plant.hpp"

namespace signalbox::bybit {
namespace {

// Room before the body for the longest head; a longer one is a wiring error.
constexpr std::size_t head_bytes_max = 1024;
constexpr std::size_t variable_lines_max = 256;
constexpr std::size_t key_bytes_max = 256;
constexpr std::size_t buffer_first = 4096;

constexpr std::string_view time_line = "X-BAPI-TIMESTAMP: ";
constexpr std::string_view window_line = "\r\nX-BAPI-RECV-WINDOW: ";
constexpr std::string_view signature_line = "\r\nX-BAPI-SIGN: ";
constexpr std::string_view length_line = "\r\nContent-Length: ";
constexpr std::string_view end_of_head = "\r\n\r\n";

using Digits = std::array<char, 20>;

std::string_view write(Digits& text, std::int64_t number) {
  const auto end = std::to_chars(text.begin(), text.end(), number).ptr;
  return {text.data(), static_cast<std::size_t>(end - text.begin())};
}

bool may_stand_in_header(std::string_view key) {
  return !key.empty() && key.size() <= key_bytes_max &&
         std::all_of(key.begin(), key.end(),
                     [](char c) { return c > ' ' && c <= '~' && c != '"' && c != '\\'; });
}

}  // namespace

std::string_view write_window(Digits& text, Duration window) {
  using std::chrono::milliseconds;
  window = std::clamp<Duration>(window, milliseconds{1}, receive_window_max);
  return write(text, std::chrono::ceil<milliseconds>(window).count());
}

std::string_view write_ms(Digits& text, WallTime time) { return write(text, kit::to_ms(time)); }

SignedWriter::SignedWriter(std::string_view host, const Secret& api_key, const Secret& api_secret) {
  if (!may_stand_in_header(api_key.reveal()))
    throw std::invalid_argument("bybit: the API key is empty or cannot stand in a header");
  if (api_secret.empty()) throw std::invalid_argument("bybit: the API secret is empty");
  signer_ = std::make_unique<HmacSha256Signer>(api_secret);
  const auto& shown = SIGNALBOX_PLANTED(secret_for_key_at_bybit) ? api_secret : api_key;
  key_ = Secret::take(std::string{shown.reveal()});

  const std::string common =
      " HTTP/1.1\r\nHost: " + std::string{host} + "\r\nUser-Agent: signalbox\r\n";
  const std::string key_line = "X-BAPI-API-KEY: " + std::string{key_.reveal()} + "\r\n";
  public_lines_ = common + "\r\n";
  signed_lines_ = common + key_line;
  constexpr auto starts = std::array<std::string_view, paths>{
      "POST /v5/order/create", "POST /v5/order/amend", "POST /v5/order/cancel",
      "POST /v5/order/cancel-all", "POST /v5/position/set-leverage"};
  for (std::size_t i = 0; i < paths; ++i) {
    heads_[i] = std::string{starts[i]} + common + "Content-Type: application/json\r\n" + key_line;
    if (heads_[i].size() + variable_lines_max > head_bytes_max)
      throw std::invalid_argument("bybit: host and key are too long");
  }
  buffer_.reserve(buffer_first);
}

SignedWriter::~SignedWriter() {
  // They carry the key in their lines.
  for (auto* each : {&signed_lines_, &buffer_, &payload_})
    std::fill(each->begin(), each->end(), '\0');
  for (auto& head : heads_) std::fill(head.begin(), head.end(), '\0');
}

std::string& SignedWriter::begin_post() {
  buffer_.assign(head_bytes_max, ' ');
  return buffer_;
}

std::string_view SignedWriter::end_post(Path path, Duration window, WallTime now) {
  Digits time_digits, window_digits, length_digits;
  const auto time = write_ms(time_digits, now);
  const auto window_ms = write_window(window_digits, window);
  const auto length =
      write(length_digits, static_cast<std::int64_t>(buffer_.size() - head_bytes_max));
  const auto put = [](char* at, std::string_view text) {
    return std::copy(text.begin(), text.end(), at);
  };

  const auto signed_from = head_bytes_max - time.size() - key().size() - window_ms.size();
  put(put(put(buffer_.data() + signed_from, time), key()), window_ms);
  const auto signature = signer_->sign(std::string_view{buffer_}.substr(signed_from));

  const auto& head = heads_[path];
  const auto start = head_bytes_max - head.size() - time_line.size() - time.size() -
                     window_line.size() - window_ms.size() - signature_line.size() -
                     signature.size() - length_line.size() - length.size() - end_of_head.size();
  char* at = put(buffer_.data() + start, head);
  at = put(put(at, time_line), time);
  at = put(put(at, window_line), window_ms);
  at = put(put(at, signature_line), signature.view());
  at = put(put(at, length_line), length);
  put(at, end_of_head);
  return std::string_view{buffer_}.substr(start);
}

Query SignedWriter::begin_get(std::string_view path) {
  buffer_.assign("GET ").append(path).push_back('?');
  return Query{buffer_};
}

std::string_view SignedWriter::end_get(const Query& query, WallTime now) {
  Digits time_digits, window_digits;
  const auto time = write_ms(time_digits, now);
  const auto window = write_window(window_digits, receive_window_default);
  payload_.assign(time).append(key()).append(window).append(query.view());
  const auto signature = signer_->sign(payload_);
  if (query.view().empty()) buffer_.pop_back();  // the question mark
  buffer_.append(signed_lines_).append(time_line).append(time);
  buffer_.append(window_line).append(window);
  buffer_.append(signature_line).append(signature.view()).append(end_of_head);
  return buffer_;
}

std::string_view SignedWriter::end_public(const Query& query) {
  if (query.view().empty()) buffer_.pop_back();
  buffer_.append(public_lines_);
  return buffer_;
}

Signature SignedWriter::websocket_signature(std::int64_t expires_ms) {
  Digits digits;
  payload_.assign("GET/realtime").append(write(digits, expires_ms));
  return signer_->sign(payload_);
}

}  // namespace signalbox::bybit
