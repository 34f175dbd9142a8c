#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "messages/bounded.hpp"
#include "messages/decimal.hpp"
#include "messages/field.hpp"
#include "messages/time.hpp"
#include "messages/value.hpp"

namespace signalbox {
namespace printing {

// Appends one value. Texts are quoted where a reader could mistake their end, and lose control
// characters: what a venue sends cannot forge a line of a log.
void print(std::string& out, bool value);
void print(std::string& out, std::int64_t value);
void print(std::string& out, std::uint64_t value);
void print(std::string& out, Decimal value);
void print(std::string& out, std::string_view text);
void print(std::string& out, WallTime time);   ///< 2026-01-02T03:04:05.000000006Z
void print(std::string& out, Duration value);  ///< 250ms: in the largest unit that is exact

template <std::signed_integral T>
void print(std::string& out, T value) {
  print(out, std::int64_t{value});
}
template <std::unsigned_integral T>
void print(std::string& out, T value) {
  print(out, std::uint64_t{value});
}
template <class E>
requires std::is_enum_v<E>
void print(std::string& out, E value) {
  if constexpr (HasNames<E>)
    out += name_of(value);
  else
    print(out, static_cast<std::uint64_t>(value));
}
template <class Tag>
void print(std::string& out, Amount<Tag> value) {
  print(out, value.decimal());
}
template <std::size_t N>
void print(std::string& out, const Text<N>& value) {
  print(out, value.view());
}

template <HasFields T>
void print(std::string& out, const T& message);
template <class T, std::size_t N>
void print(std::string& out, const Bounded<T, N>& list);
template <class T>
void print(std::string& out, const std::vector<T>& list);

template <class T>
void print(std::string& out, const std::optional<T>& present) {
  print(out, *present);
}

template <class List>
void print_list(std::string& out, const List& list) {
  out += '[';
  for (const auto& each : list) {
    if (out.back() != '[') out += ' ';
    print(out, each);
  }
  out += ']';
}
template <class T, std::size_t N>
void print(std::string& out, const Bounded<T, N>& list) {
  print_list(out, list);
}
template <class T>
void print(std::string& out, const std::vector<T>& list) {
  print_list(out, list);
}

template <class T>
bool says_something(const T& value) {
  if constexpr (requires { value.has_value(); })
    return value.has_value();
  else if constexpr (requires { value.empty(); })
    return !value.empty();
  else
    return true;
}

struct PrintSlot {
  std::string_view name;
  bool shown;
  const void* value;
  void (*print)(std::string& out, const void* value);
};

/// "id=s-1 side=buy"
void print_fields(std::string& out, std::span<const PrintSlot> slots);

template <class T, class Member>
PrintSlot print_slot(const Field<T, Member>& field, const T& message) {
  const auto from = [](std::string& out, const void* value) {
    print(out, *static_cast<const Member*>(value));
  };
  const Member& value = message.*field.member;
  return {field.name, says_something(value), &value, from};
}

template <HasFields T>
void print_all(std::string& out, const T& message) {
  T::fields.apply([&](const auto&... field) {
    const PrintSlot slots[] = {print_slot(field, message)...};
    print_fields(out, slots);
  });
}

template <HasFields T>
void print(std::string& out, const T& message) {
  out += '{';
  print_all(out, message);
  out += '}';
}

/// "PlaceOrder" for signalbox::PlaceOrder, "QueryResult" for QueryResult<…>.
template <class T>
constexpr std::string_view type_name() {
  std::string_view name = __PRETTY_FUNCTION__;
  name.remove_prefix(name.find("T = ") + 4);
  name = name.substr(0, name.find_first_of("<;]"));
  return name.substr(name.rfind(':') + 1);
}

/// "place_order" for "PlaceOrder".
std::string snake_case(std::string_view name);

}  // namespace printing

/// A message on one line, for logs and failing tests: "signal id=s-1 side=buy …", from its list of
/// fields. What is absent or empty is left out.
template <HasFields T>
std::string to_text(const T& message) {
  std::string out = printing::snake_case(printing::type_name<T>());
  out += ' ';
  printing::print_all(out, message);
  return out;
}

}  // namespace signalbox
