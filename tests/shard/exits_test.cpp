// What holds up entries holds up no exit: a table of everything that throttles, halts or refuses
// what opens, against every way in which protection and exits leave. Each cell is a whole shard on
// an exchange of its own; what left is read from the exchange.
#include <set>

#include "tests/shard/judge.hpp"
#include "tests/shard/paced_road.hpp"

using namespace signalbox;
using namespace signalbox::test;
using namespace std::chrono_literals;
using simulator::FaultKind;
using simulator::RequestFault;
using simulator::RequestKind;

namespace {

/// Trigger prices of the stops that stand at the exchange.
std::vector<Price> stops(const TradingStage& t) {
  std::vector<Price> prices;
  for (const auto id : t.exchange.orders().open(t.account))
    if (const auto& order = t.exchange.orders()[id]; simulator::is_stop(order.type))
      prices.push_back(order.stop_price);
  return prices;
}

/// What an entry is told now: by risk, or approved and refused on its way.
struct Told {
  Reason reason = Reason::none;
  Refusal refusal = Refusal::none;
  friend bool operator==(const Told&, const Told&) = default;
};

Told told_an_entry(TradingStage& t) {
  static int entries = 0;
  const auto probe = t.signal("probe" + std::to_string(++entries));
  t.submit(probe, 70);
  for (const auto& refused : t.notes.told<Refused>(70))
    if (refused.id == probe.id) return {refused.reason};
  for (const auto& placed : t.notes.told<Placed>(70))
    if (placed.id == probe.id) return {Reason::none, placed.refusal};
  for (const auto& verdict : t.notes.told<Verdict>(70))
    if (verdict.id == probe.id) return {verdict.reason};
  FAIL("an entry was told nothing");
  return {};
}

/// Loses about a hundredth of 500 USDT to fees and comes back.
void lose_some(TradingStage& t) {
  auto loser = t.signal("loser");
  loser.quantity = Quantity{5};
  t.submit(loser);
  REQUIRE(t.verdict("loser").approved);
  command(t, loser, BracketCommand::close);
  t.pass(200ms);
}

struct HoldUp {
  std::string_view name;
  Told entry;  ///< what a new entry hears of it
  void (*options)(TradingStage::Options&);
  void (*impose)(TradingStage&);
  /// The stream is gone, by which fills and the market are heard of.
  bool deaf = false;
};

void nothing(TradingStage&) {}
void as_usual(TradingStage::Options&) {}
template <TradingState state>
void latch(TradingStage& t) {
  set_state(t, state);
}

const HoldUp hold_ups[] = {
    {"no_entries", {Reason::trading_halted}, as_usual, latch<TradingState::no_entries>},
    {"reduce_only", {Reason::trading_halted}, as_usual, latch<TradingState::reduce_only>},
    {"halted", {Reason::trading_halted}, as_usual, latch<TradingState::halted>},
    {"daily loss",
     {Reason::daily_loss},
     [](TradingStage::Options& o) { o.limits.max_daily_loss = Notional{num("0.5")}; },
     lose_some},
    {"drawdown",
     {Reason::drawdown},
     [](TradingStage::Options& o) { o.limits.max_drawdown = Notional{num("0.5")}; },
     lose_some},
    {"stale ticker", {Reason::stale_ticker}, as_usual, [](TradingStage& t) { t.pass(6s); }},
    {"open brackets",
     {Reason::bracket_limit},
     [](TradingStage::Options& o) { o.limits.max_open_brackets = 1; },
     nothing},
    {"entries a minute",
     {Reason::rate_limit},
     [](TradingStage::Options& o) { o.limits.max_entries_per_minute = 1; },
     nothing},
    {"position",
     {Reason::position_limit},
     [](TradingStage::Options& o) { o.limits.max_position = Quantity{1}; },
     nothing},
    {"symbol's worth",
     {Reason::symbol_limit},
     [](TradingStage::Options& o) { o.limits.max_symbol_notional = Notional{150}; },
     nothing},
    {"account's worth",
     {Reason::account_limit},
     [](TradingStage::Options& o) { o.limits.max_account_notional = Notional{150}; },
     nothing},
    {"no money left",
     {Reason::insufficient_balance},
     as_usual,
     [](TradingStage& t) {
       const Decimal all = t.exchange.accounts().free(t.account, Asset{"USDT"});
       REQUIRE(t.exchange.deposit(t.account, Asset{"USDT"}, -all, t.stage->clock().wall()));
       t.pass(10ms);
     }},
    {"instrument frozen by an unknown",
     {Reason::instrument_frozen},
     as_usual,
     [](TradingStage& t) {
       t.faults.add(RequestFault{
           .on = RequestKind::place, .kind = FaultKind::status_unknown, .executed = false});
       t.faults.add(RequestFault{.on = RequestKind::query, .times = 0, .kind = FaultKind::lost});
       t.submit(t.limit_signal("unknown", "97"));
     }},
    {"journal full for entries",
     {Reason::journal_full},
     [](TradingStage::Options& o) {
       o.journal.commit = MemoryJournalConfig::Commit::on_demand;
       o.journal.ring_bytes = 16 * 1024;
     },
     [](TradingStage& t) {
       for (int i = 0; i < 200 && t.notes.told<Refused>(60).empty(); ++i) {
         auto filler = t.signal("filler" + std::to_string(i));
         filler.confidence = num("0.1");
         t.submit(filler, 60);
       }
       REQUIRE_FALSE(t.notes.told<Refused>(60).empty());
     }},
    {"connection stale",
     {Reason::account_not_ready},
     as_usual,
     [](TradingStage& t) {
       t.venue->cut(20s);
       t.pass(5ms);
     },
     true},
    {"orders that the symbol may have",
     {Reason::no_protective_slot},
     [](TradingStage::Options& o) { o.conditional_orders_max = 1; },
     nothing},
    {"worth over all accounts",
     {Reason::total_limit},
     [](TradingStage::Options& o) { o.max_total_notional = Notional{150}; },
     nothing},
    {"the venue's budget but for the reserve",
     {Reason::none, Refusal::rate_limited},
     [](TradingStage::Options& o) {
       o.make_venue = [](TradingStage& t) -> std::unique_ptr<Venue> {
         PacerOptions budget{.limits = {{PaceLimit::Counts::orders, 1h, 40, ""}},
                             .reserve_percent = 50};
         return std::make_unique<PacedRoad>(t, std::move(budget));
       };
     },
     [](TradingStage& t) {
       const auto placed = [&] { return t.notes.told<Placed>(60); };
       for (int i = 0; i < 30 && (placed().empty() || placed().back().refusal == Refusal::none);
            ++i) {
         auto filler = t.limit_signal("filler" + std::to_string(i), "98");
         filler.quantity = Quantity{num("0.1")};
         t.submit(filler, 60);
       }
       REQUIRE(placed().back().refusal == Refusal::rate_limited);
     }},
};

/// Nothing of these holds up what others opened: they speak of one signal alone, or are shown
/// where they are named.
const std::set<Reason> of_one_signal{
    Reason::none,
    Reason::malformed,
    Reason::unknown_command,
    Reason::bad_field,
    Reason::id_reused,
    Reason::unauthorised,
    Reason::too_old,
    Reason::expired,
    Reason::unknown_account,
    Reason::unknown_instrument,
    Reason::low_confidence,
    Reason::no_confidence,
    Reason::stop_required,
    Reason::price_required,
    Reason::wrong_side_stop,
    Reason::wrong_side_target,
    Reason::bad_targets,
    Reason::no_short_on_spot,
    Reason::nothing_to_reduce,
    Reason::tier_unavailable,
    Reason::trigger_unavailable,
    Reason::unsupported,
    Reason::below_minimum,
    Reason::above_maximum,
    Reason::outside_price_band,
    Reason::collar_exceeded,
    Reason::order_limit,
    Reason::opposite_open,
    Reason::not_found,
    Reason::fate_known,
    Reason::too_early,
    Reason::not_operator,
    Reason::reconciling,     // power_loss_test: entries wait, what is held is closed or covered
    Reason::busy,            // tests/rules/edges_test: exits are judged before ids are counted
    Reason::shutting_down,   // crash_test: who hears it is not being traded any more
    Reason::internal_error,  // rebuild_test: the shard comes back to its brackets
};

struct Exit {
  std::string_view name;
  void (*open)(TradingStage&);   ///< what it is an exit of
  void (*leave)(TradingStage&);  ///< makes it due
  bool (*has_left)(const TradingStage&);
  /// A state takes resting entries back: their fill has to be on its way when it comes.
  bool by_a_fill = false;
  bool by_the_market = false;
  /// HALTED leaves it to operators.
  bool not_when_halted = false;
};

bool flat(const TradingStage& t) {
  // Below a lot with its fee nothing can be sold.
  return stops(t).empty() && t.held() < Quantity{num("0.002")};
}

bool no_entry_rests(const TradingStage& t) {
  for (const auto id : t.exchange.orders().open(t.account))
    if (t.exchange.orders()[id].price == Price{99}) return false;
  return true;
}

const Exit exits[] = {
    {"a stop and a target are placed for a fill",
     [](TradingStage& t) { t.submit(t.limit_signal("mine", "99")); },
     [](TradingStage& t) { t.move_to("98.5"); },
     [](const TradingStage& t) {
       return t.held() > Quantity{num("0.9")} && stops(t) == std::vector{Price{90}} &&
              t.open_orders() >= 2 && t.longest_uncovered() < 50ms;
     },
     true},
    {"a stop that trails is moved",
     [](TradingStage& t) {
       auto mine = t.signal("mine");
       mine.trail = Trail{.offset = Price{5}, .activation = Price{104}};
       t.submit(mine);
     },
     [](TradingStage& t) { t.move_to("106.01"); },
     [](const TradingStage& t) { return stops(t) == std::vector{Price{101}}; }, false, true},
    {"a stop is moved by command", [](TradingStage& t) { t.submit(t.signal("mine")); },
     [](TradingStage& t) {
       t.move_to("100.5");  // a stop is moved only against a market that is known
       t.pass(10ms);
       const auto mine = t.signal("mine");
       t.stage->send(t.shard.risk, AmendBracket{.command = {.id = SignalId{"a"},
                                                            .signal = mine.id,
                                                            .account = mine.account,
                                                            .strategy = mine.strategy,
                                                            .stop_loss = Price{95}}});
     },
     [](const TradingStage& t) { return stops(t) == std::vector{Price{95}}; }},
    {"an entry is cancelled", [](TradingStage& t) { t.submit(t.limit_signal("mine", "99")); },
     [](TradingStage& t) { command(t, t.signal("mine"), BracketCommand::cancel_entry); },
     no_entry_rests},
    {"a bracket is closed", [](TradingStage& t) { t.submit(t.signal("mine")); },
     [](TradingStage& t) { command(t, t.signal("mine"), BracketCommand::close); }, flat},
    {"an account is flattened", [](TradingStage& t) { t.submit(t.signal("mine")); },
     [](TradingStage& t) { set_state(t, TradingState::flatten); }, flat},
    {"a position's time is up",
     [](TradingStage& t) {
       auto mine = t.signal("mine");
       mine.time_limit = 8s;
       t.submit(mine);
     },
     [](TradingStage& t) { t.pass(8s); }, flat},
    {"an entry's time is up",
     [](TradingStage& t) {
       auto mine = t.limit_signal("mine", "99");
       mine.entry_expires = t.stage->clock().wall() + 8s;
       t.submit(mine);
     },
     [](TradingStage& t) { t.pass(8s); }, no_entry_rests},
    {"a signal reduces", [](TradingStage& t) { t.submit(t.signal("mine")); },
     [](TradingStage& t) {
       auto reduce = t.signal("less");
       reduce.side = Side::sell;
       reduce.reduce_only = true;
       reduce.quantity = Quantity{num("0.4")};
       reduce.stop_loss.reset();
       reduce.take_profit.clear();
       t.submit(reduce);
     },
     [](const TradingStage& t) {
       return t.held() < Quantity{num("0.61")} && t.held() > Quantity{num("0.5")} &&
              stops(t) == std::vector{Price{90}};
     },
     false, false, true},
    {"what cannot be covered is closed",
     [](TradingStage& t) { t.submit(t.limit_signal("mine", "99")); },
     [](TradingStage& t) {
       t.faults.add(RequestFault{
           .on = RequestKind::place, .stops_only = true, .times = 0, .kind = FaultKind::refused});
       t.move_to("98.5");
       t.pass(2s);
     },
     [](const TradingStage& t) { return t.trades() >= 2 && flat(t); }, true},
};

}  // namespace

