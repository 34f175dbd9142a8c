#include "connectors/kraken/requests.hpp"

#include <algorithm>

namespace signalbox::kraken {
namespace {

std::int64_t seconds_of(WallTime time) {
  return std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
}

void add_if(Query& query, std::string_view name, std::string_view value) {
  if (!value.empty()) query.add(name, value);
}
void add_if(Query& query, std::string_view name, std::int64_t value) {
  if (value > 0) query.add(name, value);
}
void add_if(Query& query, std::string_view name, const std::optional<WallTime>& value) {
  if (value) query.add(name, seconds_of(*value));
}

WallTime deadline_of(const PlaceOrders& orders, WallTime now) {
  const auto wanted = orders.valid_for > Duration{} ? orders.valid_for : valid_for_default;
  return now + std::clamp(wanted, valid_for_min, valid_for_max);
}

}  // namespace

template <class Fill>
RequestBytes RequestWriter::post(Call call, WallTime now, Fill fill) {
  const auto nonce = nonces_.next(now);
  if (!nonce) return tl::unexpected(Rejection{Refusal::not_sent, Detail{nonce.error().what}});
  auto form = writer_.begin_post(*nonce);
  fill(form);
  return writer_.end_post(call);
}

// ---- orders ----

RequestBytes RequestWriter::place(const PlaceOrders& orders, const Market& market, WallTime now) {
  if (auto bad = why_not(orders, market)) return tl::unexpected(*bad);
  return create(new_order(orders, deadline_of(orders, now)), market, now);
}

RequestBytes RequestWriter::amend(const AmendOrder& amend, const Market& market, WallTime now) {
  if (auto bad = why_not(amend, market)) return tl::unexpected(*bad);
  return change(change_of(amend), now);
}

RequestBytes RequestWriter::cancel(const CancelOrder& message, WallTime now) {
  return cancel(OrderCancel{.name = {message.venue_id.view(), message.id.view()}}, now);
}

RequestBytes RequestWriter::create(const NewOrder& order, const Market& market, WallTime now) {
  if (auto bad = why_not(order)) return tl::unexpected(*bad);
  return post(Call::add_order, now, [&](Query& form) { add_order(form, order, market); });
}

RequestBytes RequestWriter::change(const OrderChange& change, WallTime now) {
  if (auto bad = why_not(change.name)) return tl::unexpected(*bad);
  return post(Call::amend_order, now, [&](Query& form) { add_change(form, change); });
}

RequestBytes RequestWriter::cancel(const OrderCancel& cancel, WallTime now) {
  if (auto bad = why_not(cancel.name)) return tl::unexpected(*bad);
  return post(Call::cancel_order, now, [&](Query& form) { add_cancel(form, cancel); });
}

RequestBytes RequestWriter::cancel_all(WallTime now) {
  return post(Call::cancel_all, now, [](Query&) {});
}

// ---- reads ----

RequestBytes RequestWriter::open_orders(std::string_view client_id, WallTime now) {
  return post(Call::open_orders, now, [&](Query& form) { add_if(form, "cl_ord_id", client_id); });
}

RequestBytes RequestWriter::order(std::string_view order_id, bool trades, WallTime now) {
  if (auto bad = why_not(OrderName{.order_id = order_id})) return tl::unexpected(*bad);
  return post(Call::query_orders, now, [&](Query& form) {
    if (trades) form.add("trades", true);
    form.add("txid", order_id);
  });
}

RequestBytes RequestWriter::closed_orders(const ClosedQuery& query, WallTime now) {
  return post(Call::closed_orders, now, [&](Query& form) {
    add_if(form, "start", query.since);
    add_if(form, "ofs", query.offset);
    add_if(form, "cl_ord_id", query.client_id);
  });
}

RequestBytes RequestWriter::trades(const TradesQuery& query, WallTime now) {
  return post(Call::trades, now, [&](Query& form) {
    add_if(form, "start", query.since);
    add_if(form, "end", query.until);
    add_if(form, "ofs", query.offset);
    if (query.each_trade) form.add("consolidate_taker", false);
  });
}

RequestBytes RequestWriter::balance(WallTime now) {
  return post(Call::balance, now, [](Query&) {});
}

RequestBytes RequestWriter::key_info(WallTime now) {
  return post(Call::key_info, now, [](Query&) {});
}

RequestBytes RequestWriter::stream_token(WallTime now) {
  return post(Call::stream_token, now, [](Query&) {});
}

// ---- public ----

std::string_view RequestWriter::server_time() {
  return writer_.end_get(writer_.begin_get("/0/public/Time"));
}

std::string_view RequestWriter::system_status() {
  return writer_.end_get(writer_.begin_get("/0/public/SystemStatus"));
}

std::string_view RequestWriter::assets() {
  return writer_.end_get(writer_.begin_get("/0/public/Assets"));
}

std::string_view RequestWriter::pairs(std::string_view names) {
  auto query = writer_.begin_get("/0/public/AssetPairs");
  add_if(query, "pair", names);
  return writer_.end_get(query);
}

std::string_view RequestWriter::ticker(const Market& market) {
  auto query = writer_.begin_get("/0/public/Ticker");
  query.add("pair", market.wire);
  return writer_.end_get(query);
}

std::string_view RequestWriter::order_book(const Market& market, std::int64_t limit) {
  auto query = writer_.begin_get("/0/public/Depth");
  query.add("pair", market.wire);
  add_if(query, "count", limit);
  return writer_.end_get(query);
}

}  // namespace signalbox::kraken
