// A bracket where two things meet: what the venue says before it says what came first, deadlines of
// what is over, slices that run out.
#include "tests/rules/machine.hpp"

using namespace signalbox;
using namespace signalbox::test;
using namespace std::chrono_literals;

namespace {

Plan alone_plan() {
  Plan plan = free_plan();
  plan.signal.stop_loss.reset();
  plan.unprotected_by_request = true;
  return plan;
}

Plan attached_plan() {
  Plan plan = free_plan();
  plan.facts.tier = Tier::attached;
  plan.facts.covers_partial = false;
  return plan;
}

Plan two_targets() {
  Plan plan = free_plan();
  plan.signal.take_profit = {TakeProfit{.price = Price{110}, .fraction = num("0.5")},
                             TakeProfit{.price = Price{120}, .fraction = num("0.5")}};
  plan.signal.break_even_after = 1;
  return plan;
}

LegEvent sent(LegId leg, std::int64_t at_price) {
  return {.what = What::sent, .leg = leg, .quantity = Quantity{1}, .price = Price{at_price}};
}

std::size_t placed(const Wishes& wishes, LegKind kind) {
  return static_cast<std::size_t>(
      std::count_if(wishes.begin(), wishes.end(), [kind](const Wish& wish) {
        return wish.legs[0].leg.kind == kind && wish.legs[0].quantity.is_positive();
      }));
}

}  // namespace

TEST_CASE("an entry that the venue refuses ends the bracket", "[bracket][I3]") {
  Machine m{free_plan()};
  CHECK(m.ended(entry, LegEnd::rejected, Refusal::minimum).empty());
  CHECK(m.bracket.ended());
  CHECK(m.bracket.outcome(at(1s).mono).outcome == BracketOutcome::not_executed);
  CHECK_FALSE(m.bracket.next_due(at(1s).mono));
}

TEST_CASE("a stop that the venue takes out and says why is asked for again by that reason",
          "[bracket][I1]") {
  Machine m{free_plan()};
  m.covered();
  m.called_back(target0);
  CHECK(m.ended(stop0, LegEnd::cancelled, Refusal::rate_limited, 1s).empty());
  CHECK(m.bracket.next_due(at(1s).mono) == at(1s + CoverPolicy{}.retry_every).mono);
  CHECK(placed(m.wait(1s + CoverPolicy{}.retry_every), LegKind::stop) == 1);
}

TEST_CASE("an entry that nobody remembers sending and that lives after all keeps its bracket",
          "[bracket][recovery]") {
  Bracket bracket{free_plan(), {}};
  Wishes wishes;
  bracket.pause();
  bracket.resume(at(0s).mono);
  bracket.decide(at(0s).mono, wishes);
  CHECK(bracket.ended());
  bracket.apply(sent(entry, 100), at(1s).mono);
  bracket.decide(at(1s).mono, wishes);
  CHECK_FALSE(bracket.ended());
  CHECK(bracket.entry_live());
}

