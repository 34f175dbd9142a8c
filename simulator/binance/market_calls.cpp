#include <algorithm>
#include <array>

#include "simulator/binance/api.hpp"
#include "simulator/binance/words.hpp"

namespace signalbox::simulator::binance {
namespace {

std::string percent(Price from, Price to) {
  if (from.is_zero()) return "0.000";
  const auto ratio = Decimal::div((to - from).decimal(), from.decimal(), Rounding::down);
  const auto hundred = ratio ? Decimal::mul(*ratio, Decimal{100}, Rounding::down) : ratio;
  const auto rounded =
      hundred
          ? Decimal::to_step(*hundred, Decimal::from_raw(Decimal::one_raw / 1000), Rounding::down)
          : hundred;
  if (!rounded) return "0.000";
  std::array<char, Decimal::text_max> text;
  return {text.data(), rounded->write_fixed(text.data(), 3)};
}

}  // namespace

Answer Api::ping(Call& call) {
  if (const auto wrong = call.reader.finish()) return tl::unexpected(*wrong);
  return "{}";
}

Answer Api::time(Call& call) {
  if (const auto wrong = call.reader.finish()) return tl::unexpected(*wrong);
  return fmt::format(R"({{"serverTime":{}}})", ms(call.now));
}

/// `symbol`, or `symbols` as a JSON array, or all.
Answer Api::each_symbol(Call& call, std::string (Api::*one)(MarketId, WallTime) const) {
  const auto symbol = market(call, false);
  const auto several = call.reader.text("symbols");
  static_cast<void>(call.reader.text("type"));
  static_cast<void>(call.reader.text("symbolStatus"));
  if (symbol && several) call.reader.fail(-1128, "Combination of optional parameters invalid.");
  std::vector<MarketId> wanted;
  if (several) {
    auto rest = *several;
    // A list of upper-case names needs no JSON reader: what is between quotes must be a symbol.
    while (!call.reader.failed()) {
      const auto open = rest.find('"');
      if (open == rest.npos) break;
      const auto close = rest.find('"', open + 1);
      const auto found =
          close == rest.npos ? std::nullopt : find_symbol(rest.substr(open + 1, close - open - 1));
      if (!found) {
        call.reader.fail(-1121, "Invalid symbol.");
        break;
      }
      wanted.push_back(*found);
      rest.remove_prefix(close + 1);
    }
  } else if (!symbol) {
    for (std::size_t i = 0; i < symbols_.size(); ++i) wanted.push_back(static_cast<MarketId>(i));
  }
  if (const auto wrong = call.reader.finish()) return tl::unexpected(*wrong);
  if (symbol) return (this->*one)(*symbol, call.now);
  std::string json = "[";
  for (const auto id : wanted) {
    if (json.size() > 1) json += ',';
    json += (this->*one)(id, call.now);
  }
  return json + "]";
}

Answer Api::book_ticker(Call& call) { return each_symbol(call, &Api::book_ticker_of); }
Answer Api::price_ticker(Call& call) { return each_symbol(call, &Api::price_ticker_of); }
Answer Api::day_ticker(Call& call) { return each_symbol(call, &Api::day_ticker_of); }

std::string Api::book_ticker_of(MarketId id, WallTime) const {
  const auto& top = engine_.top(id);
  return fmt::format(
      R"({{"symbol":"{}","bidPrice":"{}","bidQty":"{}","askPrice":"{}","askQty":"{}"}})",
      symbols_[static_cast<std::size_t>(id)], amount(top.bid), amount(top.bid_quantity),
      amount(top.ask), amount(top.ask_quantity));
}

std::string Api::price_ticker_of(MarketId id, WallTime) const {
  return fmt::format(R"({{"symbol":"{}","price":"{}"}})", symbols_[static_cast<std::size_t>(id)],
                     amount(engine_.last(id)));
}

std::string Api::day_ticker_of(MarketId id, WallTime now) const {
  const auto& s = stats_.of(id);
  const auto& top = engine_.top(id);
  const auto average = s.volume.is_zero() ? Decimal{}
                                          : Decimal::div(s.quote_volume.decimal(),
                                                         s.volume.decimal(), Rounding::down)
                                                .value_or(Decimal{});
  return fmt::format(
      R"({{"symbol":"{}","priceChange":"{}","priceChangePercent":"{}","weightedAvgPrice":"{}",)"
      R"("prevClosePrice":"{}","lastPrice":"{}","lastQty":"{}","bidPrice":"{}","bidQty":"{}",)"
      R"("askPrice":"{}","askQty":"{}","openPrice":"{}","highPrice":"{}","lowPrice":"{}",)"
      R"("volume":"{}","quoteVolume":"{}","openTime":{},"closeTime":{},"firstId":{},"lastId":{},)"
      R"("count":{}}})",
      symbols_[static_cast<std::size_t>(id)], amount(s.last - s.open), percent(s.open, s.last),
      amount(average), amount(s.open), amount(engine_.last(id)), amount(s.last_quantity),
      amount(top.bid), amount(top.bid_quantity), amount(top.ask), amount(top.ask_quantity),
      amount(s.open), amount(s.high), amount(s.low), amount(s.volume), amount(s.quote_volume),
      ms(s.since), ms(now), s.first_trade, s.last_trade,
      s.first_trade == 0 ? 0 : s.last_trade - s.first_trade + 1);
}

Answer Api::average_price(Call& call) {
  const auto id = market(call);
  if (const auto wrong = call.reader.finish()) return tl::unexpected(*wrong);
  return fmt::format(R"({{"mins":0,"price":"{}","closeTime":{}}})", amount(engine_.last(*id)),
                     ms(call.now));
}

Answer Api::depth(Call& call) {
  const auto id = market(call);
  const auto limit = call.reader.integer("limit");
  if (const auto wrong = call.reader.finish()) return tl::unexpected(*wrong);
  const auto most =
      static_cast<std::size_t>(std::clamp<std::int64_t>(limit.value_or(100), 1, 5000));
  const auto side = [&](Side s) {
    std::string json = "[";
    const auto& levels = engine_.external(*id, s);
    for (std::size_t i = 0; i < std::min(most, levels.size()); ++i)
      json += fmt::format(R"({}["{}","{}"])", i == 0 ? "" : ",", amount(levels[i].price),
                          amount(levels[i].quantity));
    return json + "]";
  };
  return fmt::format(R"({{"lastUpdateId":{},"bids":{},"asks":{}}})", stats_.of(*id).updates,
                     side(Side::buy), side(Side::sell));
}

Answer Api::exchange_info(Call& call) {
  static_cast<void>(call.reader.text("permissions"));
  static_cast<void>(call.reader.boolean("showPermissionSets"));
  auto symbols = each_symbol(call, &Api::symbol_info_of);
  if (!symbols) return symbols;
  if (symbols->front() != '[') *symbols = "[" + *symbols + "]";
  const auto& l = limits_.settings();
  return fmt::format(
      R"({{"timezone":"UTC","serverTime":{},"rateLimits":[)"
      R"({{"rateLimitType":"REQUEST_WEIGHT","interval":"MINUTE","intervalNum":1,"limit":{}}},)"
      R"({{"rateLimitType":"ORDERS","interval":"SECOND","intervalNum":10,"limit":{}}},)"
      R"({{"rateLimitType":"ORDERS","interval":"DAY","intervalNum":1,"limit":{}}},)"
      R"({{"rateLimitType":"RAW_REQUESTS","interval":"MINUTE","intervalNum":5,"limit":300000}}],)"
      R"("exchangeFilters":[],"symbols":{}}})",
      ms(call.now), l.weight_per_minute, l.orders_per_10s, l.orders_per_day, *symbols);
}

std::string Api::symbol_info_of(MarketId id, WallTime) const {
  const auto& spec = engine_.spec(id);
  const auto& i = spec.instrument;
  const auto max_quantity = i.quantity_max.is_zero() ? Quantity{amount_max} : i.quantity_max;
  auto filters = fmt::format(
      R"([{{"filterType":"PRICE_FILTER","minPrice":"{}","maxPrice":"{}","tickSize":"{}"}},)"
      R"({{"filterType":"LOT_SIZE","minQty":"{}","maxQty":"{}","stepSize":"{}"}},)"
      R"({{"filterType":"MARKET_LOT_SIZE","minQty":"0.00000000","maxQty":"{}","stepSize":"0.00000000"}},)"
      R"({{"filterType":"NOTIONAL","minNotional":"{}","applyMinToMarket":{},"maxNotional":"{}",)"
      R"("applyMaxToMarket":{},"avgPriceMins":0}})",
      amount(spec.price_min), amount(spec.price_max), amount(i.tick_size), amount(i.quantity_min),
      amount(max_quantity), amount(i.lot_size),
      amount(i.market_quantity_max.is_zero() ? max_quantity : i.market_quantity_max),
      amount(i.notional_min), spec.notional_min_for_market,
      amount(i.notional_max.is_zero() ? Notional{amount_max} : i.notional_max),
      spec.notional_max_for_market);
  const bool banded = !i.buy_band_up.is_zero() || !i.sell_band_up.is_zero();
  if (banded)
    filters += fmt::format(
        R"(,{{"filterType":"PERCENT_PRICE_BY_SIDE","bidMultiplierUp":"{}","bidMultiplierDown":"{}",)"
        R"("askMultiplierUp":"{}","askMultiplierDown":"{}","avgPriceMins":0}})",
        i.buy_band_up.str(), i.buy_band_down.str(), i.sell_band_up.str(), i.sell_band_down.str());
  const auto count = [&](std::string_view type, std::string_view name, std::uint16_t most) {
    if (most != 0) filters += fmt::format(R"(,{{"filterType":"{}","{}":{}}})", type, name, most);
  };
  count("MAX_NUM_ORDERS", "maxNumOrders", i.orders_max);
  count("MAX_NUM_ALGO_ORDERS", "maxNumAlgoOrders", i.conditional_orders_max);
  count("MAX_NUM_ORDER_LISTS", "maxNumOrderLists", spec.lists_max);
  return fmt::format(
      R"({{"symbol":"{}","status":"{}","baseAsset":"{}","baseAssetPrecision":8,"quoteAsset":"{}",)"
      R"("quotePrecision":8,"quoteAssetPrecision":8,"baseCommissionPrecision":8,)"
      R"("quoteCommissionPrecision":8,"orderTypes":["LIMIT","LIMIT_MAKER","MARKET","STOP_LOSS",)"
      R"("STOP_LOSS_LIMIT","TAKE_PROFIT","TAKE_PROFIT_LIMIT"],"icebergAllowed":false,)"
      R"("ocoAllowed":true,"otoAllowed":true,"opoAllowed":false,"quoteOrderQtyMarketAllowed":true,)"
      R"("allowTrailingStop":false,"cancelReplaceAllowed":false,"amendAllowed":true,)"
      R"("pegInstructionsAllowed":false,"isSpotTradingAllowed":true,"isMarginTradingAllowed":false,)"
      R"("filters":{}],"permissions":[],"permissionSets":[["SPOT"]],)"
      R"("defaultSelfTradePreventionMode":"EXPIRE_MAKER","allowedSelfTradePreventionModes":)"
      R"(["NONE","EXPIRE_TAKER","EXPIRE_MAKER","EXPIRE_BOTH"]}})",
      symbols_[static_cast<std::size_t>(id)], i.trading ? "TRADING" : "HALT", i.base.view(),
      i.quote.view(), filters);
}

}  // namespace signalbox::simulator::binance
