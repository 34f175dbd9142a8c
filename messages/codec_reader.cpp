#include "messages/codec_reader.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace signalbox::codec {
namespace {

using Kind = Node::Kind;

std::string_view kind_name(const Node& node) {
  switch (node.kind) {
    case Kind::nil: return "nil";
    case Kind::boolean: return "a bool";
    case Kind::positive:
    case Kind::negative: return "an integer";
    case Kind::float32:
    case Kind::float64: return "a float";
    case Kind::text: return "a string";
    case Kind::binary: return "bytes";
    case Kind::extension: return "an extension";
    case Kind::list: return "a list";
    case Kind::map: return "a map";
  }
  return "?";
}

bool wrong_type(const Node& node, std::string_view wanted, Reading& reading) {
  std::string what = "send ";
  return reading.refuse(DecodeRefusal::wrong_type,
                        what.append(wanted).append(", not ").append(kind_name(node)));
}

/// A float as the person who wrote it meant it: 0.6, not 0.59999999999999997780.
bool read_share(const Node& node, Decimal& out, Reading& reading) {
  const bool is_float = node.kind == Kind::float32 || node.kind == Kind::float64;
  // JavaScript packs 1.0 as the integer 1.
  const double value = is_float ? node.real : static_cast<double>(node.whole);
  if (!std::isfinite(value) || value < 0 || value > 1)
    return reading.refuse(DecodeRefusal::out_of_range, "send a number from 0 to 1");
  // Fixed notation of the smallest double needs 325 digits after the point.
  std::array<char, 400> text;
  char* const end = text.data() + text.size();
  const auto [last, error] =
      node.kind == Kind::float32
          ? std::to_chars(text.data(), end, static_cast<float>(value), std::chars_format::fixed)
          : std::to_chars(text.data(), end, value, std::chars_format::fixed);
  const std::size_t size = std::min<std::size_t>(static_cast<std::size_t>(last - text.data()),
                                                 2 + Decimal::fraction_digits);
  // Minus zero is the one text with a sign.
  std::string_view digits{text.data(), size};
  if (digits.starts_with('-')) digits = "0";
  const auto decimal = Decimal::parse(digits);
  if (error != std::errc{} || !decimal)
    return reading.refuse(DecodeRefusal::bad_decimal, "send a decimal string, \"0.7\"");
  out = *decimal;
  return true;
}

bool is_number(const Node& node) {
  return node.kind == Kind::float32 || node.kind == Kind::float64 || node.kind == Kind::positive;
}

bool judge_amount(Decimal value, Allowance allows, Reading& reading) {
  if (!reading.limits().judge_values) return true;
  if (allows == Allowance::share_or_float) {
    if (value < Decimal{0} || value > Decimal{1})
      return reading.refuse(DecodeRefusal::out_of_range, "send a number from 0 to 1");
  } else if (value > amount_max || value < -amount_max) {
    return reading.refuse(DecodeRefusal::out_of_range,
                          "send an amount within ±" + amount_max.str());
  }
  return true;
}

std::string_view describe(TextRule::Alphabet alphabet) {
  switch (alphabet) {
    case TextRule::Alphabet::printable: return "UTF-8 without control characters";
    case TextRule::Alphabet::printable_ascii: return "printable ASCII";
    case TextRule::Alphabet::slug: return "only a-z, 0-9, _ and -";
    case TextRule::Alphabet::base36: return "only 0-9 and a-z";
  }
  return "?";
}

constexpr std::size_t shown_key_max = 32;  // bytes of an unknown key that an error repeats

bool refuse_key(std::string_view key, Reading& reading) {
  reading.refuse(DecodeRefusal::unknown_key, "remove this key: there is no such field");
  return reading.failed_in(printable(key.substr(0, shown_key_max)));
}

bool refuse_duplicate(std::string_view name, Reading& reading) {
  reading.refuse(DecodeRefusal::duplicate_key, "send this key once");
  return reading.failed_in(name);
}

bool refuse_missing(std::string_view name, Reading& reading) {
  reading.refuse(DecodeRefusal::missing_key, "this field is required");
  return reading.failed_in(name);
}

}  // namespace

bool Reading::refuse(DecodeRefusal reason, std::string what) {
  error_.reason = reason;
  error_.what = std::move(what);
  return false;
}

bool Reading::failed_in(std::string_view field) {
  std::string path{field};
  if (!error_.field.empty() && error_.field.front() != '[') path += '.';
  error_.field.insert(0, path);
  return false;
}

bool Reading::failed_in_item(std::size_t index) {
  std::string path = '[' + std::to_string(index) + ']';
  if (!error_.field.empty() && error_.field.front() != '[') path += '.';
  error_.field.insert(0, path);
  return false;
}

DecodeError Reading::take_error() && {
  if (!error_.field.empty()) error_.what.insert(0, error_.field + ": ");
  return std::move(error_);
}

bool read_boolean(const Node& node, bool& out, Reading& reading) {
  if (node.kind != Kind::boolean) return wrong_type(node, "true or false", reading);
  out = node.whole != 0;
  return true;
}

