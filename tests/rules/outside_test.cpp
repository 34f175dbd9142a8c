// What happens outside of us: stops that somebody else cancels, strategies that fall silent.
#include "actors/rules/silence.hpp"
#include "tests/rules/desk.hpp"
#include "tests/rules/machine.hpp"

using namespace signalbox;
using namespace signalbox::test;
using namespace std::chrono_literals;

namespace {

bool wishes_stop(const Wishes& wishes) {
  return std::any_of(wishes.begin(), wishes.end(), [](const Wish& w) {
    return w.legs[0].leg.kind == LegKind::stop && w.legs[0].quantity.is_positive();
  });
}

/// Its stop is cancelled by somebody else, comes back, and is cancelled again.
Machine taken_twice() {
  Machine m{free_plan(false)};
  m.covered();
  m.ended(stop0, LegEnd::cancelled, Refusal::none, 1s);
  CHECK(wishes_stop(m.called_back(target0, 1s)));
  m.stands(stop0, "1", 1s + 5ms);
  m.stands(target0, "1", 1s + 5ms);
  m.ended(stop0, LegEnd::cancelled, Refusal::none, 10s);
  return m;
}

}  // namespace

SCENARIO("a stop that somebody else cancels comes back once; then the bracket is left alone",
         "[bracket][hands_off]") {
  auto m = taken_twice();
  CHECK(m.bracket.phase() == BracketPhase::hands_off);
  CHECK(m.wishes.empty());
  CHECK_FALSE(m.bracket.next_due(at(10s).mono));
  CHECK(m.wait(1h).empty());
  CHECK(m.bracket.held() == Quantity{1});

  WHEN("it is closed by command") {
    m.bracket.begin_close(BracketOutcome::closed, at(1h).mono);
    const auto wishes = m.wait(1h);
    CHECK(m.bracket.phase() == BracketPhase::closing);
    CHECK(
        std::any_of(wishes.begin(), wishes.end(), [](const Wish& w) { return gone(w, target0); }));
    m.called_back(target0, 1h);
    m.sold(close0, "1", "100", 1h);
    m.ended(close0, LegEnd::filled, Refusal::none, 1h);
    CHECK(m.bracket.ended());
  }
  WHEN("a part of it is sold by command") {
    m.bracket.shed(qty("0.4"), at(1h).mono);
    m.wait(1h);
    m.called_back(target0, 1h);
    m.wait(1h);
    m.ended(close0, LegEnd::expired, Refusal::none, 1h);
    CHECK(m.bracket.next_due(at(1h).mono));  // nobody took it: once more
    m.wait(2h);
    m.sold(close0, "0.4", "100", 2h);
    CHECK_FALSE(wishes_stop(m.ended(close0, LegEnd::filled, Refusal::none, 2h)));
    CHECK(m.bracket.held() == qty("0.6"));
    CHECK(m.bracket.phase() == BracketPhase::hands_off);
  }
  WHEN("its target fills") {
    m.sold(target0, "1", "120", 1h);
    m.ended(target0, LegEnd::filled, Refusal::none, 1h);
    CHECK(m.bracket.ended());
    CHECK(m.bracket.outcome(at(1h).mono).outcome == BracketOutcome::target_hit);
  }
  WHEN("it is released") {
    m.bracket.release();
    m.wait(1h);
    m.called_back(target0, 1h);
    CHECK(m.bracket.outcome(at(1h).mono).outcome == BracketOutcome::released);
  }
}

TEST_CASE("stops that go together are one hand's work", "[bracket][hands_off]") {
  Machine m{free_plan(false)};
  m.bought("0.5");
  m.stands(stop0, "0.5");
  m.bought("0.5");
  const LegId stop1{LegKind::stop, 1};
  m.stands(stop1, "0.5");
  m.ended(stop0, LegEnd::cancelled, Refusal::none, 1s);
  m.ended(stop1, LegEnd::cancelled, Refusal::none, 1s);
  CHECK(m.bracket.phase() == BracketPhase::open);
}

