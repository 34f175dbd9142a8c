#pragma once

// Bugs that can be planted, to see whether the simulation's judge notices them. Only the program
// `simulate` is built with SIGNALBOX_PLANTS. Everywhere else the question has the constant answer
// no and leaves nothing behind; a test looks for that in the program that is shipped.

#ifdef SIGNALBOX_PLANTS

#include <array>
#include <cstdint>

#include "messages/field.hpp"
#include "messages/time.hpp"

namespace signalbox {

/// Named by what goes wrong; at least two for each promise that the simulation judges.
enum class Plant : std::uint8_t {
  none = 1,
  // I1
  partial_fill_not_covered,
  lost_stop_not_replaced,
  flatten_forgotten,
  // I2
  market_entry_sent_twice,
  partial_entry_asked_again,
  // I3
  unjudged_forgotten_at_restart,
  unfilled_entry_has_no_outcome,
  // I4
  sold_while_a_stop_stands,
  closes_too_much,
  // I5
  repeated_key_not_withheld,
  request_shown_when_unanswered,
  secret_for_key_at_binance,
  secret_for_key_at_bybit,
  // I7
  confidence_not_asked,
  order_limit_not_asked,
  // I8
  halt_forgotten_at_restart,
  halt_not_told_to_the_gate,
  // I10
  ban_not_remembered,
  wait_not_remembered,
  // I11
  deadlines_by_wall_clock,
  entry_expiry_by_wall_clock,
  answers_awaited_by_wall_clock,
  // I12
  dead_connection_left_dead,
  shard_not_rebuilt,
  dead_risk_overlooked,
  lost_stream_not_opened_again,
  // I13
  second_fill_dropped,
  expired_order_thought_open,
  // I14
  asks_at_random,
  ids_by_chance,
};

/// Chosen before a session.
extern Plant planted_bug;
/// Something that no seed decides.
std::uint64_t planted_chance();
/// What somebody takes for monotonic time who reads it off the wall clock.
MonoTime planted_mono(MonoTime mono, WallTime wall);

template <>
inline constexpr auto enum_names<Plant> =
    std::array{Named{Plant::none, "none"},
               Named{Plant::partial_fill_not_covered, "partial_fill_not_covered"},
               Named{Plant::lost_stop_not_replaced, "lost_stop_not_replaced"},
               Named{Plant::flatten_forgotten, "flatten_forgotten"},
               Named{Plant::market_entry_sent_twice, "market_entry_sent_twice"},
               Named{Plant::partial_entry_asked_again, "partial_entry_asked_again"},
               Named{Plant::unjudged_forgotten_at_restart, "unjudged_forgotten_at_restart"},
               Named{Plant::unfilled_entry_has_no_outcome, "unfilled_entry_has_no_outcome"},
               Named{Plant::sold_while_a_stop_stands, "sold_while_a_stop_stands"},
               Named{Plant::closes_too_much, "closes_too_much"},
               Named{Plant::repeated_key_not_withheld, "repeated_key_not_withheld"},
               Named{Plant::request_shown_when_unanswered, "request_shown_when_unanswered"},
               Named{Plant::secret_for_key_at_binance, "secret_for_key_at_binance"},
               Named{Plant::secret_for_key_at_bybit, "secret_for_key_at_bybit"},
               Named{Plant::confidence_not_asked, "confidence_not_asked"},
               Named{Plant::order_limit_not_asked, "order_limit_not_asked"},
               Named{Plant::halt_forgotten_at_restart, "halt_forgotten_at_restart"},
               Named{Plant::halt_not_told_to_the_gate, "halt_not_told_to_the_gate"},
               Named{Plant::ban_not_remembered, "ban_not_remembered"},
               Named{Plant::wait_not_remembered, "wait_not_remembered"},
               Named{Plant::deadlines_by_wall_clock, "deadlines_by_wall_clock"},
               Named{Plant::entry_expiry_by_wall_clock, "entry_expiry_by_wall_clock"},
               Named{Plant::answers_awaited_by_wall_clock, "answers_awaited_by_wall_clock"},
               Named{Plant::dead_connection_left_dead, "dead_connection_left_dead"},
               Named{Plant::shard_not_rebuilt, "shard_not_rebuilt"},
               Named{Plant::dead_risk_overlooked, "dead_risk_overlooked"},
               Named{Plant::lost_stream_not_opened_again, "lost_stream_not_opened_again"},
               Named{Plant::second_fill_dropped, "second_fill_dropped"},
               Named{Plant::expired_order_thought_open, "expired_order_thought_open"},
               Named{Plant::asks_at_random, "asks_at_random"},
               Named{Plant::ids_by_chance, "ids_by_chance"}};

}  // namespace signalbox

#define SIGNALBOX_PLANTED(name) (::signalbox::planted_bug == ::signalbox::Plant::name)
#define SIGNALBOX_PLANTED_CHANCE ::signalbox::planted_chance()
#define SIGNALBOX_PLANTED_MONO(name, mono, wall) \
  (SIGNALBOX_PLANTED(name) ? ::signalbox::planted_mono(mono, wall) : (mono))
#else
#define SIGNALBOX_PLANTED(name) false
#define SIGNALBOX_PLANTED_CHANCE 0U
#define SIGNALBOX_PLANTED_MONO(name, mono, wall) (mono)
#endif
