#include "connectors/binanceusdm/algo_book.hpp"

#include <unordered_set>

#include "messages/ids.hpp"

namespace signalbox::binanceusdm {

IdSpace likely_space(const ClientOrderId& id) {
  const auto parsed = parse_client_order_id(id.view());
  return parsed && parsed->leg.kind == LegKind::stop ? IdSpace::algo : IdSpace::plain;
}

void AlgoBook::heard(const OrderState& state) {
  if (!state.algo) return;
  const auto& key = state.row.key;
  const auto [at, is_new] = algos_.try_emplace(key, Algo{.key = key});
  if (is_new) {
    algos_by_age_.push_back(key);
    forget_oldest();
  }
  auto& algo = at->second;
  if (!state.row.report.id.empty() && algo.id.empty()) {
    algo.id = state.row.report.id;
    by_id_.insert_or_assign(algo.id, key);
    remember(algo.id, IdSpace::algo);
  }
  algo.waits = state.algo == AlgoState::waiting ||
               (state.algo == AlgoState::triggered && state.child.empty());
  if (!state.child.empty()) {
    algo.child = state.child;
    parents_.insert_or_assign(OrderKey{key.market, state.child}, key);
  }
}

void AlgoBook::forget_oldest() {
  if (algos_by_age_.size() <= orders_max) return;
  const auto oldest = algos_.find(algos_by_age_.front());
  algos_by_age_.pop_front();
  if (oldest == algos_.end()) return;
  const auto& algo = oldest->second;
  if (!algo.child.empty()) parents_.erase({algo.key.market, algo.child});
  if (const auto by_id = by_id_.find(algo.id); by_id != by_id_.end() && by_id->second == algo.key)
    by_id_.erase(by_id);
  algos_.erase(oldest);
}

void AlgoBook::placed_plain(const ClientOrderId& id) { remember(id, IdSpace::plain); }

void AlgoBook::remember(const ClientOrderId& id, IdSpace space) {
  if (!books_.insert_or_assign(id, space).second) return;
  books_by_age_.push_back(id);
  while (books_by_age_.size() > orders_max) {
    books_.erase(books_by_age_.front());
    books_by_age_.pop_front();
  }
}

std::vector<OrderKey> AlgoBook::missing_in(const std::vector<OrderRow>& open,
                                           std::optional<MarketIndex> market) const {
  std::unordered_set<OrderKey, OrderKeyHash> shown;
  for (const auto& row : open) shown.insert(row.key);
  std::vector<OrderKey> missing;
  for (const auto& key : algos_by_age_) {
    const auto* algo = find(key);
    if (algo && algo->waits && (!market || key.market == *market) && !shown.contains(key))
      missing.push_back(key);
  }
  return missing;
}

const AlgoBook::Algo* AlgoBook::find(const OrderKey& algo) const {
  const auto found = algos_.find(algo);
  return found == algos_.end() ? nullptr : &found->second;
}

const AlgoBook::Algo* AlgoBook::parent_of(const OrderKey& child) const {
  const auto found = parents_.find(child);
  return found == parents_.end() ? nullptr : find(found->second);
}

const AlgoBook::Algo* AlgoBook::find(const ClientOrderId& id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : find(found->second);
}

std::optional<IdSpace> AlgoBook::space_of(const ClientOrderId& id) const {
  const auto found = books_.find(id);
  if (found == books_.end()) return std::nullopt;
  return found->second;
}

void AlgoBook::adopt(OrderRow& child) const {
  const auto* algo = parent_of(child.key);
  if (!algo) return;
  child.report.parent_id = algo->key.id;
  child.report.triggered = true;
  if (algo->id.empty()) return;
  child.report.id = algo->id;
  child.report.raw_client_id = {};
}

void AlgoBook::adopt(FillRow& fill) const {
  if (const auto* algo = parent_of(fill.key); algo && !algo->id.empty()) fill.report.id = algo->id;
}

}  // namespace signalbox::binanceusdm
