#include "connectors/bybit/children.hpp"

#include "messages/ids.hpp"

namespace signalbox::bybit {

void Children::placed(const PlaceOrders& orders) {
  const bool attached =
      orders.linkage == Linkage::one_triggers_other || orders.linkage == Linkage::one_triggers_pair;
  if (!attached || orders.orders.size() < 2) return;
  Legs legs{.stop = orders.orders[1].id, .target = {}};
  if (orders.orders.size() == 3) legs.target = orders.orders[2].id;
  remember(orders.orders[0].id, legs);
}

void Children::remember(const ClientOrderId& entry, const Legs& legs) {
  if (!legs_.insert_or_assign(entry, legs).second) return;
  by_age_.push_back(entry);
  for (const auto& leg : {legs.stop, legs.target})
    if (!leg.empty()) entries_.insert_or_assign(leg, entry);
  while (by_age_.size() > entries_max) {
    const auto oldest = legs_.find(by_age_.front());
    by_age_.pop_front();
    if (oldest == legs_.end()) continue;
    for (const auto& leg : {oldest->second.stop, oldest->second.target}) {
      alive_.erase(leg);
      entries_.erase(leg);
    }
    legs_.erase(oldest);
  }
}

std::optional<Children::Legs> Children::legs_of(std::string_view entry) const {
  const auto parsed = parse_client_order_id(entry);
  if (!parsed || parsed->leg.kind != LegKind::entry) return std::nullopt;
  if (const auto found = legs_.find(ClientOrderId{entry}); found != legs_.end())
    return found->second;
  // An entry is sent once, with the first exits of its bracket.
  return Legs{client_order_id(parsed->book, parsed->signal, {LegKind::stop, 0}, 0),
              client_order_id(parsed->book, parsed->signal, {LegKind::target, 0}, 0)};
}

void Children::name(OrderRow& row, std::string_view parent_link_id) {
  auto& report = row.report;
  if (parent_link_id.empty() || !kit::is_conditional(report.kind) || !report.id.empty() ||
      !report.raw_client_id.empty())
    return;
  report.parent_id = VenueOrderId{parent_link_id};
  const auto legs = legs_of(parent_link_id);
  if (!legs) return;
  const auto leg = kit::is_stop(report.kind) ? legs->stop : legs->target;
  if (leg.empty()) return;
  if (!legs_.contains(ClientOrderId{parent_link_id}))
    remember(ClientOrderId{parent_link_id}, *legs);
  const auto [known, is_first] = alive_.emplace(leg, row.key.id);
  if (is_first || known->second == row.key.id) report.id = leg;
}

std::optional<VenueOrderId> Children::find(const ClientOrderId& leg) const {
  const auto found = alive_.find(leg);
  return found == alive_.end() ? std::nullopt : std::optional{found->second};
}

std::optional<ClientOrderId> Children::entry_of(const ClientOrderId& leg) const {
  const auto found = entries_.find(leg);
  return found == entries_.end() ? std::nullopt : std::optional{found->second};
}

}  // namespace signalbox::bybit
