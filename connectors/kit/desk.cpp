#include "connectors/kit/desk.hpp"

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

void Desk::written(Slot slot, const Reply& reply) {
  const Write what = writes_[slot];
  free_.push_back(slot);
  const auto verdict = core_.verdict(reply);
  if (!verdict.is_good()) return sink_->on(result_of<WriteResult>(what.request, verdict));
  auto answer = read_written(what, reply.body);
  if (!answer) return sink_->on(result_of<WriteResult>(what.request, not_readable(answer.error())));
  accepted(what, *answer);
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
