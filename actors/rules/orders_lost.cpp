// Orders of our book that left no record: an exit that the journal had no room for, or everything
// after the last commit before the power failed. What belongs to a bracket becomes its leg again;
// of signals that nobody knows, the trades are looked at first and then decided on (reconcile.hpp).
#include <algorithm>
#include <iterator>

#include "actors/rules/orders.hpp"

namespace signalbox {
namespace {

/// The clock may have been set, and the venue's is another one.
constexpr Duration history_margin = std::chrono::minutes{10};

OrderClass class_of(LegKind kind) {
  switch (kind) {
    case LegKind::entry: return OrderClass::entry;
    case LegKind::close: return OrderClass::close;
    case LegKind::stop:
    case LegKind::target: break;
  }
  return OrderClass::protective;
}

}  // namespace

class Orders::Facts final : public JournalFacts {
 public:
  explicit Facts(const Orders& orders) : o_(orders) {}
  const Book& book() const override { return o_.policy_.book; }
  bool spot() const override { return o_.policy_.spot; }
  Known signal(const SignalHash& hash) const override {
    if (o_.owners_.contains(o_.bracket_of(hash))) return Known::kept;
    if (o_.past_.contains(hash)) return Known::past;
    const auto lost = o_.lost_.find(hash);
    return lost != o_.lost_.end() && lost->second.asked ? Known::kept : Known::lost;
  }
  bool has(const ClientOrderId& id) const override { return o_.find(id) != nullptr; }
  bool given_up(const ClientOrderId& id) const override {
    const Order* order = o_.find(id);
    return order != nullptr && order->cancel_wanted;
  }
  std::optional<std::uint32_t> generation(const SignalHash& hash, LegId leg) const override {
    const auto newest = o_.newest_.find({o_.bracket_of(hash), leg});
    if (newest == o_.newest_.end()) return std::nullopt;
    return parse_client_order_id(newest->second.view())->generation;
  }
  bool told_of(const SignalHash& hash) const override {
    const auto lost = o_.lost_.find(hash);
    return lost != o_.lost_.end() && lost->second.told;
  }
  bool told_of(const VenueOrderId& id) const override { return o_.foreign_told_.contains(id); }
  bool told_of(const Contradiction& one) const override {
    return o_.contradictions_told_.contains(one);
  }