TEST_CASE("what holds up entries holds up no exit", "[gate][risk][I1][I8]") {
  for (const auto& hold_up : hold_ups)
    for (const auto& exit : exits) {
      if (hold_up.deaf && (exit.by_a_fill || exit.by_the_market)) continue;  // see below
      if (exit.not_when_halted && hold_up.name == "halted") continue;
      INFO(hold_up.name << " / " << exit.name);
      TradingStage::Options options;
      hold_up.options(options);
      TradingStage t{options};
      exit.open(t);
      REQUIRE(t.verdict("mine").approved);
      REQUIRE_FALSE(exit.has_left(t));
      hold_up.impose(t);
      if (!exit.by_a_fill) CHECK(told_an_entry(t) == hold_up.entry);
      exit.leave(t);
      t.pass(300ms);
      if (!exit.has_left(t)) UNSCOPED_INFO(t.timeline());
      CHECK(exit.has_left(t));
    }
}

TEST_CASE("no reason that could hold up an exit is without its row", "[gate][risk][I8]") {
  std::set<Reason> told = of_one_signal;
  for (const auto& hold_up : hold_ups) told.insert(hold_up.entry.reason);
  for (const auto& each : enum_names<Reason>) {
    INFO(each.name);
    CHECK(told.contains(each.value));
  }
  // And what has a row is not said to need none.
  for (const auto& hold_up : hold_ups)
    if (hold_up.entry.reason != Reason::none)
      CHECK_FALSE(of_one_signal.contains(hold_up.entry.reason));
}

