#include "simulator/bybit/api.hpp"

namespace signalbox::simulator::bybit {

std::optional<Answer> Api::wrong_category(const Params& params) const {
  const auto wanted = params.text("category");
  if (wanted == category()) return std::nullopt;
  if (wanted == "spot" || wanted == "linear")
    return Answer{0, "OK", fmt::format(R"({{"category":"{}","list":[]}})", wanted)};
  return no(10001, "Illegal category");
}

Answer Api::time(Call& call) {
  return {
      0, "OK",
      fmt::format(R"({{"timeSecond":"{}","timeNano":"{}"}})", ms(call.now) / 1000, ns(call.now))};
}

Answer Api::instruments(Call& call) {
  if (const auto other = wrong_category(call.params)) return *other;
  const auto wanted = call.params.text("symbol");
  if (!wanted.empty() && !find_symbol(wanted)) return no(10001, "params error: symbol invalid");
  std::string list;
  for (std::size_t i = 0; i < symbols_.size(); ++i) {
    if (!wanted.empty() && symbols_[i] != wanted) continue;
    list += (list.empty() ? "" : ",") + instrument_json(static_cast<MarketId>(i));
  }
  return {0, "OK", fmt::format(R"({{"category":"{}","list":[{}]}})", category(), list)};
}

std::string Api::instrument_json(MarketId id) const {
  const auto& in = engine_.spec(id).instrument;
  // A band is said as the part by which a price may differ.
  const auto band = in.buy_band_up.is_zero() ? Decimal{} : in.buy_band_up - Decimal{1};
  const auto head =
      fmt::format(R"({{"symbol":"{}","baseCoin":"{}","quoteCoin":"{}","status":"{}",)"
                  R"("riskParameters":{{"priceLimitRatioX":"{}","priceLimitRatioY":"{}"}},)"
                  R"("priceFilter":{{"tickSize":"{}"}},)",
                  symbol(id), in.base.view(), in.quote.view(), in.trading ? "Trading" : "Closed",
                  band.str(), band.str(), in.tick_size.str());
  if (is_linear())
    return head +
           fmt::format(
               R"("contractType":"LinearPerpetual","settleCoin":"{}","lotSizeFilter":{{)"
               R"("qtyStep":"{}","minOrderQty":"{}","maxOrderQty":"{}","maxMktOrderQty":"{}",)"
               R"("postOnlyMaxOrderQty":"{}","minNotionalValue":"{}"}}}})",
               in.quote.view(), in.lot_size.str(), in.quantity_min.str(), in.quantity_max.str(),
               in.market_quantity_max.str(), in.quantity_max.str(), in.notional_min.str());
  return head +
         fmt::format(R"("marginTrading":"none","lotSizeFilter":{{"basePrecision":"{}",)"
                     R"("quotePrecision":"0.00000001","minOrderQty":"{}","maxOrderQty":"{}",)"
                     R"("minOrderAmt":"{}","maxOrderAmt":"{}","maxLimitOrderQty":"{}",)"
                     R"("maxMarketOrderQty":"{}","postOnlyMaxLimitOrderSize":"{}"}}}})",
                     in.lot_size.str(), in.quantity_min.str(), in.quantity_max.str(),
                     in.notional_min.str(), in.notional_max.str(), in.quantity_max.str(),
                     in.market_quantity_max.str(), in.quantity_max.str());
}

Answer Api::tickers(Call& call) {
  if (const auto other = wrong_category(call.params)) return *other;
  const auto wanted = call.params.text("symbol");
  if (!wanted.empty() && !find_symbol(wanted)) return no(10001, "Not supported symbols");
  std::string list;
  for (std::size_t i = 0; i < symbols_.size(); ++i) {
    if (!wanted.empty() && symbols_[i] != wanted) continue;
    const auto id = static_cast<MarketId>(i);
    const auto& top = engine_.top(id);
    list += fmt::format(
        R"({}{{"symbol":"{}","bid1Price":"{}","bid1Size":"{}","ask1Price":"{}","ask1Size":"{}",)"
        R"("lastPrice":"{}","prevPrice24h":"{}","price24hPcnt":"0","highPrice24h":"{}",)"
        R"("lowPrice24h":"{}","turnover24h":"0","volume24h":"0","usdIndexPrice":""}})",
        list.empty() ? "" : ",", symbols_[i], top.bid.str(), top.bid_quantity.str(), top.ask.str(),
        top.ask_quantity.str(), engine_.last(id).str(), engine_.last(id).str(),
        engine_.last(id).str(), engine_.last(id).str());
  }
  return {0, "OK", fmt::format(R"({{"category":"{}","list":[{}]}})", category(), list)};
}

Answer Api::order_book(Call& call) {
  const auto id = find_symbol(call.params.text("symbol"));
  if (wrong_category(call.params) || !id) return no(10001, "Not supported symbols");
  const auto side = [&](Side s) {
    std::string json;
    for (const auto& level : engine_.external(*id, s))
      json += fmt::format(R"({}["{}","{}"])", json.empty() ? "" : ",", level.price.str(),
                          level.quantity.str());
    return "[" + json + "]";
  };
  return {0, "OK",
          fmt::format(R"({{"s":"{}","b":{},"a":{},"ts":{},"u":1,"seq":1}})", symbol(*id),
                      side(Side::buy), side(Side::sell), ms(call.now))};
}

std::string Api::level_json(MarketId id) const {
  const auto& top = engine_.top(id);
  const auto level = [](Price price, Quantity quantity) {
    return price.is_positive() ? fmt::format(R"([["{}","{}"]])", price.str(), quantity.str())
                               : std::string{"[]"};
  };
  return fmt::format(R"("b":{},"a":{})", level(top.bid, top.bid_quantity),
                     level(top.ask, top.ask_quantity));
}

}  // namespace signalbox::simulator::bybit