bool read_unsigned(const Node& node, std::uint64_t max, std::uint64_t& out, Reading& reading) {
  if (node.kind != Kind::positive && node.kind != Kind::negative)
    return wrong_type(node, "an integer", reading);
  if (node.kind == Kind::negative || node.whole > max)
    return reading.refuse(DecodeRefusal::out_of_range,
                          "send an integer from 0 to " + std::to_string(max));
  out = node.whole;
  return true;
}

bool read_signed(const Node& node, std::int64_t min, std::int64_t max, std::int64_t& out,
                 Reading& reading) {
  if (node.kind != Kind::positive && node.kind != Kind::negative)
    return wrong_type(node, "an integer", reading);
  const auto value = static_cast<std::int64_t>(node.whole);
  const bool too_big = node.kind == Kind::positive && node.whole > static_cast<std::uint64_t>(max);
  if (too_big || value < min)
    return reading.refuse(
        DecodeRefusal::out_of_range,
        "send an integer from " + std::to_string(min) + " to " + std::to_string(max));
  out = value;
  return true;
}

bool read_decimal(const Node& node, Allowance allows, Decimal& out, Reading& reading) {
  if (allows == Allowance::share_or_float && is_number(node)) return read_share(node, out, reading);
  if (node.kind != Kind::text) return wrong_type(node, "a decimal string, \"0.1\"", reading);
  if (node.size > decimal_text_max)
    return reading.refuse(DecodeRefusal::too_long,
                          "send at most " + std::to_string(decimal_text_max) + " bytes");
  const auto value = Decimal::parse({node.bytes, node.size});
  if (!value) {
    switch (value.error()) {
      case DecimalError::inexact:
        return reading.refuse(DecodeRefusal::bad_decimal, "send at most 18 digits after the point");
      case DecimalError::overflow:
        return reading.refuse(DecodeRefusal::out_of_range,
                              "send an amount within ±" + amount_max.str());
      case DecimalError::syntax:
      case DecimalError::division_by_zero: break;
    }
    return reading.refuse(DecodeRefusal::bad_decimal,
                          "send plain decimal digits, \"0.1\": no exponent, blanks or NaN");
  }
  out = *value;
  return judge_amount(out, allows, reading);
}

bool read_text(const Node& node, const TextRule& rule, std::size_t size_max, Allowance allows,
               std::string_view& out, Reading& reading) {
  if (node.kind != Kind::text) return wrong_type(node, "a string", reading);
  out = {node.bytes, node.size};
  if (out.size() > size_max)
    return reading.refuse(DecodeRefusal::too_long,
                          "send at most " + std::to_string(size_max) + " bytes");
  if (!reading.limits().judge_values) return true;
  if (out.empty() && rule.required && allows != Allowance::empty)
    return reading.refuse(DecodeRefusal::bad_text, "send a text that is not empty");
  if (!matches(rule.alphabet, out))
    return reading.refuse(DecodeRefusal::bad_text, "send " + std::string{describe(rule.alphabet)});
  if (rule.full && !out.empty() && out.size() != size_max)
    return reading.refuse(DecodeRefusal::bad_text,
                          "send exactly " + std::to_string(size_max) + " characters");
  return true;
}

bool read_name(const Node& node, std::string_view& out, Reading& reading) {
  if (node.kind != Kind::text) return wrong_type(node, "a name as a string", reading);
  out = {node.bytes, node.size};
  return true;
}

bool refuse_name(const std::string& known, Reading& reading) {
  return reading.refuse(DecodeRefusal::bad_enum, "send one of " + known);
}

bool read_list(const Node& node, std::size_t items_max, Reading& reading) {
  if (node.kind != Kind::list) return wrong_type(node, "a list", reading);
  if (node.size > items_max)
    return reading.refuse(DecodeRefusal::too_long,
                          "send at most " + std::to_string(items_max) + " items");
  return true;
}

bool read_fields(const Node& map, std::span<const ReadSlot> slots, Reading& reading) {
  if (map.kind != Kind::map) return wrong_type(map, "a map", reading);
  std::uint64_t seen = 0;
  static_assert(message_fields_max <= 64);
  const Node* key = map.children();
  // Senders mostly keep the order of the list: the search for a key starts where the last ended.
  std::size_t at = 0;
  for (std::size_t left = map.size; left > 0; --left) {
    if (key->kind != Kind::text) return wrong_type(*key, "keys that are strings", reading);
    const std::string_view name{key->bytes, key->size};
    std::size_t tried = 0;
    while (tried < slots.size() && slots[at].name != name) {
      at = at + 1 == slots.size() ? 0 : at + 1;
      ++tried;
    }
    if (tried == slots.size()) return refuse_key(name, reading);
    const ReadSlot& slot = slots[at];
    const std::uint64_t bit = std::uint64_t{1} << at;
    if ((seen & bit) != 0) return refuse_duplicate(slot.name, reading);
    seen |= bit;
    const Node* value = key->next();
    if (!slot.read(*value, slot.allows, slot.value, reading)) return reading.failed_in(slot.name);
    key = value->next();
  }
  for (std::size_t i = 0; i < slots.size(); ++i)
    if ((seen >> i & 1) == 0 && !slots[i].may_be_absent)
      return refuse_missing(slots[i].name, reading);
  return true;
}

}  // namespace signalbox::codec
