#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "messages/field.hpp"
#include "messages/time.hpp"

namespace signalbox::simulation {

/// Everything that a session can suffer. Where each takes effect is said by the part that does
/// it: network.cpp, venue_faults.cpp, session.cpp.
enum class Trouble : std::uint8_t {
  // Network: requests and streams of the connection.
  request_lost = 1,  ///< never arrives; no answer before the deadline
  answer_lost,       ///< arrives, is carried out, and the answer is lost
  delayed,           ///< up to 30 s there, or up to 30 s back
  duplicated,        ///< questions and cancels arrive twice; orders never: TCP and TLS keep those
  reordered,         ///< requests overtake each other
  half_open,         ///< nothing passes and nobody is told
  reset,             ///< connections break once
  cable_pulled,      ///< connections break, and no new one can be made for a while
  // Venue: what it does to requests.
  error_executed,
  error_not_executed,
  status_unknown_executed,
  status_unknown_not_executed,
  closed_executed,
  closed_not_executed,
  ack_after_fill,  ///< the answer to an order comes later than its fills
  unavailable,
  rate_limited,
  banned,
  maintenance,
  stop_refused,
  order_refused,
  cancel_refused,
  order_invisible,  ///< it lives, and no question finds it for minutes
  // Venue: what it does to the account's stream.
  report_missing,
  report_twice,
  report_late,  ///< fills later than answers: the ack before the fill
  report_swapped,
  stream_cut,
  stream_silent,
  stream_shut_down,
  // Venue: the market and other hands.
  fills_by_the_lot,   ///< orders fill one lot at a time
  thin_book,          ///< little or nothing to trade against
  price_gap,          ///< the market jumps through stops and targets
  fill_races_cancel,  ///< the market takes an order just when it is cancelled
  stop_cancelled_by_hand,
  fill_races_amend,        ///< … or when it is changed
  conditionals_withdrawn,  ///< the venue ends all stops, and takes none for a while
  trades_told_later,       ///< "cancelled, filled 0", and the trades come later
  // Bus.
  malformed_frame,
  replayed_command,
  burst,
  // Host.
  crash,       ///< the process dies at any record, and is started again
  power_loss,  ///< so does the machine: what was not synced is gone or torn
  disk_refuses,
  disk_stalls,  ///< commits take long
  clock_jump,
  // Inside.
  connection_throws,
  restart_storm,
  hot_actor_throws,  ///< risk, brackets or orders
  hot_actor_storm,   ///< again and again: the process ends and is started again
  slow_actor,        ///< one handler takes up to seconds, and nothing else runs meanwhile
};

/// One planned fault. `share` is the part of what it could hit that it hits.
struct PlannedFault {
  Trouble what = Trouble::reset;
  Duration at{};
  Duration lasts{};  ///< zero: at one moment
  std::uint16_t permille = 1000;
  std::uint64_t draw = 0;  ///< for whatever else the fault has to choose
};

/// How far a bracket has come when a fault strikes.
enum class BracketMark : std::uint8_t {
  entering = 1,
  uncovered,
  covered,
  closing,
  stranded,
  ended,
};

}  // namespace signalbox::simulation

namespace signalbox {

template <>
inline constexpr auto enum_names<simulation::Trouble> = std::array{
    Named{simulation::Trouble::request_lost, "request_lost"},
    Named{simulation::Trouble::answer_lost, "answer_lost"},
    Named{simulation::Trouble::delayed, "delayed"},
    Named{simulation::Trouble::duplicated, "duplicated"},
    Named{simulation::Trouble::reordered, "reordered"},
    Named{simulation::Trouble::half_open, "half_open"},
    Named{simulation::Trouble::reset, "reset"},
    Named{simulation::Trouble::cable_pulled, "cable_pulled"},
    Named{simulation::Trouble::error_executed, "error_executed"},
    Named{simulation::Trouble::error_not_executed, "error_not_executed"},
    Named{simulation::Trouble::status_unknown_executed, "status_unknown_executed"},
    Named{simulation::Trouble::status_unknown_not_executed, "status_unknown_not_executed"},
    Named{simulation::Trouble::closed_executed, "closed_executed"},
    Named{simulation::Trouble::closed_not_executed, "closed_not_executed"},
    Named{simulation::Trouble::ack_after_fill, "ack_after_fill"},
    Named{simulation::Trouble::unavailable, "unavailable"},
    Named{simulation::Trouble::rate_limited, "rate_limited"},
    Named{simulation::Trouble::banned, "banned"},
    Named{simulation::Trouble::maintenance, "maintenance"},
    Named{simulation::Trouble::stop_refused, "stop_refused"},
    Named{simulation::Trouble::order_refused, "order_refused"},
    Named{simulation::Trouble::cancel_refused, "cancel_refused"},
    Named{simulation::Trouble::order_invisible, "order_invisible"},
    Named{simulation::Trouble::report_missing, "report_missing"},
    Named{simulation::Trouble::report_twice, "report_twice"},
    Named{simulation::Trouble::report_late, "report_late"},
    Named{simulation::Trouble::report_swapped, "report_swapped"},
    Named{simulation::Trouble::stream_cut, "stream_cut"},
    Named{simulation::Trouble::stream_silent, "stream_silent"},
    Named{simulation::Trouble::stream_shut_down, "stream_shut_down"},
    Named{simulation::Trouble::fills_by_the_lot, "fills_by_the_lot"},
    Named{simulation::Trouble::thin_book, "thin_book"},
    Named{simulation::Trouble::price_gap, "price_gap"},
    Named{simulation::Trouble::fill_races_cancel, "fill_races_cancel"},
    Named{simulation::Trouble::stop_cancelled_by_hand, "stop_cancelled_by_hand"},
    Named{simulation::Trouble::fill_races_amend, "fill_races_amend"},
    Named{simulation::Trouble::conditionals_withdrawn, "conditionals_withdrawn"},
    Named{simulation::Trouble::trades_told_later, "trades_told_later"},
    Named{simulation::Trouble::malformed_frame, "malformed_frame"},
    Named{simulation::Trouble::replayed_command, "replayed_command"},
    Named{simulation::Trouble::burst, "burst"},
    Named{simulation::Trouble::crash, "crash"},
    Named{simulation::Trouble::power_loss, "power_loss"},
    Named{simulation::Trouble::disk_refuses, "disk_refuses"},
    Named{simulation::Trouble::disk_stalls, "disk_stalls"},
    Named{simulation::Trouble::clock_jump, "clock_jump"},
    Named{simulation::Trouble::connection_throws, "connection_throws"},
    Named{simulation::Trouble::restart_storm, "restart_storm"},
    Named{simulation::Trouble::hot_actor_throws, "hot_actor_throws"},
    Named{simulation::Trouble::hot_actor_storm, "hot_actor_storm"},
    Named{simulation::Trouble::slow_actor, "slow_actor"}};

template <>
inline constexpr auto enum_names<simulation::BracketMark> =
    std::array{Named{simulation::BracketMark::entering, "entering"},
               Named{simulation::BracketMark::uncovered, "uncovered"},
               Named{simulation::BracketMark::covered, "covered"},
               Named{simulation::BracketMark::closing, "closing"},
               Named{simulation::BracketMark::stranded, "stranded"},
               Named{simulation::BracketMark::ended, "ended"}};

}  // namespace signalbox
