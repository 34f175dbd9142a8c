#pragma once

#include <array>
#include <cstdint>

#include "messages/field.hpp"

namespace signalbox {

enum class Side : std::uint8_t { buy = 1, sell };
constexpr Side opposite(Side side) { return side == Side::buy ? Side::sell : Side::buy; }
template <>
inline constexpr auto enum_names<Side> =
    std::array{Named{Side::buy, "buy"}, Named{Side::sell, "sell"}};

/// How an entry is priced.
enum class EntryType : std::uint8_t { market = 1, limit };
template <>
inline constexpr auto enum_names<EntryType> =
    std::array{Named{EntryType::market, "market"}, Named{EntryType::limit, "limit"}};

enum class TimeInForce : std::uint8_t { gtc = 1, ioc, fok };
template <>
inline constexpr auto enum_names<TimeInForce> = std::array{
    Named{TimeInForce::gtc, "gtc"}, Named{TimeInForce::ioc, "ioc"}, Named{TimeInForce::fok, "fok"}};

/// Which price fires a stop. A trigger the venue lacks is refused, never replaced.
enum class Trigger : std::uint8_t { last = 1, mark, index };
template <>
inline constexpr auto enum_names<Trigger> = std::array{
    Named{Trigger::last, "last"}, Named{Trigger::mark, "mark"}, Named{Trigger::index, "index"}};

/// What an order is at the venue.
enum class OrderKind : std::uint8_t {
  market = 1,
  limit,
  stop_market,
  stop_limit,
  take_profit_market,
  take_profit_limit,
};
template <>
inline constexpr auto enum_names<OrderKind> =
    std::array{Named{OrderKind::market, "market"},
               Named{OrderKind::limit, "limit"},
               Named{OrderKind::stop_market, "stop_market"},
               Named{OrderKind::stop_limit, "stop_limit"},
               Named{OrderKind::take_profit_market, "take_profit_market"},
               Named{OrderKind::take_profit_limit, "take_profit_limit"}};

/// What an order is for. The Gate decides by this and by nothing else.
enum class OrderClass : std::uint8_t { entry = 1, protective, close, cancel };
template <>
inline constexpr auto enum_names<OrderClass> =
    std::array{Named{OrderClass::entry, "entry"}, Named{OrderClass::protective, "protective"},
               Named{OrderClass::close, "close"}, Named{OrderClass::cancel, "cancel"}};

/// Which part of a bracket an order plays.
enum class LegKind : std::uint8_t { entry = 1, stop, target, close };
template <>
inline constexpr auto enum_names<LegKind> =
    std::array{Named{LegKind::entry, "entry"}, Named{LegKind::stop, "stop"},
               Named{LegKind::target, "target"}, Named{LegKind::close, "close"}};

/// How protection is held; better tiers come later in the list. What each gives is said per
/// (venue, market kind, entry type) by tier facts, not by the name.
enum class Tier : std::uint8_t { engine = 1, resting, attached, native };
template <>
inline constexpr auto enum_names<Tier> =
    std::array{Named{Tier::engine, "engine"}, Named{Tier::resting, "resting"},
               Named{Tier::attached, "attached"}, Named{Tier::native, "native"}};

/// Latched in the journal; see the table in docs/architecture.md.
enum class TradingState : std::uint8_t { active = 1, no_entries, reduce_only, flatten, halted };
template <>
inline constexpr auto enum_names<TradingState> =
    std::array{Named{TradingState::active, "active"}, Named{TradingState::no_entries, "no_entries"},
               Named{TradingState::reduce_only, "reduce_only"},
               Named{TradingState::flatten, "flatten"}, Named{TradingState::halted, "halted"}};

/// The three outcomes of a request to a venue.
enum class Outcome : std::uint8_t { accepted = 1, refused, unknown };
template <>
inline constexpr auto enum_names<Outcome> =
    std::array{Named{Outcome::accepted, "accepted"}, Named{Outcome::refused, "refused"},
               Named{Outcome::unknown, "unknown"}};

/// Why a venue (or the way to it) refused, by what may be done next.
enum class Refusal : std::uint8_t {
  none = 1,
  not_sent,  ///< nothing left this machine
  gate,      ///< our own last check: trading state or lease
  authentication,
  permission,
  clock,  ///< outside the venue's receive window: measure the offset again
  insufficient_funds,
  invalid,  ///< malformed for this venue or instrument
  precision,
  minimum,  ///< below the minimum quantity or notional
  maximum,
  price_band,
  would_trigger,  ///< the stop is already through the market
  would_take,     ///< post-only would have matched
  reduce_only,
  not_found,
  duplicate_id,
  too_many_orders,  ///< no free slot for orders or conditional orders
  rate_limited,
  banned,
  maintenance,
  unsupported,  ///< the venue has no such thing
  other,        ///< a code this build has no class for
};
template <>
inline constexpr auto enum_names<Refusal> =
    std::array{Named{Refusal::none, "none"},
               Named{Refusal::not_sent, "not_sent"},
               Named{Refusal::gate, "gate"},
               Named{Refusal::authentication, "authentication"},
               Named{Refusal::permission, "permission"},
               Named{Refusal::clock, "clock"},
               Named{Refusal::insufficient_funds, "insufficient_funds"},
               Named{Refusal::invalid, "invalid"},
               Named{Refusal::precision, "precision"},
               Named{Refusal::minimum, "minimum"},
               Named{Refusal::maximum, "maximum"},
               Named{Refusal::price_band, "price_band"},
               Named{Refusal::would_trigger, "would_trigger"},
               Named{Refusal::would_take, "would_take"},
               Named{Refusal::reduce_only, "reduce_only"},
               Named{Refusal::not_found, "not_found"},
               Named{Refusal::duplicate_id, "duplicate_id"},
               Named{Refusal::too_many_orders, "too_many_orders"},
               Named{Refusal::rate_limited, "rate_limited"},
               Named{Refusal::banned, "banned"},
               Named{Refusal::maintenance, "maintenance"},
               Named{Refusal::unsupported, "unsupported"},
               Named{Refusal::other, "other"}};

/// Where an order stands, in the venue's own words made common.
enum class OrderStatus : std::uint8_t {
  pending = 1,  ///< held by the venue until its parent fills
  working,
  partially_filled,
  filled,
  cancelled,
  expired,
  rejected,
};
template <>
inline constexpr auto enum_names<OrderStatus> =
    std::array{Named{OrderStatus::pending, "pending"},
               Named{OrderStatus::working, "working"},
               Named{OrderStatus::partially_filled, "partially_filled"},
               Named{OrderStatus::filled, "filled"},
               Named{OrderStatus::cancelled, "cancelled"},
               Named{OrderStatus::expired, "expired"},
               Named{OrderStatus::rejected, "rejected"}};
constexpr bool is_terminal(OrderStatus s) { return s >= OrderStatus::filled; }

enum class MarketKind : std::uint8_t { spot = 1, linear };
template <>
inline constexpr auto enum_names<MarketKind> =
    std::array{Named{MarketKind::spot, "spot"}, Named{MarketKind::linear, "linear"}};

}  // namespace signalbox
