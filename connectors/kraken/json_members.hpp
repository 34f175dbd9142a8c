#pragma once

#include <array>
#include <string>
#include <string_view>

#include "messages/decimal.hpp"

namespace signalbox::kraken {

/// Writes members of a JSON object at the end of a buffer whose owner writes the braces. Texts are
/// this program's own words, ids that were checked and names of instruments, none of which need
/// escaping; numbers go out as numbers, as the venue wants them. One thread, the owner's.
class JsonMembers {
 public:
  explicit JsonMembers(std::string& buffer) : buffer_(buffer) {}

  JsonMembers& add(std::string_view name, std::string_view text) {
    this->name(name);
    buffer_.push_back('"');
    buffer_.append(text).push_back('"');
    return *this;
  }
  JsonMembers& add(std::string_view name, const char* text) {
    return add(name, std::string_view{text});
  }
  JsonMembers& add(std::string_view name, Decimal value) {
    std::array<char, Decimal::text_max> text;
    const auto end = value.write(text.data());
    return add_raw(name, {text.data(), static_cast<std::size_t>(end - text.data())});
  }
  /// `json` is a value as it stands in the text.
  JsonMembers& add_raw(std::string_view name, std::string_view json) {
    this->name(name);
    buffer_.append(json);
    return *this;
  }

 private:
  void name(std::string_view name) {
    if (!buffer_.empty() && buffer_.back() != '{') buffer_.push_back(',');
    buffer_.push_back('"');
    buffer_.append(name).append("\":");
  }
  std::string& buffer_;
};

}  // namespace signalbox::kraken