 private:
  const Orders& o_;
};

SignalHash Orders::bracket_of(const SignalHash& signal) const {
  if (owners_.contains(signal) || past_.contains(signal)) return signal;
  return recovered_key(policy_.account, signal);
}

bool Orders::is_newest(const Order& order) const {
  const auto newest = newest_.find({order.bracket, order.leg});
  return newest != newest_.end() && newest->second == order.spec.id;
}

// ---- one order ----

Order* Orders::adopt(const ClientOrderId& id, const Symbol& symbol, Now now, OrdersOut& out) {
  const auto fate = fate_of(Facts{*this}, id);
  if (fate == StrangerFate::foreign) return nullptr;
  const auto parsed = parse_client_order_id(id.view());
  Order order;
  order.bracket = bracket_of(parsed->signal);
  order.leg = parsed->leg;
  order.symbol = symbol;
  order.order_class = class_of(parsed->leg.kind);
  order.spec.id = id;
  order.group = {id};
  order.state = Order::State::unknown;
  order.described = false;
  order.sent_at = {now.mono, std::min(now.wall, records_end_.value_or(now.wall) - history_margin)};

  std::string_view what = " is cancelled: nobody needs it";
  const bool owned = owners_.contains(order.bracket);
  if (fate == StrangerFate::take && owned) {
    newest_[{order.bracket, order.leg}] = id;
    what = " is taken up again by its bracket";
  } else if (fate != StrangerFate::cancel) {
    order.lost = true;
    if (lost_.try_emplace(parsed->signal).second) out.lost_signals.push_back(parsed->signal);
    if (!history_.fetched.contains(symbol)) history_.wanted.insert(symbol);
    what = " is of a signal that the journal does not know either";
  } else {
    order.adopted = true;
  }
  of_bracket_[order.bracket].push_back(id);
  ++live_;
  auto& adopted = orders_.insert_or_assign(id, std::move(order)).first->second;
  search_again(adopted, now);
  out.pages.push_back(
      Detail{"an order that the journal does not know, " + id.str() + std::string{what}});
  return &adopted;
}

void Orders::describe_as(Order& order, const OrderReport& report, OrdersOut& out) {
  if (!report.quantity.is_positive()) return;  // it says nothing but that it is there
  order.described = true;
  order.spec.side = report.side;
  order.spec.kind = report.kind;
  order.spec.quantity = report.quantity;
  order.spec.price = report.price;
  order.spec.trigger_price = report.trigger_price;
  if (!report.parent_id.empty()) order.linkage = Linkage::one_cancels_other;
  using What = LegEvent::What;
  tell(order, quantity_event(order, order.trades.empty() ? What::sent : What::standing), out);
}

// ---- signals without records ----

void Orders::note_lost_trade(const Order& order, const FillReport& fill) {
  if (!order.lost) return;
  lost_[parse_client_order_id(order.spec.id.view())->signal].trades.push_back(fill);
}

void Orders::judge_lost(Now now, OrdersOut& out) {
  // Before everything is known that can be known, nothing is decided.
  if (lost_.empty() || !pictured_at_ || picture_ || history_busy()) return;
  VenueSnapshot snapshot;
  for (const auto& [signal, lost] : lost_) {
    if (lost.asked) continue;
    snapshot.trades.insert(snapshot.trades.end(), lost.trades.begin(), lost.trades.end());
    const auto orders = of_bracket_.find(recovered_key(policy_.account, signal));
    if (orders == of_bracket_.end()) continue;
    for (const auto& id : orders->second)
      if (const Order* order = find(id); order != nullptr && order->live() && order->lost)
        snapshot.open.push_back(OrderReport{.symbol = order->symbol, .id = id});
  }
  const auto plan = reconcile(Facts{*this}, snapshot);
  for (const auto& position : plan.close) {
    lost_[position.signal].asked = true;
    out.lost.push_back(position);
    out.pages.push_back(Detail{"a signal without records, " + position.signal.str() + ", holds " +
                               position.held.str() + " of " + position.symbol.str() +
                               ": it is closed"});
  }
  for (const auto& signal : plan.doubtful) {
    lost_[signal].told = true;
    out.pages.push_back(Detail{"a signal without records, " + signal.str() +
                               ", has traded without an entry: look at its trades"});
  }
  for (const auto& own : plan.by_request) {
    lost_[own.signal].told = true;
    out.pages.push_back(Detail{"a signal without records, " + own.signal.str() + ", traded " +
                               own.entered.str() + " of " + own.symbol.str() +
                               " without protection, by request: it is left as it is"});
  }
  for (const auto& id : plan.cancel) {
    Order& order = orders_.at(id);
    order.adopted = true;
    cancel(order, now, out);
  }
}

void Orders::introduce(const SignalHash& bracket, Owner owner, Now now, OrdersOut& out) {
  own(bracket, std::move(owner));
  const auto found = of_bracket_.find(bracket);
  if (found == of_bracket_.end()) return;
  const auto ids = found->second;
  for (const auto& id : ids) {
    Order& order = orders_.at(id);
    auto& newest = newest_.try_emplace({bracket, order.leg}, id).first->second;
    newest = std::max(newest, id);
  }
  for (const auto& id : ids) {
    Order& order = orders_.at(id);
    if (!std::exchange(order.lost, false)) continue;
    // A cancel that was begun goes on; an older order of a leg is nobody's.
    order.adopted = order.adopted || !is_newest(order);
    const auto signal = parse_client_order_id(id.view())->signal;
    using What = LegEvent::What;
    tell(order, quantity_event(order, What::sent), out);
    if (order.state == Order::State::working)
      tell(order, quantity_event(order, What::standing), out);
    if (order.state == Order::State::pending)
      tell(order, quantity_event(order, What::pending), out);
    if (order.state == Order::State::unknown) tell(order, {.what = What::unknown}, out);
    if (order.triggered) tell(order, {.what = What::triggered}, out);
    if (order.cancel_wanted) tell(order, {.what = What::cancelling}, out);
    for (const auto& trade : lost_[signal].trades) {
      if (trade.id != id) continue;
      auto event = trade_event(order, trade);
      event.late = false;
      tell(order, event, out);
    }
    if (order.state == Order::State::ended)
      tell(order,
           {.what = LegEvent::What::ended,
            .end = order.described && order.filled >= order.spec.quantity ? LegEnd::filled
                                                                          : LegEnd::cancelled},
           out);
    if (order.adopted && order.live() && !order.cancel_under_way) cancel(order, now, out);
  }
}

// ---- trades since the records end ----

void Orders::records_end_at(WallTime last, const std::vector<Symbol>& lost_on) {
  records_end_ = last;
  lost_on_ = lost_on;
  for (const auto& [hash, owner] : owners_)
    if (!lost_on_.empty()) lost_on_.push_back(owner.instrument.symbol);
  std::sort(lost_on_.begin(), lost_on_.end());
  lost_on_.erase(std::unique(lost_on_.begin(), lost_on_.end()), lost_on_.end());
}

std::vector<SignalHash> Orders::lost_signals() const {
  std::vector<SignalHash> signals;
  for (const auto& [signal, lost] : lost_) signals.push_back(signal);
  return signals;
}

bool Orders::reconciled() const {
  return pictured_at_ && !picture_ && !history_busy() && contradicted_.empty();
}

void Orders::history_again(Now now) {
  history_.due = now.mono;
  history_.pause = policy_.query_pause;
  history_.under_way = false;
  if (!pictured_at_) history_.wanted.insert(lost_on_.begin(), lost_on_.end());
  for (auto& [signal, lost] : lost_) {
    // Asked for, and not made: its instrument may not have been known yet.
    const auto key = recovered_key(policy_.account, signal);
    if (owners_.contains(key)) continue;
    lost.asked = false;
    for (const auto& id : of_bracket_[key]) history_.wanted.insert(orders_.at(id).symbol);
  }
}

void Orders::history_step(Now now, OrdersOut& out) {
  // After the picture, so that what traded since it was taken is in it.
  if (picture_ || history_.wanted.empty() || history_.under_way || history_.due > now.mono) return;
  history_.under_way = true;
  const Symbol symbol = *history_.wanted.begin();
  const auto since = records_end_.value_or(now.wall) - history_margin;
  out.requests.push_back(QueryFills{
      .request = ask({.kind = Pending::Kind::history, .symbol = symbol, .asked_at = now.mono}),
      .symbol = symbol,
      .since = since + link_.clock_offset - link_.clock_error});
}

void Orders::history_pause(Now now) {
  history_.due = now.mono + history_.pause;
  history_.pause = std::min(history_.pause * 2, policy_.query_pause_max);
}

void Orders::on_history(const FillsResult& result, const Pending& pending, Now now,
                        OrdersOut& out) {
  history_.under_way = false;
  if (result.outcome != Outcome::accepted) return history_pause(now);
  on_trades(result.items, now, out);
  history_.wanted.erase(pending.symbol);
  history_.fetched.insert(pending.symbol);
  history_.due = now.mono;
  history_.pause = policy_.query_pause;
  judge_lost(now, out);
}

// ---- what cannot be true ----

/// Nothing is decided on it and nothing of it is dropped: what we have of such an order stays as it
/// was, the order is asked for by itself, and the list is asked for again.
void Orders::note_contradictions(const std::vector<Contradiction>& found,
                                 const std::optional<Symbol>& about, Now now, OrdersOut& out) {
  const auto before = contradicted_;
  std::erase_if(contradicted_, [&](const Symbol& symbol) { return !about || symbol == *about; });
  for (const auto& each : found) {
    contradicted_.insert(each.symbol);
    tell_contradiction(each, out);
    Order* order = find_by(each.id, each.venue_id);
    if (order != nullptr && order->live() && order->state != Order::State::sent)
      search_again(*order, now);
  }
  std::set_symmetric_difference(before.begin(), before.end(), contradicted_.begin(),
                                contradicted_.end(), std::back_inserter(out.frozen_changed));
}

/// Once each.
void Orders::tell_contradiction(const Contradiction& one, OrdersOut& out) {
  if (contradictions_told_.size() >= contradictions_told_max) contradictions_told_.clear();
  if (contradictions_told_.insert(one).second) out.pages.push_back(explain(one));
}

// ---- what is not ours ----

void Orders::note_foreign(const OrdersResult& picture, OrdersOut& out) {
  const auto plan = reconcile(Facts{*this}, VenueSnapshot{.open = picture.items, .trades = {}});
  if (plan.foreign.empty()) return;
  for (const auto& id : plan.foreign)
    if (foreign_told_.size() < foreign_told_max) foreign_told_.insert(id);
  out.pages.push_back(Detail{std::to_string(plan.foreign.size()) +
                             " orders at the venue are not of this engine, the first is " +
                             plan.foreign.front().str() + ": they are left alone"});
}

}  // namespace signalbox