SCENARIO("a stop that the exchange would not take yet leaves while the connection is stale",
         "[gate][I1]") {
  TradingStage t;
  t.faults.add(RequestFault{
      .on = RequestKind::place, .stops_only = true, .times = 0, .kind = FaultKind::maintenance});
  t.submit(t.signal("mine"));
  t.pass(100ms);
  REQUIRE(stops(t).empty());
  t.venue->cut(20s);
  t.pass(5ms);
  CHECK(told_an_entry(t) == Told{Reason::account_not_ready});
  t.faults.clear();
  t.pass(500ms);
  CHECK(stops(t) == std::vector{Price{90}});
}

SCENARIO("a stop stands for what a hand outside has left on the account", "[I1]") {
  TradingStage t;
  t.faults.add(RequestFault{
      .on = RequestKind::place, .stops_only = true, .times = 0, .kind = FaultKind::maintenance});
  t.submit(t.signal("mine"));
  t.pass(100ms);
  REQUIRE(stops(t).empty());
  REQUIRE(t.exchange.deposit(t.account, Asset{"BTC"}, num("-0.3"), t.stage->clock().wall()));
  t.faults.clear();
  t.pass(600ms);
  CHECK(stops(t) == std::vector{Price{90}});
  t.pass(3s);
  CHECK(stops(t) == std::vector{Price{90}});  // and is not given up for what is not there
  CHECK(t.held() > Quantity{num("0.69")});
  // It comes back: all of it stands under a stop again.
  REQUIRE(t.exchange.deposit(t.account, Asset{"BTC"}, num("0.3"), t.stage->clock().wall()));
  t.pass(6s);
  Quantity covered;
  for (const auto id : t.exchange.orders().open(t.account))
    if (const auto& order = t.exchange.orders()[id]; simulator::is_stop(order.type))
      covered += order.quantity;
  CHECK(covered > Quantity{num("0.99")});
}