TEST_CASE("a replay tells a pair's target before its stop, or a target that has none",
          "[bracket][recovery]") {
  SECTION("a pair is one slice, whichever leg is told of first") {
    Bracket bracket{free_plan(), {}};
    bracket.pause();
    bracket.apply(
        {.what = What::filled, .leg = entry, .quantity = Quantity{1}, .price = Price{100}},
        at(0s).mono);
    bracket.apply({.what = What::ended, .leg = entry}, at(0s).mono);
    auto target = sent(target0, 120), stop = sent(stop0, 90);
    target.linked = stop.linked = true;
    for (const auto& event : {target, stop}) bracket.apply(event, at(0s).mono);
    for (const auto leg : {target0, stop0})
      bracket.apply({.what = What::standing, .leg = leg, .quantity = Quantity{1}}, at(0s).mono);
    bracket.resume(at(0s).mono);
    Wishes wishes;
    bracket.decide(at(0s).mono, wishes);
    CHECK(wishes.empty());
    CHECK(bracket.covered() == Quantity{1});
  }
  SECTION("of an order with a target alone the target stays") {
    Bracket bracket{alone_plan(), {}};
    bracket.pause();
    bracket.apply({.what = What::filled,
                   .leg = lone_entry,
                   .side = Side::buy,
                   .quantity = Quantity{1},
                   .price = Price{100}},
                  at(0s).mono);
    bracket.apply({.what = What::ended, .leg = lone_entry}, at(0s).mono);
    bracket.apply(sent(target0, 120), at(0s).mono);
    bracket.resume(at(10s).mono);
    Wishes wishes;
    bracket.decide(at(10s).mono, wishes);
    CHECK(wishes.empty());
    CHECK_FALSE(bracket.ended());
  }
  SECTION("a stop that is found for what has none: only closing is left") {
    auto plan = free_plan();
    plan.signal.stop_loss.reset();
    plan.signal.trail = Trail{.offset = Price{5}};
    Bracket bracket{plan, {}};
    bracket.pause();
    bracket.apply(sent(stop0, 95), at(0s).mono);
    bracket.apply(
        {.what = What::filled, .leg = entry, .quantity = Quantity{1}, .price = Price{100}},
        at(0s).mono);
    bracket.resume(at(0s).mono);
    Wishes wishes;
    bracket.decide(at(0s).mono, wishes);
    CHECK(bracket.closing());
    CHECK_FALSE(bracket.stop_price());
  }
}

TEST_CASE("a target whose fill is heard of before any of its entry moves no stop",
          "[bracket][targets]") {
  Bracket bracket{two_targets(), {}};
  bracket.pause();
  bracket.apply(sent(stop0, 90), at(0s).mono);
  bracket.apply(sent(target0, 110), at(0s).mono);
  bracket.apply({.what = What::ended, .leg = target0}, at(0s).mono);
  CHECK(bracket.stop_price() == Price{90});
}

TEST_CASE("a target alone: moved, released, too little for anybody", "[bracket][targets]") {
  Machine m{alone_plan()};
  const auto fill = [&](std::string_view quantity) {
    return m.tell({.what = What::filled,
                   .leg = lone_entry,
                   .side = Side::buy,
                   .quantity = qty(quantity),
                   .price = Price{100}});
  };
  SECTION("there is no stop that could be moved") {
    fill("1");
    m.bracket.amend(Price{95}, std::array{Price{130}});
    CHECK_FALSE(m.bracket.stop_price());
    CHECK(gone(m.wait(1s).at(0), target0));
  }
  SECTION("released, its target comes down and what it held stays") {
    fill("1");
    m.tell({.what = What::ended, .leg = lone_entry});
    m.stands(target0, "1");
    m.bracket.release();
    CHECK(gone(m.wait(1s).at(0), target0));
    m.called_back(target0, 2s);
    CHECK(m.bracket.outcome(at(2s).mono).outcome == BracketOutcome::released);
    CHECK(m.bracket.held() == Quantity{1});
  }
  SECTION("dust was sold to nobody") {
    fill("0.001");
    CHECK(m.tell({.what = What::ended, .leg = lone_entry, .end = LegEnd::cancelled}).empty());
    CHECK(m.bracket.ended());
    CHECK(m.bracket.outcome(at(1s).mono).outcome == BracketOutcome::unprotected);
  }
  SECTION("there are no more than eight targets at a time; what is over waits") {
    for (int i = 0; i < 8; ++i) CHECK(placed(fill("0.1"), LegKind::target) == 1);
    CHECK(fill("0.1").empty());
    m.ended(target0, LegEnd::cancelled);
    CHECK(m.wishes.size() == 1);
  }
}

