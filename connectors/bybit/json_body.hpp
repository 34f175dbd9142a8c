#pragma once

#include <array>
#include <charconv>
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

#include "messages/decimal.hpp"

namespace signalbox::bybit {

/// Writes one flat JSON object at the end of a buffer that its owner reuses. Names and texts are
/// this program's own words, ids that were checked and names of instruments, none of which need
/// escaping; numbers go out as texts, as the venue wants them. One thread, the owner's.
class JsonBody {
 public:
  explicit JsonBody(std::string& buffer) : buffer_(buffer) { buffer_.push_back('{'); }
  void end() { buffer_.push_back('}'); }

  JsonBody& add(std::string_view name, std::string_view text) {
    this->name(name);
    buffer_.push_back('"');
    buffer_.append(text).push_back('"');
    return *this;
  }
  JsonBody& add(std::string_view name, const char* text) {
    return add(name, std::string_view{text});
  }
  JsonBody& add(std::string_view name, Decimal value) {
    std::array<char, Decimal::text_max> text;
    const auto end = value.write(text.data());
    return add(name, std::string_view{text.data(), static_cast<std::size_t>(end - text.data())});
  }
  /// A real number, for the few fields that are one.
  JsonBody& add_number(std::string_view name, std::int64_t value) {
    this->name(name);
    std::array<char, 20> text;
    const auto end = std::to_chars(text.begin(), text.end(), value).ptr;
    buffer_.append(text.data(), static_cast<std::size_t>(end - text.data()));
    return *this;
  }
  JsonBody& add(std::string_view name, std::same_as<bool> auto value) {
    return add_raw(name, value ? "true" : "false");
  }
  /// `json` is a value as it stands in the text.
  JsonBody& add_raw(std::string_view name, std::string_view json) {
    this->name(name);
    buffer_.append(json);
    return *this;
  }

 private:
  void name(std::string_view name) {
    if (buffer_.back() != '{') buffer_.push_back(',');
    buffer_.push_back('"');
    buffer_.append(name).append("\":");
  }
  std::string& buffer_;
};

}  // namespace signalbox::bybit
