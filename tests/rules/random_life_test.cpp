// Orders and brackets through seeded random lives on a naive venue: whatever is lost, late,
// doubled or refused, the same things must hold.
#include <algorithm>
#include <cstdlib>
#include <set>

#include "tests/rules/desk.hpp"

using namespace signalbox;
using namespace signalbox::test;
using namespace std::chrono_literals;

namespace {

struct Kind {
  const char* name;
  bool pairs;
  Desk::Faults faults;
  int restarts_percent;
  /// No pair, no target beside a stop; or no stop at all.
  enum class Exits : std::uint8_t { at_venue = 1, target_watched, by_engine };
  Exits exits = Exits::at_venue;

  bool holds_balance() const { return pairs || exits != Exits::at_venue; }
  Plan plan_of(const Signal& signal, const Instrument& instrument) const {
    Plan plan = plan_for(signal, instrument, pairs);
    if (exits == Exits::at_venue) return plan;
    plan.facts.pairs = plan.facts.both_legs = false;
    plan.facts.exits_hold_balance = true;
    if (exits == Exits::target_watched) return plan;
    plan.facts.tier = Tier::engine;
    plan.facts.survives_engine = false;
    return plan;
  }
};

void compare_with_rebuilt(Desk& desk) {
  auto fresh = desk.rebuild();
  for (const auto& plan : desk.plans) {
    const auto* live = desk.book.find(plan.key);
    const auto* again = fresh.book.find(plan.key);
    if (live == nullptr) continue;
    REQUIRE(again != nullptr);
    CHECK(again->held() == live->held());
    CHECK(again->entry_filled() == live->entry_filled());
    if (!live->by_engine()) CHECK(again->covered() == live->covered());  // else: if it sees a price
    CHECK(again->entry_live() == live->entry_live());
  }
  const auto listed = [&](const Orders& orders) {
    std::vector<OrderEvent> all;
    orders.list(all, {});
    std::set<std::string> ids;
    for (const auto& each : all) ids.insert(each.order.str() + " filled " + each.filled.str());
    return ids;
  };
  CHECK(listed(*desk.orders) == listed(*fresh.orders));
}

void live_a_life(std::uint64_t seed, const Kind& kind) {
  INFO("seed " << seed << ", " << kind.name);
  Desk::Options options;
  options.seed = seed;
  options.pairs = kind.pairs;
  options.venue.holds_balance = kind.holds_balance();
  options.venue.tells_fees = seed % 3 != 0;
  options.faults = kind.faults;
  options.instrument.fee_in_base = true;
  options.keep_log = std::getenv("SIGNALBOX_LOG") != nullptr;
  Desk desk{options};
  desk.link(LinkState::ready);

  int opened = 0;
  for (int step = 0; step < 60; ++step) {
    desk.pass(std::chrono::milliseconds{desk.draw(120)});
    const auto live = desk.venue.live();
    if (desk.chance(30))
      desk.tick(Price{static_cast<std::int64_t>(
          kind.exits == Kind::Exits::at_venue ? 92 + desk.draw(26) : 88 + desk.draw(46))});
    switch (desk.draw(10)) {
      case 0:
      case 1:
        if (opened < 4) {
          const auto id = "s" + std::to_string(++opened);
          auto signal = desk.chance(50) ? a_signal(id) : a_limit_signal(id);
          if (desk.chance(20)) signal.take_profit.clear();
          if (desk.chance(25)) {
            const auto share = [](std::string_view at, std::string_view fraction) {
              return TakeProfit{.price = price(at), .fraction = num(fraction)};
            };
            signal.take_profit = {share("110", "0.5"), share("120", "0.3"), share("130", "0.2")};
            if (desk.chance(50)) signal.break_even_after = 1;
          }
          if (desk.chance(20)) signal.trail = Trail{.offset = Price{3}, .activation = {}};
          desk.open(kind.plan_of(signal, options.instrument));
        }
        break;
      case 2:
      case 3:
      case 4:
      case 5:
        if (!live.empty()) {
          const auto number = live[desk.draw(static_cast<std::uint32_t>(live.size()))];
          const auto part =
              desk.chance(40)
                  ? Quantity{100}
                  : Quantity{Decimal::from_raw(Int128{1 + desk.draw(400)} * 1'000'000'000'000'000)};
          desk.trade(number, part);
        }
        break;
      case 6:
        if (!live.empty() && desk.chance(20))
          desk.expire(live[desk.draw(static_cast<std::uint32_t>(live.size()))]);
        break;
      case 7:
        if (!desk.plans.empty() && desk.chance(30)) {
          const auto& key =
              desk.plans[desk.draw(static_cast<std::uint32_t>(desk.plans.size()))].key;
          switch (desk.draw(3)) {
            case 0: desk.close(key); break;
            case 1: desk.cancel_entry(key); break;
            default:
              desk.shed(key, Quantity{Decimal::from_raw(Int128{1 + desk.draw(400)} *
                                                        1'000'000'000'000'000)});
          }
        }
        break;
      case 8:
        if (desk.chance(15)) {
          desk.link(desk.chance(50) ? LinkState::down : LinkState::stale);
          desk.pass(std::chrono::milliseconds{desk.draw(600)});
          desk.link(LinkState::ready);
        }
        break;
      case 9:
        if (desk.chance(kind.restarts_percent)) desk.restart();
        break;
    }
    if (step % 10 == 9) compare_with_rebuilt(desk);
  }
  // The venue works again; everything is asked to end.
  desk.options.faults = {};
  desk.link(LinkState::stale);
  desk.link(LinkState::ready);
  desk.pass(30s);
  for (const auto& plan : desk.plans) desk.close(plan.key);
  desk.pass(60s);
  compare_with_rebuilt(desk);

  std::string log;
  const bool all_ended = std::all_of(desk.plans.begin(), desk.plans.end(),
                                     [&](const Plan& p) { return desk.outcomes[p.key] == 1; });
  if (options.keep_log &&
      (!all_ended || !desk.venue.wrongs().empty() || desk.venue.base().is_negative()))
    for (const auto& line : desk.log) log += line + "\n";
  INFO(log);
  CHECK(desk.venue.wrongs() == std::vector<std::string>{});
  CHECK(desk.venue.live().empty());
  for (const auto& plan : desk.plans) {
    INFO("bracket " << plan.signal.id);
    CHECK(desk.outcomes[plan.key] == 1);
    CHECK(desk.venue.bought_by(plan.key) <= plan.quantity);
    const auto* bracket = desk.book.find(plan.key);
    if (bracket != nullptr) CHECK(bracket->ended());
  }
  // What is left is below what the venue would let anyone sell; where stop and target can both
  // trade, what is missing is below what it would let anyone buy.
  const auto dust = Quantity{*Decimal::mul(
      num("0.06"), Decimal{static_cast<std::int64_t>(desk.plans.size())}, Rounding::up)};
  CHECK(desk.venue.base() <= dust);
  CHECK(desk.venue.base() >= (kind.holds_balance() ? Quantity{} : -dust));
}

}  // namespace

TEST_CASE("random lives end once, covered and sold, on a venue that pairs exits", "[I2][I3][I4]") {
  const Kind quiet{"quiet", true, {}, 0};
  const Kind lossy{"lossy",
                   true,
                   {.lost_percent = 25,
                    .late_percent = 20,
                    .query_lost_percent = 30,
                    .event_twice_percent = 20,
                    .event_late_percent = 20},
                   0};
  const Kind hostile{"hostile",
                     true,
                     {.lost_percent = 15,
                      .refused_percent = 25,
                      .late_percent = 20,
                      .query_lost_percent = 20,
                      .event_twice_percent = 20,
                      .event_late_percent = 20},
                     10};
  for (std::uint64_t seed = 1; seed <= 150; ++seed)
    for (const auto& kind : {quiet, lossy, hostile}) live_a_life(seed, kind);
}

TEST_CASE("random lives end once where stop and target stand side by side", "[I2][I3][I4]") {
  const Kind quiet{"quiet, no pairs", false, {}, 0};
  const Kind hostile{"hostile, no pairs",
                     false,
                     {.lost_percent = 15,
                      .refused_percent = 15,
                      .late_percent = 20,
                      .query_lost_percent = 20,
                      .event_twice_percent = 20,
                      .event_late_percent = 20},
                     10};
  for (std::uint64_t seed = 1; seed <= 100; ++seed)
    for (const auto& kind : {quiet, hostile}) live_a_life(seed, kind);
}

TEST_CASE("random lives end once where the engine watches the targets, or the stop too",
          "[I2][I3][I4][watch][engine]") {
  using Exits = Kind::Exits;
  const Desk::Faults faults{.lost_percent = 15,
                            .refused_percent = 15,
                            .late_percent = 20,
                            .query_lost_percent = 20,
                            .event_twice_percent = 20,
                            .event_late_percent = 20};
  const Kind kinds[] = {{"quiet, watched", false, {}, 0, Exits::target_watched},
                        {"hostile, watched", false, faults, 10, Exits::target_watched},
                        {"quiet, engine", false, {}, 0, Exits::by_engine},
                        {"hostile, engine", false, faults, 10, Exits::by_engine}};
  for (std::uint64_t seed = 1; seed <= 100; ++seed)
    for (const auto& kind : kinds) live_a_life(seed, kind);
}
