#include <algorithm>

#include "simulator/bybit/api.hpp"

namespace signalbox::simulator::bybit {
namespace {

constexpr std::size_t page_default = 20;

std::size_t page_of(const Params& params, std::size_t most) {
  const auto limit = params.integer("limit").value_or(static_cast<std::int64_t>(page_default));
  return static_cast<std::size_t>(
      std::clamp<std::int64_t>(limit, 1, static_cast<std::int64_t>(most)));
}

Answer rows(std::string_view category, const std::vector<std::string>& list,
            std::string_view cursor) {
  std::string json;
  for (const auto& each : list) json += (json.empty() ? "" : ",") + each;
  return {0, "OK",
          fmt::format(R"({{"category":"{}","list":[{}],"nextPageCursor":"{}"}})", category, json,
                      cursor)};
}

std::string number(Price price) { return price.is_zero() ? "0" : price.str(); }

}  // namespace

std::string_view Api::book_of(const Order& order) const {
  if (!is_conditional(order.type)) return "Order";
  return stop_book_.contains(order.client_id) ? "StopOrder" : "tpslOrder";
}

bool Api::is_hidden(const Order& order) const {
  if (order.list == ListId::none) return false;
  const auto& list = engine_.orders()[order.list];
  if (list.kind == ListKind::oco || list.orders[0] == order.id) return false;
  return order.held() || (order.done() && !made_at_.contains(order.id));
}

void Api::note_made(const Order& order) { made_at_.emplace(order.id, engine_.last(order.market)); }

std::string Api::order_json(const Order& o) const {
  const auto how = ending(o, is_linear());
  const bool child = o.list != ListId::none && engine_.orders()[o.list].orders[0] != o.id;
  const auto& list = child ? engine_.orders()[o.list] : OrderList{};
  const auto parent = child ? engine_.orders()[list.orders[0]].client_id : ClientId{};
  const bool pair = child && list.kind == ListKind::otoco;
  const auto book = book_of(o);
  const bool closes = is_stop(o.type);
  const std::string_view stop_type = is_linear() && child
                                         ? (closes ? "PartialStopLoss" : "PartialTakeProfit")
                                     : is_linear()         ? (is_conditional(o.type) ? "Stop" : "")
                                     : pair                ? "OcoOrder"
                                     : book == "StopOrder" ? "Stop"
                                     : book == "tpslOrder" ? "tpslOrder"
                                                           : "";
  const auto made = made_at_.find(o.id);
  const auto average = o.filled.is_zero() ? Decimal{}
                                          : Decimal::div(o.filled_quote.decimal(),
                                                         o.filled.decimal(), Rounding::down)
                                                .value_or(Decimal{});
  const auto life = o.type == OrderType::limit_maker ? "PostOnly"
                    : has_price(o.type)              ? word(o.time_in_force)
                                                     : "IOC";
  // Spot does not say.
  const bool falls = closes == (o.side == Side::sell);
  const int direction = is_linear() && is_conditional(o.type) ? (falls ? 2 : 1) : 0;
  return fmt::format(
      R"({{"category":"{}","symbol":"{}","orderId":"{}","orderLinkId":"{}","parentOrderLinkId":"{}",)"
      R"("blockTradeId":"","side":"{}","orderType":"{}","price":"{}","qty":"{}","isLeverage":"0",)"
      R"("positionIdx":0,"timeInForce":"{}","orderStatus":"{}","cancelType":"{}","rejectReason":"{}",)"
      R"("avgPrice":"{}","leavesQty":"{}","leavesValue":"0","cumExecQty":"{}","cumExecValue":"{}",)"
      R"("cumExecFee":"0","stopOrderType":"{}","orderIv":"","triggerPrice":"{}","takeProfit":"",)"
      R"("stopLoss":"","tpTriggerBy":"","slTriggerBy":"","triggerDirection":{},"triggerBy":"",)"
      R"("lastPriceOnCreated":"{}","reduceOnly":false,"closeOnTrigger":false,"smpType":"None",)"
      R"("createdTime":"{}","updatedTime":"{}"}})",
      category(), symbol(o.market), static_cast<std::uint64_t>(o.id),
      child ? "" : o.client_id.view(), parent.view(), word(o.side),
      has_price(o.type) ? "Limit" : "Market", number(o.price), o.quantity.str(), life, how.status,
      how.cancel_type, how.reject_reason, o.filled.is_zero() ? "" : average.str(),
      o.done() ? "0" : o.rest().str(), o.filled.str(), o.filled_quote.str(), stop_type,
      o.stop_price.is_zero() ? "0.0" : o.stop_price.str(), direction,
      made == made_at_.end() ? "" : made->second.str(), ms(o.created), ms(o.updated));
}

std::string Api::ghost_json(const Ghost& g) const {
  return fmt::format(
      R"({{"category":"{}","symbol":"{}","orderId":"{}","orderLinkId":"{}","side":"{}",)"
      R"("orderType":"Limit","price":"{}","qty":"{}","timeInForce":"PostOnly",)"
      R"("orderStatus":"Cancelled","cancelType":"UNKNOWN",)"
      R"("rejectReason":"EC_PostOnlyWillTakeLiquidity","avgPrice":"","leavesQty":"0",)"
      R"("cumExecQty":"0","cumExecValue":"0","cumExecFee":"0","stopOrderType":"",)"
      R"("triggerPrice":"0.0","reduceOnly":false,"createdTime":"{}","updatedTime":"{}"}})",
      category(), symbol(g.market), static_cast<std::uint64_t>(g.id), g.order.client_id.view(),
      word(g.order.side), g.order.price.str(), g.order.quantity.str(), ms(g.time), ms(g.time));
}

std::string Api::execution_json(const Trade& t) const {
  const auto& o = engine_.orders()[t.order];
  const bool child = o.list != ListId::none && engine_.orders()[o.list].orders[0] != o.id;
  return fmt::format(
      R"({{"category":"{}","symbol":"{}","orderId":"{}","orderLinkId":"{}","side":"{}",)"
      R"("orderPrice":"{}","orderQty":"{}","leavesQty":"{}","orderType":"{}","stopOrderType":"",)"
      R"("execFee":"{}","execId":"{}","execPrice":"{}","execQty":"{}","execType":"Trade",)"
      R"("execValue":"{}","execTime":"{}","feeCurrency":"{}","isMaker":{},"feeRate":"0","seq":{}}})",
      category(), symbol(t.market), static_cast<std::uint64_t>(t.order),
      child ? "" : o.client_id.view(), word(t.side), number(o.price), o.quantity.str(),
      o.rest().str(), has_price(o.type) ? "Limit" : "Market", t.fee.str(), t.id, t.price.str(),
      t.quantity.str(), t.quote.str(), ms(t.time), is_linear() ? "" : t.fee_asset.view(), t.maker,
      t.id);
}

std::string Api::wallet_json(AccountId, const std::vector<AssetBalance>& balances) const {
  std::string coins;
  for (const auto& b : balances)
    coins += fmt::format(
        R"({}{{"coin":"{}","equity":"{}","walletBalance":"{}","locked":"{}","free":"",)"
        R"("availableToWithdraw":"","unrealisedPnl":"0","totalOrderIM":"0","totalPositionIM":"0",)"
        R"("borrowAmount":"0"}})",
        coins.empty() ? "" : ",", b.asset.view(), (b.free + b.locked).str(),
        (b.free + b.locked).str(), b.locked.str());
  return fmt::format(R"({{"accountType":"UNIFIED","totalAvailableBalance":"","coin":[{}]}})",
                     coins);
}

/// Open ones, or those that have ended: of one instrument or all, newest first.
Answer Api::order_list(Call& call, bool open_only) {
  const auto& p = call.params;
  if (const auto other = wrong_category(p)) return *other;
  const auto market = find_symbol(p.text("symbol"));
  if (p.has("symbol") && !market) return no(10001, "Not supported symbols");
  const auto number = p.integer("orderId");
  const auto link_id = p.text("orderLinkId");
  const auto before = p.integer("cursor");
  const bool named = number || !link_id.empty();
  std::vector<std::string> list;
  for (const auto& g : ghosts_) {
    const bool wanted =
        number ? static_cast<std::int64_t>(g.id) == *number : link_id == g.order.client_id.view();
    if (named && wanted && g.account == call.account) list.push_back(ghost_json(g));
  }
  const auto page = page_of(p, 50);
  std::string cursor;
  const auto& all = engine_.orders().all();
  for (auto o = all.rbegin(); o != all.rend(); ++o) {
    if (o->account != call.account || is_hidden(*o) || (market && o->market != *market)) continue;
    const auto id = static_cast<std::int64_t>(o->id);
    if (number && id != *number) continue;
    const bool child = o->list != ListId::none && engine_.orders()[o->list].orders[0] != o->id;
    if (!number && !link_id.empty() && (child || o->client_id.view() != link_id)) continue;
    if (!named && open_only == o->done()) continue;
    if (before && id >= *before) continue;
    if (list.size() == page) {
      cursor = std::to_string(id + 1);
      break;
    }
    list.push_back(order_json(*o));
  }
  return rows(category(), list, cursor);
}

Answer Api::orders(Call& call) { return order_list(call, true); }
Answer Api::history(Call& call) { return order_list(call, false); }

Answer Api::executions(Call& call) {
  const auto& p = call.params;
  if (const auto other = wrong_category(p)) return *other;
  const auto market = find_symbol(p.text("symbol"));
  const auto since = p.integer("startTime");
  const auto until = p.integer("endTime");
  constexpr std::int64_t week_ms = 7 * 24 * 3'600'000;
  if (since && until && *until - *since > week_ms)
    return no(10001, "The time range between startTime and endTime is over 7 days");
  const auto page = page_of(p, 100);
  std::vector<std::string> list;
  const auto& all = engine_.record().trades();
  for (auto t = all.rbegin(); t != all.rend() && list.size() < page; ++t) {
    if (t->account != call.account || (market && t->market != *market)) continue;
    if ((since && ms(t->time) < *since) || (until && ms(t->time) > *until)) continue;
    list.push_back(execution_json(*t));
  }
  return rows(category(), list, "");
}

Answer Api::wallet(Call& call) {
  if (call.params.text("accountType") != "UNIFIED") return no(10001, "accountType");
  return {0, "OK",
          fmt::format(R"({{"list":[{}]}})",
                      wallet_json(call.account, engine_.accounts().balances(call.account)))};
}

/// With its symbol named an instrument has a row also when nothing is held.
Answer Api::positions(Call& call) {
  std::vector<std::string> list;
  const auto wanted = call.params.text("symbol");
  for (std::size_t i = 0; is_linear() && i < symbols_.size(); ++i) {
    const auto id = static_cast<MarketId>(i);
    const auto& in = engine_.spec(id).instrument;
    const auto& accounts = engine_.accounts();
    const auto size = accounts.free(call.account, in.base) + accounts.locked(call.account, in.base);
    if (wanted.empty() ? size.is_zero() : wanted != symbols_[i]) continue;
    list.push_back(fmt::format(
        R"({{"positionIdx":0,"symbol":"{}","side":"{}","size":"{}","avgPrice":"{}","leverage":"1",)"
        R"("markPrice":"{}","liqPrice":"","unrealisedPnl":"0","positionStatus":"Normal"}})",
        symbols_[i], size.is_zero() ? "" : "Buy", size.str(), engine_.last(id).str(),
        engine_.last(id).str()));
  }
  return rows("linear", list, "");
}

Answer Api::account_info(Call& call) {
  return {
      0, "OK",
      fmt::format(R"({{"unifiedMarginStatus":5,"marginMode":"REGULAR_MARGIN","updatedTime":"{}"}})",
                  ms(call.now))};
}

Answer Api::key_info(Call& call) {
  const bool trades = engine_.accounts().spec(call.account).can_trade;
  return {0, "OK",
          fmt::format(
              R"({{"id":"1","readOnly":{},"permissions":{{"ContractTrade":["Order","Position"],)"
              R"("Spot":["SpotTrade"],"Wallet":["AccountTransfer"{}],"Derivatives":[]}},)"
              R"("ips":["*"],"uta":1}})",
              trades ? 0 : 1, settings_.keys_may_withdraw ? R"(,"Withdraw")" : "")};
}

Answer Api::fee_rate(Call& call) {
  const auto& spec = engine_.accounts().spec(call.account);
  std::string list;
  if (call.params.text("category") == category())
    for (const auto& each : symbols_)
      list +=
          fmt::format(R"({}{{"symbol":"{}","takerFeeRate":"{}","makerFeeRate":"{}"}})",
                      list.empty() ? "" : ",", each, spec.taker_fee.str(), spec.maker_fee.str());
  return {0, "OK", fmt::format(R"({{"list":[{}]}})", list)};
}

}  // namespace signalbox::simulator::bybit
