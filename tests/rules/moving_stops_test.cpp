// Several targets, stops that move towards safety, and parts sold by command.
#include "actors/rules/amend.hpp"
#include "tests/rules/machine.hpp"

using namespace signalbox;
using namespace signalbox::test;
using namespace std::chrono_literals;

namespace {

LegId stop_of(std::uint8_t slot) { return {LegKind::stop, slot}; }
LegId target_of(std::uint8_t slot) { return {LegKind::target, slot}; }

TakeProfit target_at(std::string_view at_price, std::string_view fraction) {
  return {.price = price(at_price), .percent = std::nullopt, .fraction = num(fraction)};
}

Plan three_targets(bool pairs = true) {
  Plan plan = free_plan(pairs);
  plan.signal.take_profit = {target_at("110", "0.5"), target_at("120", "0.3"),
                             target_at("130", "0.2")};
  return plan;
}

/// Everything bought, three pairs standing.
struct Laddered : Machine {
  explicit Laddered(Plan plan) : Machine(plan) {
    bought("1");
    ended(entry);
    constexpr std::array parts{"0.5", "0.3", "0.2"};
    for (std::uint8_t i = 0; i < parts.size(); ++i) {
      stands(stop_of(i), parts[i]);
      stands(target_of(i), parts[i]);
    }
  }
  /// The target of slot 0 fills, and the venue takes its stop away.
  Wishes first_target(Duration when = {}) {
    sold(target_of(0), "0.5", "110", when);
    ended(stop_of(0), LegEnd::expired, Refusal::none, when);
    return ended(target_of(0), LegEnd::filled, Refusal::none, when);
  }
};

Plan trailing(std::string_view offset, std::optional<Price> activation = {}) {
  Plan plan = free_plan();
  plan.signal.take_profit.clear();
  plan.signal.trail = Trail{.offset = price(offset), .activation = activation};
  return plan;
}

}  // namespace

TEST_CASE("each target has a pair for its share", "[bracket][targets]") {
  Machine m{three_targets()};
  const auto pairs = m.bought("1");
  REQUIRE(pairs.size() == 3);
  constexpr std::array shares{"0.5", "0.3", "0.2"};
  constexpr std::array prices{"110", "120", "130"};
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    CHECK(pairs[i].linkage == Linkage::one_cancels_other);
    CHECK(pairs[i].legs[0].quantity == qty(shares[i]));
    CHECK(pairs[i].legs[0].trigger_price == Price{90});
    CHECK(pairs[i].legs[1].quantity == qty(shares[i]));
    CHECK(pairs[i].legs[1].price == price(prices[i]));
  }
  CHECK(m.wait(1ms).empty());
}

TEST_CASE("shares hold over partial fills, and what is too small for a share is not split",
          "[bracket][targets]") {
  Machine m{three_targets()};
  const auto first = m.bought("0.1");  // 0.02 at 90 would be below the venue's 5
  REQUIRE(first.size() == 1);
  CHECK(first[0].legs[1].price == Price{110});
  const auto second = m.bought("0.9");
  Quantity at_first = qty("0.1"), sum = qty("0.1");
  for (const auto& wish : second) {
    sum += wish.legs[0].quantity;
    if (wish.legs[1].price == Price{110}) at_first += wish.legs[0].quantity;
  }
  CHECK(sum == Quantity{1});
  CHECK(at_first == qty("0.5"));
}

TEST_CASE("a target that is hit leaves the others as they stand", "[bracket][targets]") {
  Laddered m{three_targets()};
  CHECK(m.first_target().empty());
  CHECK(m.bracket.covered() == qty("0.5"));
  CHECK_FALSE(m.bracket.ended());
}

TEST_CASE("after its target is hit the stops go to break-even", "[bracket][targets][I1]") {
  auto plan = three_targets();
  plan.signal.break_even_after = 1;
  Laddered m{plan};
  const auto moved = m.first_target();
  REQUIRE(moved.size() == 1);  // one slice at a time: the others stay covered
  CHECK(gone(moved[0], target_of(1)));
  CHECK(m.bracket.stop_price() == Price{100});
  m.called_back(target_of(1));
  const auto anew = m.called_back(stop_of(1));
  REQUIRE(anew.size() == 1);
  CHECK(anew[0].legs[0].trigger_price == Price{100});
  CHECK(anew[0].legs[0].quantity == qty("0.3"));
  CHECK(anew[0].legs[1].price == Price{120});
  const auto next = m.stands(stop_of(0), "0.3");
  REQUIRE(next.size() == 1);
  CHECK(gone(next[0], target_of(2)));
}

