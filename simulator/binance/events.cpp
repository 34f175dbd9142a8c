#include "simulator/binance/events.hpp"

#include <fmt/format.h>

#include "simulator/binance/words.hpp"

namespace signalbox::simulator::binance {
namespace {

std::string_view execution_type(OrderChange change) {
  switch (change) {
    case OrderChange::accepted:
    case OrderChange::activated: return "NEW";
    case OrderChange::traded: return "TRADE";
    case OrderChange::cancelled: return "CANCELED";
    case OrderChange::expired: return "EXPIRED";
    case OrderChange::amended: return "REPLACED";
    case OrderChange::prevented: break;
  }
  return "TRADE_PREVENTION";
}

/// Client id and the id it replaces on this event.
std::pair<std::string_view, std::string_view> ids(const OrderEvent& e) {
  if (e.change == OrderChange::cancelled) return {e.cancel_id.view(), e.order.client_id.view()};
  if (e.change == OrderChange::amended) return {e.order.client_id.view(), e.previous_id.view()};
  return {e.order.client_id.view(), {}};
}

}  // namespace

std::string execution_report(const OrderEvent& e, std::string_view symbol,
                             std::uint64_t execution_id) {
  const auto& o = e.order;
  const auto [client_id, original_id] = ids(e);
  const auto at = ms(e.time);
  const Trade no_trade{};
  const auto& t = e.trade ? *e.trade : no_trade;
  auto json = fmt::format(
      R"({{"e":"executionReport","E":{},"s":"{}","c":"{}","S":"{}","o":"{}","f":"{}","q":"{}",)"
      R"("p":"{}","P":"{}","F":"0.00000000","g":{},"C":"{}","x":"{}","X":"{}","r":"NONE","i":{},)",
      at, symbol, client_id, word(o.side), word(o.type), word(o.time_in_force), amount(o.quantity),
      amount(o.price), amount(o.stop_price), static_cast<std::int64_t>(o.list), original_id,
      execution_type(e.change), word(o.state), static_cast<std::uint64_t>(o.id));
  json += fmt::format(
      R"("l":"{}","z":"{}","L":"{}","n":"{}","N":{},"T":{},"t":{},"I":{},"w":{},"m":{},"M":{},)"
      R"("O":{},"Z":"{}","Y":"{}","Q":"{}")",
      amount(t.quantity), amount(o.filled), amount(t.price),
      e.trade ? amount(t.fee) : std::string{"0"},
      e.trade ? fmt::format(R"("{}")", t.fee_asset.view()) : std::string{"null"}, at,
      e.trade ? static_cast<std::int64_t>(t.id) : -1, execution_id, o.on_book, t.maker,
      e.trade != nullptr, ms(o.created), amount(o.filled_quote), amount(t.quote),
      amount(o.for_quote));
  if (o.working_since) json += fmt::format(R"(,"W":{})", ms(*o.working_since));
  json += fmt::format(R"(,"V":"{}")", word(o.self_trade));
  if (const auto why = word(o.end); !why.empty()) json += fmt::format(R"(,"eR":"{}")", why);
  if (o.state == OrderState::self_trade)
    json += fmt::format(R"(,"v":1,"A":"{}","B":"{}")", amount(o.rest()), amount(o.rest()));
  return json + "}";
}

std::string account_position(const std::vector<AssetBalance>& balances, WallTime now) {
  std::string all;
  for (const auto& b : balances) {
    if (!all.empty()) all += ',';
    all += fmt::format(R"({{"a":"{}","f":"{}","l":"{}"}})", b.asset.view(), amount(b.free),
                       amount(b.locked));
  }
  return fmt::format(R"({{"e":"outboundAccountPosition","E":{},"u":{},"B":[{}]}})", ms(now),
                     ms(now), all);
}

std::string balance_update(const Asset& asset, Decimal delta, WallTime now) {
  return fmt::format(R"({{"e":"balanceUpdate","E":{},"a":"{}","d":"{}","T":{}}})", ms(now),
                     asset.view(), amount(delta), ms(now));
}

std::string list_status(const OrderList& list, ListChange change, std::string_view symbol,
                        const Orders& orders, WallTime now) {
  std::string members;
  for (const auto id : list.orders) {
    if (!members.empty()) members += ',';
    members += fmt::format(R"({{"s":"{}","i":{},"c":"{}"}})", symbol,
                           static_cast<std::uint64_t>(id), orders[id].client_id.view());
  }
  const auto type = change == ListChange::done      ? "ALL_DONE"
                    : change == ListChange::updated ? "UPDATED"
                                                    : "EXEC_STARTED";
  return fmt::format(
      R"({{"e":"listStatus","E":{},"s":"{}","g":{},"c":"{}","l":"{}","L":"{}","r":"NONE",)"
      R"("C":"{}","T":{},"O":[{}]}})",
      ms(now), symbol, static_cast<std::int64_t>(list.id), word(list.kind), type,
      change == ListChange::done ? "ALL_DONE" : "EXECUTING", list.client_id.view(), ms(now),
      members);
}

std::string book_ticker(std::uint64_t update, std::string_view symbol, const BookTop& top) {
  return fmt::format(R"({{"u":{},"s":"{}","b":"{}","B":"{}","a":"{}","A":"{}"}})", update, symbol,
                     amount(top.bid), amount(top.bid_quantity), amount(top.ask),
                     amount(top.ask_quantity));
}

std::string public_trade(const Print& print, std::string_view symbol, WallTime now) {
  return fmt::format(
      R"({{"e":"trade","E":{},"s":"{}","t":{},"p":"{}","q":"{}","T":{},"m":{},"M":true}})", ms(now),
      symbol, print.id, amount(print.price), amount(print.quantity), ms(now), print.buyer_is_maker);
}

}  // namespace signalbox::simulator::binance
