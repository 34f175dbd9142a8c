#include "connectors/bybit/requests.hpp"

#include <algorithm>

#include "connectors/bybit/json_body.hpp"

namespace signalbox::bybit {
namespace {

Duration window_of(const PlaceOrders& orders) {
  return orders.valid_for > Duration{} ? orders.valid_for : valid_for_default;
}

void add_if(Query& query, std::string_view name, std::string_view value) {
  if (!value.empty()) query.add(name, value);
}
void add_if(Query& query, std::string_view name, std::int64_t value) {
  if (value > 0) query.add(name, value);
}
void add_if(Query& query, std::string_view name, const std::optional<WallTime>& value) {
  if (value) query.add(name, kit::to_ms(*value));
}

OrderChange change_of(const AmendOrder& amend) {
  OrderChange change{.name = {amend.venue_id.view(), amend.id.view()}};
  if (amend.quantity) change.quantity = amend.quantity->decimal();
  if (amend.price) change.price = amend.price->decimal();
  if (amend.trigger_price) change.trigger_price = amend.trigger_price->decimal();
  return change;
}

OrderCancel cancel_of(const CancelOrder& cancel, Filter filter) {
  return {.name = {cancel.venue_id.view(), cancel.id.view()}, .filter = filter};
}

}  // namespace

// ---- orders ----

RequestBytes RequestWriter::place(const PlaceOrders& orders, const Market& market,
                                  PositionMode mode, WallTime now) {
  if (auto bad = why_not(orders, market)) return tl::unexpected(*bad);
  return create(new_order(orders, market, mode), market, window_of(orders), now);
}

RequestBytes RequestWriter::amend(const AmendOrder& amend, const Market& market, WallTime now) {
  if (auto bad = why_not(amend, market)) return tl::unexpected(*bad);
  return change(change_of(amend), market, now);
}

RequestBytes RequestWriter::cancel(const CancelOrder& message, const Market& market, Filter filter,
                                   WallTime now) {
  if (auto bad = why_not(message.id, message.venue_id)) return tl::unexpected(*bad);
  return cancel(cancel_of(message, filter), market, now);
}

RequestBytes RequestWriter::create(const NewOrder& order, const Market& market, Duration window,
                                   WallTime now) {
  if (auto bad = why_not(order, market)) return tl::unexpected(*bad);
  append_order(writer_.begin_post(), order, market);
  return writer_.end_post(SignedWriter::create, window, now);
}

std::string_view RequestWriter::change(const OrderChange& change, const Market& market,
                                       WallTime now) {
  append_change(writer_.begin_post(), change, market);
  return writer_.end_post(SignedWriter::amend, receive_window_default, now);
}

std::string_view RequestWriter::cancel(const OrderCancel& cancel, const Market& market,
                                       WallTime now) {
  append_cancel(writer_.begin_post(), cancel, market);
  return writer_.end_post(SignedWriter::cancel, receive_window_default, now);
}

std::string_view RequestWriter::cancel_all(const Market& market, WallTime now) {
  JsonBody body{writer_.begin_post()};
  body.add("category", word(market.category)).add("symbol", market.name).end();
  return writer_.end_post(SignedWriter::cancel_all, receive_window_default, now);
}

std::string_view RequestWriter::set_leverage(const Market& market, Decimal leverage, WallTime now) {
  JsonBody body{writer_.begin_post()};
  body.add("category", word(market.category)).add("symbol", market.name);
  body.add("buyLeverage", leverage).add("sellLeverage", leverage).end();
  return writer_.end_post(SignedWriter::set_leverage, receive_window_default, now);
}

// ---- reads ----

RequestBytes RequestWriter::order(const ClientOrderId& id, const VenueOrderId& venue_id,
                                  const Market& market, bool history, WallTime now) {
  if (auto bad = why_not(id, venue_id)) return tl::unexpected(*bad);
  return orders({.history = history,
                 .category = market.category,
                 .name = market.name,
                 .order = {venue_id.view(), id.view()}},
                now);
}

std::string_view RequestWriter::orders(const OrdersQuery& asked, WallTime now) {
  auto query = writer_.begin_get(asked.history ? "/v5/order/history" : "/v5/order/realtime");
  query.add("category", word(asked.category));
  add_if(query, "symbol", asked.name);
  add_if(query, "settleCoin", asked.settle);
  add_if(query, "orderId", asked.order.order_id);
  if (asked.order.order_id.empty()) add_if(query, "orderLinkId", asked.order.link_id);
  add_if(query, "orderStatus", asked.status);
  add_if(query, "startTime", asked.since);
  add_if(query, "limit", asked.limit);
  add_if(query, "cursor", asked.cursor);
  return writer_.end_get(query, now);
}

std::string_view RequestWriter::executions(const ExecutionsQuery& asked, WallTime now) {
  auto query = writer_.begin_get("/v5/execution/list");
  query.add("category", word(asked.category));
  add_if(query, "symbol", asked.name);
  query.add("execType", "Trade");
  add_if(query, "startTime", asked.since);
  add_if(query, "endTime", asked.until);
  add_if(query, "limit", asked.limit);
  add_if(query, "cursor", asked.cursor);
  return writer_.end_get(query, now);
}

std::string_view RequestWriter::positions(const PositionsQuery& asked, WallTime now) {
  auto query = writer_.begin_get("/v5/position/list");
  query.add("category", word(Category::linear));
  add_if(query, "symbol", asked.name);
  add_if(query, "settleCoin", asked.settle);
  add_if(query, "limit", asked.limit);
  add_if(query, "cursor", asked.cursor);
  return writer_.end_get(query, now);
}

std::string_view RequestWriter::wallet(WallTime now) {
  auto query = writer_.begin_get("/v5/account/wallet-balance");
  query.add("accountType", "UNIFIED");
  return writer_.end_get(query, now);
}

std::string_view RequestWriter::account_info(WallTime now) {
  return writer_.end_get(writer_.begin_get("/v5/account/info"), now);
}

std::string_view RequestWriter::key_info(WallTime now) {
  return writer_.end_get(writer_.begin_get("/v5/user/query-api"), now);
}

std::string_view RequestWriter::fee_rates(Category category, WallTime now) {
  auto query = writer_.begin_get("/v5/account/fee-rate");
  query.add("category", word(category));
  return writer_.end_get(query, now);
}

std::string_view RequestWriter::server_time() {
  return writer_.end_public(writer_.begin_get("/v5/market/time"));
}

std::string_view RequestWriter::instruments(Category category, std::string_view name,
                                            std::string_view cursor) {
  auto query = writer_.begin_get("/v5/market/instruments-info");
  query.add("category", word(category));
  add_if(query, "symbol", name);
  // Spot comes in one piece and has no pages.
  if (category != Category::spot && name.empty()) query.add("limit", instruments_page_max);
  add_if(query, "cursor", cursor);
  return writer_.end_public(query);
}

std::string_view RequestWriter::ticker(const Market& market) {
  auto query = writer_.begin_get("/v5/market/tickers");
  query.add("category", word(market.category)).add("symbol", market.name);
  return writer_.end_public(query);
}

std::string_view RequestWriter::order_book(const Market& market, std::int64_t limit) {
  auto query = writer_.begin_get("/v5/market/orderbook");
  query.add("category", word(market.category)).add("symbol", market.name);
  add_if(query, "limit", limit);
  return writer_.end_public(query);
}

// ---- websocket frames ----

std::string_view RequestWriter::log_on(std::string_view id, WallTime expires) {
  const auto ms = kit::to_ms(expires);
  const auto signature = writer_.websocket_signature(ms);
  frame_.assign(R"({"req_id":")").append(id).append(R"(","op":"auth","args":[")");
  frame_.append(writer_.key()).append("\",").append(std::to_string(ms)).append(",\"");
  frame_.append(signature.view()).append("\"]}");
  return frame_;
}

void RequestWriter::begin_frame(std::string_view id, std::string_view operation, Duration window,
                                WallTime now) {
  std::array<char, 20> time_digits, window_digits;
  frame_.assign(R"({"reqId":")").append(id);
  frame_.append(R"(","header":{"X-BAPI-TIMESTAMP":")").append(write_ms(time_digits, now));
  frame_.append(R"(","X-BAPI-RECV-WINDOW":")").append(write_window(window_digits, window));
  frame_.append(R"("},"op":")").append(operation).append(R"(","args":[)");
}

std::string_view RequestWriter::end_frame() { return frame_.append("]}"); }

RequestBytes RequestWriter::place_frame(std::string_view id, const PlaceOrders& orders,
                                        const Market& market, PositionMode mode, WallTime now) {
  if (auto bad = why_not(orders, market)) return tl::unexpected(*bad);
  begin_frame(id, "order.create", window_of(orders), now);
  append_order(frame_, new_order(orders, market, mode), market);
  return end_frame();
}

RequestBytes RequestWriter::amend_frame(std::string_view id, const AmendOrder& amend,
                                        const Market& market, WallTime now) {
  if (auto bad = why_not(amend, market)) return tl::unexpected(*bad);
  begin_frame(id, "order.amend", receive_window_default, now);
  append_change(frame_, change_of(amend), market);
  return end_frame();
}

RequestBytes RequestWriter::cancel_frame(std::string_view id, const CancelOrder& cancel,
                                         const Market& market, Filter filter, WallTime now) {
  if (auto bad = why_not(cancel.id, cancel.venue_id)) return tl::unexpected(*bad);
  begin_frame(id, "order.cancel", receive_window_default, now);
  append_cancel(frame_, cancel_of(cancel, filter), market);
  return end_frame();
}

std::string operation_frame(std::string_view id, std::string_view operation,
                            const std::vector<std::string>& arguments) {
  std::string frame =
      R"({"req_id":")" + std::string{id} + R"(","op":")" + std::string{operation} + "\"";
  if (!arguments.empty()) {
    frame += ",\"args\":[";
    for (const auto& each : arguments)
      frame += (&each == arguments.data() ? "\"" : ",\"") + each + "\"";
    frame += "]";
  }
  return frame + "}";
}

}  // namespace signalbox::bybit
