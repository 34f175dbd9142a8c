#pragma once

#include <algorithm>
#include <compare>
#include <functional>
#include <ostream>

#include "messages/decimal.hpp"
#include "messages/text.hpp"

namespace signalbox {

/// A decimal that cannot be mistaken for another kind of decimal. Add a price to a quantity and
/// the compiler objects.
template <class Tag>
class Amount {
 public:
  constexpr Amount() = default;
  constexpr explicit Amount(Decimal d) : value_(d) {}
  constexpr explicit Amount(std::int64_t whole) : value_(Decimal{whole}) {}

  constexpr Decimal decimal() const { return value_; }
  constexpr bool is_zero() const { return value_.is_zero(); }
  constexpr bool is_positive() const { return value_.is_positive(); }
  constexpr bool is_negative() const { return value_.is_negative(); }
  std::string str() const { return value_.str(); }

  friend Amount operator+(Amount a, Amount b) { return Amount{a.value_ + b.value_}; }
  friend Amount operator-(Amount a, Amount b) { return Amount{a.value_ - b.value_}; }
  constexpr Amount operator-() const { return Amount{-value_}; }
  Amount& operator+=(Amount b) { return *this = *this + b; }
  Amount& operator-=(Amount b) { return *this = *this - b; }

  friend constexpr bool operator==(Amount, Amount) = default;
  friend constexpr auto operator<=>(Amount, Amount) = default;
  friend std::ostream& operator<<(std::ostream& out, Amount a) { return out << a.value_; }

 private:
  Decimal value_;
};

/// Quote currency per unit of base.
using Price = Amount<struct PriceTag>;
/// Base currency, always; contracts exist only inside a connector.
using Quantity = Amount<struct QuantityTag>;
/// Quote currency.
using Notional = Amount<struct NotionalTag>;

/// Rounding is part of the question: risk rounds up what is spent, down what is earned.
inline tl::expected<Notional, DecimalError> notional(Price p, Quantity q, Rounding r) {
  return Decimal::mul(p.decimal(), q.decimal(), r).map([](Decimal d) { return Notional{d}; });
}

/// A text that cannot be mistaken for another kind of text.
template <class Tag, std::size_t N>
struct Name : Text<N> {
  using Text<N>::Text;
  friend constexpr bool operator==(const Name& a, const Name& b) { return a.view() == b.view(); }
  friend constexpr auto operator<=>(const Name& a, const Name& b) { return a.view() <=> b.view(); }
};

/// Chosen by the strategy and never reused: the key that makes a retry harmless.
using SignalId = Name<struct SignalIdTag, 64>;
/// `[a-z0-9_-]{1,24}`: they are parts of event topics.
using AccountName = Name<struct AccountNameTag, 24>;
using StrategyName = Name<struct StrategyNameTag, 24>;
/// CCXT's unified form: "BTC/USDT", "BTC/USDT:USDT".
using Symbol = Name<struct SymbolTag, 40>;
using Asset = Name<struct AssetTag, 16>;
using VenueName = Name<struct VenueNameTag, 24>;
using VenueOrderId = Name<struct VenueOrderIdTag, 40>;
using TradeId = Name<struct TradeIdTag, 40>;
/// Why something was refused, for people: short, and without secrets.
using Detail = Text<160>;

}  // namespace signalbox

template <class Tag, std::size_t N>
struct std::hash<signalbox::Name<Tag, N>> {
  std::size_t operator()(const signalbox::Name<Tag, N>& n) const noexcept {
    return std::hash<std::string_view>{}(n.view());
  }
};
