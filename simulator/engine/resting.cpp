#include "simulator/engine/resting.hpp"

#include <algorithm>

namespace signalbox::simulator {

void RestingOrders::add(const Order& order) {
  const auto rank = order.side == Side::buy ? -order.price : order.price;
  const Place place{order.side, rank, ++arrivals_, order.id};
  on(order.side).insert(place);
  places_.emplace(order.id, place);
}

void RestingOrders::remove(OrderId id) {
  const auto found = places_.find(id);
  if (found == places_.end()) return;
  on(found->second.side).erase(found->second);
  places_.erase(found);
}

std::optional<OrderId> RestingOrders::best(Side side) const {
  const auto& places = on(side);
  if (places.empty()) return std::nullopt;
  return places.begin()->id;
}

std::vector<OrderId> RestingOrders::all(Side side) const {
  std::vector<OrderId> ids;
  for (const auto& place : on(side)) ids.push_back(place.id);
  return ids;
}

void ArmedOrders::add(const Order& order) {
  (rising(order.side, order.type) ? rising_ : falling_).emplace(order.stop_price, order.id);
}

void ArmedOrders::remove(const Order& order) {
  (rising(order.side, order.type) ? rising_ : falling_).erase({order.stop_price, order.id});
}

std::vector<OrderId> ArmedOrders::due(Price for_rising, Price for_falling) const {
  std::vector<OrderId> ids;
  for (auto at = rising_.begin(); at != rising_.end() && at->first <= for_rising; ++at)
    ids.push_back(at->second);
  for (auto at = falling_.rbegin(); at != falling_.rend() && at->first >= for_falling; ++at)
    ids.push_back(at->second);
  std::sort(ids.begin(), ids.end());
  return ids;
}

}  // namespace signalbox::simulator