TEST_CASE("a sale that failed while the bracket is left alone is tried again at its time",
          "[bracket][hands_off]") {
  Machine m{free_plan()};
  m.covered();
  m.bracket.leave_alone();
  m.bracket.shed(qty("0.5"), at(1s).mono);
  CHECK(gone(m.wait(1s).at(0), target0));
  m.called_back(stop0, 1s);
  m.called_back(target0, 1s);
  REQUIRE(placed(m.wishes, LegKind::close) == 1);
  SECTION("nobody took it") {
    m.ended(close0, LegEnd::expired, Refusal::none, 2s);
    const auto again = at(2s + CoverPolicy{}.retry_every);
    CHECK(m.bracket.next_due(at(2s).mono) == again.mono);
    CHECK_FALSE(m.bracket.next_due(again.mono));
    CHECK(placed(m.wait(2s + CoverPolicy{}.retry_every), LegKind::close) == 1);
  }
  SECTION("refused, nothing obliges us") {
    m.ended(close0, LegEnd::rejected, Refusal::rate_limited, 2s);
    CHECK_FALSE(m.bracket.next_due(at(2s).mono));
  }
}

TEST_CASE("an entry's last moment is nobody's business once it is gone or unwanted", "[bracket]") {
  auto plan = free_plan();
  plan.entry_expires = at(10s).mono;
  Machine m{plan};
  CHECK(m.bracket.next_due(at(0s).mono) == at(10s).mono);
  SECTION("unwanted") {
    m.bracket.drop_entry();
    m.wait(1s);
    CHECK_FALSE(m.bracket.next_due(at(1s).mono));
  }
  SECTION("filled") {
    m.covered();
    CHECK_FALSE(m.bracket.next_due(at(1s).mono));
  }
}

TEST_CASE("dust that waits, and dust that does not", "[bracket][dust]") {
  const CoverPolicy waits{.dust = DustPolicy::wait};
  Machine m{free_plan(), waits};
  SECTION("closed, it waits no more") {
    m.bought("0.001");
    m.ended(entry, LegEnd::cancelled);
    CHECK_FALSE(m.bracket.ended());
    m.bracket.begin_close(BracketOutcome::closed, at(1s).mono);
    m.wait(1s);
    CHECK(m.bracket.ended());
  }
  SECTION("less than a lot will never be worth an order") {
    m.bought("0.0005");
    m.ended(entry, LegEnd::cancelled);
    CHECK(m.bracket.ended());
  }
  SECTION("handed over, it is somebody else's to wait for") {
    m.bought("0.001");
    m.ended(entry, LegEnd::cancelled);
    m.bracket.release();
    m.wait(1s);
    CHECK(m.bracket.ended());
  }
  SECTION("by request nothing was promised") {
    auto plan = alone_plan();
    plan.signal.take_profit.clear();
    Machine bare{plan, waits};
    bare.tell({.what = What::filled,
               .leg = lone_entry,
               .side = Side::buy,
               .quantity = qty("0.001"),
               .price = Price{100}});
    bare.tell({.what = What::ended, .leg = lone_entry, .end = LegEnd::cancelled});
    CHECK(bare.bracket.ended());
  }
}

TEST_CASE("dust is completed once, while the entry is wanted", "[bracket][dust]") {
  const CoverPolicy completes{.dust = DustPolicy::complete};
  auto plan = free_plan();
  SECTION("to what the stop's limit makes the least") {
    plan.signal.stop_loss->limit_offset = Price{40};  // 50 for one: 0.1 of it are worth five
    Machine m{plan, completes};
    m.bought("0.001");
    const auto wishes = m.ended(entry, LegEnd::cancelled);
    REQUIRE(wishes.size() == 1);
    CHECK(wishes[0].order_class == OrderClass::entry);
    CHECK(wishes[0].legs[0].quantity == qty("0.101"));
  }
  SECTION("not what somebody called back") {
    Machine m{plan, completes};
    m.bought("0.001");
    m.bracket.drop_entry();
    m.ended(entry, LegEnd::cancelled);
    CHECK(m.bracket.ended());
  }
  SECTION("not while an order of it may still sell") {
    Machine m{plan, completes};
    m.covered();
    m.sold(stop0, "0.999", "90");  // the rest of the stop stands
    CHECK(placed(m.wishes, LegKind::entry) == 0);
    CHECK_FALSE(m.bracket.ended());
  }
}

