#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <utility>

namespace signalbox {

/// What a field takes beyond the rule of its type (messages/codec.hpp).
enum class Allowance : std::uint8_t {
  nothing = 1,
  empty,           ///< a name that may be unknown
  negative,        ///< a duration that has a sign
  share_or_float,  ///< a share, 0 to 1, that may also come as a float: confidence, nothing else
};

/// One member of a message under its name on the bus. A message lists its fields once, as
/// `static constexpr auto fields = Fields{field("id", &Signal::id), …}`; codec, printer,
/// journal and documentation all read that list.
template <class Message, class Member>
struct Field {
  std::string_view name;
  Member Message::*member;
  /// One line for docs/bus.md.
  std::string_view about;
  Allowance allows = Allowance::nothing;

  /// The same field with something let through that its type alone refuses.
  constexpr Field allowing(Allowance what) const { return {name, member, about, what}; }
};

template <class Message, class Member>
constexpr Field<Message, Member> field(std::string_view name, Member Message::*member,
                                       std::string_view about = {}) {
  return {name, member, about, Allowance::nothing};
}

/// The list itself: what a tuple does, without what a tuple costs. With std::tuple the headers of
/// all messages took two seconds to compile, and nearly every source file includes them.
template <class... F>
class Fields {
 public:
  static constexpr std::size_t size = sizeof...(F);

  constexpr explicit(false) Fields(const F&... field) : all_{{field}...} {}

  /// `f(field...)`, in order.
  template <class G>
  constexpr auto apply(G&& g) const {
    return all_.apply(g);
  }

 private:
  template <std::size_t I, class Each>
  struct Slot {
    Each field;
  };
  template <class Indices>
  struct All;
  template <std::size_t... I>
  struct All<std::index_sequence<I...>> : Slot<I, F>... {
    template <class G>
    constexpr auto apply(G& g) const {
      return g(Slot<I, F>::field...);
    }
  };

  All<std::index_sequence_for<F...>> all_;
};

template <class T>
concept HasFields = requires {
  T::fields;
};

/// Calls `f(field, value)` for each field in order.
template <HasFields T, class F>
constexpr void for_each_field(T& message, F&& f) {
  std::remove_const_t<T>::fields.apply(
      [&](const auto&... each) { (f(each, message.*each.member), ...); });
}

/// The names of an enum's values on the bus, in one place per enum:
/// `template <> inline constexpr auto enum_names<Side> = std::array{Named{Side::buy, "buy"}, …};`
template <class E>
struct Named {
  E value;
  std::string_view name;
};
template <class E>
Named(E, const char*) -> Named<E>;

template <class E>
inline constexpr int enum_names = 0;  // specialised per enum

template <class E>
concept HasNames = std::is_enum_v<E> && !std::is_same_v<decltype(enum_names<E>), const int>;

template <HasNames E>
constexpr std::string_view name_of(E value) {
  for (const auto& each : enum_names<E>)
    if (each.value == value) return each.name;
  return "?";
}

}  // namespace signalbox
