#include "actors/runtime/incidents.hpp"

#include <utility>

namespace signalbox {

Incidents::Incidents(Listener listener) : listener_(std::move(listener)) {}

void Incidents::report(const Incident& incident) {
  auto& count = incident.kind == Incident::Kind::crashed          ? crashes_
                : incident.kind == Incident::Kind::unhandled_down ? downs_
                                                                  : unexpected_;
  count.fetch_add(1, std::memory_order_relaxed);
  if (listener_) listener_(incident);
}

IncidentCounts Incidents::counts() const {
  return {.unexpected_messages = unexpected_.load(std::memory_order_relaxed),
          .crashes = crashes_.load(std::memory_order_relaxed),
          .unhandled_downs = downs_.load(std::memory_order_relaxed)};
}

}  // namespace signalbox