TEST_CASE("a bracket that is left alone is told of once, over restarts, too",
          "[bracket][hands_off][recovery]") {
  Desk::Options options;
  options.pairs = false;
  options.venue.holds_balance = false;
  Desk desk{options};
  desk.link(LinkState::ready);
  auto signal = a_signal("s");
  signal.quantity = qty("0.5");  // one trade, one stop
  desk.open(plan_for(signal, spot_instrument(), false));
  desk.pass(1s);
  const auto cancel_stop = [&] {
    for (const auto number : desk.venue.live())
      if (desk.venue.orders()[number].leg.kind == LegKind::stop) {
        desk.cancel_outside(number);
        return true;
      }
    return false;
  };
  const auto phase = [&] { return desk.book.find(desk.plans[0].key)->phase(); };
  REQUIRE(cancel_stop());
  desk.pass(1s);
  CHECK(phase() == BracketPhase::open);
  REQUIRE(cancel_stop());
  desk.pass(1min);
  CHECK(phase() == BracketPhase::hands_off);
  CHECK_FALSE(cancel_stop());
  CHECK(desk.pages.size() == 1);
  desk.restart();
  desk.pass(1min);
  CHECK(phase() == BracketPhase::hands_off);
  CHECK_FALSE(cancel_stop());
  CHECK(desk.pages.size() == 1);
  desk.close(desk.plans[0].key);
  desk.pass(1s);
  CHECK(desk.venue.live().empty());
  CHECK(desk.outcomes[desk.plans[0].key] == 1);
}

TEST_CASE("what becomes of a silent strategy's brackets", "[silence]") {
  struct Row {
    OnSilence action;
    bool entry_stays;
    bool position_stays;
  };
  const Row rows[] = {{OnSilence::keep, true, true},
                      {OnSilence::cancel_entries, false, true},
                      {OnSilence::flatten, false, false}};
  for (const auto& row : rows) {
    INFO(name_of(row.action));
    Desk desk{{}};
    desk.book.silence().configure(main_account, {StrategyName{"trend"}, 30s, row.action});
    desk.link(LinkState::ready);
    auto others = a_limit_signal("other", "99");
    others.strategy = StrategyName{"mean"};
    for (const auto& s : {a_signal("held"), a_limit_signal("resting", "99"), others})
      desk.open(plan_for(s));
    desk.pass(1h);
    REQUIRE(desk.pages.empty());  // it has never sent a heartbeat
    CHECK(desk.book.silence().heard(main_account, StrategyName{"trend"}, desk.now().mono));
    CHECK_FALSE(desk.book.silence().heard(main_account, StrategyName{"trend"}, desk.now().mono));
    desk.pass(29s);
    CHECK(desk.pages.empty());
    desk.pass(2s);
    CHECK(desk.pages.size() == 1);
    desk.pass(1h);
    CHECK(desk.pages.size() == 1);
    const auto is_open = [&](std::size_t plan) {
      const auto* bracket = desk.book.find(desk.plans[plan].key);
      return bracket != nullptr && !bracket->ended();
    };
    CHECK(is_open(0) == row.position_stays);
    CHECK(is_open(1) == row.entry_stays);
    CHECK(is_open(2));
    // As another process would know it.
    const auto again = desk.rebuild();
    CHECK(again.book.find(desk.plans[0].key)->closing() == !row.position_stays);
  }
}

TEST_CASE("silence is told once, and a heartbeat ends it", "[silence]") {
  const AccountName account{"main"};
  const StrategyName trend{"trend"}, other{"other"};
  Silence silence;
  silence.configure(account, {trend, 30s, OnSilence::flatten});
  CHECK(silence.knows(account, trend));
  CHECK_FALSE(silence.knows(account, other));
  CHECK_FALSE(silence.heard(account, other, at(0s).mono));
  silence.alive(account, other, at(0s).mono);
  silence.restore(account, other, false);
  CHECK_FALSE(silence.next_due());

  CHECK(silence.heard(account, trend, at(0s).mono));
  CHECK(silence.next_due() == at(30s).mono);
  silence.alive(account, trend, at(10s).mono);
  CHECK(silence.on_time(at(39s).mono).empty());
  REQUIRE(silence.on_time(at(40s).mono).size() == 1);
  CHECK(silence.on_time(at(2h).mono).empty());
  CHECK_FALSE(silence.next_due());
  silence.alive(account, trend, at(2h).mono);
  CHECK_FALSE(silence.next_due());
  CHECK(silence.heard(account, trend, at(2h).mono));

  Silence later;
  later.configure(account, {trend, 30s, OnSilence::flatten});
  later.configure(account, {other, 20s, OnSilence::keep});
  later.restore(account, trend, false);
  later.begin(at(5h).mono);
  CHECK(later.next_due() == at(5h + 30s).mono);
  CHECK(later.heard(account, other, at(5h).mono));
  CHECK(later.next_due() == at(5h + 20s).mono);
  later.restore(account, trend, true);
  CHECK(later.on_time(at(9h).mono).size() == 1);
}
