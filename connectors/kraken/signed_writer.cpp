#include "connectors/kraken/signed_writer.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace signalbox::kraken {
namespace {

// Room before the form for the longest head; a longer one is a wiring error.
constexpr std::size_t head_bytes_max = 1024;
constexpr std::size_t variable_lines_max = 160;
constexpr std::size_t key_bytes_max = 256;
constexpr std::size_t buffer_first = 4096;

constexpr std::string_view length_line = "\r\nContent-Length: ";
constexpr std::string_view end_of_head = "\r\n\r\n";

constexpr auto paths = std::array<std::string_view, calls>{
    "/0/private/AddOrder",      "/0/private/AmendOrder",        "/0/private/CancelOrder",
    "/0/private/CancelAll",     "/0/private/OpenOrders",        "/0/private/QueryOrders",
    "/0/private/ClosedOrders",  "/0/private/TradesHistory",     "/0/private/BalanceEx",
    "/0/private/GetApiKeyInfo", "/0/private/GetWebSocketsToken"};

using Digits = std::array<char, 20>;

std::string_view write(Digits& text, std::uint64_t number) {
  const auto end = std::to_chars(text.begin(), text.end(), number).ptr;
  return {text.data(), static_cast<std::size_t>(end - text.begin())};
}

bool may_stand_in_header(std::string_view key) {
  return !key.empty() && key.size() <= key_bytes_max &&
         std::all_of(key.begin(), key.end(), [](char c) { return c > ' ' && c <= '~'; });
}

std::size_t index_of(Call call) { return static_cast<std::size_t>(call); }

}  // namespace

SignedWriter::SignedWriter(std::string_view host, const Secret& api_key, const Secret& api_secret) {
  if (!may_stand_in_header(api_key.reveal()))
    throw std::invalid_argument("kraken: the API key is empty or cannot stand in a header");
  auto signer = HmacSha512Signer::make(api_secret);
  if (!signer) throw std::invalid_argument("kraken: " + signer.error().what);
  signer_ = std::move(*signer);

  const std::string common =
      " HTTP/1.1\r\nHost: " + std::string{host} + "\r\nUser-Agent: signalbox\r\n";
  public_lines_ = common + "\r\n";
  for (std::size_t i = 0; i < calls; ++i) {
    heads_[i] = "POST " + std::string{paths[i]} + common +
                "Content-Type: application/x-www-form-urlencoded\r\n"
                "API-Key: " +
                std::string{api_key.reveal()} + "\r\nAPI-Sign: ";
    if (heads_[i].size() + variable_lines_max > head_bytes_max)
      throw std::invalid_argument("kraken: host and key are too long");
  }
  buffer_.reserve(buffer_first);
}

SignedWriter::~SignedWriter() {
  // They carry the key in their lines.
  std::fill(buffer_.begin(), buffer_.end(), '\0');
  for (auto& head : heads_) std::fill(head.begin(), head.end(), '\0');
}

Query SignedWriter::begin_post(Nonce nonce) {
  Digits digits;
  const auto text = write(digits, nonce);
  signed_from_ = head_bytes_max - text.size();
  buffer_.assign(signed_from_, ' ').append(text);
  Query form{buffer_};
  form.add("nonce", text);
  return form;
}

std::string_view SignedWriter::end_post(Call call) {
  const auto signature =
      signer_->sign(paths[index_of(call)], std::string_view{buffer_}.substr(signed_from_));
  Digits digits;
  const auto length = write(digits, buffer_.size() - head_bytes_max);
  const auto& head = heads_[index_of(call)];
  const auto start = head_bytes_max - head.size() - signature.size() - length_line.size() -
                     length.size() - end_of_head.size();
  char* at = buffer_.data() + start;
  for (const auto part :
       {std::string_view{head}, signature.view(), length_line, length, end_of_head})
    at = std::copy(part.begin(), part.end(), at);
  return std::string_view{buffer_}.substr(start);
}

Query SignedWriter::begin_get(std::string_view path) {
  buffer_.assign("GET ").append(path).push_back('?');
  return Query{buffer_};
}

std::string_view SignedWriter::end_get(const Query& query) {
  if (query.view().empty()) buffer_.pop_back();  // the question mark
  buffer_.append(public_lines_);
  return buffer_;
}

}  // namespace signalbox::kraken
