#include "simulator/okx/algos.hpp"

namespace signalbox::simulator::okx {

Algo& Algos::add(Algo algo) {
  algo.number = first_number + algos_.size();
  return algos_.emplace_back(std::move(algo));
}

Algo* Algos::find(std::uint64_t number) {
  if (number < first_number || number - first_number >= algos_.size()) return nullptr;
  return &algos_[number - first_number];
}

Algo* Algos::find(AccountId account, std::string_view client_id) {
  if (client_id.empty()) return nullptr;
  for (auto each = algos_.rbegin(); each != algos_.rend(); ++each)
    if (each->account == account && each->client_id == client_id) return &*each;
  return nullptr;
}

Algo* Algos::of(OrderId order) {
  const auto found = by_order_.find(order);
  return found == by_order_.end() ? nullptr : find(found->second);
}

std::vector<Algo*> Algos::attached_to(OrderId parent) {
  std::vector<Algo*> found;
  for (auto& each : algos_)
    if (each.parent == parent) found.push_back(&each);
  return found;
}

bool is_plain(const Algo&, const Order& leg) {
  if (leg.held()) return false;
  return is_conditional(leg.type) ? leg.triggered : true;
}

AlgoState state_of(const Algo& algo, const Orders& orders) {
  const Order* stop = orders.find(algo.stop);
  const Order* target = orders.find(algo.target);
  AlgoState state;
  for (const auto* leg : {stop, target}) {
    if (!leg) continue;
    if (leg->held()) return state;
    if (leg->end == EndReason::parent) return state;  // never placed
  }
  state.word = "live";
  bool all_ended = true;
  for (const auto* leg : {stop, target}) {
    if (!leg) continue;
    const bool is_target =
        leg == target || (!target && is_conditional(leg->type) && !is_stop(leg->type) &&
                          algo.type != Algo::Type::trigger);
    const bool fired = is_conditional(leg->type) ? leg->triggered : leg->filled.is_positive();
    if (fired) return {"effective", is_target ? "tp" : "sl", leg->id};
    if (leg->end == EndReason::refused_when_live) return {"order_failed", "", OrderId::none};
    all_ended = all_ended && leg->done();
  }
  if (all_ended) state.word = "canceled";
  return state;
}

}  // namespace signalbox::simulator::okx