TEST_CASE("where both may stand the new stop goes up before the old one comes down",
          "[bracket][targets][I1]") {
  auto plan = three_targets(false);
  plan.signal.break_even_after = 1;
  Laddered m{plan};
  m.sold(target_of(0), "0.5", "110");
  auto wishes = m.ended(target_of(0));
  std::vector<LegId> cancelled, placed;
  const auto sort = [&] {
    for (const auto& wish : wishes)
      (wish.legs[0].quantity.is_zero() ? cancelled : placed).push_back(wish.legs[0].leg);
  };
  sort();
  CHECK(cancelled == std::vector<LegId>{stop_of(0)});  // its own stop only
  CHECK(placed == std::vector<LegId>{stop_of(3), target_of(3), stop_of(4), target_of(4)});
  cancelled.clear();
  wishes = m.called_back(stop_of(0));
  sort();
  CHECK(cancelled.empty());  // the old ones stay until the new ones stand
  m.stands(stop_of(3), "0.3");
  wishes = m.stands(stop_of(4), "0.2");
  sort();
  CHECK(std::count(cancelled.begin(), cancelled.end(), stop_of(1)) == 1);
  CHECK(std::count(cancelled.begin(), cancelled.end(), stop_of(2)) == 1);
}

TEST_CASE("a trailing stop follows the best price and never goes back", "[bracket][trail]") {
  Machine m{trailing("5")};
  m.bought("1");
  m.ended(entry);
  m.stands(stop_of(0), "1");
  m.bracket.on_price(Price{102}, at(1s).mono, at(1s).mono);
  CHECK(m.bracket.stop_price() == Price{97});
  CHECK(gone(m.wait(1s).at(0), stop_of(0)));
  const auto anew = m.called_back(stop_of(0), 1001ms);
  REQUIRE(anew.size() == 1);
  CHECK(anew[0].legs[0].trigger_price == Price{97});
  m.stands(stop_of(0), "1", 1002ms);
  m.bracket.on_price(Price{98}, at(3s).mono, at(3s).mono);
  CHECK(m.bracket.stop_price() == Price{97});
  m.bracket.on_price(price("102.2"), at(4s).mono,
                     at(4s).mono);  // less than a twentieth of the offset
  CHECK(m.bracket.stop_price() == Price{97});
  m.bracket.on_price(Price{103}, at(5s).mono, at(5s).mono);
  CHECK(m.bracket.stop_price() == Price{98});
  m.bracket.on_price(Price{110}, at(5100ms).mono, at(5100ms).mono);  // too soon after the last move
  CHECK(m.bracket.stop_price() == Price{98});
}

TEST_CASE("a trail waits for its activation", "[bracket][trail]") {
  Machine m{trailing("5", Price{104})};
  m.bought("1");
  m.ended(entry);
  m.stands(stop_of(0), "1");
  m.bracket.on_price(Price{103}, at(1s).mono, at(1s).mono);
  CHECK(m.bracket.stop_price() == Price{90});
  m.bracket.on_price(Price{104}, at(2s).mono, at(2s).mono);
  CHECK(m.bracket.stop_price() == Price{99});
}

TEST_CASE("after a restart a trailing stop is where it stood, not where it began",
          "[bracket][trail]") {
  Bracket again{trailing("5"), CoverPolicy{}};
  again.pause();
  const auto tell = [&](LegEvent event) { again.apply(event, at(0s).mono); };
  tell({.what = What::sent, .leg = entry, .side = Side::buy, .quantity = qty("1")});
  tell({.what = What::filled,
        .leg = entry,
        .side = Side::buy,
        .quantity = qty("1"),
        .price = Price{100}});
  tell({.what = What::ended, .leg = entry});
  tell({.what = What::sent, .leg = stop_of(0), .quantity = qty("1"), .price = Price{97}});
  tell({.what = What::standing, .leg = stop_of(0), .quantity = qty("1")});
  again.resume(at(1s).mono);
  Wishes wishes;
  again.decide(at(1s).mono, wishes);
  CHECK(wishes.empty());
  CHECK(again.stop_price() == Price{97});
}

