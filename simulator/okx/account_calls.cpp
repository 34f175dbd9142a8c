#include <fmt/format.h>

#include "simulator/okx/okx_dialect.hpp"

namespace signalbox::simulator::okx {
namespace {

constexpr std::size_t page_rows = 100;
// Room for what a test adds between two reads: the venue counts bills of a whole exchange.
constexpr std::uint64_t first_bill = 900'000'000'000;

}  // namespace

OkxDialect::Answer OkxDialect::config(const Call& call) {
  std::string rights;
  for (const auto& key : settings_.keys)
    if (key.account == call.account) rights = key.rights;
  return {fmt::format(R"({{"uid":"1","acctLv":"{}","posMode":"{}","perm":"{}","feeType":"0"}})",
                      settings_.account_level, settings_.hedged ? "long_short_mode" : "net_mode",
                      rights),
          {}};
}

OkxDialect::Answer OkxDialect::trade_fee(const Call& call) {
  const auto& spec = engine_.accounts().spec(call.account);
  return {
      fmt::format(
          R"({{"instType":"{}","level":"Lv1","maker":"-{}","taker":"-{}","makerU":"","takerU":""}})",
          call.query.text("instType"), spec.maker_fee.str(), spec.taker_fee.str()),
      {}};
}

std::string OkxDialect::balance_json(AccountId, const std::vector<AssetBalance>& balances,
                                     WallTime now) const {
  std::string details;
  for (const auto& each : balances)
    details += fmt::format(
        R"({}{{"ccy":"{}","cashBal":"{}","availBal":"{}","frozenBal":"{}","ordFrozen":"{}","eq":"{}","availEq":"","upl":"0","uTime":"{}"}})",
        details.empty() ? "" : ",", each.asset.view(), (each.free + each.locked).str(),
        each.free.str(), each.locked.str(), each.locked.str(), (each.free + each.locked).str(),
        ms(now));
  return fmt::format(R"({{"totalEq":"0","uTime":"{}","details":[{}]}})", ms(now), details);
}

OkxDialect::Answer OkxDialect::balance(const Call& call) {
  return {balance_json(call.account, engine_.accounts().balances(call.account), call.now), {}};
}

OkxDialect::Answer OkxDialect::positions(const Call&) { return {}; }

OkxDialect::Answer OkxDialect::fills(const Call& call) {
  const auto market = find_market(call.query.text("instId"));
  if (call.query.has("instId") && !market) return refuse(51001, "Instrument ID does not exist.");
  bool bad = false;
  const auto begin = call.query.number("begin", bad).value_or(Decimal{});
  const auto after = call.query.number("after", bad);
  if (bad) return refuse(51000, "Parameter begin error", 400);
  const auto& trades = engine_.record().trades();
  std::string rows;
  std::size_t count = 0;
  for (std::size_t i = trades.size(); i-- > 0 && count < page_rows;) {
    const auto& trade = trades[i];
    const auto bill = first_bill + i;
    if (trade.account != call.account || (market && trade.market != *market) ||
        Decimal{ms(trade.time)} < begin ||
        (after && Decimal{static_cast<std::int64_t>(bill)} >= *after))
      continue;
    const auto* algo = algos_.of(trade.order);
    rows += fmt::format(
        R"({}{{"instType":"SPOT","instId":"{}","tradeId":"{}","ordId":"{}","clOrdId":"{}","billId":"{}","fillPx":"{}","fillSz":"{}","side":"{}","posSide":"net","execType":"{}","feeCcy":"{}","fee":"-{}","fillTime":"{}","ts":"{}"}})",
        count++ == 0 ? "" : ",", wire(trade.market), trade.id,
        static_cast<std::uint64_t>(trade.order),
        algo ? std::string_view{} : engine_.orders()[trade.order].client_id.view(), bill,
        trade.price.str(), trade.quantity.str(), trade.side == Side::buy ? "buy" : "sell",
        trade.maker ? "M" : "T", trade.fee_asset.view(), trade.fee.str(), ms(trade.time),
        ms(trade.time));
  }
  return {rows, {}};
}

}  // namespace signalbox::simulator::okx
