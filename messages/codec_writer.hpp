#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "messages/bounded.hpp"
#include "messages/decimal.hpp"
#include "messages/field.hpp"
#include "messages/time.hpp"
#include "messages/value.hpp"

namespace signalbox::codec {

/// Appends msgpack to a buffer the caller reuses. Texts leave clean: what `is_printable` refuses
/// becomes '?', so that every message we send can be decoded, by strict peers too.
class Writer {
 public:
  explicit Writer(std::string& out) : out_(out) {}

  void map(std::size_t pairs);
  void list(std::size_t items);
  void key(std::string_view name);
  void text(std::string_view text);
  void decimal(Decimal value);
  void boolean(bool value);
  void unsigned_integer(std::uint64_t value);
  void signed_integer(std::int64_t value);

 private:
  std::string& out_;
};

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

template <class T>
constexpr bool is_present(const T&) {
  return true;
}
template <class T>
constexpr bool is_present(const std::optional<T>& value) {
  return value.has_value();
}

inline void write(Writer& w, bool value) { w.boolean(value); }
template <std::signed_integral T>
void write(Writer& w, T value) {
  w.signed_integer(value);
}
template <std::unsigned_integral T>
void write(Writer& w, T value) {
  w.unsigned_integer(value);
}
template <class E>
requires std::is_enum_v<E>
void write(Writer& w, E value) {
  if constexpr (HasNames<E>)
    w.key(name_of(value));
  else
    w.unsigned_integer(static_cast<std::uint64_t>(value));
}
inline void write(Writer& w, Decimal value) { w.decimal(value); }
template <class Tag>
void write(Writer& w, Amount<Tag> value) {
  w.decimal(value.decimal());
}
template <std::size_t N>
void write(Writer& w, const Text<N>& value) {
  w.text(value.view());
}
inline void write(Writer& w, WallTime value) { w.signed_integer(ns(value)); }
inline void write(Writer& w, Duration value) { w.signed_integer(value.count()); }

// Messages hold lists, lists hold messages: declared before either is used.
template <HasFields T>
void write(Writer& w, const T& message);
template <class T, std::size_t N>
void write(Writer& w, const Bounded<T, N>& list);
template <class T>
void write(Writer& w, const std::vector<T>& list);

template <class T>
void write(Writer& w, const std::optional<T>& present) {
  write(w, *present);
}

template <class List>
void write_list(Writer& w, const List& list) {
  w.list(list.size());
  for (const auto& each : list) write(w, each);
}
template <class T, std::size_t N>
void write(Writer& w, const Bounded<T, N>& list) {
  write_list(w, list);
}
template <class T>
void write(Writer& w, const std::vector<T>& list) {
  write_list(w, list);
}

template <HasFields T>
void write(Writer& w, const T& message) {
  std::size_t pairs = 0;
  for_each_field(
      message, [&pairs](const auto&, const auto& value) { pairs += is_present(value) ? 1U : 0U; });
  w.map(pairs);
  for_each_field(message, [&w](const auto& field, const auto& value) {
    if (!is_present(value)) return;
    w.key(field.name);
    write(w, value);
  });
}

}  // namespace signalbox::codec
