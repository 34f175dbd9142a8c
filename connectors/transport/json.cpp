#include "connectors/transport/json.hpp"

#include <simdjson.h>

#include <algorithm>
#include <charconv>
#include <string>
#include <vector>

namespace signalbox {
namespace {

namespace ondemand = simdjson::ondemand;

constexpr std::size_t buffer_first = std::size_t{16} << 10;
constexpr std::size_t nodes_first = 256;
constexpr std::size_t nodes_kept_max = 100'000;

tl::unexpected<Error> wrong(std::string_view name, std::string_view what) {
  return failed(Fault::bad_input, "json field \"" + std::string{name} + "\" " + std::string{what});
}

constexpr std::string_view missing = "is missing";
constexpr std::string_view a_text = "a text";
constexpr std::string_view an_integer = "a whole number of 64 bits";

tl::unexpected<Error> not_a(std::string_view name, std::string_view wanted) {
  return wrong(name, "is not " + std::string{wanted});
}

std::string_view without_blanks_after(std::string_view text) {
  const auto last = text.find_last_not_of(" \t\r\n");
  return last == text.npos ? std::string_view{} : text.substr(0, last + 1);
}

/// As JSON writes numbers, of whatever size: the digits are kept, not a value.
bool is_number(std::string_view token) {
  const char* at = token.data();
  const char* const end = at + token.size();
  const auto digits = [&] {
    const char* from = at;
    while (at < end && *at >= '0' && *at <= '9') ++at;
    return at > from;
  };
  if (at < end && *at == '-') ++at;
  const char* whole = at;
  if (!digits() || (*whole == '0' && at > whole + 1)) return false;
  if (at < end && *at == '.' && (++at, !digits())) return false;
  if (at < end && (*at == 'e' || *at == 'E')) {
    if (++at < end && (*at == '+' || *at == '-')) ++at;
    if (!digits()) return false;
  }
  return at == end;
}

/// `get` turns a value into an optional of what is wanted.
template <class Get>
auto required(const JsonObject& from, std::string_view name, std::string_view wanted, Get get)
    -> Result<typename decltype(get(std::declval<JsonValue>()))::value_type> {
  const auto value = from.find(name);
  if (!value) return wrong(name, missing);
  const auto got = get(*value);
  if (!got) return not_a(name, wanted);
  return *got;
}

template <class Get>
auto optional(const JsonObject& from, std::string_view name, std::string_view wanted, Get get)
    -> Result<decltype(get(std::declval<JsonValue>()))> {
  using Optional = decltype(get(std::declval<JsonValue>()));
  const auto value = from.find(name);
  if (!value || value->is_null()) return Optional{};
  auto got = get(*value);
  if (!got) return not_a(name, wanted);
  return got;
}

constexpr auto as_text = [](JsonValue v) { return v.text(); };
constexpr auto as_integer = [](JsonValue v) { return v.integer(); };

}  // namespace

/// simdjson's on-demand parser walks forward through the text once, and every step is checked.
/// Its look-up by name is not used: on a text that is broken in the right place it relies on
/// what is not so.
struct JsonReader::Impl {
  ondemand::parser parser{text_bytes_max};
  std::string buffer;
  std::vector<JsonNode> nodes;

  Result<const JsonNode*> load(std::string_view text) {
    if (text.size() > text_bytes_max)
      return failed(Fault::full, "json text above " + std::to_string(text_bytes_max) + " bytes");
    const auto needed = text.size() + simdjson::SIMDJSON_PADDING;
    if (buffer.size() < needed)
      buffer.resize(std::max({buffer_first, needed, std::min(2 * buffer.size(), text_bytes_max)}));
    text.copy(buffer.data(), text.size());
    if (nodes.capacity() > nodes_kept_max) nodes = {};
    nodes.clear();
    nodes.reserve(nodes_first);

    const simdjson::padded_string_view view{buffer.data(), text.size(), buffer.size()};
    ondemand::document document;
    auto error = parser.iterate(view).get(document);
    if (!error) error = add_root(document);
    if (!error && document.current_location().error() != simdjson::OUT_OF_BOUNDS)
      error = simdjson::TAPE_ERROR;  // something stands behind the end
    if (error)
      return failed(Fault::bad_input, std::string{"not json: "} + simdjson::error_message(error));
    return nodes.data();
  }

  simdjson::error_code add_root(ondemand::document& document) {
    ondemand::json_type type{};
    if (const auto error = document.type().get(type)) return error;
    JsonNode node;
    if (type == ondemand::json_type::object) {
      ondemand::object object;
      if (const auto error = document.get_object().get(object)) return error;
      return add_object(object, node, 1);
    }
    if (type == ondemand::json_type::array) {
      ondemand::array array;
      if (const auto error = document.get_array().get(array)) return error;
      return add_array(array, node, 1);
    }
    return simdjson::INCORRECT_TYPE;  // no venue sends a bare word
  }

  simdjson::error_code add(ondemand::value value, std::string_view name, std::size_t depth) {
    ondemand::json_type type{};
    if (const auto error = value.type().get(type)) return error;
    JsonNode node;
    node.name = name;
    node.after = 1;
    switch (type) {
      case ondemand::json_type::string:
        node.kind = JsonKind::text;
        if (const auto error = value.get_string().get(node.text)) return error;
        break;
      case ondemand::json_type::number: {
        node.kind = JsonKind::number;
        node.text = without_blanks_after(value.raw_json_token());
        if (!is_number(node.text)) return simdjson::NUMBER_ERROR;
        break;
      }
      case ondemand::json_type::boolean:
        node.kind = JsonKind::boolean;
        if (const auto error = value.get_bool().get(node.truth)) return error;
        break;
      case ondemand::json_type::null: {
        bool null = false;
        if (const auto error = value.is_null().get(null)) return error;
        if (!null) return simdjson::N_ATOM_ERROR;
        break;
      }
      case ondemand::json_type::object: {
        ondemand::object object;
        if (const auto error = value.get_object().get(object)) return error;
        return add_object(object, node, depth + 1);
      }
      case ondemand::json_type::array: {
        ondemand::array array;
        if (const auto error = value.get_array().get(array)) return error;
        return add_array(array, node, depth + 1);
      }
    }
    nodes.push_back(node);
    return simdjson::SUCCESS;
  }

