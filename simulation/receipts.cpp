#include "simulation/receipts.hpp"

#include <algorithm>

namespace signalbox::simulation {

void Receipts::trade(std::uint64_t order, std::uint64_t trade, MonoTime now) {
  auto& trades = orders_[order].trades;
  if (std::none_of(trades.begin(), trades.end(), [&](const auto& t) { return t.first == trade; }))
    trades.emplace_back(trade, now);
}

void Receipts::status(std::uint64_t order, bool over, MonoTime now) {
  auto& told = orders_[order];
  if (!told.end && over) told.end = now;
  if (told.words.empty() || told.words.back() != now) told.words.push_back(now);
}

void Receipts::listed(MonoTime asked, MonoTime now, std::uint8_t space) {
  listings_.push_back({asked, now + list_grace, space});
}

std::optional<MonoTime> Receipts::told_of_trade(simulator::OrderId order,
                                                std::uint64_t trade) const {
  const auto found = orders_.find(static_cast<std::uint64_t>(order));
  if (found == orders_.end()) return std::nullopt;
  for (const auto& [id, at] : found->second.trades)
    if (id == trade) return at;
  return std::nullopt;
}

std::optional<MonoTime> Receipts::first_word(simulator::OrderId order, MonoTime from) const {
  const auto found = orders_.find(static_cast<std::uint64_t>(order));
  if (found == orders_.end()) return std::nullopt;
  std::optional<MonoTime> first;
  for (const auto word : found->second.words)
    if (word >= from && (!first || word < *first)) first = word;
  return first;
}

std::optional<MonoTime> Receipts::told_of_end(simulator::OrderId order, MonoTime ended,
                                              std::uint8_t space) const {
  const auto found = orders_.find(static_cast<std::uint64_t>(order));
  auto told = found == orders_.end() ? std::nullopt : found->second.end;
  for (const auto& list : listings_)
    if (list.space == space && list.asked >= ended && (!told || list.told < *told))
      told = list.told;
  return told;
}

}  // namespace signalbox::simulation
