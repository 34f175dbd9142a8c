#include "actors/rules/reconcile.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "actors/rules/rounding.hpp"

namespace signalbox {
namespace {

/// Everything that is known of one signal without records.
struct Evidence {
  std::vector<const OrderReport*> open;
  std::vector<const FillReport*> trades;
};

struct Sum {
  Quantity entered, acquired, released;
  Notional paid;
  std::optional<Side> side;
  bool by_request = false;
  Symbol symbol;
};

Sum sum_of(const Evidence& evidence) {
  Sum sum;
  for (const auto* trade : evidence.trades) {
    const auto order = parse_client_order_id(trade->id.view());
    sum.symbol = trade->symbol;
    if (order->leg.kind == LegKind::entry) {
      sum.side = trade->side;
      sum.by_request = order->leg == lone_entry;
      sum.entered += trade->quantity;
      sum.paid += notional(trade->price, trade->quantity, Rounding::half_even).value_or(Notional{});
    }
  }
  for (const auto* trade : evidence.trades) {
    const bool with_entry = sum.side && trade->side == *sum.side;
    (with_entry ? sum.acquired : sum.released) += trade->quantity;
    // A fee in base comes out of what was bought.
    const auto base = trade->symbol.view().substr(0, trade->symbol.view().find('/'));
    if (with_entry && trade->fee && trade->fee_asset.view() == base)
      sum.acquired -= Quantity{*trade->fee};
  }
  return sum;
}

void judge(const JournalFacts& facts, const SignalHash& signal, const Evidence& evidence,
           ReconcilePlan& plan) {
  const Sum sum = sum_of(evidence);
  const Quantity held = sum.acquired - sum.released;
  // Selling inventory on spot opens nothing; exits without an entry cannot be understood.
  const bool sold_inventory = sum.side == Side::sell && facts.spot();
  const bool doubtful = !sum.side && !evidence.trades.empty();
  if (sum.side && !sold_inventory && !held.is_zero()) {
    const LostPosition position{.signal = signal,
                                .symbol = sum.symbol,
                                .side = *sum.side,
                                .entered = sum.entered,
                                .held = held,
                                .price = average_price(sum.paid, sum.entered).value_or(Price{})};
    if (!sum.by_request) {
      plan.close.push_back(position);
      return;  // what protects it stays until its bracket closes it
    }
    if (!facts.told_of(signal)) plan.by_request.push_back(position);
  }
  if (doubtful && !facts.told_of(signal)) plan.doubtful.push_back(signal);
  for (const auto* order : evidence.open)
    if (!facts.given_up(order->id)) plan.cancel.push_back(order->id);
}

template <class T>
void in_order(std::vector<T>& items) {
  std::sort(items.begin(), items.end());
  items.erase(std::unique(items.begin(), items.end()), items.end());
}

}  // namespace

SignalHash recovered_key(const AccountName& account, const SignalHash& lost) {
  return signal_hash(account, StrategyName{recovered_strategy}, SignalId{lost.view()});
}

StrangerFate fate_of(const JournalFacts& facts, const ClientOrderId& order) {
  const auto parsed = parse_client_order_id(order.view());
  if (!parsed || parsed->book != facts.book()) return StrangerFate::foreign;
  switch (facts.signal(parsed->signal)) {
    case JournalFacts::Known::lost: return StrangerFate::wait;
    case JournalFacts::Known::past: return StrangerFate::cancel;
    case JournalFacts::Known::kept: break;
  }
  // A leg has a new order only after the one before was over: the newest is the one that counts.
  const auto newest = facts.generation(parsed->signal, parsed->leg);
  return !newest || *newest < parsed->generation ? StrangerFate::take : StrangerFate::cancel;
}

ReconcilePlan reconcile(const JournalFacts& facts, const VenueSnapshot& snapshot) {
  ReconcilePlan plan;
  const auto untrue = contradictions_in(snapshot.open, snapshot.trades);
  std::set<SignalHash> unclear;  // one of their orders is not what it is said to be
  for (const auto& each : untrue) {
    if (!facts.told_of(each)) plan.contradictions.push_back(each);
    if (const auto parsed = parse_client_order_id(each.id.view())) unclear.insert(parsed->signal);
  }
  std::map<SignalHash, Evidence> lost;
  // The newest first: an older order of the same leg is over by then.
  std::vector<const OrderReport*> open;
  for (const auto& report : snapshot.open) open.push_back(&report);
  std::sort(open.begin(), open.end(), [](const auto* a, const auto* b) { return a->id > b->id; });
  std::map<std::pair<SignalHash, LegId>, ClientOrderId> taken;
  for (const auto* report : open) {
    if (concerns(untrue, report->id, report->venue_id)) continue;
    const auto parsed = parse_client_order_id(report->id.view());
    switch (fate_of(facts, report->id)) {
      case StrangerFate::foreign:
        if (!facts.told_of(report->venue_id)) plan.foreign.push_back(report->venue_id);
        break;
      case StrangerFate::wait: lost[parsed->signal].open.push_back(report); break;
      case StrangerFate::cancel:
        if (!facts.has(report->id)) plan.cancel.push_back(report->id);
        break;
      case StrangerFate::take:
        if (facts.has(report->id)) break;
        if (taken.emplace(std::pair{parsed->signal, parsed->leg}, report->id).second)
          plan.take.push_back(report->id);
        else
          plan.cancel.push_back(report->id);
        break;
    }
  }
  // A trade may be told twice: by the stream and by its history.
  std::map<std::pair<ClientOrderId, TradeId>, const FillReport*> trades;
  for (const auto& trade : snapshot.trades) trades.try_emplace({trade.id, trade.trade_id}, &trade);
  for (const auto& [id, trade] : trades)
    if (fate_of(facts, trade->id) == StrangerFate::wait)
      lost[parse_client_order_id(trade->id.view())->signal].trades.push_back(trade);
  for (const auto& [signal, evidence] : lost)
    if (!unclear.contains(signal)) judge(facts, signal, evidence, plan);
  in_order(plan.take);
  in_order(plan.cancel);
  in_order(plan.foreign);
  return plan;
}

}  // namespace signalbox
