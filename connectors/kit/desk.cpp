#include "connectors/kit/desk.hpp"

#include <algorithm>

namespace signalbox::kit {

void complete(OrderRow& row, const Bounded<OrderSpec, 3>& placed) {
  for (const auto& spec : placed) {
    if (spec.id != row.report.id) continue;
    const bool first = &spec == placed.begin();
    const bool held = placed.size() == 3 && !first;
    row.report.status = held ? OrderStatus::pending : OrderStatus::working;
    row.report.side = spec.side;
    row.report.kind = spec.kind;
    row.report.quantity = spec.quantity;
    row.report.price = spec.price;
    row.report.trigger_price = spec.trigger_price;
    row.described = true;
  }
}

Desk::Slot Desk::take_slot(const Write& what) {
  if (free_.empty()) {
    writes_.push_back(what);
    return static_cast<Slot>(writes_.size() - 1);
  }
  const auto slot = free_.back();
  free_.pop_back();
  writes_[slot] = what;
  return slot;
}

Desk::Write Desk::give_slot(Slot slot) {
  free_.push_back(slot);
  return writes_[slot];
}

void Desk::written(Slot slot, const Reply& reply) {
  const Write what = give_slot(slot);
  --under_way_by_rest(what.market);
  const auto verdict = core_.verdict(reply);
  if (!verdict.is_good()) return sink_->on(result_of<WriteResult>(what.request, verdict));
  auto answer = read_written(what, reply.body);
  if (!answer) return sink_->on(result_of<WriteResult>(what.request, not_readable(answer.error())));
  accepted(what, *answer);
}

std::uint32_t& Desk::under_way_by_rest(MarketIndex market) {
  if (market >= by_rest_.size()) by_rest_.resize(std::size_t{market} + 1);
  return by_rest_[market];
}

bool Desk::is_being_placed(const ClientOrderId& id) const {
  return !id.empty() && held_.size() < held_max &&
         std::find(over_socket_.begin(), over_socket_.end(), id) != over_socket_.end();
}

void Desk::placement_answered(const Write& what) {
  std::vector<Held> now;
  if (what.placed.empty()) return;
  for (const auto& spec : what.placed) {
    const auto here = std::find(over_socket_.begin(), over_socket_.end(), spec.id);
    if (here != over_socket_.end()) over_socket_.erase(here);
    for (auto& each : held_)
      if (each.id == spec.id) now.push_back(std::move(each));
    std::erase_if(held_, [&](const Held& each) { return each.id == spec.id; });
  }
  for (const auto& each : now) each.then();
}

void Desk::accepted(const Write& what, WrittenOrders& answer) {
  auto result = result_of<WriteResult>(what.request, good());
  const auto echo_due = core_.clock.mono() + core_.settings.echo_within;
  for (auto& row : answer.orders) {
    if (!row.described) complete(row, what.placed);
    // A cancel may be answered under an id of its own.
    if (row.report.id.empty() && !what.id.empty() && answer.orders.size() == 1)
      row.report.id = what.id;
    core_.reports.answered(row, what.sent, echo_due);
    result.orders.push_back(row.report);
  }
  link_.watch_echoes();
  sink_->on(result);
  for (const auto& fill : answer.fills) core_.reports.filled(fill);
}

}  // namespace signalbox::kit
