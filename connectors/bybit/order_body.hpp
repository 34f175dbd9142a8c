#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "connectors/bybit/markets.hpp"
#include "connectors/bybit/words.hpp"
#include "messages/venue_requests.hpp"

namespace signalbox::bybit {

/// Whether the account holds one position per symbol, or a long and a short one side by side.
/// Every derivative order must fit it.
enum class PositionMode : std::uint8_t { one_way = 1, hedge };

/// How far an exit that travels with its entry reaches.
enum class ExitScope : std::uint8_t {
  filled = 1,  ///< as much as the entry fills, beside what others hold ("Partial")
  position,    ///< the whole position; a later one overwrites it ("Full")
};

/// An exit that travels with its entry.
struct AttachedExit {
  Decimal trigger_price;
  std::optional<Decimal> limit;  ///< absent: at market
  Trigger trigger = Trigger::last;
};

/// Which side of the market sets a conditional order off.
enum class Direction : std::uint8_t { rises_to = 1, falls_to = 2 };

/// One order in the venue's own terms. Quantities are in base unless `in_quote`. Nothing is checked
/// here: `why_not` does that for orders of ours.
struct NewOrder {
  std::string_view link_id;  ///< the client's id; empty: none
  Side side = Side::buy;
  bool at_market = false;
  Decimal quantity;
  bool in_quote = false;  ///< a spot purchase at market for so much money
  std::optional<Decimal> price;
  Life life = Life::until_cancelled;
  std::optional<Decimal> trigger_price;
  Direction direction = Direction::rises_to;
  Trigger trigger = Trigger::last;
  Filter filter = Filter::plain;  ///< spot
  bool reduce_only = false;
  bool close_on_trigger = false;
  std::optional<AttachedExit> stop;
  std::optional<AttachedExit> target;
  ExitScope scope = ExitScope::filled;
  PositionMode mode = PositionMode::one_way;
  std::string_view self_trade;  ///< CancelMaker, CancelTaker; empty: the venue's default
};

/// One of the two ids an order goes by; the venue's own counts when both are given.
struct OrderName {
  std::string_view order_id;
  std::string_view link_id;
};

struct OrderChange {
  OrderName name;
  std::optional<Decimal> quantity;
  std::optional<Decimal> price;
  std::optional<Decimal> trigger_price;
};

struct OrderCancel {
  OrderName name;
  Filter filter = Filter::plain;  ///< spot
  /// A further parameter as it stands in the JSON text, for callers that pass on what they were
  /// given.
  std::string_view extra_name, extra_json;
};

// Appended to `out` as JSON objects: the body of a REST request, or an argument of a websocket one.
void append_order(std::string& out, const NewOrder& order, const Market& market);
void append_change(std::string& out, const OrderChange& change, const Market& market);
void append_cancel(std::string& out, const OrderCancel& cancel, const Market& market);

/// What our placement is in these terms. The views point into `orders`.
NewOrder new_order(const PlaceOrders& orders, const Market& market, PositionMode mode);

}  // namespace signalbox::bybit
