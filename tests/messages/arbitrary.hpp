#pragma once

#include <algorithm>
#include <concepts>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "messages/codec.hpp"

namespace signalbox::test {

/// Makes up messages from a seed, by their list of fields. `proper` ones keep to every rule of the
/// codec; the others hold whatever the types can hold.
class Arbitrary {
 public:
  enum class Taste { proper, anything };
  Arbitrary(std::uint64_t seed, Taste taste) : random_(seed), taste_(taste) {}

  template <class T>
  T make() {
    T value{};
    fill(value, Allowance::nothing);
    return value;
  }
  std::uint64_t below(std::uint64_t n) { return random_() % n; }

 private:
  bool proper() const { return taste_ == Taste::proper; }
  bool coin() { return below(2) == 0; }

  void fill(bool& out, Allowance) { out = coin(); }
  template <std::integral T>
  void fill(T& out, Allowance) {
    out = static_cast<T>(random_() >> below(64));
  }
  template <class E>
  requires std::is_enum_v<E>
  void fill(E& out, Allowance) {
    if constexpr (HasNames<E>)
      out = enum_names<E>[below(enum_names<E>.size())].value;
    else
      out = static_cast<E>(random_() >> below(64));
  }
  void fill(Decimal& out, Allowance allows) {
    if (allows == Allowance::share_or_float && proper()) {
      out = Decimal::from_raw(static_cast<Int128>(below(Decimal::one_raw + 1)));
      return;
    }
    const auto bits = static_cast<UInt128>(random_()) << 64 | random_();
    auto raw = static_cast<Int128>(bits >> (1 + below(127)));
    if (proper()) raw %= amount_max.raw() + 1;
    out = Decimal::from_raw(coin() ? raw : -raw);
  }
  template <class Tag>
  void fill(Amount<Tag>& out, Allowance allows) {
    Decimal value;
    fill(value, allows);
    out = Amount<Tag>{value};
  }
  void fill(WallTime& out, Allowance) {
    out = wall_from_ns(static_cast<std::int64_t>(random_() >> (proper() ? 1 : 0)));
  }
  void fill(Duration& out, Allowance allows) {
    const bool any = !proper() || allows == Allowance::negative;
    out = Duration{static_cast<std::int64_t>(random_() >> (any ? 0 : 1))};
  }
  template <class T>
  requires std::derived_from<T, Text<T::capacity>>
  void fill(T& out, Allowance allows) {
    constexpr auto rule = codec::text_rule<T>;
    std::size_t size = below(T::capacity + 1);
    if (proper()) {
      if (rule.full) size = coin() ? 0 : T::capacity;
      if (rule.required && allows != Allowance::empty) size = std::max<std::size_t>(size, 1);
    }
    std::string text;
    while (text.size() < size) text += proper() ? character(rule.alphabet) : byte();
    text.resize(size);
    out = T{text};
  }
  template <class T>
  void fill(std::optional<T>& out, Allowance allows) {
    if (coin()) fill(out.emplace(), allows);
  }
  template <class T, std::size_t N>
  void fill(Bounded<T, N>& out, Allowance allows) {
    for (auto n = below(N + 1); n > 0; --n) {
      T item{};
      fill(item, allows);
      out.push_back(item);
    }
  }
  template <class T>
  void fill(std::vector<T>& out, Allowance allows) {
    out.resize(below(5));
    for (auto& each : out) fill(each, allows);
  }
  template <HasFields T>
  void fill(T& out, Allowance) {
    for_each_field(out, [this](const auto& field, auto& value) { fill(value, field.allows); });
  }

  char byte() { return static_cast<char>(below(256)); }
  char character(codec::TextRule::Alphabet alphabet) {
    for (;;) {
      const char c = static_cast<char>(0x20 + below(0x5f));
      if (codec::matches(alphabet, {&c, 1})) return c;
    }
  }

  std::mt19937_64 random_;
  Taste taste_;
};

}  // namespace signalbox::test
