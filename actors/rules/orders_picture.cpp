// One picture of all open orders, at every READY and when the venue's refusals say that something
// of ours must still be there: what it confirms needs no question of its own, and what it does not
// show is looked for. What it shows and nobody knows of is in orders_lost.cpp.
#include <algorithm>
#include <set>

#include "actors/rules/orders.hpp"

namespace signalbox {

void Orders::want_picture(Now now) {
  if (picture_) return;
  const auto earliest = pictured_at_ ? *pictured_at_ + policy_.picture_every : now.mono;
  picture_ = Picture{.due = std::max(now.mono, earliest), .pause = policy_.query_pause};
}

std::optional<MonoTime> Orders::picture_due() const {
  if (picture_) return picture_->under_way ? std::nullopt : std::optional{picture_->due};
  if (!pictured_at_) return std::nullopt;
  if (!contradicted_.empty()) return *pictured_at_ + policy_.picture_again;
  if (live_ == 0) return std::nullopt;
  return *pictured_at_ + policy_.picture_anyway;
}

void Orders::picture_step(Now now, OrdersOut& out) {
  if (const auto due = picture_due(); !picture_ && due && *due <= now.mono) want_picture(now);
  if (!picture_ || picture_->under_way || picture_->due > now.mono) return;
  picture_->under_way = true;
  out.requests.push_back(
      QueryOpenOrders{.request = ask({.kind = Pending::Kind::picture, .asked_at = now.mono}),
                      .symbol = {},
                      .urgent = true});
}

void Orders::on_picture(const OrdersResult& result, MonoTime asked_at, Now now, OrdersOut& out) {
  if (!picture_) return;
  if (result.outcome != Outcome::accepted) {
    picture_->under_way = false;
    picture_->due = now.mono + picture_->pause;
    picture_->pause = std::min(picture_->pause * 2, policy_.query_pause_max);
    return;
  }
  picture_.reset();
  pictured_at_ = asked_at;
  std::set<ClientOrderId> shown;
  for (const auto& report : result.items) {
    const Order* order = find_by(report.id, report.venue_id);
    if (order != nullptr) shown.insert(order->spec.id);
  }
  // An order on its way is nobody's to miss, and neither is one that was sent after the question.
  for (auto& [id, order] : orders_)
    if (order.live() && order.state != Order::State::sent &&
        (order.replayed || order.sent_at.mono < asked_at) && !shown.contains(id) && !order.search)
      search_again(order, now);
  note_foreign(result, out);
  judge_lost(now, out);
}

}  // namespace signalbox
