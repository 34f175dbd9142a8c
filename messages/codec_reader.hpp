#pragma once

#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "messages/bounded.hpp"
#include "messages/codec_error.hpp"
#include "messages/codec_text.hpp"
#include "messages/decimal.hpp"
#include "messages/field.hpp"
#include "messages/time.hpp"
#include "messages/value.hpp"

namespace signalbox {

/// What a decoder takes. The default is for peers we do not trust: strategies, operators.
struct DecodeLimits {
  std::size_t bytes = 64 * 1024;
  std::size_t depth = 8;  ///< maps and lists inside each other, the message itself included
  /// Off for bytes this program wrote itself: their form is still checked, but a value that was
  /// good enough to be recorded must never make a journal unreadable.
  bool judge_values = true;
};
inline constexpr DecodeLimits connection_limits{.bytes = 8 * 1024 * 1024};
inline constexpr DecodeLimits own_limits{.bytes = 16 * 1024 * 1024, .judge_values = false};

inline constexpr std::size_t list_items_max = 10'000;  // of any list without a bound of its own
inline constexpr std::size_t decimal_text_max = 48;    // bytes; more are never needed
inline constexpr std::size_t message_values_max = 1'000'000;  // keys, values, maps and lists

namespace codec {

/// One value of a parsed message. Nodes lie in one array in the order of the bytes: a map's or
/// list's children follow it, `extent` leads to what comes after all of them.
struct Node {
  enum class Kind : std::uint8_t {
    nil = 1,
    boolean,
    positive,  ///< an integer ≥ 0, in `whole`
    negative,  ///< an integer < 0, in `whole` as two's complement
    float32,
    float64,
    text,
    binary,
    extension,
    list,
    map,
  };
  Kind kind = Kind::nil;
  std::uint32_t size = 0;    ///< bytes of a text, items of a list, pairs of a map
  std::uint32_t extent = 1;  ///< nodes up to the next sibling
  union {
    std::uint64_t whole = 0;
    double real;
    const char* bytes;
  };

  const Node* children() const { return this + 1; }
  const Node* next() const { return this + extent; }
};

/// One decoding under way: what it must keep to and, once something failed, why. Every `read`
/// answers false after it has said so here; the path is put together on the way out.
class Reading {
 public:
  explicit Reading(const DecodeLimits& limits) : limits_(limits) {}

  const DecodeLimits& limits() const { return limits_; }

  bool refuse(DecodeRefusal reason, std::string what);
  /// Always false, so that a failed read can return it.
  bool failed_in(std::string_view field);
  bool failed_in_item(std::size_t index);
  DecodeError take_error() &&;

