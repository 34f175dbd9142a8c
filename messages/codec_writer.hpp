#pragma once

#include <array>
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

namespace signalbox::codec {

/// Appends msgpack to a buffer the caller reuses. Texts leave clean: what `is_printable` refuses
/// becomes '?', so that every message we send can be decoded, by strict peers too. What is written
/// gathers here and is appended when there is no more room, or at the end.
class Writer {
 public:
  explicit Writer(std::string& out) : out_(out) {}
  ~Writer() { flush(); }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  void map(std::size_t pairs);
  void list(std::size_t items);
  void key(std::string_view name);
  void text(std::string_view text);
  void decimal(Decimal value);
  void boolean(bool value);
  void unsigned_integer(std::uint64_t value);
  void signed_integer(std::int64_t value);

  /// Bytes as they are. For msgpack's packer, and for what has been packed.
  void write(const char* bytes, std::size_t size);

 private:
  static constexpr std::size_t room = 1024;  // bytes: a signal with its verdict

  void pack_text(std::string_view text);
  void flush();

  std::string& out_;
  std::size_t gathered_ = 0;
  std::array<char, room> bytes_;
};

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

/// Where one field of a message comes from; as for reading, the walk is compiled once.
struct WriteSlot {
  std::string_view name;
  bool present;
  const void* value;
  void (*write)(Writer& w, const void* value);
};

void write_fields(Writer& w, std::span<const WriteSlot> slots);

template <class T, class Member>
WriteSlot write_slot(const Field<T, Member>& field, const T& message) {
  const auto from = [](Writer& w, const void* value) {
    write(w, *static_cast<const Member*>(value));
  };
  const Member& value = message.*field.member;
  return {field.name, is_present(value), &value, from};
}

template <HasFields T>
void write(Writer& w, const T& message) {
  T::fields.apply([&](const auto&... field) {
    const WriteSlot slots[] = {write_slot(field, message)...};
    write_fields(w, slots);
  });
}

}  // namespace signalbox::codec
