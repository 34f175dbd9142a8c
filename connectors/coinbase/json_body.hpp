#pragma once

#include <array>
#include <string>
#include <string_view>

#include "messages/decimal.hpp"

namespace signalbox::coinbase {

/// Writes `"name":"value"` members at the end of a buffer that its owner reuses. Names and values
/// are words, ids and numbers that need no escaping: the checks before have seen to that. One
/// thread, the owner's.
class JsonBody {
 public:
  explicit JsonBody(std::string& out) : out_(out) {}

  JsonBody& open() {
    separate();
    out_.push_back('{');
    return *this;
  }
  JsonBody& open(std::string_view name) {
    separate();
    out_.append("\"").append(name).append("\":{");
    return *this;
  }
  JsonBody& close() {
    out_.push_back('}');
    return *this;
  }
  JsonBody& add(std::string_view name, std::string_view text) {
    separate();
    out_.append("\"").append(name).append("\":\"").append(text).append("\"");
    return *this;
  }
  JsonBody& add(std::string_view name, Decimal value) {
    std::array<char, Decimal::text_max> text;
    const auto size = static_cast<std::size_t>(value.write(text.data()) - text.data());
    return add(name, std::string_view{text.data(), size});
  }
  /// `json` as it is.
  JsonBody& add_raw(std::string_view name, std::string_view json) {
    separate();
    out_.append("\"").append(name).append("\":").append(json);
    return *this;
  }

 private:
  void separate() {
    if (!out_.empty() && out_.back() != '{') out_.push_back(',');
  }
  std::string& out_;
};

}  // namespace signalbox::coinbase
