#include <fmt/format.h>

#include <algorithm>

#include "simulator/binance/words.hpp"
#include "simulator/binanceusdm/usdm_dialect.hpp"

namespace signalbox::simulator::binanceusdm {
namespace {

using binance::amount;

std::string_view execution_of(OrderChange change) {
  switch (change) {
    case OrderChange::traded: return "TRADE";
    case OrderChange::cancelled: return "CANCELED";
    case OrderChange::expired:
    case OrderChange::prevented: return "EXPIRED";
    case OrderChange::amended: return "AMENDMENT";
    default: return "NEW";
  }
}

}  // namespace

void UsdmDialect::on_order(const OrderEvent& event) {
  const auto& order = event.order;
  const auto* trade = event.trade;
  Decimal fee;
  if (trade) {
    auto& held = positions_[{order.account, order.market}];
    const auto signed_quantity = trade->side == Side::buy ? trade->quantity : -trade->quantity;
    const auto signed_cost = trade->side == Side::buy ? trade->quote : -trade->quote;
    held.quantity = held.quantity + signed_quantity;
    held.cost = held.quantity.is_zero() ? Notional{} : held.cost + signed_cost;
    fee = Decimal::mul(trade->quote.decimal(), Decimal::from_raw(Decimal::one_raw / 2000),
                       Rounding::half_even)
              .value_or(Decimal{});
    fees_paid_[order.account] = fees_paid_[order.account] + fee;
  }
  // A child that the engine has not named yet is one of whatever fires just now.
  const auto parent = parents_.find(order.id);
  std::string original = order.type == OrderType::market ? "MARKET" : "LIMIT";
  if (parent != parents_.end())
    original = algos_[parent->second].type;
  else if (kept_back_)
    for (const auto& algo : algos_)
      if (algo.state == AlgoState::waiting && algo.account == order.account && reached(algo) &&
          algo.side == order.side) {
        original = algo.type;
        break;
      }
  auto text = fmt::format(
      R"({{"e":"ORDER_TRADE_UPDATE","E":{0},"T":{0},"o":{{"s":"{1}","c":"{2}","S":"{3}","o":"{4}","f":"{5}","q":"{6}",)"
      R"("p":"{7}","ap":"0","sp":"0","x":"{8}","X":"{9}","i":{10},"l":"{11}","z":"{12}","L":"{13}","n":"{14}","N":"USDT",)"
      R"("T":{0},"t":{15},"b":"0","a":"0","m":{16},"R":{17},"wt":"CONTRACT_PRICE","ot":"{18}","ps":"BOTH","cp":false,)"
      R"("rp":"0","pP":false,"si":0,"ss":0,"V":"EXPIRE_MAKER","pm":"NONE","gtd":0,"er":"0"}}}})",
      binance::ms(event.time), symbols_[static_cast<std::size_t>(order.market)],
      order.client_id.view(), binance::word(order.side),
      order.type == OrderType::market ? "MARKET" : "LIMIT",
      order.type == OrderType::limit_maker ? "GTX" : binance::word(order.time_in_force),
      amount(order.quantity), amount(order.price), execution_of(event.change),
      binance::word(order.state), static_cast<std::uint64_t>(order.id),
      amount(trade ? trade->quantity : Quantity{}), amount(order.filled),
      amount(trade ? trade->price : Price{}), amount(fee), trade ? trade->id : 0,
      trade && trade->maker, is_reduce_only(order.id), original);
  if (kept_back_) {
    kept_back_->emplace_back(order.account, std::move(text));
    return;
  }
  tell(order.account, std::move(text), event.time);
  if (trade) tell_account(order.account, event.time);
}

void UsdmDialect::tell_algo(const Algo& algo, WallTime now) {
  if (!settings_.tells_algos) return;
  constexpr std::string_view states[] = {"", "NEW", "TRIGGERED", "FINISHED", "CANCELED", "EXPIRED"};
  const auto child = algo.child == OrderId::none
                         ? std::string{}
                         : std::to_string(static_cast<std::uint64_t>(algo.child));
  tell(
      algo.account,
      fmt::format(
          R"({{"e":"ALGO_UPDATE","T":{0},"E":{0},"o":{{"caid":"{1}","aid":{2},"at":"CONDITIONAL","o":"{3}","s":"{4}",)"
          R"("S":"{5}","ps":"BOTH","f":"GTC","q":"{6}","X":"{7}","ai":"{8}","ap":"0","aq":"0","tp":"{9}","p":"{10}",)"
          R"("wt":"CONTRACT_PRICE","cp":false,"R":{11},"tt":0,"rm":"{12}"}}}})",
          binance::ms(now), algo.client_id.view(), algo.id, algo.type,
          symbols_[static_cast<std::size_t>(algo.market)], binance::word(algo.side),
          amount(algo.quantity), states[static_cast<std::size_t>(algo.state)], child,
          amount(algo.trigger), amount(algo.price), algo.reduce_only, algo.why),
      now);
}

void UsdmDialect::tell_account(AccountId account, WallTime now) {
  tell(account,
       fmt::format(R"({{"e":"ACCOUNT_UPDATE","E":{0},"T":{0},"a":{{"m":"ORDER","B":[],"P":[]}}}})",
                   binance::ms(now)),
       now);
}

void UsdmDialect::tell(AccountId account, std::string event, WallTime now) {
  if (!sink_) return;
  if (const auto fault = faults_.on_event(account, now)) {
    switch (fault->kind) {
      case StreamFaultKind::drop: return;
      case StreamFaultKind::late: return deliver(account, event, fault->delay);
      case StreamFaultKind::twice: deliver(account, event, {}); break;
      case StreamFaultKind::cut: return cut_user_streams(account);
      case StreamFaultKind::silent: return mute_user_streams(account);
      case StreamFaultKind::swap:
        if (swapped_.emplace(account, event).second) return;
        break;
    }
  }
  deliver(account, event, {});
  if (const auto held = swapped_.find(account); held != swapped_.end()) {
    deliver(account, held->second, {});
    swapped_.erase(held);
  }
}

void UsdmDialect::deliver(AccountId account, const std::string& event, Duration delay) {
  for (const auto& [id, session] : sessions_)
    if (session.account == account && !session.muted) sink_->on_frame(id, event, delay);
}

void UsdmDialect::cut_user_streams(AccountId account) {
  std::vector<SessionId> cut;
  for (const auto& [id, session] : sessions_)
    if (session.account == account) cut.push_back(id);
  for (const auto id : cut) {
    sessions_.erase(id);
    sink_->on_close(id, 1006, "");
  }
}

void UsdmDialect::mute_user_streams(AccountId account) {
  for (auto& [id, session] : sessions_)
    if (session.account == account) session.muted = true;
}

void UsdmDialect::garble_user_streams(AccountId account) {
  deliver(account, R"({"e":"ORDER_TRADE_UPDATE","E":17)", {});
}

void UsdmDialect::expire_listen_keys(WallTime now) {
  listen_keys_.clear();
  if (!sink_) return;
  const auto sessions = sessions_;
  for (const auto& [id, session] : sessions)
    if (session.account)
      sink_->on_frame(id, fmt::format(R"({{"e":"listenKeyExpired","E":{}}})", binance::ms(now)),
                      {});
}

void UsdmDialect::on_book(MarketId market, const BookTop& top, WallTime now) {
  if (!sink_) return;
  auto name = symbols_[static_cast<std::size_t>(market)];
  std::transform(name.begin(), name.end(), name.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  name += "@bookTicker";
  const auto event = fmt::format(
      R"({{"e":"bookTicker","u":{},"E":{},"T":{},"s":"{}","b":"{}","B":"{}","a":"{}","A":"{}"}})",
      ++made_, binance::ms(now), binance::ms(now), symbols_[static_cast<std::size_t>(market)],
      amount(top.bid), amount(top.bid_quantity), amount(top.ask), amount(top.ask_quantity));
  for (const auto& [id, session] : sessions_) {
    if (!session.streams.contains(name)) continue;
    sink_->on_frame(
        id, session.combined ? fmt::format(R"({{"stream":"{}","data":{}}})", name, event) : event,
        {});
  }
}

}  // namespace signalbox::simulator::binanceusdm
