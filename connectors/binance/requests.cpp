#include "connectors/binance/requests.hpp"

#include <algorithm>
#include <array>

namespace signalbox::binance {
namespace {

constexpr auto path_starts = std::array<std::string_view, 6>{"POST /api/v3/order",
                                                             "POST /api/v3/orderList/oco",
                                                             "POST /api/v3/orderList/oto",
                                                             "POST /api/v3/orderList/otoco",
                                                             "PUT /api/v3/order/amend/keepPriority",
                                                             "POST /api/v3/order/cancelReplace"};

/// The same of the websocket API.
constexpr auto methods =
    std::array<std::string_view, 5>{"order.place", "orderList.place.oco", "orderList.place.oto",
                                    "orderList.place.otoco", "order.amend.keepPriority"};

/// The venue's names for the fields of one leg of a list. An empty one: this leg has no such field.
struct LegNames {
  std::string_view type, quantity, price, trigger, time_in_force, id;
};
constexpr LegNames single_names{"type",      "quantity",    "price",
                                "stopPrice", "timeInForce", "newClientOrderId"};
constexpr LegNames above_names{
    "aboveType", "", "abovePrice", "aboveStopPrice", "aboveTimeInForce", "aboveClientOrderId"};
constexpr LegNames below_names{
    "belowType", "", "belowPrice", "belowStopPrice", "belowTimeInForce", "belowClientOrderId"};
constexpr LegNames working_names{"workingType",        "workingQuantity",     "workingPrice", "",
                                 "workingTimeInForce", "workingClientOrderId"};
constexpr LegNames pending_names{"pendingType",      "pendingQuantity",    "pendingPrice",
                                 "pendingStopPrice", "pendingTimeInForce", "pendingClientOrderId"};
constexpr LegNames pending_above_names{"pendingAboveType",        "",
                                       "pendingAbovePrice",       "pendingAboveStopPrice",
                                       "pendingAboveTimeInForce", "pendingAboveClientOrderId"};
constexpr LegNames pending_below_names{"pendingBelowType",        "",
                                       "pendingBelowPrice",       "pendingBelowStopPrice",
                                       "pendingBelowTimeInForce", "pendingBelowClientOrderId"};

std::string_view side_name(Side side) { return side == Side::buy ? "BUY" : "SELL"; }

std::string_view tif_name(TimeInForce tif) {
  switch (tif) {
    case TimeInForce::ioc: return "IOC";
    case TimeInForce::fok: return "FOK";
    case TimeInForce::gtc: break;
  }
  return "GTC";
}

std::string_view type_name(const OrderSpec& spec, bool maker_only) {
  switch (spec.kind) {
    case OrderKind::market: return "MARKET";
    case OrderKind::limit: return maker_only ? "LIMIT_MAKER" : "LIMIT";
    case OrderKind::stop_market: return "STOP_LOSS";
    case OrderKind::stop_limit: return "STOP_LOSS_LIMIT";
    case OrderKind::take_profit_market: return "TAKE_PROFIT";
    case OrderKind::take_profit_limit: return "TAKE_PROFIT_LIMIT";
  }
  return "";
}

/// Exactly the fields the type takes: a superfluous one is refused by the venue.
void add_leg(Query& query, const LegNames& names, const OrderSpec& spec, bool maker_only) {
  maker_only = maker_only || spec.post_only;
  query.add(names.type, type_name(spec, maker_only));
  if (!names.quantity.empty()) query.add(names.quantity, spec.quantity.decimal());
  if (has_limit_price(spec.kind)) {
    query.add(names.price, spec.price->decimal());
    if (!maker_only) query.add(names.time_in_force, tif_name(spec.time_in_force));
  }
  if (is_conditional(spec.kind)) query.add(names.trigger, spec.trigger_price->decimal());
  if (!spec.id.empty()) query.add(names.id, spec.id.view());
}

void add_pair(Query& query, const OrderSpec& stop, const OrderSpec& target, const LegNames& above,
              const LegNames& below) {
  const bool stop_below = stop.side == Side::sell;
  // A limit leg of a pair must be post-only at this venue.
  add_leg(query, stop_below ? above : below, target, target.kind == OrderKind::limit);
  add_leg(query, stop_below ? below : above, stop, false);
}

/// A list needs an id of its own. Derived like everything else, and longer than any order's.
void add_list_id(Query& query, const ClientOrderId& first) {
  query.add("listClientOrderId", first.str() + "-list");
}

/// Whoever takes is judged by its own mode. An entry that meets our own resting exit gives way;
/// an exit that meets our own resting entry takes that out.
void add_prevention(Query& query, const PlaceOrders& orders, const Market& market) {
  const bool entry_alone =
      orders.order_class == OrderClass::entry && orders.linkage == Linkage::single;
  if (entry_alone && market.expire_taker)
    query.add("selfTradePreventionMode", "EXPIRE_TAKER");
  else if (!entry_alone && market.expire_maker)
    query.add("selfTradePreventionMode", "EXPIRE_MAKER");
}

/// Fills come with the answer where the order can fill at once; elsewhere its state is enough.
std::string_view response_type(const PlaceOrders& orders) {
  if (orders.linkage == Linkage::one_cancels_other) return "RESULT";
  return is_conditional(orders.orders[0].kind) ? "RESULT" : "FULL";
}

Duration window_of(const PlaceOrders& orders) {
  return orders.valid_for > Duration{} ? orders.valid_for : valid_for_default;
}

void add_order_id(Query& query, const ClientOrderId& id, const VenueOrderId& venue_id) {
  // The venue's id when we have it: ours may be used again once an order has ended.
  if (!venue_id.empty())
    query.add("orderId", venue_id.view());
  else
    query.add("origClientOrderId", id.view());
}

}  // namespace

RequestWriter::RequestWriter(std::string_view host, const Secret& api_key, const Secret& api_secret)
    : out_(host, api_key, api_secret, path_starts) {}

RequestWriter::Path RequestWriter::write_orders(Query& query, const PlaceOrders& orders,
                                                const Market& market) {
  const auto& all = orders.orders;
  const auto& first = all[0];
  Path path = order_path;
  query.add("symbol", market.wire);
  switch (orders.linkage) {
    case Linkage::single:
      query.add("side", side_name(first.side));
      add_leg(query, single_names, first, false);
      break;
    case Linkage::one_cancels_other:
      path = oco_path;
      add_list_id(query, first.id);
      query.add("side", side_name(first.side)).add("quantity", first.quantity.decimal());
      add_pair(query, all[0], all[1], above_names, below_names);
      break;
    case Linkage::one_triggers_other:
      path = oto_path;
      add_list_id(query, first.id);
      query.add("workingSide", side_name(first.side));
      add_leg(query, working_names, first, false);
      query.add("pendingSide", side_name(all[1].side));
      add_leg(query, pending_names, all[1], false);
      break;
    case Linkage::one_triggers_pair:
      path = otoco_path;
      add_list_id(query, first.id);
      query.add("workingSide", side_name(first.side));
      add_leg(query, working_names, first, false);
      query.add("pendingSide", side_name(all[1].side))
          .add("pendingQuantity", all[1].quantity.decimal());
      add_pair(query, all[1], all[2], pending_above_names, pending_below_names);
      break;
  }
  query.add("newOrderRespType", response_type(orders));
  add_prevention(query, orders, market);
  return path;
}

RequestBytes RequestWriter::place(const PlaceOrders& orders, const Market& market, WallTime now) {
  if (auto bad = why_not(orders, market)) return tl::unexpected(*bad);
  Query query = out_.begin_body();
  const auto path = write_orders(query, orders, market);
  return out_.end_body(query, path, window_of(orders), now);
}

RequestBytes RequestWriter::place_frame(Framed as, const PlaceOrders& orders, const Market& market,
                                        WallTime now) {
  if (auto bad = why_not(orders, market)) return tl::unexpected(*bad);
  Query query = out_.begin_body();
  const auto path = write_orders(query, orders, market);
  stamp(query, window_of(orders), now);
  return frames_.write(as.id, methods[path], query.view(), as.proof);
}

void RequestWriter::write_amend(Query& query, const AmendOrder& amend, const Market& market) {
  query.add("symbol", market.wire);
  add_order_id(query, amend.id, amend.venue_id);
  // Without it the venue would give the order a random id, and we would not know our own order.
  query.add("newClientOrderId", amend.id.view());
  query.add("newQty", amend.quantity->decimal());
}

RequestBytes RequestWriter::amend(const AmendOrder& amend, const Market& market, WallTime now) {
  if (auto bad = why_not(amend, market)) return tl::unexpected(*bad);
  Query query = out_.begin_body();
  write_amend(query, amend, market);
  return out_.end_body(query, amend_path, RequestBuffer::window_default, now);
}

RequestBytes RequestWriter::amend_frame(Framed as, const AmendOrder& amend, const Market& market,
                                        WallTime now) {
  if (auto bad = why_not(amend, market)) return tl::unexpected(*bad);
  Query query = out_.begin_body();
  write_amend(query, amend, market);
  stamp(query, RequestBuffer::window_default, now);
  return frames_.write(as.id, methods[amend_path], query.view(), as.proof);
}

RequestBytes RequestWriter::cancel_frame(Framed as, const CancelOrder& cancel, const Market& market,
                                         WallTime now) {
  if (auto bad = why_not(cancel.id, cancel.venue_id)) return tl::unexpected(*bad);
  Query query = out_.begin_body();
  query.add("symbol", market.wire);
  add_order_id(query, cancel.id, cancel.venue_id);
  stamp(query, RequestBuffer::window_default, now);
  return frames_.write(as.id, "order.cancel", query.view(), as.proof);
}

RequestBytes RequestWriter::cancel(const CancelOrder& cancel, const Market& market, WallTime now) {
  if (auto bad = why_not(cancel.id, cancel.venue_id)) return tl::unexpected(*bad);
  Query query = out_.begin_target("DELETE /api/v3/order?");
  query.add("symbol", market.wire);
  add_order_id(query, cancel.id, cancel.venue_id);
  return out_.end_target(query, now);
}

RequestBytes RequestWriter::order(const ClientOrderId& id, const VenueOrderId& venue_id,
                                  const Market& market, WallTime now) {
  if (auto bad = why_not(id, venue_id)) return tl::unexpected(*bad);
  Query query = out_.begin_target("GET /api/v3/order?");
  query.add("symbol", market.wire);
  add_order_id(query, id, venue_id);
  return out_.end_target(query, now);
}

std::string_view RequestWriter::open_orders(const Market* market, WallTime now) {
  Query query = out_.begin_target("GET /api/v3/openOrders?");
  if (market) query.add("symbol", market->wire);
  return out_.end_target(query, now);
}

std::string_view RequestWriter::trades(const Market& market, WallTime from, WallTime to,
                                       WallTime now) {
  Query query = out_.begin_target("GET /api/v3/myTrades?");
  query.add("symbol", market.wire).add("startTime", to_ms(from)).add("endTime", to_ms(to));
  query.add("limit", trades_page_max);
  return out_.end_target(query, now);
}

std::string_view RequestWriter::account(WallTime now, bool with_zeros) {
  Query query = out_.begin_target("GET /api/v3/account?");
  if (!with_zeros) query.add("omitZeroBalances", true);
  return out_.end_target(query, now);
}

std::string_view RequestWriter::key_rights(WallTime now) {
  Query query = out_.begin_target("GET /sapi/v1/account/apiRestrictions?");
  return out_.end_target(query, now);
}

std::string_view RequestWriter::server_time() {
  static_cast<void>(out_.begin_target("GET /api/v3/time"));
  return out_.end_public();
}

std::string_view RequestWriter::exchange_info(const std::vector<Symbol>& symbols) {
  if (symbols.empty()) {
    static_cast<void>(out_.begin_target("GET /api/v3/exchangeInfo"));
    return out_.end_public();
  }
  std::string list;
  for (const auto& symbol : symbols)
    list += (list.empty() ? "[\"" : ",\"") + wire_guess(symbol) + "\"";
  Query query = out_.begin_target("GET /api/v3/exchangeInfo?");
  query.add("symbols", list + "]");
  return out_.end_public();
}

std::string_view RequestWriter::book_ticker(const Market& market) {
  Query query = out_.begin_target("GET /api/v3/ticker/bookTicker?");
  query.add("symbol", market.wire);
  return out_.end_public();
}

RequestBytes RequestWriter::buy_for(const ClientOrderId& id, Notional cost, const Market& market,
                                    WallTime now) {
  if (auto bad = why_not(id, {})) return tl::unexpected(*bad);
  if (!cost.is_positive() || cost < market.instrument.notional_min)
    return tl::unexpected(Rejection{Refusal::minimum, Detail{"the cost is below the minimum"}});
  Query query = out_.begin_body();
  query.add("symbol", market.wire).add("side", "BUY").add("type", "MARKET");
  query.add("quoteOrderQty", cost.decimal()).add("newClientOrderId", id.view());
  query.add("newOrderRespType", "FULL");
  return out_.end_body(query, order_path, valid_for_default, now);
}

RequestBytes RequestWriter::replace(const VenueOrderId& old, const OrderSpec& order,
                                    const Market& market, WallTime now) {
  if (auto bad = why_not({}, old)) return tl::unexpected(*bad);
  if (auto bad = why_not(order, market)) return tl::unexpected(*bad);
  Query query = out_.begin_body();
  query.add("symbol", market.wire).add("side", side_name(order.side));
  query.add("cancelReplaceMode", "STOP_ON_FAILURE").add("cancelOrderId", old.view());
  add_leg(query, single_names, order, false);
  query.add("newOrderRespType", "RESULT");
  return out_.end_body(query, replace_path, valid_for_default, now);
}

std::string_view RequestWriter::cancel_all(const Market& market, WallTime now) {
  Query query = out_.begin_target("DELETE /api/v3/openOrders?");
  query.add("symbol", market.wire);
  return out_.end_target(query, now);
}

std::string_view RequestWriter::all_orders(const Market& market, WallTime from, WallTime now) {
  Query query = out_.begin_target("GET /api/v3/allOrders?");
  query.add("symbol", market.wire).add("startTime", to_ms(from));
  return out_.end_target(query, now);
}

std::string_view RequestWriter::trades_since(const Market& market, WallTime from,
                                             std::int64_t limit, WallTime now) {
  Query query = out_.begin_target("GET /api/v3/myTrades?");
  query.add("symbol", market.wire).add("startTime", to_ms(from)).add("limit", limit);
  return out_.end_target(query, now);
}

std::string_view RequestWriter::day_ticker(const Market& market) {
  Query query = out_.begin_target("GET /api/v3/ticker/24hr?");
  query.add("symbol", market.wire);
  return out_.end_public();
}

std::string_view RequestWriter::depth(const Market& market, std::int64_t levels) {
  Query query = out_.begin_target("GET /api/v3/depth?");
  query.add("symbol", market.wire).add("limit", levels);
  return out_.end_public();
}

std::string_view RequestWriter::subscribe_user_stream(std::string_view id, WallTime now) {
  Query query = out_.begin_body();
  stamp(query, RequestBuffer::window_default, now);
  return frames_.write(id, "userDataStream.subscribe.signature", query.view(), true);
}

}  // namespace signalbox::binance
