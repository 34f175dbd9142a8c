#include <fmt/format.h>

#include <algorithm>

#include "simulator/binance/words.hpp"
#include "simulator/binanceusdm/usdm_dialect.hpp"

namespace signalbox::simulator::binanceusdm {
namespace {

using binance::amount;
using binance::error;

constexpr std::string_view types[] = {"STOP", "STOP_MARKET", "TAKE_PROFIT", "TAKE_PROFIT_MARKET"};

}  // namespace

std::string UsdmDialect::algo_json(const Algo& algo) const {
  constexpr std::string_view states[] = {"", "NEW", "TRIGGERED", "FINISHED", "CANCELED", "EXPIRED"};
  const auto child = algo.child == OrderId::none
                         ? std::string{}
                         : std::to_string(static_cast<std::uint64_t>(algo.child));
  return fmt::format(
      R"({{"algoId":{},"clientAlgoId":"{}","algoType":"CONDITIONAL","orderType":"{}","symbol":"{}","side":"{}",)"
      R"("positionSide":"BOTH","timeInForce":"GTC","quantity":"{}","algoStatus":"{}","actualOrderId":"{}",)"
      R"("triggerPrice":"{}","price":"{}","icebergQuantity":null,"workingType":"CONTRACT_PRICE",)"
      R"("closePosition":false,"reduceOnly":{},"createTime":{},"updateTime":{},"triggerTime":0}})",
      algo.id, algo.client_id.view(), algo.type, symbols_[static_cast<std::size_t>(algo.market)],
      binance::word(algo.side), amount(algo.quantity), states[static_cast<std::size_t>(algo.state)],
      child, amount(algo.trigger), amount(algo.price), algo.reduce_only, binance::ms(algo.created),
      binance::ms(algo.updated));
}

bool UsdmDialect::reached(const Algo& algo) const {
  const auto last = engine_.last(algo.market);
  if (!last.is_positive()) return false;
  const bool rising = is_stop(algo.type) == (algo.side == Side::buy);
  return rising ? last >= algo.trigger : last <= algo.trigger;
}

Answer UsdmDialect::place_algo(Call& call) {
  auto& read = call.reader;
  const auto id = market(call);
  const auto kind = read.text("algoType", true).value_or("");
  Algo algo;
  algo.side = read.side("side");
  algo.type = read.text("type", true).value_or("");
  const auto quantity = read.decimal("quantity", true);
  const auto trigger = read.decimal("triggerPrice", true);
  const bool limit = !is_market(algo.type);
  const auto price = read.decimal("price", limit);
  algo.client_id = read.client_id("clientAlgoId");
  algo.reduce_only = read.boolean("reduceOnly").value_or(false);
  for (const auto* optional : {"workingType", "newOrderRespType", "timeInForce", "positionSide"})
    static_cast<void>(read.text(optional));
  if (auto bad = read.finish()) return tl::unexpected(*bad);
  if (kind != "CONDITIONAL" ||
      std::find(std::begin(types), std::end(types), algo.type) == std::end(types))
    return error(-1116, "Invalid orderType.");
  for (const auto& other : algos_)
    if (other.account == call.account && other.client_id == algo.client_id &&
        other.state == AlgoState::waiting)
      return error(-4116, "ClientOrderId is duplicated.");
  if (algos_.size() == algos_max || waiting_algos(call.account) == 200)
    return error(-4045, "Reach max stop order limit.");
  algo.market = *id;
  algo.account = call.account;
  algo.quantity = Quantity{*quantity};
  algo.trigger = Price{*trigger};
  if (price) algo.price = Price{*price};
  if (reached(algo)) return error(-2021, "Order would immediately trigger.");
  algo.id = 2'000'000 + static_cast<std::int64_t>(++made_);
  if (algo.client_id.empty()) algo.client_id = ClientId{"auto" + std::to_string(algo.id)};
  algo.created = algo.updated = call.now;
  algos_.push_back(algo);
  note(algo, AlgoStep::waits, call.now);
  tell_algo(algos_.back(), call.now);
  return algo_json(algos_.back());
}

UsdmDialect::Algo* UsdmDialect::named_algo(Call& call, MarketId id) {
  const auto number = call.reader.integer("algoId");
  const auto client = call.reader.text("clientAlgoId");
  if (!number && !client) call.reader.fail(-1102, "Param 'algoId' or 'clientAlgoId' must be sent.");
  for (auto at = algos_.rbegin(); at != algos_.rend(); ++at) {
    if (at->account != call.account || at->market != id) continue;
    if (number ? at->id == *number : client && at->client_id.view() == *client) return &*at;
  }
  return nullptr;
}

Answer UsdmDialect::cancel_algo(Call& call) {
  const auto id = market(call);
  auto* algo = id ? named_algo(call, *id) : nullptr;
  if (auto bad = call.reader.finish()) return tl::unexpected(*bad);
  if (!algo || algo->state != AlgoState::waiting) return error(-2011, "Unknown order sent.");
  end_algo(*algo, AlgoState::cancelled, {}, call.now);
  return fmt::format(R"({{"algoId":{},"clientAlgoId":"{}","code":"200","msg":"success"}})",
                     algo->id, algo->client_id.view());
}

Answer UsdmDialect::query_algo(Call& call) {
  const auto id = market(call);
  const auto* algo = id ? named_algo(call, *id) : nullptr;
  if (auto bad = call.reader.finish()) return tl::unexpected(*bad);
  if (!algo) return error(-2013, "Order does not exist.");
  return algo_json(*algo);
}

Answer UsdmDialect::open_algos(Call& call) {
  const auto id = market(call, false);
  if (auto bad = call.reader.finish()) return tl::unexpected(*bad);
  std::vector<std::string> rows;
  for (const auto& algo : algos_)
    if (algo.account == call.account && algo.state == AlgoState::waiting &&
        (!id || algo.market == *id))
      rows.push_back(algo_json(algo));
  return fmt::format("[{}]", fmt::join(rows, ","));
}

Answer UsdmDialect::cancel_open_algos(Call& call) {
  const auto id = market(call);
  if (auto bad = call.reader.finish()) return tl::unexpected(*bad);
  for (auto& algo : algos_)
    if (algo.account == call.account && algo.market == *id && algo.state == AlgoState::waiting)
      end_algo(algo, AlgoState::cancelled, {}, call.now);
  return R"({"code":200,"msg":"The operation of cancel all open order is done."})";
}

void UsdmDialect::end_algo(Algo& algo, AlgoState state, std::string why, WallTime now) {
  algo.state = state;
  algo.why = std::move(why);
  algo.updated = now;
  const bool filled =
      state == AlgoState::finished && engine_.orders()[algo.child].state == OrderState::filled;
  note(algo, filled ? AlgoStep::filled : AlgoStep::ended, now);
  tell_algo(algo, now);
}

void UsdmDialect::note(const Algo& algo, AlgoStep::What what, WallTime now) {
  if (algo_record_.size() == algo_steps_max) return;
  algo_record_.push_back(
      {now, what, algo.id, algo.client_id, algo.side, is_stop(algo.type), algo.quantity});
}

std::vector<UsdmDialect::Waiting> UsdmDialect::waiting(AccountId account) const {
  std::vector<Waiting> found;
  for (const auto& algo : algos_)
    if (algo.account == account && algo.state == AlgoState::waiting)
      found.push_back({algo.id, algo.client_id, algo.trigger, is_stop(algo.type)});
  return found;
}

ClientId UsdmDialect::algo_client_id(std::int64_t id) const {
  for (const auto& algo : algos_)
    if (algo.id == id) return algo.client_id;
  return {};
}

bool UsdmDialect::withdraw(std::int64_t id, WallTime now) {
  for (auto& algo : algos_)
    if (algo.id == id && algo.state == AlgoState::waiting) {
      end_algo(algo, AlgoState::cancelled, {}, now);
      return true;
    }
  return false;
}

void UsdmDialect::settle(WallTime now) {
  // By position: firing one may add none, but the engine's events change the states of others.
  for (std::size_t i = 0; i < algos_.size(); ++i) {
    auto& algo = algos_[i];
    if (algo.state == AlgoState::waiting && reached(algo)) fire(i, now);
    const bool ended = algo.state == AlgoState::triggered && algo.child != OrderId::none &&
                       engine_.orders()[algo.child].done();
    if (ended) end_algo(algo, AlgoState::finished, {}, now);
  }
}

void UsdmDialect::fire(std::size_t place, WallTime now) {
  auto& algo = algos_[place];
  NewOrder order;
  order.side = algo.side;
  order.type = is_market(algo.type) ? OrderType::market : OrderType::limit;
  order.price = algo.price;
  order.quantity = algo.reduce_only ? reducible(algo.account, algo.market, algo.side, algo.quantity)
                                    : algo.quantity;
  if (order.quantity.is_zero())
    return end_algo(algo, AlgoState::expired, "ReduceOnly Order is rejected.", now);
  if (settings_.child_repeats_id) order.client_id = algo.client_id;
  kept_back_.emplace();
  const auto placed = engine_.place(algo.account, algo.market, order, now);
  auto events = std::move(*kept_back_);
  kept_back_.reset();
  if (!placed) return end_algo(algo, AlgoState::expired, "The child order was rejected.", now);
  algo.child = *placed;
  algo.state = AlgoState::triggered;
  algo.updated = now;
  note(algo, AlgoStep::fired, now);
  parents_[*placed] = place;
  if (algo.reduce_only) reduce_only_.insert(*placed);
  if (!settings_.child_told_first) tell_algo(algo, now);
  for (auto& [account, event] : events) tell(account, std::move(event), now);
  if (settings_.child_told_first) tell_algo(algo, now);
  tell_account(algo.account, now);
}

}  // namespace signalbox::simulator::binanceusdm
