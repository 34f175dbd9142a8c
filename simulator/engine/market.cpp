#include "simulator/engine/market.hpp"

#include <cassert>

namespace signalbox::simulator {
namespace {

void fill_side(std::vector<Level>& levels, Price best, Quantity quantity, const DepthModel& depth,
               bool downwards) {
  levels.clear();
  if (!best.is_positive()) return;
  if (quantity.is_positive()) levels.push_back({best, quantity});
  auto price = best;
  for (std::uint32_t i = 0; i < depth.levels && depth.quantity.is_positive(); ++i) {
    price = downwards ? price - depth.step : price + depth.step;
    if (!price.is_positive()) return;
    levels.push_back({price, depth.quantity});
  }
}

}  // namespace

void ExternalBook::set(const BookTop& top) {
  top_ = top;
  fill_side(bids_, top.bid, top.bid_quantity, depth_, true);
  fill_side(asks_, top.ask, top.ask_quantity, depth_, false);
}

void ExternalBook::take(Side side, Quantity quantity) {
  auto& levels = side == Side::buy ? bids_ : asks_;
  assert(!levels.empty() && levels.front().quantity >= quantity);
  levels.front().quantity -= quantity;
  if (levels.front().quantity.is_zero()) levels.erase(levels.begin());
}

}  // namespace signalbox::simulator
