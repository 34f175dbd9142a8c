#pragma once

#include "tests/rules/rules_kit.hpp"

namespace signalbox::test {

using What = LegEvent::What;

inline constexpr LegId entry{LegKind::entry, 0};
inline constexpr LegId stop0{LegKind::stop, 0};
inline constexpr LegId target0{LegKind::target, 0};
inline constexpr LegId close0{LegKind::close, 0};

/// A bracket and what it wishes; times count from its start.
struct Machine {
  explicit Machine(const Plan& plan, CoverPolicy policy = {}) : bracket(plan, policy) {
    bracket.on_link(true);
    bracket.open(wishes);
  }

  /// Tells one thing and answers what the bracket wishes then.
  Wishes tell(LegEvent event, Duration when = {}) {
    wishes.clear();
    bracket.apply(event, at(when).mono);
    bracket.decide(at(when).mono, wishes);
    return wishes;
  }
  Wishes wait(Duration when) {
    wishes.clear();
    bracket.decide(at(when).mono, wishes);
    return wishes;
  }
  /// The market shows this price, and the bracket decides if that means anything to it.
  Wishes sees(std::string_view market, Duration when = {}) {
    wishes.clear();
    if (bracket.on_price(price(market), at(when).mono, at(when).mono))
      bracket.decide(at(when).mono, wishes);
    return wishes;
  }
  Wishes bought(std::string_view quantity, Duration when = {}) {
    return tell({.what = What::filled,
                 .leg = entry,
                 .side = Side::buy,
                 .quantity = qty(quantity),
                 .price = Price{100}},
                when);
  }
  Wishes sold(LegId leg, std::string_view quantity, std::string_view at_price, Duration when = {}) {
    return tell({.what = What::filled,
                 .leg = leg,
                 .side = Side::sell,
                 .quantity = qty(quantity),
                 .price = price(at_price)},
                when);
  }
  Wishes stands(LegId leg, std::string_view quantity, Duration when = {}) {
    return tell({.what = What::standing, .leg = leg, .quantity = qty(quantity)}, when);
  }
  Wishes ended(LegId leg, LegEnd end = LegEnd::filled, Refusal why = Refusal::none,
               Duration when = {}) {
    return tell({.what = What::ended, .leg = leg, .end = end, .refusal = why}, when);
  }
  /// Goes because it was called back.
  Wishes called_back(LegId leg, Duration when = {}) {
    tell({.what = What::cancelling, .leg = leg}, when);
    return ended(leg, LegEnd::cancelled, Refusal::none, when);
  }
  /// A full entry, its pair standing.
  void covered() {
    bought("1");
    ended(entry);
    stands(stop0, "1");
    stands(target0, "1");
  }

  Wishes wishes;
  Bracket bracket;
};

inline Plan free_plan(bool pairs = true) {
  auto i = spot_instrument();
  i.fee_in_base = false;
  return plan_for(a_signal("s"), i, pairs);
}
inline bool gone(const Wish& wish, LegId leg) {
  return wish.legs.size() == 1 && wish.legs[0].leg == leg && wish.legs[0].quantity.is_zero();
}

}  // namespace signalbox::test
