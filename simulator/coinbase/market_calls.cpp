#include <algorithm>
#include <set>

#include "simulator/coinbase/api.hpp"

namespace signalbox::simulator::coinbase {
namespace {

std::int64_t ms(WallTime time) {
  return std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

std::string one_level(Price price, Quantity quantity) {
  if (!price.is_positive()) return "[]";
  return fmt::format(R"([{{"price":"{}","size":"{}"}}])", price.str(), quantity.str());
}

}  // namespace

Answer Api::time(Call& call) {
  return {200, fmt::format(R"({{"iso":"{}","epochSeconds":"{}","epochMillis":"{}"}})",
                           rfc3339(call.now), ms(call.now) / 1000, ms(call.now))};
}

std::string Api::product_json(MarketId id) const {
  const auto& in = engine_.spec(id).instrument;
  return fmt::format(
      R"({{"product_id":"{}","price":"{}","base_increment":"{}","quote_increment":"{}",)"
      R"("price_increment":"{}","quote_min_size":"{}","quote_max_size":"{}","base_min_size":"{}",)"
      R"("base_max_size":"{}","status":"online","is_disabled":false,"cancel_only":false,)"
      R"("limit_only":false,"post_only":false,"trading_disabled":{},"auction_mode":false,)"
      R"("view_only":false,"product_type":"SPOT","base_currency_id":"{}",)"
      R"("quote_currency_id":"{}","alias":"","alias_to":[]}})",
      wire(id), engine_.last(id).str(), in.lot_size.str(), in.tick_size.str(), in.tick_size.str(),
      in.notional_min.str(), in.notional_max.str(), in.quantity_min.str(), in.quantity_max.str(),
      in.trading ? "false" : "true", in.base.view(), in.quote.view());
}

Answer Api::products(Call& call) {
  // Nothing but spot is traded here.
  const auto type = call.params.text("product_type");
  if (!type.empty() && type != "SPOT") return {200, R"({"products":[],"num_products":0})"};
  const auto wanted = call.params.list("product_ids");
  std::string list;
  for (std::size_t i = 0; i < wires_.size(); ++i)
    if (wanted.empty() || std::find(wanted.begin(), wanted.end(), wires_[i]) != wanted.end())
      list += (list.empty() ? "" : ",") + product_json(static_cast<MarketId>(i));
  return {200, fmt::format(R"({{"products":[{}],"num_products":{}}})", list, wires_.size())};
}

Answer Api::best_bid_ask(Call& call) {
  std::string list;
  for (const auto& name : call.params.list("product_ids")) {
    const auto id = find_wire(name);
    if (!id) return no(400, "INVALID_ARGUMENT", "invalid product_id");
    const auto& top = engine_.top(*id);
    list += fmt::format(R"({}{{"product_id":"{}","bids":{},"asks":{},"time":"{}"}})",
                        list.empty() ? "" : ",", name, one_level(top.bid, top.bid_quantity),
                        one_level(top.ask, top.ask_quantity), rfc3339(call.now));
  }
  return {200, fmt::format(R"({{"pricebooks":[{}]}})", list)};
}

/// market/products/{id}/ticker
Answer Api::ticker(Call& call) {
  const auto name = call.path.substr(0, call.path.find('/'));
  const auto id = find_wire(name);
  if (!id || !call.path.ends_with("/ticker")) return no(404, "NOT_FOUND", "not found");
  const auto& top = engine_.top(*id);
  return {200, fmt::format(R"({{"trades":[{{"trade_id":"1","product_id":"{}","price":"{}",)"
                           R"("size":"1","time":"{}","side":"BUY"}}],"best_bid":"{}",)"
                           R"("best_ask":"{}"}})",
                           name, engine_.last(*id).str(), rfc3339(call.now), top.bid.str(),
                           top.ask.str())};
}

Answer Api::book(Call& call) {
  const auto name = call.params.text("product_id");
  const auto id = find_wire(name);
  if (!id) return no(400, "INVALID_ARGUMENT", "invalid product_id");
  const auto limit = call.params.decimal("limit");
  const auto side = [&](Side which) {
    std::string all;
    Decimal count{1};
    for (const auto& level : engine_.external(*id, which)) {
      if (limit && count > *limit) break;
      count = count + Decimal{1};
      all += fmt::format(R"({}{{"price":"{}","size":"{}"}})", all.empty() ? "" : ",",
                         level.price.str(), level.quantity.str());
    }
    return all;
  };
  return {200, fmt::format(R"({{"pricebook":{{"product_id":"{}","bids":[{}],"asks":[{}],)"
                           R"("time":"{}"}}}})",
                           name, side(Side::buy), side(Side::sell), rfc3339(call.now))};
}

// ---- the other interface ----

Answer Api::wallet_time(Call& call) {
  return {200, fmt::format(R"({{"data":{{"iso":"{}","epoch":{}}}}})", rfc3339(call.now),
                           ms(call.now) / 1000)};
}

Answer Api::currencies(Call&) {
  return {200, R"({"data":[{"id":"USD","name":"US Dollar","min_size":"0.01"}]})"};
}

Answer Api::coins(Call&) {
  std::set<std::string> names;
  for (std::size_t i = 0; i < wires_.size(); ++i) {
    const auto& instrument = engine_.spec(static_cast<MarketId>(i)).instrument;
    for (const auto& asset : {instrument.base, instrument.quote}) names.insert(asset.str());
  }
  std::string list;
  for (const auto& name : names)
    list += fmt::format(
        R"({0}{{"asset_id":"a-{1}","code":"{1}","name":"{1}","exponent":8,"type":"crypto"}})",
        list.empty() ? "" : ",", name);
  return {200, fmt::format(R"({{"data":[{}]}})", list)};
}

Answer Api::exchange_rates(Call&) { return {200, R"({"data":{"currency":"USD","rates":{}}})"}; }

std::string Api::ticker_json(MarketId id) const {
  const auto& top = engine_.top(id);
  return fmt::format(
      R"({{"type":"ticker","product_id":"{}","price":"{}","volume_24_h":"1","low_24_h":"1",)"
      R"("high_24_h":"1","price_percent_chg_24_h":"0","best_bid":"{}","best_bid_quantity":"{}",)"
      R"("best_ask":"{}","best_ask_quantity":"{}"}})",
      wire(id), engine_.last(id).str(), top.bid.str(), top.bid_quantity.str(), top.ask.str(),
      top.ask_quantity.str());
}

}  // namespace signalbox::simulator::coinbase
