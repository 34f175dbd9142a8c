#include <algorithm>
#include <charconv>
#include <utility>

#include "simulator/paper/paper_venue.hpp"
#include "simulator/paper/reports.hpp"

namespace signalbox::simulator {
namespace {

ListKind to_kind(Linkage linkage) {
  switch (linkage) {
    case Linkage::one_cancels_other: return ListKind::oco;
    case Linkage::one_triggers_other: return ListKind::oto;
    case Linkage::single:
    case Linkage::one_triggers_pair: break;
  }
  return ListKind::otoco;
}

/// Whether an order of this request is one leg of a pair, whose limit leg must not take.
bool in_pair(Linkage linkage, std::size_t at) {
  return linkage == Linkage::one_cancels_other || (linkage == Linkage::one_triggers_pair && at > 0);
}

}  // namespace

WriteResult PaperVenue::refused(RequestId id, Reject reject) const {
  WriteResult r;
  r.request = id;
  r.outcome = Outcome::refused;
  r.refusal = to_refusal(reject);
  r.detail = Detail{to_text(reject)};
  return r;
}

OrderReport PaperVenue::report(OrderId id) const {
  const auto& order = engine_.orders()[id];
  return to_report(order, engine_.spec(order.market));
}

const Order* PaperVenue::find(const ClientOrderId& id, const VenueOrderId& venue_id) const {
  const Order* order = nullptr;
  if (!venue_id.empty()) {
    std::uint64_t number = 0;
    const auto text = venue_id.view();
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc{} && end == text.data() + text.size())
      order = engine_.orders().find(static_cast<OrderId>(number));
  } else {
    order = engine_.orders().find(account_, to_client_id(id));
  }
  return order && order->account == account_ ? order : nullptr;
}

WriteResult PaperVenue::execute(const PlaceOrders& p, WallTime sent) {
  const auto now = clock_.wall();
  WriteResult r;
  r.request = p.request;
  r.outcome = Outcome::refused;
  if (p.valid_for > Duration::zero() && now - sent > p.valid_for) {
    r.refusal = Refusal::clock;
    r.detail = Detail{"arrived after it was valid"};
    return r;
  }
  const auto market = engine_.find_market(p.symbol);
  if (!market) return refused(p.request, Reject::unknown_market);
  NewList list;
  for (std::size_t i = 0; i < p.orders.size(); ++i) {
    const auto order = to_order(p.orders[i], in_pair(p.linkage, i));
    if (!order) {
      r.refusal = Refusal::unsupported;
      r.detail = Detail{"stops trigger by the last price here"};
      return r;
    }
    list.orders.push_back(*order);
  }
  if (p.linkage == Linkage::single) {
    if (p.orders.size() != 1) return refused(p.request, Reject::price_relation);
    const auto placed = engine_.place(account_, *market, list.orders[0], now);
    if (!placed) return refused(p.request, placed.error());
    r.orders.push_back(report(*placed));
  } else {
    list.kind = to_kind(p.linkage);
    const auto placed = engine_.place(account_, *market, list, now);
    if (!placed) return refused(p.request, placed.error());
    for (const auto& order : placed->as_placed)
      r.orders.push_back(to_report(order, engine_.spec(*market)));
  }
  r.outcome = Outcome::accepted;
  return r;
}

WriteResult PaperVenue::execute(const AmendOrder& a) {
  const auto* order = find(a.id, a.venue_id);
  if (!order) return refused(a.request, Reject::unknown_order);
  WriteResult r;
  r.request = a.request;
  if (!a.quantity || (a.price && *a.price != order->price) ||
      (a.trigger_price && *a.trigger_price != order->stop_price)) {
    r.outcome = Outcome::refused;
    r.refusal = Refusal::unsupported;
    r.detail = Detail{"only a quantity can be amended, downwards"};
    return r;
  }
  const auto amended =
      engine_.amend(account_, order->id, *a.quantity, order->client_id, clock_.wall());
  if (!amended) return refused(a.request, amended.error());
  r.outcome = Outcome::accepted;
  r.orders.push_back(report(*amended));
  return r;
}

WriteResult PaperVenue::execute(const CancelOrder& c) {
  const auto* order = find(c.id, c.venue_id);
  if (!order) return refused(c.request, Reject::unknown_order);
  const auto cancelled = engine_.cancel(account_, order->id, {}, CancelOnly::any, clock_.wall());
  if (!cancelled) return refused(c.request, cancelled.error());
  WriteResult r;
  r.request = c.request;
  r.outcome = Outcome::accepted;
  for (const auto id : *cancelled) r.orders.push_back(report(id));
  return r;
}

// ---- what the engine says by itself ----

void PaperVenue::on_order(const OrderEvent& event) {
  if (event.order.account != account_ || !streaming_) return;
  auto fault = options_.faults ? options_.faults->on_event(account_, event.time) : std::nullopt;
  if (fault && fault->kind == StreamFaultKind::drop) return;
  if (fault && (fault->kind == StreamFaultKind::cut || fault->kind == StreamFaultKind::silent)) {
    // A silent stream looks ready and says nothing; a cut one says that it is gone. The event at
    // hand is the first that is missed, and the record has its trade already.
    if (fault->kind == StreamFaultKind::cut)
      cut(std::max(fault->delay, Duration{1}));
    else
      lose_stream();
    if (event.trade) --*missed_from_;
    return;
  }
  const auto& market = engine_.spec(event.order.market);
  auto tell = [this, order = to_report(event.order, market),
               fill = event.trade ? std::optional{to_report(*event.trade, event.order, market)}
                                  : std::nullopt] {
    if (fill) sink_->on(*fill);
    sink_->on(order);
  };
  if (fault && fault->kind == StreamFaultKind::late)
    return back_.push_alone(options_.latency_back + fault->delay, tell);
  if (fault && fault->kind == StreamFaultKind::swap && !swapped_) {
    swapped_ = std::move(tell);
    return;
  }
  if (fault && fault->kind == StreamFaultKind::twice) send_back(tell);
  send_back(std::move(tell));
  if (swapped_) send_back(std::exchange(swapped_, nullptr));
}

void PaperVenue::on_balances(AccountId account, const std::vector<AssetBalance>& all, WallTime) {
  if (account != account_ || !streaming_) return;
  BalancesReport r;
  for (const auto& b : all) r.balances.push_back(to_report(b));
  send_back([this, r = std::move(r)] { sink_->on(r); });
}

void PaperVenue::on_book(MarketId market, const BookTop& top, WallTime time) {
  if (!streaming_ || tickers_.count(market) == 0) return;
  send_back([this, tick = to_report(top, engine_.spec(market), time)] { sink_->on(tick); });
}

}  // namespace signalbox::simulator