 private:
  const DecodeLimits& limits_;
  DecodeError error_;
};

/// Parses all of `bytes`; null when that fails. Nodes point into `bytes` and live until the next
/// call on this thread.
const Node* parse(std::string_view bytes, Reading& reading);

bool read_boolean(const Node& node, bool& out, Reading& reading);
bool read_unsigned(const Node& node, std::uint64_t max, std::uint64_t& out, Reading& reading);
bool read_signed(const Node& node, std::int64_t min, std::int64_t max, std::int64_t& out,
                 Reading& reading);
bool read_decimal(const Node& node, Allowance allows, Decimal& out, Reading& reading);
bool read_text(const Node& node, const TextRule& rule, std::size_t size_max, Allowance allows,
               std::string_view& out, Reading& reading);
bool read_name(const Node& node, std::string_view& out, Reading& reading);
bool refuse_name(const std::string& known, Reading& reading);
bool read_list(const Node& node, std::size_t items_max, Reading& reading);

inline bool read(const Node& node, Allowance, bool& out, Reading& reading) {
  return read_boolean(node, out, reading);
}

template <std::unsigned_integral T>
bool read(const Node& node, Allowance, T& out, Reading& reading) {
  std::uint64_t value = 0;
  if (!read_unsigned(node, std::numeric_limits<T>::max(), value, reading)) return false;
  out = static_cast<T>(value);
  return true;
}

template <std::signed_integral T>
bool read(const Node& node, Allowance, T& out, Reading& reading) {
  using Limits = std::numeric_limits<T>;
  std::int64_t value = 0;
  if (!read_signed(node, Limits::min(), Limits::max(), value, reading)) return false;
  out = static_cast<T>(value);
  return true;
}

template <class E>
requires std::is_enum_v<E>
bool read(const Node& node, Allowance allows, E& out, Reading& reading) {
  if constexpr (HasNames<E>) {
    std::string_view name;
    if (!read_name(node, name, reading)) return false;
    for (const auto& each : enum_names<E>)
      if (each.name == name) {
        out = each.value;
        return true;
      }
    std::string known;
    for (const auto& each : enum_names<E>)
      known.append(known.empty() ? "" : ", ").append(each.name);
    return refuse_name(known, reading);
  } else {
    std::underlying_type_t<E> value = 0;
    if (!read(node, allows, value, reading)) return false;
    out = static_cast<E>(value);
    return true;
  }
}

inline bool read(const Node& node, Allowance allows, Decimal& out, Reading& reading) {
  return read_decimal(node, allows, out, reading);
}

template <class Tag>
bool read(const Node& node, Allowance allows, Amount<Tag>& out, Reading& reading) {
  Decimal value;
  if (!read_decimal(node, allows, value, reading)) return false;
  out = Amount<Tag>{value};
  return true;
}

template <class T>
requires std::derived_from<T, Text<T::capacity>>
bool read(const Node& node, Allowance allows, T& out, Reading& reading) {
  std::string_view text;
  if (!read_text(node, text_rule<T>, T::capacity, allows, text, reading)) return false;
  out = T{text};
  return true;
}

inline bool read(const Node& node, Allowance, WallTime& out, Reading& reading) {
  std::int64_t value = 0;
  const std::int64_t min = reading.limits().judge_values ? 0 : INT64_MIN;
  if (!read_signed(node, min, INT64_MAX, value, reading)) return false;
  out = wall_from_ns(value);
  return true;
}

inline bool read(const Node& node, Allowance allows, Duration& out, Reading& reading) {
  std::int64_t value = 0;
  const bool any = allows == Allowance::negative || !reading.limits().judge_values;
  if (!read_signed(node, any ? INT64_MIN : 0, INT64_MAX, value, reading)) return false;
  out = Duration{value};
  return true;
}

// Messages hold lists, lists hold messages: declared before either is used.
template <HasFields T>
bool read(const Node& node, Allowance allows, T& out, Reading& reading);
template <class T, std::size_t N>
bool read(const Node& node, Allowance allows, Bounded<T, N>& out, Reading& reading);
template <class T>
bool read(const Node& node, Allowance allows, std::vector<T>& out, Reading& reading);

template <class T>
bool read(const Node& node, Allowance allows, std::optional<T>& out, Reading& reading) {
  if (node.kind == Node::Kind::nil) return true;
  return read(node, allows, out.emplace(), reading);
}

template <class T, class Push>
bool read_items(const Node& list, Allowance allows, Reading& reading, Push push) {
  const Node* item = list.children();
  for (std::size_t i = 0; i < list.size; ++i, item = item->next()) {
    T value{};
    if (!read(*item, allows, value, reading)) return reading.failed_in_item(i);
    push(std::move(value));
  }
  return true;
}

template <class T, std::size_t N>
bool read(const Node& node, Allowance allows, Bounded<T, N>& out, Reading& reading) {
  return read_list(node, N, reading) &&
         read_items<T>(node, allows, reading, [&out](T&& value) { out.push_back(value); });
}

template <class T>
bool read(const Node& node, Allowance allows, std::vector<T>& out, Reading& reading) {
  if (!read_list(node, list_items_max, reading)) return false;
  out.reserve(node.size);
  return read_items<T>(node, allows, reading,
                       [&out](T&& value) { out.push_back(std::move(value)); });
}

/// Whether a key may be absent: its type has a value for "nothing", which the member keeps.
template <class T>
inline constexpr bool may_be_absent = std::same_as<T, bool>;
template <class T>
inline constexpr bool may_be_absent<std::optional<T>> = true;
template <class T, std::size_t N>
inline constexpr bool may_be_absent<Bounded<T, N>> = true;
template <class T>
inline constexpr bool may_be_absent<std::vector<T>> = true;
template <std::size_t N>
inline constexpr bool may_be_absent<Text<N>> = true;

/// Where one field of a message goes. The walk over a map is compiled once, for slots, and not
/// for every message: most sources that decode would otherwise take seconds.
struct ReadSlot {
  std::string_view name;
  Allowance allows;
  bool may_be_absent;
  void* value;
  bool (*read)(const Node& node, Allowance allows, void* value, Reading& reading);
};

inline constexpr std::size_t message_fields_max = 64;

/// Every key a field, once; every field there that must be.
bool read_fields(const Node& map, std::span<const ReadSlot> slots, Reading& reading);

template <class T, class Member>
ReadSlot read_slot(const Field<T, Member>& field, T& message) {
  const auto into = [](const Node& node, Allowance allows, void* value, Reading& reading) {
    return read(node, allows, *static_cast<Member*>(value), reading);
  };
  return {field.name, field.allows, may_be_absent<Member>, &(message.*field.member), into};
}

template <HasFields T>
bool read(const Node& node, Allowance, T& out, Reading& reading) {
  return T::fields.apply([&](const auto&... field) {
    static_assert(sizeof...(field) <= message_fields_max);
    const ReadSlot slots[] = {read_slot(field, out)...};
    return read_fields(node, slots, reading);
  });
}

}  // namespace codec
}  // namespace signalbox
