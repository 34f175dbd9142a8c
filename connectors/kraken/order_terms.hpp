#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "connectors/kraken/markets.hpp"
#include "connectors/kraken/words.hpp"
#include "connectors/transport/url.hpp"
#include "messages/venue_requests.hpp"

namespace signalbox::kraken {

/// The one order that the venue makes for each fill of another: of the fill's size, on the other
/// side. A stop or a target, never both.
struct CloseOrder {
  OrderKind kind = OrderKind::stop_market;
  std::optional<Decimal> price;
  std::optional<Decimal> trigger_price;
};

/// One order in the venue's own terms. Nothing is checked here: `why_not` does that for orders of
/// ours.
struct NewOrder {
  std::string_view client_id;  ///< empty: none
  Side side = Side::buy;
  OrderKind kind = OrderKind::market;
  Decimal quantity;       ///< in base unless `in_quote`
  bool in_quote = false;  ///< a purchase at market for so much money
  std::optional<Decimal> price;
  std::optional<Decimal> trigger_price;
  Trigger trigger = Trigger::last;  ///< of the order and of its close order
  TimeInForce life = TimeInForce::gtc;
  bool post_only = false;
  bool fee_in_quote = false;  ///< asked for by name; else the account's own way
  std::optional<CloseOrder> close;
  SelfTrade self_trade = SelfTrade::cancel_newest;  ///< the venue's default
  std::optional<WallTime> deadline;                 ///< of arrival at the matching engine
};

/// One of the two ids an order goes by; the venue's own counts when both are given.
struct OrderName {
  std::string_view order_id;
  std::string_view client_id;
};

struct OrderChange {
  OrderName name;
  std::optional<Decimal> quantity;  ///< the new total
  std::optional<Decimal> price;
  std::optional<Decimal> trigger_price;
};

struct OrderCancel {
  OrderName name;
  /// A further parameter, for callers that pass on what they were given.
  std::string_view extra_name, extra;
};

// Added to the form of a REST request.
void add_order(Query& form, const NewOrder& order, const Market& market);
void add_change(Query& form, const OrderChange& change);
void add_cancel(Query& form, const OrderCancel& cancel);

// Appended as the members of a JSON object, without its braces: the parameters of a websocket
// request.
void append_order(std::string& out, const NewOrder& order, const Market& market);
void append_change(std::string& out, const OrderChange& change);
void append_cancel(std::string& out, const OrderCancel& cancel);

/// What our placement is in these terms, to arrive before `deadline`. The views point into
/// `orders`.
NewOrder new_order(const PlaceOrders& orders, std::optional<WallTime> deadline);
OrderChange change_of(const AmendOrder& amend);

}  // namespace signalbox::kraken
