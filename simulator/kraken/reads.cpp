#include <algorithm>

#include "simulator/kraken/kraken_dialect.hpp"

namespace signalbox::simulator::kraken {
namespace {

constexpr std::size_t page_rows = 50;

/// Digits behind the point of a step.
int digits_of(Decimal step) {
  const auto text = step.str();
  const auto point = text.find('.');
  return point == text.npos ? 0 : static_cast<int>(text.size() - point - 1);
}

std::string number(Price price) { return price.is_zero() ? "0" : price.str(); }

std::int64_t seconds(WallTime time) {
  return std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
}

std::string percent(Decimal part) {
  return Decimal::mul(part, Decimal{100}, Rounding::half_even).value_or(Decimal{}).str();
}

std::vector<std::string_view> split(std::string_view list) {
  std::vector<std::string_view> parts;
  while (!list.empty()) {
    const auto end = std::min(list.find(','), list.size());
    parts.push_back(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return parts;
}

}  // namespace

// ---- public ----

std::string KrakenDialect::pair_json(MarketId id) const {
  const auto& in = engine_.spec(id).instrument;
  const auto& name = names(id);
  const auto any = AccountId{0};
  const bool known = engine_.accounts().has(any);
  const auto taker = known ? engine_.accounts().spec(any).taker_fee : Decimal{};
  const auto maker = known ? engine_.accounts().spec(any).maker_fee : Decimal{};
  return fmt::format(
      R"({{"altname":"{}","wsname":"{}","aclass_base":"currency","base":"{}",)"
      R"("aclass_quote":"currency","quote":"{}","lot":"unit","cost_decimals":5,)"
      R"("pair_decimals":{},"lot_decimals":{},"lot_multiplier":1,"leverage_buy":[],)"
      R"("leverage_sell":[],"fees":[[0,{}]],"fees_maker":[[0,{}]],"fee_volume_currency":"ZUSD",)"
      R"("margin_call":80,"margin_stop":40,"ordermin":"{}","costmin":"{}","tick_size":"{}",)"
      R"("status":"{}"}})",
      name.alt, name.old_ws, name.base, name.quote, digits_of(in.tick_size.decimal()),
      digits_of(in.lot_size.decimal()), percent(taker), percent(maker), in.quantity_min.str(),
      in.notional_min.str(), in.tick_size.str(), in.trading ? "online" : "cancel_only");
}

std::string KrakenDialect::ticker_json(MarketId id) const {
  const auto& top = engine_.top(id);
  const auto last = number(engine_.last(id));
  return fmt::format(
      R"({{"a":["{0}","1","{1}"],"b":["{2}","1","{3}"],"c":["{4}","0.1"],"v":["1","1"],)"
      R"("p":["{4}","{4}"],"t":[1,1],"l":["{4}","{4}"],"h":["{4}","{4}"],"o":"{4}"}})",
      number(top.ask), top.ask_quantity.str(), number(top.bid), top.bid_quantity.str(), last);
}

Answer KrakenDialect::public_call(std::string_view method, const Params& query,
                                  WallTime now) const {
  const auto of_pairs = [&](auto row) -> Answer {
    std::string all;
    const auto add = [&](MarketId id) {
      all += fmt::format(R"({}"{}":{})", all.empty() ? "" : ",", names(id).id, row(id));
    };
    if (!query.has("pair")) {
      for (std::size_t i = 0; i < names_.size(); ++i) add(static_cast<MarketId>(i));
    } else {
      for (const auto name : split(query.text("pair"))) {
        const auto id = find_pair(name);
        if (!id) return no("EQuery:Unknown asset pair");
        add(*id);
      }
    }
    return {{}, "{" + all + "}"};
  };
  if (method == "Time")
    return {{}, fmt::format(R"({{"unixtime":{},"rfc1123":"{}"}})", seconds(now), time_text(now))};
  if (method == "SystemStatus")
    return {{}, fmt::format(R"({{"status":"online","timestamp":"{}"}})", time_text(now))};
  if (method == "AssetPairs") return of_pairs([&](MarketId id) { return pair_json(id); });
  if (method == "Ticker") return of_pairs([&](MarketId id) { return ticker_json(id); });
  if (method == "Depth") {
    const auto id = find_pair(query.text("pair"));
    if (!id) return no("EQuery:Unknown asset pair");
    const auto most = query.integer("count").value_or(100);
    const auto side = [&](Side s) {
      std::string json;
      std::int64_t count = 0;
      for (const auto& level : engine_.external(*id, s)) {
        if (count++ == most) break;
        json += fmt::format(R"({}["{}","{}",{}])", json.empty() ? "" : ",", level.price.str(),
                            level.quantity.str(), seconds(now));
      }
      return json;
    };
    return {{},
            fmt::format(R"({{"{}":{{"asks":[{}],"bids":[{}]}}}})", names(*id).id, side(Side::sell),
                        side(Side::buy))};
  }
  if (method == "Assets") {
    std::set<std::string> seen;
    std::string all;
    for (std::size_t i = 0; i < names_.size(); ++i) {
      const auto& in = engine_.spec(static_cast<MarketId>(i)).instrument;
      for (const auto asset : {in.base.view(), in.quote.view()})
        if (seen.emplace(asset).second)
          all += fmt::format(
              R"({}"{}":{{"aclass":"currency","altname":"{}","decimals":8,"display_decimals":5,)"
              R"("status":"enabled"}})",
              all.empty() ? "" : ",", asset_id(asset), asset_alt(asset));
    }
    return {{}, "{" + all + "}"};
  }
  return no("EGeneral:Unknown method");
}

// ---- orders ----

std::string KrakenDialect::order_json(const Order& o) const {
  const auto how = standing(o);
  const auto average = o.filled.is_zero() ? Decimal{}
                                          : Decimal::div(o.filled_quote.decimal(),
                                                         o.filled.decimal(), Rounding::down)
                                                .value_or(Decimal{});
  const bool conditional = is_conditional(o.type);
  const auto type = word(o.type);
  const auto parent = parents_.find(o.id);
  const auto refid =
      parent == parents_.end() ? "null" : fmt::format("\"{}\"", order_name(parent->second));
  std::string trades;
  for (const auto& trade : engine_.record().trades())
    if (trade.order == o.id)
      trades += fmt::format(R"({}"{}")", trades.empty() ? "" : ",", trade_name(trade));
  const auto misc = conditional && o.triggered ? (is_stop(o.type) ? "stopped" : "touched") : "";
  const auto client = o.client_id.view();
  return fmt::format(
      R"({{"refid":{},"userref":null,"cl_ord_id":{},"status":"{}","opentm":{},"starttm":0,)"
      R"("expiretm":0,{}"descr":{{"pair":"{}","aclass":"forex","type":"{}","ordertype":"{}",)"
      R"("price":"{}","price2":"{}","leverage":"none","order":"{}","close":""}},"vol":"{}",)"
      R"("vol_exec":"{}","cost":"{}","fee":"0","price":"{}","stopprice":"0","limitprice":"0",)"
      R"("misc":"{}","oflags":"{}","trades":[{}]}})",
      refid, client.empty() ? "null" : fmt::format("\"{}\"", client), how.rest,
      seconds_text(o.created),
      o.done() ? fmt::format(R"("closetm":{},"reason":{},)", seconds_text(o.updated),
                             how.reason.empty() ? "null" : fmt::format("\"{}\"", how.reason))
               : "",
      names(o.market).alt, word(o.side), type, number(conditional ? o.stop_price : o.price),
      conditional ? number(o.price) : "0",
      sentence({.side = o.side,
                .type = o.type,
                .quantity = o.quantity,
                .price = o.price,
                .stop_price = o.stop_price,
                .for_quote = o.for_quote},
               names(o.market)),
      o.for_quote.is_positive() ? o.for_quote.str() : o.quantity.str(), o.filled.str(),
      o.filled_quote.str(), average.str(), misc,
      o.type == OrderType::limit_maker ? "fciq,post"
      : o.for_quote.is_positive()      ? "fciq,viqc"
                                       : "fciq",
      trades);
}

std::string KrakenDialect::ghost_json(const Ghost& g) const {
  return fmt::format(
      R"({{"refid":null,"cl_ord_id":"{}","status":"canceled","opentm":{},"closetm":{},)"
      R"("reason":"Post only order","descr":{{"pair":"{}","type":"{}","ordertype":"limit",)"
      R"("price":"{}","price2":"0","order":""}},"vol":"{}","vol_exec":"0","cost":"0","fee":"0",)"
      R"("price":"0","misc":"","oflags":"fciq,post"}})",
      g.order.client_id.view(), seconds_text(g.time), seconds_text(g.time), names(g.market).alt,
      word(g.order.side), g.order.price.str(), g.order.quantity.str());
}

Answer KrakenDialect::orders_where(const std::function<bool(const Order&)>& wanted,
                                   std::string_view name, AccountId account,
                                   const Params& form) const {
  const auto client_id = form.text("cl_ord_id");
  const auto skip =
      static_cast<std::size_t>(std::max<std::int64_t>(0, form.integer("ofs").value_or(0)));
  const bool closed = name == "closed";
  std::string rows;
  std::size_t count = 0;
  const auto add = [&](std::string_view id, const std::string& row) {
    const bool shown = !closed || (count >= skip && count < skip + page_rows);
    ++count;
    if (shown) rows += fmt::format(R"({}"{}":{})", rows.empty() ? "" : ",", id, row);
  };
  for (auto g = ghosts_.rbegin(); closed && g != ghosts_.rend(); ++g)
    if (g->account == account && (client_id.empty() || g->order.client_id.view() == client_id))
      add(order_name(g->id), ghost_json(*g));
  const auto& all = engine_.orders().all();
  for (auto o = all.rbegin(); o != all.rend(); ++o)
    if (o->account == account && wanted(*o) &&
        (client_id.empty() || o->client_id.view() == client_id))
      add(order_name(o->id), order_json(*o));
  return {{},
          closed ? fmt::format(R"({{"closed":{{{}}},"count":{}}})", rows, count)
                 : fmt::format(R"({{"{}":{{{}}}}})", name, rows)};
}

Answer KrakenDialect::query_orders(AccountId account, const Params& form) const {
  std::string rows;
  for (const auto name : split(form.text("txid"))) {
    const auto number = order_of(name);
    const auto ghost = std::find_if(ghosts_.begin(), ghosts_.end(), [&](const Ghost& g) {
      return number && g.id == *number && g.account == account;
    });
    const auto* order = number && ghost == ghosts_.end() ? named(account, name, {}) : nullptr;
    if (!order && ghost == ghosts_.end()) return no("EOrder:Invalid order");
    rows += fmt::format(R"({}"{}":{})", rows.empty() ? "" : ",", name,
                        order ? order_json(*order) : ghost_json(*ghost));
  }
  return {{}, "{" + rows + "}"};
}

Answer KrakenDialect::trades(AccountId account, const Params& form) const {
  const auto start = form.integer("start");
  const auto end = form.integer("end");
  const auto skip = form.integer("ofs").value_or(0);
  std::string rows;
  std::int64_t count = 0;
  const auto& all = engine_.record().trades();
  for (auto t = all.rbegin(); t != all.rend(); ++t) {
    if (t->account != account) continue;
    // The start is left out, the end is not.
    if ((start && t->time <= WallTime{std::chrono::seconds{*start}}) ||
        (end && seconds(t->time) > *end))
      continue;
    const auto place = count++;
    if (place < skip || place >= skip + static_cast<std::int64_t>(page_rows)) continue;
    const auto& order = engine_.orders()[t->order];
    rows += fmt::format(
        R"({}"{}":{{"ordertxid":"{}","postxid":"","pair":"{}","time":{},"type":"{}",)"
        R"("ordertype":"{}","price":"{}","cost":"{}","fee":"{}","vol":"{}","margin":"0",)"
        R"("misc":"","trade_id":{},"maker":{}}})",
        rows.empty() ? "" : ",", trade_name(*t), order_name(t->order), names(t->market).id,
        seconds_text(t->time), word(t->side), word(order.type), t->price.str(), t->quote.str(),
        fee_in_quote(*t), t->quantity.str(), t->id, t->maker);
  }
  return {{}, fmt::format(R"({{"trades":{{{}}},"count":{}}})", rows, count)};
}

// ---- the account ----

Answer KrakenDialect::balance(AccountId account, bool extended) const {
  std::string rows;
  for (const auto& each : engine_.accounts().balances(account)) {
    const auto total = each.free + each.locked;
    const auto row = extended ? fmt::format(R"({{"balance":"{}","hold_trade":"{}"}})", total.str(),
                                            each.locked.str())
                              : fmt::format(R"("{}")", total.str());
    rows += fmt::format(R"({}"{}":{})", rows.empty() ? "" : ",", asset_id(each.asset.view()), row);
  }
  return {{}, "{" + rows + "}"};
}

Answer KrakenDialect::key_info(AccountId account) const {
  if (settings_.key_info_unknown) return no("EGeneral:Unknown method");
  const bool trades = engine_.accounts().spec(account).can_trade;
  std::uint64_t nonce = 0;
  for (const auto& key : settings_.keys)
    if (key.account == account)
      if (const auto found = nonces_.find(key.key); found != nonces_.end()) nonce = found->second;
  return {{},
          fmt::format(R"({{"api_key_name":"simulated","permissions":["query-funds",)"
                      R"("query-open-trades","query-closed-trades",{}"close-trades",)"
                      R"({}"access-websockets-api"],"nonce":"{}","nonce_window":0}})",
                      trades ? R"("modify-trades",)" : "",
                      settings_.keys_may_withdraw ? R"("withdraw-funds",)" : "", nonce)};
}

Answer KrakenDialect::add_order(AccountId account, const Params& form, WallTime now) {
  const auto wanted = read_form(form);
  if (!wanted) return wanted.error();
  const auto placed = place(account, *wanted, now);
  if (!placed) return placed.error();
  const auto ids = *placed == OrderId::none ? std::string{}
                                            : fmt::format(R"(,"txid":["{}"])", order_name(*placed));
  return {{},
          fmt::format(R"({{"descr":{{"order":"{}"}}{}}})",
                      sentence(wanted->order, names(wanted->market)), ids)};
}

Answer KrakenDialect::private_call(std::string_view method, AccountId account, const Params& form,
                                   WallTime now) {
  if (method == "AddOrder") return add_order(account, form, now);
  if (method == "AmendOrder")
    return amend(account, named(account, form.text("txid"), form.text("cl_ord_id")), form, "", now);
  if (method == "CancelOrder") {
    auto answer = cancel(account, named(account, form.text("txid"), form.text("cl_ord_id")), now);
    if (answer.error.empty()) answer.result = R"({"count":1,"pending":false})";
    return answer;
  }
  if (method == "CancelAll") return cancel_all(account, now);
  if (method == "OpenOrders")
    return orders_where([](const Order& o) { return !o.done(); }, "open", account, form);
  if (method == "ClosedOrders")
    return orders_where([](const Order& o) { return o.done(); }, "closed", account, form);
  if (method == "QueryOrders") return query_orders(account, form);
  if (method == "TradesHistory") return trades(account, form);
  if (method == "Balance") return balance(account, false);
  if (method == "BalanceEx") return balance(account, true);
  if (method == "GetApiKeyInfo") return key_info(account);
  if (method == "GetWebSocketsToken") {
    if (tokens_.size() == tokens_max) tokens_.clear();
    const auto token = fmt::format("simulated/{}/{}", tokens_.size() + 1, ns(now));
    tokens_.emplace(token, account);
    return {{}, fmt::format(R"({{"token":"{}","expires":900}})", token)};
  }
  return no("EGeneral:Unknown method");
}

}  // namespace signalbox::simulator::kraken
