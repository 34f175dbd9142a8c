#include "simulation/plan.hpp"

#include <algorithm>

#include "simulation/draw.hpp"

namespace signalbox::simulation {
namespace {

using namespace std::chrono_literals;

constexpr Duration first_signal = 3s;
constexpr Duration first_fault = 8s;

Decimal num(std::string_view text) { return Decimal::parse(text).value(); }

/// Parts of ten thousand as percent.
Decimal percent(std::int64_t hundredths) {
  return Decimal::from_raw(Int128{Decimal::one_raw} / 100 * hundredths);
}

/// What a plan must know of its venue.
struct Terms {
  Symbol symbol;
  Decimal lot;
  std::int64_t lots_max = 0;
  std::uint16_t targets_permille = 0;  ///< how many signals have one
  std::uint16_t shorts_permille = 0;
};

Terms terms_of(std::string_view venue) {
  if (venue == "binanceusdm") return {Symbol{"BTC/USDT:USDT"}, num("0.001"), 15, 800, 300};
  // Where exits hold the balance and there are no pairs, a target beside a stop has no tier.
  if (venue == "bybit") return {Symbol{"BTC/USDT"}, num("0.00001"), 1'500, 200, 0};
  return {Symbol{"BTC/USDT"}, num("0.00001"), 1'500, 800, 0};
}

PlannedSignal draw_signal(Draw& draw, const Terms& terms, std::size_t number, Duration at) {
  PlannedSignal planned;
  planned.at = at;
  Signal& s = planned.signal;
  s.id = SignalId{"s" + std::to_string(number)};
  s.strategy = StrategyName{draw.chance(700) ? "trend" : "turn"};
  s.account = AccountName{account_name};
  s.symbol = terms.symbol;
  const auto lots =
      terms.lots_max > 100 ? draw.between(20, terms.lots_max) : draw.between(1, terms.lots_max);
  s.quantity = Quantity{Decimal::from_raw(terms.lot.raw() * lots)};
  if (terms.shorts_permille != 0 && draw.chance(terms.shorts_permille)) s.side = Side::sell;
  s.confidence = num("0.8");
  s.stop_loss = StopLoss{.percent = percent(draw.between(20, 200))};
  if (draw.chance(250)) s.stop_loss->limit_offset = Price{draw.between(5, 100)};
  if (draw.chance(terms.targets_permille))
    s.take_profit = {TakeProfit{.percent = percent(draw.between(20, 250))}};
  if (draw.chance(200)) s.time_limit = draw.span(5s, 90s);
  if (draw.chance(500)) {
    s.type = EntryType::limit;
    planned.away = draw.between(-40, 30) * (s.side == Side::buy ? 1 : -1);
    if (draw.chance(500)) planned.expires = draw.span(2s, 60s);
    if (draw.chance(150)) s.time_in_force = draw.chance(500) ? TimeInForce::ioc : TimeInForce::fok;
    if (!s.time_in_force && draw.chance(100)) s.post_only = true;
  }
  if (!draw.chance(250)) return planned;
  switch (draw.below(6)) {
    case 0:
      s.confidence = num("0.59");
      planned.must_be_refused = "confidence below the threshold";
      break;
    case 1:
      planned.aged = draw.span(40s, 10min);
      planned.must_be_refused = "too old";
      break;
    case 2:
      s.quantity = Quantity{num("0.05")};  // 3,000 USDT; an order may have 1,000
      planned.must_be_refused = "over the order limit";
      break;
    case 3:
      s.stop_loss.reset();
      s.take_profit = {};
      planned.must_be_refused = "no stop";
      break;
    case 4:
      if (terms.shorts_permille != 0) return planned;
      s.side = Side::sell;
      planned.must_be_refused = "opens a short on spot";
      break;
    default:
      s.confidence.reset();
      planned.must_be_refused = "no confidence";
      break;
  }
  return planned;
}

/// How long each may last, and what part it may hit.
struct Shape {
  Trouble what;
  Duration least;
  Duration most;  ///< zero: a moment
  std::int64_t permille_least = 1000;
};
constexpr std::array shapes{
    Shape{Trouble::request_lost, 1s, 20s, 100},
    Shape{Trouble::answer_lost, 1s, 20s, 100},
    Shape{Trouble::delayed, 1s, 30s, 100},
    Shape{Trouble::duplicated, 5s, 60s, 300},
    Shape{Trouble::reordered, 5s, 60s, 300},
    Shape{Trouble::half_open, 1s, 30s},
    Shape{Trouble::reset, 0s, 0s},
    Shape{Trouble::cable_pulled, 100ms, 40s},
    Shape{Trouble::error_executed, 1s, 20s, 100},
    Shape{Trouble::error_not_executed, 1s, 20s, 100},
    Shape{Trouble::status_unknown_executed, 1s, 20s, 100},
    Shape{Trouble::status_unknown_not_executed, 1s, 20s, 100},
    Shape{Trouble::closed_executed, 1s, 20s, 100},
    Shape{Trouble::closed_not_executed, 1s, 20s, 100},
    Shape{Trouble::ack_after_fill, 5s, 60s, 300},
    Shape{Trouble::unavailable, 1s, 20s, 300},
    Shape{Trouble::rate_limited, 1s, 10s, 100},
    Shape{Trouble::banned, 0s, 0s},
    Shape{Trouble::maintenance, 2s, 30s},
    Shape{Trouble::stop_refused, 200ms, 20s, 300},
    Shape{Trouble::order_refused, 1s, 20s, 300},
    Shape{Trouble::cancel_refused, 1s, 10s, 300},
    Shape{Trouble::order_invisible, 10s, 180s, 300},
    Shape{Trouble::report_missing, 1s, 30s, 100},
    Shape{Trouble::report_twice, 5s, 60s, 300},
    Shape{Trouble::report_late, 5s, 60s, 300},
    Shape{Trouble::report_swapped, 5s, 60s, 300},
    Shape{Trouble::stream_cut, 0s, 0s},
    Shape{Trouble::stream_silent, 0s, 0s},
    Shape{Trouble::stream_shut_down, 0s, 0s},
    Shape{Trouble::fills_by_the_lot, 2s, 60s},
    Shape{Trouble::thin_book, 500ms, 10s},
    Shape{Trouble::price_gap, 0s, 0s},
    Shape{Trouble::fill_races_cancel, 5s, 60s, 500},
    Shape{Trouble::stop_cancelled_by_hand, 0s, 0s},
    Shape{Trouble::fill_races_amend, 5s, 60s, 500},
    Shape{Trouble::conditionals_withdrawn, 5s, 60s},
    Shape{Trouble::trades_told_later, 1s, 20s},
    Shape{Trouble::malformed_frame, 0s, 0s},
    Shape{Trouble::replayed_command, 0s, 0s},
    Shape{Trouble::burst, 0s, 0s},
    Shape{Trouble::crash, 0s, 0s},
    Shape{Trouble::power_loss, 0s, 0s},
    Shape{Trouble::disk_refuses, 1s, 30s},
    Shape{Trouble::disk_stalls, 500ms, 20s},
    Shape{Trouble::clock_jump, 0s, 0s},
    Shape{Trouble::connection_throws, 0s, 0s},
    Shape{Trouble::restart_storm, 0s, 0s},
    Shape{Trouble::hot_actor_throws, 0s, 0s},
    Shape{Trouble::hot_actor_storm, 0s, 0s},
    Shape{Trouble::slow_actor, 0s, 0s},
};
static_assert(shapes.size() == enum_names<Trouble>.size());

PlannedFault draw_fault(Draw& draw, Duration until, bool durable) {
  PlannedFault fault;
  const auto& shape = shapes[draw.below(shapes.size())];
  fault.what = shape.what;
  // A machine that loses power loses what was not synced: only `power` promises anything then.
  if (fault.what == Trouble::power_loss && !durable) fault.what = Trouble::crash;
  fault.at = draw.span(first_fault, until);
  // Half of them are short: what follows a fault is as telling as what happens in it.
  const auto most = draw.chance(500) ? shape.least + (shape.most - shape.least) / 5 : shape.most;
  fault.lasts = std::min(draw.span(shape.least, std::max(shape.least, most)), until - fault.at);
  fault.permille = static_cast<std::uint16_t>(draw.between(shape.permille_least, 1000));
  fault.draw = draw.next();
  return fault;
}

/// Every question denies an order and every history its trades: then nothing at all would be true
/// of what the venue says, and nothing is promised.
void leave_one_truth(std::vector<PlannedFault>& faults) {
  const auto hidden = [&](const PlannedFault& later) {
    return std::any_of(faults.begin(), faults.end(), [&](const PlannedFault& each) {
      return each.what == Trouble::order_invisible && later.at < each.at + each.lasts &&
             each.at < later.at + later.lasts;
    });
  };
  for (auto& each : faults)
    if (each.what == Trouble::trades_told_later && hidden(each)) each.what = Trouble::report_late;
}

std::vector<PlannedCommand> draw_commands(Draw& draw, const std::vector<PlannedSignal>& signals,
                                          Duration until) {
  std::vector<PlannedCommand> commands;
  for (std::size_t i = 0; i < signals.size(); ++i) {
    const auto at = std::min(signals[i].at + draw.span(10ms, 40s), until);
    const auto dice = draw.below(1000);
    using What = PlannedCommand::What;
    if (dice < 120) commands.push_back({at, What::close, i, draw.next()});
    if (dice >= 120 && dice < 220) commands.push_back({at, What::cancel, i, draw.next()});
    if (dice >= 220 && dice < 240) commands.push_back({at, What::cancel_all, i, draw.next()});
    if (dice < 240 || dice >= 280) continue;
    constexpr std::array levels{TradingState::no_entries, TradingState::reduce_only,
                                TradingState::flatten, TradingState::halted};
    const auto level = levels[draw.below(levels.size())];
    // Half of them come while an entry is just on its way.
    const auto halt_at = draw.chance(500) ? signals[i].at + draw.span(0s, 5ms) : at;
    commands.push_back({halt_at, What::halt, i, draw.next(), level});
    commands.push_back(
        {std::min(halt_at + draw.span(1s, 20s), until), What::resume, i, draw.next()});
  }
  return commands;
}

}  // namespace

Plan make_plan(std::uint64_t seed, Duration length, std::string_view venue) {
  Plan plan{.seed = seed, .length = length};
  Draw draw{seed};
  const auto until = length - rest;
  plan.world.seed = seed;
  const auto way = draw.span(200us, draw.chance(800) ? Duration{15ms} : Duration{80ms});
  plan.world.latency = {way, way};
  plan.world.durable_against_power_loss = draw.chance(250);
  plan.world.owns_free_coins = draw.chance(500);
  plan.world.commit_every = draw.span(500us, 5ms);
  plan.step_parts = static_cast<std::uint16_t>(draw.between(2, 25));

  // Half of the sessions trade on spot with pairs, where most can go wrong.
  constexpr std::array<std::string_view, 4> venues{"binance", "binance", "binanceusdm", "bybit"};
  plan.world.venue = venue.empty() ? venues[Draw{seed, 21}.below(venues.size())] : venue;
  const auto terms = terms_of(plan.world.venue);
  const auto every = draw.span(5s, 25s);
  for (auto at = first_signal; at < until; at += draw.span(100ms, every * 2))
    plan.signals.push_back(draw_signal(draw, terms, plan.signals.size() + 1, at));

  Draw for_commands{seed, 2};
  plan.commands = draw_commands(for_commands, plan.signals, until);
  Draw for_faults{seed, 3};
  // A tenth of the sessions runs undisturbed: what fails there is no matter of faults.
  const auto minutes = std::max<std::int64_t>(1, until / 1min);
  const auto count =
      for_faults.chance(100) ? 0 : for_faults.between(1, std::max<std::int64_t>(2, minutes * 2));
  for (std::int64_t i = 0; i < count; ++i)
    plan.faults.push_back(draw_fault(for_faults, until, plan.world.durable_against_power_loss));
  // What strands a bracket is rare enough alone: often something else goes wrong just then.
  Draw for_company{seed, 22};
  for (std::size_t i = 0, planned = plan.faults.size(); i < planned; ++i) {
    const PlannedFault fault = plan.faults[i];
    const bool strands = fault.what == Trouble::thin_book || fault.what == Trouble::cancel_refused;
    if (!strands || fault.lasts < 3s || !for_company.chance(600)) continue;
    auto other = draw_fault(for_company, until, plan.world.durable_against_power_loss);
    other.at = fault.at + for_company.span(1s, fault.lasts);
    other.lasts = std::min(other.lasts, until - std::min(until, other.at));
    plan.faults.push_back(other);
  }
  leave_one_truth(plan.faults);
  std::sort(plan.faults.begin(), plan.faults.end(),
            [](const auto& a, const auto& b) { return a.at < b.at; });
  return plan;
}

}  // namespace signalbox::simulation
