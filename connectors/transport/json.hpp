#pragma once

// For .cpp files of connectors only: simdjson's header costs seconds.
#include <simdjson.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "messages/decimal.hpp"
#include "messages/result.hpp"

namespace signalbox {

using JsonObject = simdjson::ondemand::object;
using JsonArray = simdjson::ondemand::array;
using JsonValue = simdjson::ondemand::value;

/// Parses one document at a time in a buffer that is kept, so a frame costs one copy and no
/// allocation once the buffer has grown. On demand: nothing after a field is checked before it is
/// read. Views into the document live until the next call. One thread, the owner's.
class JsonReader {
 public:
  /// Larger texts are refused. Above every bound of a frame or body.
  static constexpr std::size_t text_bytes_max = std::size_t{64} << 20;

  Result<JsonObject> object(std::string_view text);
  Result<JsonArray> array(std::string_view text);

 private:
  Result<void> load(std::string_view text);
  simdjson::ondemand::parser parser_{text_bytes_max};
  simdjson::ondemand::document document_;
  std::string buffer_;
};

/// A field that must be there. The error names the field and what was wrong with it, never the
/// value: answers can hold keys. Fields may be read in any order; in the order of the text is
/// fastest. Unknown fields are ignored: venues add them without notice.
Result<std::string_view> json_text(JsonObject& from, std::string_view name);
Result<std::int64_t> json_integer(JsonObject& from, std::string_view name);
Result<bool> json_bool(JsonObject& from, std::string_view name);
/// From a string ("0.10000000") or a plain number (0.1), digit by digit; exponents are refused.
Result<Decimal> json_decimal(JsonObject& from, std::string_view name);
Result<JsonObject> json_object(JsonObject& from, std::string_view name);
Result<JsonArray> json_array(JsonObject& from, std::string_view name);

/// A field that may be missing or null; an error only when it is there with another type.
Result<std::optional<std::string_view>> json_text_if(JsonObject& from, std::string_view name);
Result<std::optional<std::int64_t>> json_integer_if(JsonObject& from, std::string_view name);
Result<std::optional<Decimal>> json_decimal_if(JsonObject& from, std::string_view name);

/// The same for an element of an array.
Result<Decimal> json_decimal(JsonValue value, std::string_view name);

}  // namespace signalbox
