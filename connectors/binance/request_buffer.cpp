#include "connectors/binance/request_buffer.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <stdexcept>

#include "connectors/kit/order_rows.hpp"
#include "messages/plant.hpp"

namespace signalbox::binance {
namespace {

// Room before the parameters for the longest head; a longer one is a wiring error.
constexpr std::size_t head_bytes_max = 1024;
constexpr std::size_t key_bytes_max = 512;
constexpr std::size_t buffer_first = 4096;

bool may_stand_in_header(std::string_view key) {
  return !key.empty() && key.size() <= key_bytes_max &&
         std::all_of(key.begin(), key.end(),
                     [](char c) { return c > ' ' && c <= '~' && c != '"' && c != '\\'; });
}

/// By its beginning: a PEM, or the bytes that every Ed25519 key in PKCS#8 starts with.
bool is_private_key(std::string_view secret) {
  return secret.starts_with("-----BEGIN") || secret.starts_with("MC4CAQAwBQYDK2VwBCIEI");
}

std::unique_ptr<Signer> signer_of(const Secret& secret) {
  if (secret.empty()) throw std::invalid_argument("binance: the API secret is empty");
  if (!is_private_key(secret.reveal())) return std::make_unique<HmacSha256Signer>(secret);
  auto made = Ed25519Signer::make(secret);
  if (!made) throw std::invalid_argument("binance: the API secret is no Ed25519 private key");
  return std::move(*made);
}

void wipe(std::string& text) { std::fill(text.begin(), text.end(), '\0'); }

}  // namespace

RequestBuffer::RequestBuffer(std::string_view host, const Secret& api_key, const Secret& api_secret,
                             std::span<const std::string_view> paths) {
  if (!may_stand_in_header(api_key.reveal()))
    throw std::invalid_argument("binance: the API key is empty or cannot stand in a header");
  signer_ = signer_of(api_secret);
  can_log_on_ = is_private_key(api_secret.reveal());
  const auto& shown = SIGNALBOX_PLANTED(secret_for_key_at_binance) ? api_secret : api_key;
  key_ = Secret::take(std::string{shown.reveal()});

  const std::string host_line = "Host: " + std::string{host} + "\r\n";
  const std::string common = " HTTP/1.1\r\n" + host_line + "User-Agent: signalbox\r\n";
  const std::string key_line = "X-MBX-APIKEY: " + std::string{key_.reveal()} + "\r\n";
  public_lines_ = common + "\r\n";
  key_lines_ = common + key_line + "\r\n";
  bare_lines_ = common + key_line + "Content-Length: 0\r\n\r\n";
  for (const auto path : paths) {
    heads_.push_back(std::string{path} + common + key_line +
                     "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ");
    if (heads_.back().size() + 16 > head_bytes_max)
      throw std::invalid_argument("binance: host and key are too long");
  }
  buffer_.reserve(buffer_first);
}

RequestBuffer::~RequestBuffer() {
  // They carry the key in their lines.
  wipe(key_lines_);
  wipe(bare_lines_);
  wipe(buffer_);
  for (auto& head : heads_) wipe(head);
}

Query RequestBuffer::begin_body() {
  buffer_.assign(head_bytes_max, ' ');
  return Query{buffer_};
}

void RequestBuffer::sign(Query& query) {
  const auto signature = signer_->sign(query.view());
  query.add("signature", signature.view());
}

std::string_view RequestBuffer::end_body(Query& query, std::size_t path, Duration window,
                                         WallTime now) {
  stamp(query, window, now);
  sign(query);
  const auto body_size = query.view().size();
  constexpr std::string_view blank_line = "\r\n\r\n";
  std::array<char, 20> digits;
  const auto digits_end = std::to_chars(digits.begin(), digits.end(), body_size).ptr;
  const auto digits_size = static_cast<std::size_t>(digits_end - digits.begin());

  const auto& head = heads_[path];
  const auto start = head_bytes_max - blank_line.size() - digits_size - head.size();
  char* out = std::copy(head.begin(), head.end(), buffer_.data() + start);
  out = std::copy(digits.begin(), digits.begin() + digits_size, out);
  std::copy(blank_line.begin(), blank_line.end(), out);
  return std::string_view{buffer_}.substr(start);
}

Query RequestBuffer::begin_target(std::string_view method_and_path) {
  buffer_.assign(method_and_path);
  return Query{buffer_};
}

std::string_view RequestBuffer::end_target(Query& query, WallTime now) {
  stamp(query, window_default, now);
  sign(query);
  buffer_ += key_lines_;
  return buffer_;
}

std::string_view RequestBuffer::end_public() {
  buffer_ += public_lines_;
  return buffer_;
}

std::string_view RequestBuffer::end_with_key() {
  buffer_ += bare_lines_;
  return buffer_;
}

void stamp(Query& query, Duration window, WallTime now) {
  using std::chrono::milliseconds;
  window = std::clamp<Duration>(window, milliseconds{1}, RequestBuffer::window_max);
  query.add("recvWindow", std::chrono::ceil<milliseconds>(window).count());
  query.add("timestamp", kit::to_ms(now));
}

}  // namespace signalbox::binance
