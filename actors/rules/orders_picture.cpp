// One picture of all open orders, at every READY and when the venue's refusals say that something
// of ours must still be there: what it confirms needs no question of its own, what it does not show
// is looked for, and what nobody knows of is cancelled.
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
  if (live_ == 0 || !pictured_at_) return std::nullopt;
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

void Orders::on_picture(const OrdersResult& result, MonoTime asked_at, Now now) {
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
    if (order.live() && order.state != Order::State::sent && order.sent_at.mono < asked_at &&
        !shown.contains(id) && !order.search)
      search_again(order, now);
}

Order* Orders::adopt(const ClientOrderId& id, const Symbol& symbol, Now now, OrdersOut& out) {
  const auto parsed = parse_client_order_id(id.view());
  if (!parsed || parsed->book != policy_.book) return nullptr;
  Order order;
  order.bracket = parsed->signal;
  order.leg = parsed->leg;
  order.symbol = symbol;
  order.order_class =
      parsed->leg.kind == LegKind::entry ? OrderClass::entry : OrderClass::protective;
  order.spec.id = id;
  order.group = {id};
  order.state = Order::State::unknown;
  order.adopted = true;
  order.sent_at = now;
  of_bracket_[order.bracket].push_back(id);
  ++live_;
  auto& adopted = orders_.insert_or_assign(id, std::move(order)).first->second;
  search_again(adopted, now);
  out.pages.push_back(
      Detail{"an order of ours that the journal does not know is cancelled: " + id.str()});
  return &adopted;
}

}  // namespace signalbox
