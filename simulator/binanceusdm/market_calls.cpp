#include <fmt/format.h>

#include "simulator/binance/words.hpp"
#include "simulator/binanceusdm/usdm_dialect.hpp"

namespace signalbox::simulator::binanceusdm {
namespace {

using binance::amount;

std::string joined(const std::vector<std::string>& items) {
  return fmt::format("[{}]", fmt::join(items, ","));
}

}  // namespace

Answer UsdmDialect::time(Call& call) {
  return fmt::format(R"({{"serverTime":{}}})", binance::ms(call.now));
}

Answer UsdmDialect::exchange_info(Call&) {
  std::vector<std::string> symbols;
  for (std::size_t i = 0; i < symbols_.size(); ++i) {
    const auto& in = engine_.spec(MarketId{static_cast<std::uint32_t>(i)}).instrument;
    symbols.push_back(fmt::format(
        R"({{"symbol":"{}","pair":"{}","contractType":"PERPETUAL","status":"TRADING","baseAsset":"{}",)"
        R"("quoteAsset":"{}","marginAsset":"{}","pricePrecision":2,"quantityPrecision":3,)"
        R"("orderTypes":["LIMIT","MARKET","STOP","STOP_MARKET","TAKE_PROFIT","TAKE_PROFIT_MARKET"],)"
        R"("timeInForce":["GTC","IOC","FOK","GTX"],"filters":[)"
        R"({{"filterType":"PRICE_FILTER","minPrice":"0.01","maxPrice":"1000000","tickSize":"{}"}},)"
        R"({{"filterType":"LOT_SIZE","minQty":"{}","maxQty":"{}","stepSize":"{}"}},)"
        R"({{"filterType":"MARKET_LOT_SIZE","minQty":"{}","maxQty":"{}","stepSize":"{}"}},)"
        R"({{"filterType":"MAX_NUM_ORDERS","limit":200}},{{"filterType":"MIN_NOTIONAL","notional":"{}"}},)"
        R"({{"filterType":"PERCENT_PRICE","multiplierUp":"1.1","multiplierDown":"0.9","multiplierDecimal":"4"}}]}})",
        symbols_[i], symbols_[i], in.base.view(), in.quote.view(), in.quote.view(),
        in.tick_size.str(), in.quantity_min.str(), in.quantity_max.str(), in.lot_size.str(),
        in.quantity_min.str(), in.market_quantity_max.str(), in.lot_size.str(),
        in.notional_min.str()));
  }
  return fmt::format(
      R"({{"timezone":"UTC","rateLimits":[{{"rateLimitType":"REQUEST_WEIGHT","interval":"MINUTE","intervalNum":1,)"
      R"("limit":2400}},{{"rateLimitType":"ORDERS","interval":"SECOND","intervalNum":10,"limit":300}}],"symbols":{}}})",
      joined(symbols));
}

Answer UsdmDialect::book_ticker(Call& call) {
  const auto id = market(call);
  if (auto bad = call.reader.finish()) return tl::unexpected(*bad);
  const auto& top = engine_.top(*id);
  return fmt::format(
      R"({{"symbol":"{}","bidPrice":"{}","bidQty":"{}","askPrice":"{}","askQty":"{}","time":{}}})",
      symbols_[static_cast<std::size_t>(*id)], amount(top.bid), amount(top.bid_quantity),
      amount(top.ask), amount(top.ask_quantity), binance::ms(call.now));
}

Answer UsdmDialect::account(Call& call) {
  if (auto bad = call.reader.finish()) return tl::unexpected(*bad);
  const auto paid = fees_paid_.contains(call.account) ? fees_paid_.at(call.account) : Decimal{};
  const auto wallet = settings_.wallet - paid;
  return fmt::format(
      R"({{"totalWalletBalance":"{0}","assets":[{{"asset":"USDT","walletBalance":"{0}","unrealizedProfit":"0",)"
      R"("marginBalance":"{0}","maintMargin":"0","initialMargin":"0","availableBalance":"{0}","updateTime":{1}}}],)"
      R"("positions":[]}})",
      wallet.str(), binance::ms(call.now));
}

Answer UsdmDialect::positions(Call& call) {
  call.params.mark_all_read();
  std::vector<std::string> rows;
  for (const auto& [key, position] : positions_) {
    if (key.first != call.account || position.quantity.is_zero()) continue;
    const auto entry =
        Decimal::div(position.cost.decimal(), position.quantity.decimal(), Rounding::half_even);
    rows.push_back(fmt::format(
        R"({{"symbol":"{}","positionSide":"BOTH","positionAmt":"{}","entryPrice":"{}","markPrice":"{}",)"
        R"("unRealizedProfit":"0","liquidationPrice":"0","notional":"0","updateTime":{}}})",
        symbols_[static_cast<std::size_t>(key.second)], position.quantity.str(),
        entry.value_or(Decimal{}).str(), amount(engine_.last(key.second)), binance::ms(call.now)));
  }
  return joined(rows);
}

Answer UsdmDialect::position_mode(Call& call) {
  if (auto bad = call.reader.finish()) return tl::unexpected(*bad);
  return fmt::format(R"({{"dualSidePosition":{}}})", settings_.hedge_mode);
}

Answer UsdmDialect::symbol_modes(Call& call) {
  if (auto bad = call.reader.finish()) return tl::unexpected(*bad);
  std::vector<std::string> rows;
  for (const auto& symbol : symbols_)
    rows.push_back(fmt::format(
        R"({{"symbol":"{}","marginType":"CROSSED","isAutoAddMargin":false,"leverage":{},"maxNotionalValue":"1000000"}})",
        symbol, settings_.leverage));
  return joined(rows);
}

Answer UsdmDialect::fees(Call& call) {
  const auto id = market(call);
  if (auto bad = call.reader.finish()) return tl::unexpected(*bad);
  return fmt::format(
      R"({{"symbol":"{}","makerCommissionRate":"0.0002","takerCommissionRate":"0.0005"}})",
      symbols_[static_cast<std::size_t>(*id)]);
}

Answer UsdmDialect::set_leverage(Call& call) {
  const auto id = market(call);
  const auto leverage = call.reader.integer("leverage", true);
  if (auto bad = call.reader.finish()) return tl::unexpected(*bad);
  if (*leverage < 1 || *leverage > 125)
    return binance::error(-4028, "Leverage " + std::to_string(*leverage) + " is not valid");
  settings_.leverage = *leverage;
  return fmt::format(R"({{"leverage":{},"maxNotionalValue":"1000000","symbol":"{}"}})", *leverage,
                     symbols_[static_cast<std::size_t>(*id)]);
}

Answer UsdmDialect::set_margin(Call& call) {
  market(call);
  const auto mode = call.reader.text("marginType", true);
  if (auto bad = call.reader.finish()) return tl::unexpected(*bad);
  if (*mode == "CROSSED") return binance::error(-4046, "No need to change margin type.");
  return binance::error(-4047, "Margin type cannot be changed if there exists position.");
}

Answer UsdmDialect::listen_key(Call& call) {
  for (const auto& [key, account] : listen_keys_)
    if (account == call.account) return fmt::format(R"({{"listenKey":"{}"}})", key);
  const auto key = fmt::format("listen{:032}", ++made_);
  listen_keys_.emplace(key, call.account);
  return fmt::format(R"({{"listenKey":"{}"}})", key);
}

Answer UsdmDialect::keep_listen_key(Call& call) {
  for (const auto& [key, account] : listen_keys_)
    if (account == call.account) return fmt::format(R"({{"listenKey":"{}"}})", key);
  return binance::error(-1125, "This listenKey does not exist.");
}

}  // namespace signalbox::simulator::binanceusdm