TEST_CASE("a part sold by command leaves the rest covered", "[bracket][shed]") {
  Laddered m{three_targets()};
  m.wishes.clear();
  m.bracket.shed(qty("0.2"), at(0s).mono);
  const auto down = m.wait(0s);
  REQUIRE(down.size() == 1);
  CHECK(gone(down[0], target_of(2)));  // the furthest slice is enough
  m.called_back(target_of(2));
  const auto sale = m.called_back(stop_of(2));
  REQUIRE(sale.size() == 1);
  CHECK(sale[0].order_class == OrderClass::close);
  CHECK(sale[0].legs[0].quantity == qty("0.2"));
  m.sold(close0, "0.2", "105");
  CHECK(m.ended(close0).empty());
  CHECK(m.bracket.covered() == m.bracket.held());
  CHECK_FALSE(m.bracket.closing());
}

TEST_CASE("a part of a slice frees the whole slice and covers what stays", "[bracket][shed]") {
  Machine m{free_plan()};
  m.covered();
  m.bracket.shed(qty("0.3"), at(0s).mono);
  CHECK(gone(m.wait(0s).at(0), target0));
  m.called_back(target0);
  const auto after = m.called_back(stop0);
  REQUIRE(after.size() == 2);
  CHECK(after[0].order_class == OrderClass::close);
  CHECK(after[0].legs[0].quantity == qty("0.3"));
  CHECK(after[1].order_class == OrderClass::protective);
  CHECK(after[1].legs[0].quantity == qty("0.7"));
}

TEST_CASE("stops that must move do not wait for a part to be sold, nor it for them",
          "[bracket][shed][I1]") {
  auto plan = three_targets();
  plan.signal.break_even_after = 1;
  Laddered m{plan};
  m.first_target();  // the second slice goes, to come back at break-even
  m.bracket.shed(qty("0.3"), at(0s).mono);
  m.called_back(target_of(1));
  const auto sale = m.called_back(stop_of(1));
  const auto sold = std::find_if(sale.begin(), sale.end(), [](const Wish& wish) {
    return wish.order_class == OrderClass::close;
  });
  REQUIRE(sold != sale.end());
  CHECK(sold->legs[0].quantity == qty("0.3"));
}

TEST_CASE("what would leave dust closes everything; a refused part goes back under a stop",
          "[bracket][shed]") {
  Machine m{free_plan()};
  m.covered();
  SECTION("dust") {
    m.bracket.shed(qty("0.99"), at(0s).mono);
    CHECK(m.bracket.closing());
  }
  SECTION("refused") {
    m.bracket.shed(qty("0.3"), at(0s).mono);
    m.wait(0s);
    m.called_back(target0);
    m.called_back(stop0);
    m.ended(close0, LegEnd::rejected, Refusal::maintenance);
    const auto covered = m.wait(100ms);
    REQUIRE(covered.size() == 1);
    CHECK(covered[0].legs[0].quantity == qty("0.3"));
    CHECK_FALSE(m.bracket.closing());
  }
}

TEST_CASE("an amended stop is placed anew, and only towards safety", "[bracket][amend]") {
  Machine m{free_plan()};
  m.covered();
  const MarketNow market{price("99.99"), price("100.01")};
  const auto refused = [&](const Amend& amend, std::optional<MarketNow> at) {
    const auto no = check_amend(m.bracket, amend, at);
    return no ? no->reason : Reason::none;
  };
  const auto stop = [](std::string_view at) {
    Amend amend;
    amend.stop_loss = price(at);
    return amend;
  };
  const auto targets = [](std::initializer_list<std::int64_t> at) {
    Amend amend;
    for (const auto each : at) amend.take_profit.push_back(Price{each});
    return amend;
  };
  CHECK(refused(stop("95"), market) == Reason::none);
  CHECK(refused(stop("89"), market) == Reason::wrong_side_stop);     // looser
  CHECK(refused(stop("99.99"), market) == Reason::wrong_side_stop);  // would trigger at once
  CHECK(refused(stop("95"), std::nullopt) == Reason::stale_ticker);
  CHECK(refused(targets({130}), market) == Reason::none);
  CHECK(refused(targets({100}), market) == Reason::wrong_side_target);
  CHECK(refused(targets({130, 140}), market) == Reason::bad_targets);
  CHECK(refused(Amend{}, market) == Reason::bad_field);

  const std::array prices{Price{130}};
  m.bracket.amend(Price{95}, prices);
  CHECK(gone(m.wait(0s).at(0), target0));
  m.called_back(target0);
  const auto anew = m.ended(stop0, LegEnd::cancelled);
  REQUIRE(anew.size() == 1);
  CHECK(anew[0].legs[0].trigger_price == Price{95});
  CHECK(anew[0].legs[1].price == Price{130});
}
