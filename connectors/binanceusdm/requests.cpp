#include "connectors/binanceusdm/requests.hpp"

#include <array>

#include "connectors/binanceusdm/ids.hpp"

namespace signalbox::binanceusdm {
namespace {

constexpr auto paths = std::array<std::string_view, 5>{
    "POST /fapi/v1/order", "POST /fapi/v1/algoOrder", "PUT /fapi/v1/order",
    "POST /fapi/v1/leverage", "POST /fapi/v1/marginType"};

std::string_view side_name(Side side) { return side == Side::buy ? "BUY" : "SELL"; }

std::string_view type_name(OrderKind kind) {
  switch (kind) {
    case OrderKind::market: return "MARKET";
    case OrderKind::limit: return "LIMIT";
    case OrderKind::stop_market: return "STOP_MARKET";
    case OrderKind::stop_limit: return "STOP";
    case OrderKind::take_profit_market: return "TAKE_PROFIT_MARKET";
    case OrderKind::take_profit_limit: return "TAKE_PROFIT";
  }
  return "";
}

std::string_view tif_name(const OrderSpec& spec) {
  if (spec.post_only) return "GTX";
  switch (spec.time_in_force) {
    case TimeInForce::ioc: return "IOC";
    case TimeInForce::fok: return "FOK";
    case TimeInForce::gtc: break;
  }
  return "GTC";
}

/// In hedge mode every order names the position it belongs to, and that says what reduces; the
/// venue refuses the flag beside it.
void add_position(Query& query, const OrderSpec& spec, PositionMode mode) {
  if (mode == PositionMode::one_way) {
    if (spec.reduce_only) query.add("reduceOnly", true);
    return;
  }
  const bool is_long = (spec.side == Side::buy) != spec.reduce_only;
  query.add("positionSide", is_long ? "LONG" : "SHORT");
}

void add_id(Query& query, IdSpace space, const ClientOrderId& id, const VenueOrderId& venue_id) {
  // The venue's id when we have it: ours may be used again once an order has ended.
  if (!venue_id.empty())
    query.add(space == IdSpace::algo ? "algoId" : "orderId", wire_id(venue_id));
  else
    query.add(space == IdSpace::algo ? "clientAlgoId" : "origClientOrderId", id.view());
}

void write_order(Query& query, const OrderSpec& spec, const Market& market, PositionMode mode) {
  const bool algo = space_of(spec.kind) == IdSpace::algo;
  query.add("symbol", market.wire).add("side", side_name(spec.side));
  if (algo) query.add("algoType", "CONDITIONAL");
  query.add("type", type_name(spec.kind)).add("quantity", spec.quantity.decimal());
  if (has_limit_price(spec.kind)) query.add("price", spec.price->decimal());
  // A conditional limit order is GTC unless something else is wanted.
  if (spec.kind == OrderKind::limit || (algo && spec.time_in_force != TimeInForce::gtc))
    query.add("timeInForce", tif_name(spec));
  if (algo) {
    query.add("triggerPrice", spec.trigger_price->decimal());
    if (spec.trigger == Trigger::mark) query.add("workingType", "MARK_PRICE");
  }
  add_position(query, spec, mode);
  query.add(algo ? "clientAlgoId" : "newClientOrderId", spec.id.view());
  query.add("newOrderRespType", "RESULT");
}

Duration window_of(const PlaceOrders& orders) {
  return orders.valid_for > Duration{} ? orders.valid_for : valid_for_default;
}

}  // namespace

RequestWriter::RequestWriter(std::string_view host, const Secret& api_key, const Secret& api_secret)
    : out_(host, api_key, api_secret, paths) {}

RequestBytes RequestWriter::place(const PlaceOrders& orders, const Market& market,
                                  PositionMode mode, WallTime now) {
  if (auto bad = why_not(orders, market)) return tl::unexpected(*bad);
  const auto& spec = orders.orders[0];
  auto query = out_.begin_body();
  write_order(query, spec, market, mode);
  return out_.end_body(query, space_of(spec.kind) == IdSpace::algo ? algo_path : order_path,
                       window_of(orders), now);
}

RequestBytes RequestWriter::place_frame(Framed as, const PlaceOrders& orders, const Market& market,
                                        PositionMode mode, WallTime now) {
  if (auto bad = why_not(orders, market)) return tl::unexpected(*bad);
  const auto& spec = orders.orders[0];
  auto query = out_.begin_body();
  write_order(query, spec, market, mode);
  binance::stamp(query, window_of(orders), now);
  return frames_.write(as.id,
                       space_of(spec.kind) == IdSpace::algo ? "algoOrder.place" : "order.place",
                       query.view(), as.proof);
}

RequestBytes RequestWriter::cancel_frame(Framed as, IdSpace space, const ClientOrderId& id,
                                         const VenueOrderId& venue_id, const Market& market,
                                         WallTime now) {
  if (auto bad = why_not(id, venue_id)) return tl::unexpected(*bad);
  auto query = out_.begin_body();
  query.add("symbol", market.wire);
  add_id(query, space, id, venue_id);
  binance::stamp(query, binance::RequestBuffer::window_default, now);
  return frames_.write(as.id, space == IdSpace::algo ? "algoOrder.cancel" : "order.cancel",
                       query.view(), as.proof);
}

RequestBytes RequestWriter::modify(const VenueOrderId& venue_id, const OrderSpec& order,
                                   const Market& market, WallTime now) {
  if (auto bad = why_not(order.id, venue_id)) return tl::unexpected(*bad);
  if (auto bad = why_not(order, market)) return tl::unexpected(*bad);
  auto query = out_.begin_body();
  query.add("symbol", market.wire).add("side", side_name(order.side));
  add_id(query, IdSpace::plain, order.id, venue_id);
  query.add("quantity", order.quantity.decimal()).add("price", order.price->decimal());
  return out_.end_body(query, modify_path, valid_for_default, now);
}

RequestBytes RequestWriter::cancel(IdSpace space, const ClientOrderId& id,
                                   const VenueOrderId& venue_id, const Market& market,
                                   WallTime now) {
  if (auto bad = why_not(id, venue_id)) return tl::unexpected(*bad);
  auto query = out_.begin_target(space == IdSpace::algo ? "DELETE /fapi/v1/algoOrder?"
                                                        : "DELETE /fapi/v1/order?");
  query.add("symbol", market.wire);
  add_id(query, space, id, venue_id);
  return out_.end_target(query, now);
}

RequestBytes RequestWriter::order(IdSpace space, const ClientOrderId& id,
                                  const VenueOrderId& venue_id, const Market& market,
                                  WallTime now) {
  if (auto bad = why_not(id, venue_id)) return tl::unexpected(*bad);
  auto query =
      out_.begin_target(space == IdSpace::algo ? "GET /fapi/v1/algoOrder?" : "GET /fapi/v1/order?");
  query.add("symbol", market.wire);
  add_id(query, space, id, venue_id);
  return out_.end_target(query, now);
}

std::string_view RequestWriter::open_orders(IdSpace space, const Market* market, WallTime now) {
  auto query = out_.begin_target(space == IdSpace::algo ? "GET /fapi/v1/openAlgoOrders?"
                                                        : "GET /fapi/v1/openOrders?");
  if (market) query.add("symbol", market->wire);
  return out_.end_target(query, now);
}

std::string_view RequestWriter::cancel_all(IdSpace space, const Market& market, WallTime now) {
  auto query = out_.begin_target(space == IdSpace::algo ? "DELETE /fapi/v1/algoOpenOrders?"
                                                        : "DELETE /fapi/v1/allOpenOrders?");
  query.add("symbol", market.wire);
  return out_.end_target(query, now);
}

std::string_view RequestWriter::trades(const Market& market, WallTime from, WallTime to,
                                       WallTime now) {
  auto query = out_.begin_target("GET /fapi/v1/userTrades?");
  query.add("symbol", market.wire).add("startTime", to_ms(from)).add("endTime", to_ms(to));
  query.add("limit", trades_page_max);
  return out_.end_target(query, now);
}

std::string_view RequestWriter::signed_get(std::string_view path, WallTime now) {
  auto query = out_.begin_target(path);
  return out_.end_target(query, now);
}

std::string_view RequestWriter::account(WallTime now) {
  return signed_get("GET /fapi/v3/account?", now);
}
std::string_view RequestWriter::positions(WallTime now) {
  return signed_get("GET /fapi/v3/positionRisk?", now);
}
std::string_view RequestWriter::position_mode(WallTime now) {
  return signed_get("GET /fapi/v1/positionSide/dual?", now);
}
std::string_view RequestWriter::symbol_modes(WallTime now) {
  return signed_get("GET /fapi/v1/symbolConfig?", now);
}
std::string_view RequestWriter::fee(const Market& market, WallTime now) {
  auto query = out_.begin_target("GET /fapi/v1/commissionRate?");
  query.add("symbol", market.wire);
  return out_.end_target(query, now);
}
std::string_view RequestWriter::leverage_brackets(WallTime now) {
  return signed_get("GET /fapi/v1/leverageBracket?", now);
}

std::string_view RequestWriter::set_leverage(const Market& market, std::int64_t leverage,
                                             WallTime now) {
  auto query = out_.begin_body();
  query.add("symbol", market.wire).add("leverage", leverage);
  return out_.end_body(query, leverage_path, binance::RequestBuffer::window_default, now);
}

std::string_view RequestWriter::set_margin_mode(const Market& market, bool isolated, WallTime now) {
  auto query = out_.begin_body();
  query.add("symbol", market.wire).add("marginType", isolated ? "ISOLATED" : "CROSSED");
  return out_.end_body(query, margin_path, binance::RequestBuffer::window_default, now);
}

std::string_view RequestWriter::listen_key(std::string_view method) {
  static_cast<void>(out_.begin_target(std::string{method} + " /fapi/v1/listenKey"));
  return out_.end_with_key();
}

std::string_view RequestWriter::server_time() {
  static_cast<void>(out_.begin_target("GET /fapi/v1/time"));
  return out_.end_public();
}

std::string_view RequestWriter::exchange_info() {
  static_cast<void>(out_.begin_target("GET /fapi/v1/exchangeInfo"));
  return out_.end_public();
}

std::string_view RequestWriter::book_ticker(const Market& market) {
  auto query = out_.begin_target("GET /fapi/v1/ticker/bookTicker?");
  query.add("symbol", market.wire);
  return out_.end_public();
}

std::string_view RequestWriter::all_orders(const Market& market, WallTime from, WallTime now) {
  auto query = out_.begin_target("GET /fapi/v1/allOrders?");
  query.add("symbol", market.wire).add("startTime", to_ms(from));
  return out_.end_target(query, now);
}

std::string_view RequestWriter::trades_since(const Market& market, WallTime from,
                                             std::int64_t limit, WallTime now) {
  auto query = out_.begin_target("GET /fapi/v1/userTrades?");
  query.add("symbol", market.wire).add("startTime", to_ms(from)).add("limit", limit);
  return out_.end_target(query, now);
}

std::string_view RequestWriter::day_ticker(const Market& market) {
  auto query = out_.begin_target("GET /fapi/v1/ticker/24hr?");
  query.add("symbol", market.wire);
  return out_.end_public();
}

std::string_view RequestWriter::depth(const Market& market, std::int64_t levels) {
  auto query = out_.begin_target("GET /fapi/v1/depth?");
  query.add("symbol", market.wire).add("limit", levels);
  return out_.end_public();
}

}  // namespace signalbox::binanceusdm
