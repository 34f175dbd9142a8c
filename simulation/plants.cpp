#include "simulation/plants.hpp"

namespace signalbox {

Plant planted_bug = Plant::none;

std::uint64_t planted_chance() {
  static std::uint64_t asked = 0;  // over all sessions of the process
  return ++asked;
}

MonoTime planted_mono(MonoTime mono, WallTime wall) {
  // Every session begins at the same wall time, and the first one asks before any jump.
  static const Duration apart = wall.time_since_epoch() - mono.time_since_epoch();
  return MonoTime{wall.time_since_epoch() - apart};
}

}  // namespace signalbox

namespace signalbox::simulation {

const std::vector<KnownPlant>& known_plants() {
  // `./dev simulate --planted` searches the seeds anew.
  static const std::vector<KnownPlant> all{
      {Plant::partial_fill_not_covered, "I1", 39},
      {Plant::lost_stop_not_replaced, "I1", 1},
      {Plant::flatten_forgotten, "I1", 39},
      {Plant::market_entry_sent_twice, "I2", 1},
      {Plant::partial_entry_asked_again, "I2", 46},
      {Plant::unjudged_forgotten_at_restart, "I3", 9},
      {Plant::unfilled_entry_has_no_outcome, "I3", 1},
      {Plant::sold_while_a_stop_stands, "I4", 2},
      {Plant::closes_too_much, "I4", 1},
      {Plant::repeated_key_not_withheld, "I5", 4},
      {Plant::request_shown_when_unanswered, "I5", 2},
      {Plant::secret_for_key_at_binance, "I5", 1},
      {Plant::secret_for_key_at_bybit, "I5", 6},
      {Plant::confidence_not_asked, "I7", 1},
      {Plant::order_limit_not_asked, "I7", 1},
      {Plant::halt_forgotten_at_restart, "I8", 158},
      {Plant::halt_not_told_to_the_gate, "I8", 11},
      {Plant::ban_not_remembered, "I10", 1},
      {Plant::wait_not_remembered, "I10", 15},
      {Plant::deadlines_by_wall_clock, "I11", 11},
      {Plant::entry_expiry_by_wall_clock, "I11", 148},
      {Plant::answers_awaited_by_wall_clock, "I11", 11},
      {Plant::dead_connection_left_dead, "I12", 4},
      {Plant::shard_not_rebuilt, "I12", 2},
      {Plant::dead_risk_overlooked, "I12", 8},
      {Plant::lost_stream_not_opened_again, "I12", 1},
      {Plant::second_fill_dropped, "I13", 31},
      {Plant::expired_order_thought_open, "I13", 1},
      {Plant::asks_at_random, "I14", 1},
      {Plant::ids_by_chance, "I14", 1},
  };
  return all;
}

}  // namespace signalbox::simulation
