#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "messages/decimal.hpp"
#include "messages/result.hpp"

namespace signalbox {

class JsonArray;
class JsonObject;

enum class JsonKind : std::uint8_t { null = 1, boolean, number, text, array, object };

/// One value of a document, in the order of the text: the children of an array or object follow
/// it at once. Numbers keep their digits.
struct JsonNode {
  JsonKind kind = JsonKind::null;
  bool truth = false;
  std::uint32_t after = 0;  ///< how many nodes on the next sibling is
  std::string_view name;    ///< in an object
  std::string_view text;    ///< of a text, unescaped; of a number, its token
};

/// A value inside a document. Cheap to copy; valid until its reader reads the next text.
class JsonValue {
 public:
  explicit JsonValue(const JsonNode* node) : node_(node) {}

  JsonKind kind() const { return node_->kind; }
  bool is_null() const { return kind() == JsonKind::null; }
  std::string_view name() const { return node_->name; }
  std::optional<std::string_view> text() const;
  std::optional<std::int64_t> integer() const;
  std::optional<bool> boolean() const;
  /// A number's digits as they came.
  std::optional<std::string_view> number() const;
  std::optional<JsonArray> array() const;
  std::optional<JsonObject> object() const;

 protected:
  friend Result<Decimal> json_decimal(JsonValue value, std::string_view name);
  const JsonNode* node_;
};

class JsonIterator {
 public:
  explicit JsonIterator(const JsonNode* at) : at_(at) {}
  JsonValue operator*() const { return JsonValue{at_}; }
  JsonIterator& operator++() {
    at_ += at_->after;
    return *this;
  }
  friend bool operator==(JsonIterator, JsonIterator) = default;

 private:
  const JsonNode* at_;
};

class JsonArray : public JsonValue {
 public:
  using JsonValue::JsonValue;
  JsonIterator begin() const { return JsonIterator{node_ + 1}; }
  JsonIterator end() const { return JsonIterator{node_ + node_->after}; }
};

/// Its members come in the order of the text, each with its `name`.
class JsonObject : public JsonValue {
 public:
  using JsonValue::JsonValue;
  JsonIterator begin() const { return JsonIterator{node_ + 1}; }
  JsonIterator end() const { return JsonIterator{node_ + node_->after}; }
  /// The first member of this name.
  std::optional<JsonValue> find(std::string_view name) const;
};

/// Reads one document at a time into buffers that are kept, so a frame costs no allocation once
/// they have grown. The whole text is checked before anything is handed out: a text that is cut
/// off, nested too deep or no JSON in any place is refused, whoever sent it. One thread, the
/// owner's.
class JsonReader {
 public:
  /// Larger texts are refused. Above every bound of a frame or body.
  static constexpr std::size_t text_bytes_max = std::size_t{64} << 20;
  static constexpr std::size_t depth_max = 32;

  JsonReader();
  ~JsonReader();

  Result<JsonObject> object(std::string_view text);
  Result<JsonArray> array(std::string_view text);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// A field that must be there. The error names the field and what was wrong with it, never the
/// value: answers can hold keys. Unknown fields are ignored: venues add them without notice.
Result<std::string_view> json_text(const JsonObject& from, std::string_view name);
Result<std::int64_t> json_integer(const JsonObject& from, std::string_view name);
Result<bool> json_bool(const JsonObject& from, std::string_view name);
/// From a string ("0.10000000") or a plain number (0.1), digit by digit; exponents are refused.
Result<Decimal> json_decimal(const JsonObject& from, std::string_view name);
Result<JsonObject> json_object(const JsonObject& from, std::string_view name);
Result<JsonArray> json_array(const JsonObject& from, std::string_view name);

/// A field that may be missing or null; an error only when it is there with another type.
Result<std::optional<std::string_view>> json_text_if(const JsonObject& from, std::string_view name);
Result<std::optional<std::int64_t>> json_integer_if(const JsonObject& from, std::string_view name);
Result<std::optional<Decimal>> json_decimal_if(const JsonObject& from, std::string_view name);

/// The same for an element of an array.
Result<Decimal> json_decimal(JsonValue value, std::string_view name);

}  // namespace signalbox
