#include "connectors/transport/url.hpp"

#include <array>
#include <charconv>

namespace signalbox {
namespace {

constexpr std::string_view hex_digits = "0123456789ABCDEF";

constexpr bool unreserved(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

}  // namespace

void append_encoded(std::string& out, std::string_view text) {
  for (const char c : text) {
    if (unreserved(c)) {
      out.push_back(c);
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out.push_back('%');
    out.push_back(hex_digits[byte >> 4]);
    out.push_back(hex_digits[byte & 15]);
  }
}

void Query::name(std::string_view name) {
  if (buffer_.size() > from_) buffer_.push_back('&');
  buffer_.append(name).push_back('=');
}

Query& Query::add(std::string_view name, std::string_view value) {
  this->name(name);
  append_encoded(buffer_, value);
  return *this;
}

Query& Query::add(std::string_view name, std::int64_t value) {
  this->name(name);
  std::array<char, 20> text;
  const auto end = std::to_chars(text.begin(), text.end(), value).ptr;
  buffer_.append(text.data(), static_cast<std::size_t>(end - text.data()));
  return *this;
}

Query& Query::add(std::string_view name, Decimal value) {
  this->name(name);
  std::array<char, Decimal::text_max> text;
  buffer_.append(text.data(), static_cast<std::size_t>(value.write(text.data()) - text.data()));
  return *this;
}

}  // namespace signalbox
