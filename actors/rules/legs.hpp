#pragma once

#include <optional>
#include <vector>

#include "messages/bounded.hpp"
#include "messages/events.hpp"
#include "messages/ids.hpp"
#include "messages/venue_requests.hpp"

namespace signalbox {

/// By which price a stop fires that does not say.
constexpr Trigger default_trigger(MarketKind kind) {
  return kind == MarketKind::spot ? Trigger::last : Trigger::mark;
}

/// One leg as a bracket wants it to stand. Quantity zero: it shall not stand. Prices are exact
/// wishes; they meet tick and lot only where requests are made (rounding.hpp).
struct WishedLeg {
  LegId leg;
  Side side = Side::buy;
  OrderKind kind = OrderKind::market;
  Quantity quantity;
  std::optional<Price> price;
  std::optional<Price> trigger_price;
  Trigger trigger = Trigger::last;
  TimeInForce time_in_force = TimeInForce::gtc;
  bool post_only = false;
  bool reduce_only = false;

  friend bool operator==(const WishedLeg&, const WishedLeg&) = default;
};

/// A state, not a step: saying it twice changes nothing. Linked legs stand or fall together.
struct Wish {
  OrderClass order_class = OrderClass::entry;
  Linkage linkage = Linkage::single;
  Bounded<WishedLeg, 3> legs;

  friend bool operator==(const Wish&, const Wish&) = default;
};
using Wishes = std::vector<Wish>;

/// How a leg's order came to its end.
enum class LegEnd : std::uint8_t { filled = 1, cancelled, expired, rejected, absent };

/// What became of a leg: orders tell the bracket in these words only.
struct LegEvent {
  enum class What : std::uint8_t {
    sent = 1,    ///< intended and recorded; `quantity` is the order's
    standing,    ///< the venue accepted it
    pending,     ///< the venue holds it until the entry fills
    triggered,   ///< a stop has fired and works now
    filled,      ///< one trade: `quantity` and `price` of it, `base_fee` taken from the base
    ended,       ///< terminal: see `end` and `refusal`
    unknown,     ///< nobody knows: it counts against what may be sold, never as cover
    cancelling,  ///< a cancel was recorded; it no longer counts as cover
    freed,       ///< one that was thought over, and held what is to be sold, is gone at last
    funds,       ///< after an exit was refused for want of them: `quantity` of the base is free
  };
  What what = What::sent;  ///< with `sent`, `price` is the trigger or the limit
  LegId leg;
  Side side = Side::buy;  ///< of the order: a close may buy back what was sold too much
  bool linked = false;    ///< with `sent`: the venue ends the other leg when this one trades
  bool late = false;  ///< with `filled`: of an order that was thought over, not the leg's newest
  Quantity quantity;
  Price price;
  Quantity base_fee;   ///< taken from the bought base; the worst when the venue did not say
  Notional quote_fee;  ///< taken in quote currency
  LegEnd end = LegEnd::filled;
  Refusal refusal = Refusal::none;
  ClientOrderId order;  ///< whose event it is
  VenueOrderId venue_order;

  friend bool operator==(const LegEvent&, const LegEvent&) = default;
};

}  // namespace signalbox
