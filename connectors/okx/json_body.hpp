#pragma once

#include <array>
#include <string>
#include <string_view>

#include "messages/decimal.hpp"

namespace signalbox::okx {

/// Writes `"name":"value"` members at the end of a buffer that its owner reuses. Names and values
/// are words, ids and numbers that need no escaping: the checks before have seen to that. One
/// thread, the owner's.
class JsonBody {
 public:
  explicit JsonBody(std::string& out) : out_(out) {}

  JsonBody& open(char bracket) {
    separate();
    out_.push_back(bracket);
    first_ = true;
    return *this;
  }
  JsonBody& close(char bracket) {
    out_.push_back(bracket);
    first_ = false;
    return *this;
  }
  JsonBody& name(std::string_view name) {
    separate();
    out_.append("\"").append(name).append("\":");
    first_ = true;  // the value follows without a comma
    return *this;
  }
  JsonBody& add(std::string_view name, std::string_view text) {
    this->name(name);
    out_.append("\"").append(text).append("\"");
    first_ = false;
    return *this;
  }
  JsonBody& add(std::string_view name, const char* text) {
    return add(name, std::string_view{text});
  }
  JsonBody& add(std::string_view name, Decimal value) {
    std::array<char, Decimal::text_max> text;
    const auto size = static_cast<std::size_t>(value.write(text.data()) - text.data());
    return add(name, std::string_view{text.data(), size});
  }
  /// A bare word: `true`, or a whole number.
  JsonBody& add_bare(std::string_view name, std::string_view word) {
    this->name(name);
    out_.append(word);
    first_ = false;
    return *this;
  }

 private:
  void separate() {
    if (!first_) out_.push_back(',');
  }
  std::string& out_;
  bool first_ = true;
};

}  // namespace signalbox::okx