TEST_CASE("legs attached to an entry: what is sent with it, and how they are moved",
          "[bracket][attached]") {
  SECTION("a stop alone, where the signal has no target") {
    auto plan = attached_plan();
    plan.signal.take_profit.clear();
    Machine m{plan};
    REQUIRE(m.wishes.size() == 1);
    CHECK(m.wishes[0].linkage == Linkage::one_triggers_other);
    CHECK(m.wishes[0].legs.size() == 2);
  }
  SECTION("a short pays no fee out of what it sold") {
    auto plan = attached_plan();
    plan.instrument.fee_in_base = true;
    plan.signal.side = Side::sell;
    plan.signal.stop_loss = StopLoss{.price = Price{110}};
    plan.signal.take_profit = {TakeProfit{.price = Price{80}}};
    Machine m{plan};
    CHECK(m.wishes.at(0).legs[1].quantity == Quantity{1});
  }
  SECTION("they are moved when the entry is over, not before") {
    Machine m{attached_plan()};
    m.bracket.amend(Price{95}, {});
    CHECK(m.wait(1s).empty());
    m.bought("1", 2s);
    m.ended(entry, LegEnd::filled, Refusal::none, 2s);
    m.stands(stop0, "1", 2s);
    m.stands(target0, "1", 2s);
    m.called_back(target0, 3s);
    m.called_back(stop0, 3s);
    const auto found = std::find_if(m.wishes.begin(), m.wishes.end(), [](const Wish& w) {
      return w.legs[0].trigger_price.has_value();
    });
    REQUIRE(found != m.wishes.end());
    CHECK(found->legs[0].trigger_price == Price{95});
  }
  SECTION("filling in parts, its rest is called back once") {
    Machine m{attached_plan()};
    CHECK(gone(m.bought("0.3").at(0), entry));
    m.tell({.what = What::cancelling, .leg = entry});
    for (const auto& wish : m.bought("0.2")) CHECK_FALSE(gone(wish, entry));
  }
}

TEST_CASE("an amended stop that is safer than what a trail has reached counts",
          "[bracket][trail]") {
  auto plan = free_plan();
  plan.signal.trail = Trail{.offset = Price{10}};
  Machine m{plan};
  m.covered();
  m.sees("106", 1s);
  CHECK(m.bracket.stop_price() == Price{96});
  m.bracket.amend(Price{98}, {});
  CHECK(m.bracket.stop_price() == Price{98});
}

TEST_CASE("where pairs may stand beside each other the old one still goes first",
          "[bracket][amend]") {
  auto plan = free_plan();
  plan.facts.exits_hold_balance = false;
  Machine m{plan};
  m.covered();
  m.bracket.amend(Price{95}, {});
  const auto wishes = m.wait(1s);
  REQUIRE(wishes.size() == 1);
  CHECK(gone(wishes[0], target0));  // and its stop with it
}

TEST_CASE("eight slices and an entry that goes on: one comes down and comes back larger",
          "[bracket][cover]") {
  auto plan = free_plan();
  plan.quantity = Quantity{2};
  Machine m{plan};
  for (std::uint8_t i = 0; i < 8; ++i) {
    CHECK(placed(m.bought("0.1"), LegKind::stop) == 1);
    m.stands({LegKind::stop, i}, "0.1");
    m.stands({LegKind::target, i}, "0.1");
  }
  CHECK(gone(m.bought("0.1").at(0), target0));
  CHECK(m.bracket.entry_live());
}

TEST_CASE("a market without a maximum is sold to in one order", "[bracket]") {
  auto plan = free_plan();
  plan.instrument.market_quantity_max = {};
  Machine m{plan};
  m.bought("1");
  m.ended(entry);
  m.bracket.begin_close(BracketOutcome::closed, at(1s).mono);
  m.wait(1s);
  m.ended(target0, LegEnd::cancelled);
  m.ended(stop0, LegEnd::cancelled);
  REQUIRE(placed(m.wishes, LegKind::close) == 1);
  CHECK(m.wishes.back().legs[0].quantity == Quantity{1});
}
