#include <algorithm>

#include "simulator/binance/api.hpp"
#include "simulator/binance/words.hpp"

namespace signalbox::simulator::binance {
namespace {

std::int64_t basis_points(Decimal rate) {
  return static_cast<std::int64_t>(rate.raw() / (Decimal::one_raw / 10'000));
}

}  // namespace

Answer Api::account(Call& call) {
  const bool omit_zero = call.reader.boolean("omitZeroBalances").value_or(false);
  if (const auto wrong = call.reader.finish()) return tl::unexpected(*wrong);
  const auto& spec = engine_.accounts().spec(call.account);
  std::string balances;
  for (const auto& b : engine_.accounts().balances(call.account)) {
    if (omit_zero && b.free.is_zero() && b.locked.is_zero()) continue;
    if (!balances.empty()) balances += ',';
    balances += fmt::format(R"({{"asset":"{}","free":"{}","locked":"{}"}})", b.asset.view(),
                            amount(b.free), amount(b.locked));
  }
  return fmt::format(
      R"({{"makerCommission":{},"takerCommission":{},"buyerCommission":0,"sellerCommission":0,)"
      R"("commissionRates":{{"maker":"{}","taker":"{}","buyer":"0.00000000","seller":"0.00000000"}},)"
      R"("canTrade":{},"canWithdraw":false,"canDeposit":true,"brokered":false,)"
      R"("requireSelfTradePrevention":false,"preventSor":false,"updateTime":{},)"
      R"("accountType":"SPOT","balances":[{}],"permissions":["SPOT"],"uid":{}}})",
      basis_points(spec.maker_fee), basis_points(spec.taker_fee), amount(spec.maker_fee),
      amount(spec.taker_fee), spec.can_trade, ms(call.now), balances,
      1000 + static_cast<std::uint32_t>(call.account));
}

Answer Api::commission(Call& call) {
  const auto id = market(call);
  if (const auto wrong = call.reader.finish()) return tl::unexpected(*wrong);
  const auto& spec = engine_.accounts().spec(call.account);
  const auto rates = [](Decimal maker, Decimal taker) {
    return fmt::format(
        R"({{"maker":"{}","taker":"{}","buyer":"0.00000000","seller":"0.00000000"}})",
        amount(maker), amount(taker));
  };
  return fmt::format(
      R"({{"symbol":"{}","standardCommission":{},"specialCommission":{},"taxCommission":{},)"
      R"("discount":{{"enabledForAccount":false,"enabledForSymbol":false,"discountAsset":"BNB",)"
      R"("discount":"0.00000000"}}}})",
      symbols_[static_cast<std::size_t>(*id)], rates(spec.maker_fee, spec.taker_fee), rates({}, {}),
      rates({}, {}));
}

Answer Api::order_rate(Call& call) {
  if (const auto wrong = call.reader.finish()) return tl::unexpected(*wrong);
  const auto& l = limits_.settings();
  return fmt::format(
      R"([{{"rateLimitType":"ORDERS","interval":"SECOND","intervalNum":10,"limit":{},"count":{}}},)"
      R"({{"rateLimitType":"ORDERS","interval":"DAY","intervalNum":1,"limit":{},"count":{}}}])",
      l.orders_per_10s, limits_.orders_10s(call.account, call.now), l.orders_per_day,
      limits_.orders_day(call.account, call.now));
}

/// No networks: nothing is paid in or out here but backstage.
Answer Api::coins(Call& call) {
  if (const auto wrong = call.reader.finish()) return tl::unexpected(*wrong);
  std::string json = "[";
  for (const auto& b : engine_.accounts().balances(call.account))
    json += fmt::format(
        R"({}{{"coin":"{}","name":"{}","free":"{}","locked":"{}","freeze":"0","trading":true,)"
        R"("isLegalMoney":false,"depositAllEnable":false,"withdrawAllEnable":false,)"
        R"("networkList":[]}})",
        json.size() > 1 ? "," : "", b.asset.view(), b.asset.view(), amount(b.free),
        amount(b.locked));
  return json + "]";
}

Answer Api::trade_fee(Call& call) {
  const auto wanted = market(call, false);
  if (const auto wrong = call.reader.finish()) return tl::unexpected(*wrong);
  const auto& spec = engine_.accounts().spec(call.account);
  std::string json = "[";
  for (std::size_t i = 0; i < symbols_.size(); ++i) {
    if (wanted && static_cast<std::size_t>(*wanted) != i) continue;
    json += fmt::format(R"({}{{"symbol":"{}","makerCommission":"{}","takerCommission":"{}"}})",
                        json.size() > 1 ? "," : "", symbols_[i], amount(spec.maker_fee),
                        amount(spec.taker_fee));
  }
  return json + "]";
}

Answer Api::my_trades(Call& call) {
  const auto id = market(call);
  const auto order = call.reader.integer("orderId");
  const auto since = call.reader.integer("startTime");
  const auto until = call.reader.integer("endTime");
  const auto from_id = call.reader.integer("fromId");
  const auto limit = call.reader.integer("limit").value_or(500);
  if (limit < 1 || limit > 1000)
    call.reader.fail(-1130, "Data sent for parameter 'limit' is not valid.");
  if (since && until && *until - *since > 24 * 3'600'000)
    call.reader.fail(-1127, "More than 24 hours between startTime and endTime.");
  if (from_id && (since || until))
    call.reader.fail(-1128, "Combination of optional parameters invalid.");
  if (const auto wrong = call.reader.finish()) return tl::unexpected(*wrong);

  const auto wanted = [&](const Trade& t) {
    return t.account == call.account && t.market == *id &&
           (!order || static_cast<std::int64_t>(t.order) == *order) &&
           (!from_id || static_cast<std::int64_t>(t.id) >= *from_id) &&
           (!since || ms(t.time) >= *since) && (!until || ms(t.time) <= *until);
  };
  const auto& all = engine_.record().trades();
  const auto most = static_cast<std::size_t>(limit);
  std::vector<const Trade*> found;
  if (from_id || since) {
    for (auto t = all.begin(); t != all.end() && found.size() < most; ++t)
      if (wanted(*t)) found.push_back(&*t);
  } else {
    for (auto t = all.rbegin(); t != all.rend() && found.size() < most; ++t)
      if (wanted(*t)) found.push_back(&*t);
    std::reverse(found.begin(), found.end());
  }
  std::string json = "[";
  for (const auto* t : found) {
    if (json.size() > 1) json += ',';
    json += json_.trade(*t);
  }
  return json + "]";
}

Answer Api::key_rights(Call& call) {
  if (const auto wrong = call.reader.finish()) return tl::unexpected(*wrong);
  const auto key = std::find_if(settings_.keys.begin(), settings_.keys.end(),
                                [&](const ApiKey& k) { return k.key == call.api_key; });
  return fmt::format(
      R"({{"ipRestrict":true,"createTime":1698645219000,"enableReading":true,)"
      R"("enableSpotAndMarginTrading":true,"enableWithdrawals":{},"enableInternalTransfer":false,)"
      R"("enableMargin":false,"enableFutures":false,"permitsUniversalTransfer":false}})",
      key != settings_.keys.end() && key->may_withdraw);
}

}  // namespace signalbox::simulator::binance
