#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

#include "messages/decimal.hpp"

namespace signalbox {

/// Appends `text` percent-encoded: everything but `A-Z a-z 0-9 - . _ ~`, as UTF-8 bytes.
void append_encoded(std::string& out, std::string_view text);

/// Builds `name=value&name=value` at the end of a buffer that its owner reuses, so a request costs
/// no allocation once the buffer has grown. Values are percent-encoded, names are the program's
/// own words and go in as they are. One thread, the owner's.
class Query {
 public:
  explicit Query(std::string& buffer) : buffer_(buffer), from_(buffer.size()) {}

  Query& add(std::string_view name, std::string_view value);
  Query& add(std::string_view name, const char* value) {
    return add(name, std::string_view{value});
  }
  Query& add(std::string_view name, std::int64_t value);
  Query& add(std::string_view name, Decimal value);
  /// `true` and `false`. Only a real bool: a pointer must not turn into one.
  Query& add(std::string_view name, std::same_as<bool> auto value) {
    return add(name, value ? std::string_view{"true"} : std::string_view{"false"});
  }

  /// What was added so far, without the text that stood in the buffer before. Valid until the
  /// buffer changes.
  std::string_view view() const { return std::string_view{buffer_}.substr(from_); }

 private:
  void name(std::string_view name);
  std::string& buffer_;
  std::size_t from_;
};

}  // namespace signalbox
