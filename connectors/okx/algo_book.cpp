#include "connectors/okx/algo_book.hpp"

namespace signalbox::okx {
namespace {

std::optional<Price> level_of(const kit::OrderRow& leg) {
  return leg.report.trigger_price ? leg.report.trigger_price : leg.report.price;
}
std::optional<Price> level_of(const OrderSpec& spec) {
  return spec.trigger_price ? spec.trigger_price : spec.price;
}

Decimal distance(Price a, Price b) {
  const auto d = a.decimal() - b.decimal();
  return d.is_negative() ? -d : d;
}

}  // namespace

AlgoBook::Where AlgoBook::add(Algo algo) {
  while (algos_.size() >= algos_max) forget_oldest();
  const auto at = algos_.insert(algos_.end(), std::move(algo));
  index(at);
  return at;
}

void AlgoBook::index(Where at) {
  if (!at->number.empty()) by_number_[at->number] = at;
  if (!at->legs.stop.empty()) by_leg_[at->legs.stop.str()] = at;
  if (!at->legs.target.empty()) by_leg_[at->legs.target.str()] = at;
  if (!at->child.empty()) by_child_[at->child] = at;
}

void AlgoBook::forget_oldest() {
  const auto oldest = algos_.begin();
  for (auto* names : {&by_number_, &by_child_})
    for (const auto* name : {&oldest->number, &oldest->child})
      if (const auto found = names->find(*name); found != names->end() && found->second == oldest)
        names->erase(found);
  for (const auto* leg : {&oldest->legs.stop, &oldest->legs.target})
    if (const auto found = by_leg_.find(leg->str());
        found != by_leg_.end() && found->second == oldest)
      by_leg_.erase(found);
  algos_.erase(oldest);
}

void AlgoBook::expect(const PlaceOrders& orders, MarketIndex market) {
  const auto& all = orders.orders;
  const bool attached =
      orders.linkage == Linkage::one_triggers_other || orders.linkage == Linkage::one_triggers_pair;
  if (!attached && !is_algo(orders)) return;
  const std::size_t first = attached ? 1 : 0;
  Algo algo;
  algo.market = market;
  algo.legs.stop = all[first].id;
  algo.is_pair = all.size() == first + 2;
  algo.side = all[first].side;
  algo.stop_at = level_of(all[first]);
  if (algo.is_pair) {
    algo.legs.target = all[first + 1].id;
    algo.target_at = level_of(all[first + 1]);
  }
  algo.client_id = algo_client_id(algo.legs).value_or(std::string{});
  add(std::move(algo));
}

void AlgoBook::named(const ClientOrderId& leg, std::string_view number) {
  const auto found = by_leg_.find(leg.str());
  if (found == by_leg_.end() || number.empty()) return;
  found->second->number = number;
  index(found->second);
}

void AlgoBook::learn(const AlgoRow& row) {
  auto found = by_number_.find(row.number);
  Where at;
  if (found != by_number_.end()) {
    at = found->second;
  } else if (const auto leg = by_leg_.find(row.ids.stop.str());
             leg != by_leg_.end() && leg->second->number.empty()) {
    at = leg->second;
  } else {
    at = add(Algo{});
  }
  at->number = row.number;
  at->market = row.market;
  if (!row.client_id.empty()) at->client_id = row.client_id;
  if (!row.ids.stop.empty()) at->legs = row.ids;
  at->is_pair = row.is_pair;
  at->fired = at->fired || row.fired;
  if (row.fired_target) at->fired_target = row.fired_target;
  if (!row.children.empty()) at->child = row.children.front();
  at->rows = row.legs;
  for (const auto& leg : row.legs) {
    at->side = leg.report.side;
    const bool is_target = row.is_pair && &leg != row.legs.begin();
    (is_target ? at->target_at : at->stop_at) = level_of(leg);
  }
  index(at);
}

ClientOrderId AlgoBook::leg_of_child(std::string_view number) const {
  const auto found = by_child_.find(std::string{number});
  if (found == by_child_.end()) return {};
  const auto& algo = *found->second;
  return algo.is_pair && algo.fired_target.value_or(false) ? algo.legs.target : algo.legs.stop;
}

const AlgoBook::Algo* AlgoBook::by_number(std::string_view number) const {
  const auto found = by_number_.find(std::string{number});
  return found == by_number_.end() ? nullptr : &*found->second;
}

const AlgoBook::Algo* AlgoBook::by_leg(const ClientOrderId& id) const {
  const auto found = by_leg_.find(id.str());
  return found == by_leg_.end() ? nullptr : &*found->second;
}

/// Stop and target lie on either side of the market, so what traded is near one of them.
bool AlgoBook::fired_as_target(const Algo& algo, const PlainRow& row) {
  if (algo.fired_target) return *algo.fired_target;
  const auto at = row.fill ? std::optional{row.fill->report.price} : row.order.report.price;
  if (!at || !algo.stop_at || !algo.target_at) return false;
  return distance(*at, *algo.target_at) < distance(*at, *algo.stop_at);
}

void AlgoBook::adopt(PlainRow& row) {
  if (row.algo.empty()) return;
  if (const auto found = by_number_.find(row.algo); found == by_number_.end()) {
    Algo algo;
    algo.number = row.algo;
    algo.market = row.order.key.market;
    algo.side = row.order.report.side;
    if (row.legs) {
      algo.legs = *row.legs;
      algo.is_pair = !row.legs->target.empty();
    }
    add(std::move(algo));
  }
  const auto at = by_number_.at(row.algo);
  auto& algo = *at;
  algo.child = row.order.key.id.view();
  algo.child_told = true;
  index(at);
  auto& report = row.order.report;
  const auto legs = row.legs ? *row.legs : algo.legs;
  const bool is_pair = !legs.target.empty();
  // Settled by the first trade: later ones, and words without one, are of the same leg.
  const bool is_target = is_pair && fired_as_target(algo, row);
  if (is_pair && row.fill && !algo.fired_target) algo.fired_target = is_target;
  if (report.id.empty() || is_pair) report.id = is_target ? legs.target : legs.stop;
  if (!report.id.empty()) report.raw_client_id = {};
  report.parent_id = algo_id(row.algo, is_target);
  // A resting target of a pair has not been triggered by anything.
  report.triggered = !(is_target && report.kind == OrderKind::limit);
  if (row.fill) row.fill->report.id = report.id;
}

AlgoBook::Found AlgoBook::find(const ClientOrderId& id, const VenueOrderId& venue_id) const {
  Found found;
  const auto parsed = parse_venue_id(venue_id.view());
  const Algo* algo = nullptr;
  if (parsed && parsed->kind == VenueNumber::Kind::algo) {
    algo = by_number(parsed->number);
    if (!algo) {
      found.ref = {true, std::string{parsed->number}, {}, AlgoLeg::stop};
      if (parsed->is_target) found.ref.leg = AlgoLeg::target;
      found.is_certain = true;
      return found;
    }
  } else if (!id.empty()) {
    algo = by_leg(id);
  }
  const bool is_plain = parsed && parsed->kind == VenueNumber::Kind::plain;
  if (!algo || is_plain) {
    if (is_plain) found.ref.number = parsed->number;
    found.ref.client_id = id.view();
    found.is_certain = is_plain;
    return found;
  }
  found.is_certain = true;
  const bool is_target =
      algo->is_pair && (id.empty() ? parsed && parsed->is_target : id == algo->legs.target);
  const bool fired_here = algo->fired && algo->fired_target.value_or(is_target) == is_target;
  if (!algo->child.empty() && fired_here) {
    found.ref = {false, algo->child, {}, AlgoLeg::stop};
    return found;
  }
  found.ref = {true, algo->number, algo->client_id, is_target ? AlgoLeg::target : AlgoLeg::stop};
  return found;
}

AlgoBook::Found AlgoBook::find_to_cancel(const ClientOrderId& id,
                                         const VenueOrderId& venue_id) const {
  const Algo* algo = id.empty() ? nullptr : by_leg(id);
  if (const auto child = by_child_.find(venue_id.str()); !algo && child != by_child_.end())
    algo = &*child->second;
  if (!algo || !algo->is_pair || algo->fired || algo->number.empty()) return find(id, venue_id);
  return {{true, algo->number, algo->client_id, AlgoLeg::stop}, true};
}

}  // namespace signalbox::okx
