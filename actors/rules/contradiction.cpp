#include "actors/rules/contradiction.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <tuple>

namespace signalbox {
namespace {

using Kind = Contradiction::Kind;

/// Ours by its own name, anybody else's by the venue's.
struct Key {
  ClientOrderId id;
  VenueOrderId venue_id;
  friend auto operator<=>(const Key&, const Key&) = default;
};
template <class Report>
Key key_of(const Report& report) {
  return report.id.empty() ? Key{{}, report.venue_id} : Key{report.id, {}};
}

/// In an order of their own: the same words in another order are the same contradictions.
template <class Report, class Rank>
std::vector<const Report*> sorted(std::span<const Report> reports, Rank rank) {
  std::vector<const Report*> all;
  for (const auto& report : reports) all.push_back(&report);
  std::sort(all.begin(), all.end(),
            [&](const Report* a, const Report* b) { return rank(*a) < rank(*b); });
  return all;
}

}  // namespace

Detail explain(const Contradiction& c) {
  return Detail{"venue contradicts itself (" + std::string{name_of(c.kind)} + "), order " +
                (c.id.empty() ? c.venue_id.str() : c.id.str()) + " on " + c.symbol.str() +
                ": left alone, no entries there; look at it at the venue, then `resolve`"};
}

std::vector<Contradiction> contradictions_in(std::span<const OrderReport> orders,
                                             std::span<const FillReport> trades) {
  std::vector<Contradiction> found;
  std::map<Key, const OrderReport*> seen;
  const auto by_order = [](const OrderReport& r) {
    return std::tuple{key_of(r), r.venue_id, r.status, r.quantity, r.filled};
  };
  for (const auto* each : sorted(orders, by_order)) {
    const OrderReport& report = *each;
    const auto note = [&](Kind kind) {
      found.push_back({kind, report.symbol, report.id, report.venue_id});
    };
    if (report.quantity.is_positive() && report.filled > report.quantity) note(Kind::overfilled);
    const auto [at, first] = seen.try_emplace(key_of(report), &report);
    if (first) continue;
    const OrderReport& other = *at->second;
    const bool one_over = is_terminal(report.status) != is_terminal(other.status);
    const bool same =
        report.venue_id == other.venue_id || report.venue_id.empty() || other.venue_id.empty();
    // An id may be taken again once its order is over; then these are two.
    if (one_over && same) note(Kind::open_and_over);
    if (!same && !is_terminal(report.status) && !is_terminal(other.status)) note(Kind::two_orders);
  }

  std::map<std::pair<Key, TradeId>, const FillReport*> told;
  std::map<Key, Quantity> sums;
  const auto by_trade = [](const FillReport& t) {
    return std::tuple{key_of(t), t.trade_id, t.quantity, t.price, t.venue_id};
  };
  for (const auto* each : sorted(trades, by_trade)) {
    const FillReport& trade = *each;
    const auto note = [&](Kind kind) {
      found.push_back({kind, trade.symbol, trade.id, trade.venue_id});
    };
    const Key key = key_of(trade);
    const auto [at, first] = told.try_emplace({key, trade.trade_id}, &trade);
    if (!first) {
      if (at->second->quantity != trade.quantity || at->second->price != trade.price)
        note(Kind::two_trades);
      continue;
    }
    const Quantity sum = sums[key] += trade.quantity;
    const auto order = seen.find(key);
    if (order != seen.end() && order->second->quantity.is_positive() &&
        sum > order->second->quantity)
      note(Kind::trades_exceed);
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

bool concerns(std::span<const Contradiction> all, const ClientOrderId& id,
              const VenueOrderId& venue_id) {
  return std::any_of(all.begin(), all.end(), [&](const Contradiction& each) {
    return id.empty() ? each.id.empty() && each.venue_id == venue_id : each.id == id;
  });
}

}  // namespace signalbox
