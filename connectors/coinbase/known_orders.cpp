#include "connectors/coinbase/known_orders.hpp"

#include <algorithm>

#include "messages/ids.hpp"

namespace signalbox::coinbase {

bool KnownOrders::placing(const PlaceOrders& orders) {
  if (orders.orders.empty()) return true;
  Legs legs;
  if (orders.linkage == Linkage::one_triggers_pair && orders.orders.size() == 3)
    legs = {orders.orders[1].id, orders.orders[2].id};
  const auto& id = orders.orders[0].id;
  if (!placed_.insert_or_assign(id, legs).second) return false;
  placed_by_age_.push_back(id);
  while (placed_by_age_.size() > orders_max) {
    placed_.erase(placed_by_age_.front());
    placed_by_age_.pop_front();
  }
  return true;
}

KnownOrders::Known& KnownOrders::at(std::string_view order_id) {
  const auto [found, is_new] = orders_.try_emplace(std::string{order_id});
  if (!is_new) return found->second;
  by_age_.push_back(found->first);
  while (by_age_.size() > orders_max) {
    const auto oldest = orders_.find(by_age_.front());
    by_age_.pop_front();
    if (oldest == orders_.end()) continue;
    const VenueOrderId gone{oldest->first};
    std::erase_if(by_id_, [&](const auto& each) { return each.second == gone; });
    orders_.erase(oldest);
  }
  return orders_.find(std::string{order_id})->second;
}

void KnownOrders::accepted(const PlaceOrders& orders, MarketIndex market, std::string_view order_id,
                           std::string_view attached) {
  const auto& entry = orders.orders[0];
  auto& known = at(order_id);
  known.market = market;
  known.id = entry.id;
  known.decided = true;
  if (known.last.venue_id.empty()) {
    known.last.symbol = orders.symbol;
    known.last.id = entry.id;
    known.last.venue_id = VenueOrderId{order_id};
    known.last.side = entry.side;
    known.last.kind = entry.kind;
    known.last.quantity = entry.quantity;
    known.last.price = entry.price;
    known.last.trigger_price = entry.trigger_price;
  }
  by_id_.insert_or_assign(entry.id, VenueOrderId{order_id});
  if (attached.empty()) return;
  auto& bracket = at(attached);
  bracket.market = market;
  bracket.is_bracket = true;
  bracket.parent = VenueOrderId{order_id};
  for (std::size_t i = 1; i < orders.orders.size(); ++i)
    by_id_.insert_or_assign(orders.orders[i].id, VenueOrderId{attached});
}

void KnownOrders::note(const ReadOrder& read) {
  if (read.rows.empty()) return;
  const auto& row = read.rows[0];
  const auto& report = row.report;
  const std::string order_id{wire_id(row.key.id)};
  const bool is_new = !orders_.contains(order_id);
  auto& known = at(order_id);
  // The first who named the product was whoever ordered; events name the book's.
  if (is_new) known.market = row.key.market;
  known.is_bracket = read.is_bracket;
  known.filled = report.filled;
  for (const auto& each : read.rows) known.filled = std::max(known.filled, each.report.filled);
  known.last = report;
  if (VenueOrderId::fits(read.parent) && !read.parent.empty())
    known.parent = VenueOrderId{read.parent};
  if (!read.is_bracket) {
    known.decided = true;
    if (!report.id.empty()) known.id = report.id;
    if (!known.id.empty()) by_id_.insert_or_assign(known.id, VenueOrderId{order_id});
    return;
  }
  known.fired = known.fired || report.triggered;
  // It fires only as long as nothing has filled, so one or the other is for good.
  known.decided = known.fired || known.filled.is_positive();
  if (const auto legs = legs_of(known)) {
    by_id_.insert_or_assign(legs->stop, VenueOrderId{order_id});
    by_id_.insert_or_assign(legs->target, VenueOrderId{order_id});
  }
}

void KnownOrders::traded(std::string_view order_id, Quantity so_far) {
  auto& known = at(order_id);
  known.traded = std::max(known.traded, so_far);
}

const KnownOrders::Known* KnownOrders::find(std::string_view order_id) const {
  const auto found = orders_.find(std::string{order_id});
  return found == orders_.end() ? nullptr : &found->second;
}

std::optional<VenueOrderId> KnownOrders::wire_of(const ClientOrderId& id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? std::nullopt : std::optional{found->second};
}

bool KnownOrders::is_undecided(std::string_view order_id) const {
  const auto* known = find(order_id);
  return !known || !known->decided || !unknown_parent(order_id).empty();
}

VenueOrderId KnownOrders::unknown_parent(std::string_view order_id) const {
  const auto* known = find(order_id);
  if (!known || !known->is_bracket || known->parent.empty() || find(known->parent.view()))
    return {};
  return known->parent;
}

std::optional<KnownOrders::Legs> KnownOrders::legs_of(const Known& bracket) const {
  if (bracket.parent.empty()) return std::nullopt;
  const auto* entry = find(bracket.parent.view());
  if (!entry || entry->id.empty()) return std::nullopt;
  if (const auto found = placed_.find(entry->id);
      found != placed_.end() && !found->second.stop.empty())
    return found->second;
  // From before a restart: an entry is sent once, with the first exits of its bracket.
  const auto parsed = parse_client_order_id(entry->id.view());
  if (!parsed || parsed->leg.kind != LegKind::entry) return std::nullopt;
  return Legs{client_order_id(parsed->book, parsed->signal, {LegKind::stop, 0}, 0),
              client_order_id(parsed->book, parsed->signal, {LegKind::target, 0}, 0)};
}

void KnownOrders::name(OrderRow& row, const Markets& markets) const {
  const auto* known = find(wire_id(row.key.id));
  if (!known) return;
  row.key.market = known->market;
  auto& report = row.report;
  report.symbol = markets[known->market].instrument.symbol;
  if (!known->is_bracket) {
    if (report.id.empty()) report.id = known->id;
    return;
  }
  // Whatever client id the venue gives it, its parent's perhaps, is none of ours.
  report.id = {};
  report.parent_id = known->parent;
  const auto legs = legs_of(*known);
  if (!legs) return;
  report.id = bracket_of(row.key.id.view()).empty() ? legs->stop : legs->target;
  report.raw_client_id = {};
}

void KnownOrders::name(FillRow& row, const Markets& markets) const {
  const auto* known = find(row.key.id.view());
  if (!known) return;
  row.key.market = known->market;
  row.report.symbol = markets[known->market].instrument.symbol;
  if (!known->is_bracket) {
    row.report.id = known->id;
    return;
  }
  const auto legs = legs_of(*known);
  if (legs) row.report.id = known->fired ? legs->stop : legs->target;
  if (known->fired) return;
  row.key.id = target_id(row.key.id.view());
  row.report.venue_id = row.key.id;
}

}  // namespace signalbox::coinbase