  simdjson::error_code add_object(ondemand::object& object, JsonNode node, std::size_t depth) {
    if (depth > depth_max) return simdjson::DEPTH_ERROR;
    node.kind = JsonKind::object;
    const auto index = open(node);
    for (auto each : object) {
      std::string_view name;
      ondemand::value value;
      if (const auto error = each.unescaped_key().get(name)) return error;
      if (const auto error = each.value().get(value)) return error;
      if (const auto error = add(value, name, depth)) return error;
    }
    close(index);
    return simdjson::SUCCESS;
  }

  simdjson::error_code add_array(ondemand::array& array, JsonNode node, std::size_t depth) {
    if (depth > depth_max) return simdjson::DEPTH_ERROR;
    node.kind = JsonKind::array;
    const auto index = open(node);
    for (auto each : array) {
      ondemand::value value;
      if (const auto error = each.get(value)) return error;
      if (const auto error = add(value, {}, depth)) return error;
    }
    close(index);
    return simdjson::SUCCESS;
  }

  std::size_t open(const JsonNode& node) {
    nodes.push_back(node);
    return nodes.size() - 1;
  }
  void close(std::size_t index) {
    nodes[index].after = static_cast<std::uint32_t>(nodes.size() - index);
  }
};

JsonReader::JsonReader() : impl_(std::make_unique<Impl>()) {}
JsonReader::~JsonReader() = default;

Result<JsonObject> JsonReader::object(std::string_view text) {
  const auto root = impl_->load(text);
  if (!root) return tl::unexpected<Error>(root.error());
  if ((*root)->kind != JsonKind::object) return failed(Fault::bad_input, "not a json object");
  return JsonObject{*root};
}

Result<JsonArray> JsonReader::array(std::string_view text) {
  const auto root = impl_->load(text);
  if (!root) return tl::unexpected<Error>(root.error());
  if ((*root)->kind != JsonKind::array) return failed(Fault::bad_input, "not a json array");
  return JsonArray{*root};
}

std::optional<std::string_view> JsonValue::text() const {
  if (kind() != JsonKind::text) return std::nullopt;
  return node_->text;
}

std::optional<std::int64_t> JsonValue::integer() const {
  if (kind() != JsonKind::number) return std::nullopt;
  std::int64_t number = 0;
  const auto* end = node_->text.data() + node_->text.size();
  const auto [stop, error] = std::from_chars(node_->text.data(), end, number);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return number;
}

std::optional<std::string_view> JsonValue::number() const {
  if (kind() != JsonKind::number) return std::nullopt;
  return node_->text;
}

std::optional<bool> JsonValue::boolean() const {
  if (kind() != JsonKind::boolean) return std::nullopt;
  return node_->truth;
}

std::optional<JsonArray> JsonValue::array() const {
  if (kind() != JsonKind::array) return std::nullopt;
  return JsonArray{node_};
}

std::optional<JsonObject> JsonValue::object() const {
  if (kind() != JsonKind::object) return std::nullopt;
  return JsonObject{node_};
}

std::optional<JsonValue> JsonObject::find(std::string_view name) const {
  for (const auto each : *this)
    if (each.name() == name) return each;
  return std::nullopt;
}

Result<std::string_view> json_text(const JsonObject& from, std::string_view name) {
  return required(from, name, a_text, as_text);
}
Result<std::int64_t> json_integer(const JsonObject& from, std::string_view name) {
  return required(from, name, an_integer, as_integer);
}
Result<bool> json_bool(const JsonObject& from, std::string_view name) {
  return required(from, name, "true or false", [](JsonValue v) { return v.boolean(); });
}
Result<JsonObject> json_object(const JsonObject& from, std::string_view name) {
  return required(from, name, "an object", [](JsonValue v) { return v.object(); });
}
Result<JsonArray> json_array(const JsonObject& from, std::string_view name) {
  return required(from, name, "an array", [](JsonValue v) { return v.array(); });
}

Result<Decimal> json_decimal(JsonValue value, std::string_view name) {
  if (value.kind() != JsonKind::text && value.kind() != JsonKind::number)
    return wrong(name, "is not a decimal");
  const auto decimal = Decimal::parse(value.node_->text);
  if (!decimal) return wrong(name, "is not a decimal: " + std::string{to_string(decimal.error())});
  return *decimal;
}

Result<Decimal> json_decimal(const JsonObject& from, std::string_view name) {
  const auto value = from.find(name);
  if (!value) return wrong(name, missing);
  return json_decimal(*value, name);
}

Result<std::optional<std::string_view>> json_text_if(const JsonObject& from,
                                                     std::string_view name) {
  return optional(from, name, a_text, as_text);
}
Result<std::optional<std::int64_t>> json_integer_if(const JsonObject& from, std::string_view name) {
  return optional(from, name, an_integer, as_integer);
}
Result<std::optional<Decimal>> json_decimal_if(const JsonObject& from, std::string_view name) {
  const auto value = from.find(name);
  if (!value || value->is_null()) return std::optional<Decimal>{};
  return json_decimal(*value, name).map([](Decimal d) { return std::optional<Decimal>{d}; });
}

}  // namespace signalbox
