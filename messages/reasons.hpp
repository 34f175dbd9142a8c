#pragma once

#include <array>
#include <cstdint>

#include "messages/field.hpp"

namespace signalbox {

/// Why a command was refused. Closed: docs/bus.md lists every one with its meaning, from here.
enum class Reason : std::uint8_t {
  none = 1,
  // The frame or its fields.
  malformed,
  unknown_command,
  bad_field,
  id_reused,
  unauthorised,
  // Before anything about exposure.
  too_old,
  expired,
  unknown_account,
  unknown_instrument,
  account_not_ready,
  reconciling,
  trading_halted,
  low_confidence,
  no_confidence,
  // What a signal must bring.
  stop_required,
  price_required,
  wrong_side_stop,
  wrong_side_target,
  bad_targets,
  no_short_on_spot,
  nothing_to_reduce,
  tier_unavailable,
  trigger_unavailable,
  unsupported,
  // Whether every leg could be exited.
  below_minimum,
  above_maximum,
  outside_price_band,
  no_protective_slot,
  // Exposure.
  collar_exceeded,
  order_limit,
  symbol_limit,
  account_limit,
  total_limit,
  position_limit,
  bracket_limit,
  rate_limit,
  daily_loss,
  drawdown,
  stale_ticker,
  insufficient_balance,
  opposite_open,
  instrument_frozen,
  // Ours.
  journal_full,
  busy,
  shutting_down,
  not_found,
  internal_error,
  // Of `resolve`.
  fate_known,
  too_early,
  // Of who asks.
  not_operator,
};
template <>
inline constexpr auto enum_names<Reason> =
    std::array{Named{Reason::none, "none"},
               Named{Reason::malformed, "malformed"},
               Named{Reason::unknown_command, "unknown_command"},
               Named{Reason::bad_field, "bad_field"},
               Named{Reason::id_reused, "id_reused"},
               Named{Reason::unauthorised, "unauthorised"},
               Named{Reason::too_old, "too_old"},
               Named{Reason::expired, "expired"},
               Named{Reason::unknown_account, "unknown_account"},
               Named{Reason::unknown_instrument, "unknown_instrument"},
               Named{Reason::account_not_ready, "account_not_ready"},
               Named{Reason::reconciling, "reconciling"},
               Named{Reason::trading_halted, "trading_halted"},
               Named{Reason::low_confidence, "low_confidence"},
               Named{Reason::no_confidence, "no_confidence"},
               Named{Reason::stop_required, "stop_required"},
               Named{Reason::price_required, "price_required"},
               Named{Reason::wrong_side_stop, "wrong_side_stop"},
               Named{Reason::wrong_side_target, "wrong_side_target"},
               Named{Reason::bad_targets, "bad_targets"},
               Named{Reason::no_short_on_spot, "no_short_on_spot"},
               Named{Reason::nothing_to_reduce, "nothing_to_reduce"},
               Named{Reason::tier_unavailable, "tier_unavailable"},
               Named{Reason::trigger_unavailable, "trigger_unavailable"},
               Named{Reason::unsupported, "unsupported"},
               Named{Reason::below_minimum, "below_minimum"},
               Named{Reason::above_maximum, "above_maximum"},
               Named{Reason::outside_price_band, "outside_price_band"},
               Named{Reason::no_protective_slot, "no_protective_slot"},
               Named{Reason::collar_exceeded, "collar_exceeded"},
               Named{Reason::order_limit, "order_limit"},
               Named{Reason::symbol_limit, "symbol_limit"},
               Named{Reason::account_limit, "account_limit"},
               Named{Reason::total_limit, "total_limit"},
               Named{Reason::position_limit, "position_limit"},
               Named{Reason::bracket_limit, "bracket_limit"},
               Named{Reason::rate_limit, "rate_limit"},
               Named{Reason::daily_loss, "daily_loss"},
               Named{Reason::drawdown, "drawdown"},
               Named{Reason::stale_ticker, "stale_ticker"},
               Named{Reason::insufficient_balance, "insufficient_balance"},
               Named{Reason::opposite_open, "opposite_open"},
               Named{Reason::instrument_frozen, "instrument_frozen"},
               Named{Reason::journal_full, "journal_full"},
               Named{Reason::busy, "busy"},
               Named{Reason::shutting_down, "shutting_down"},
               Named{Reason::not_found, "not_found"},
               Named{Reason::internal_error, "internal_error"},
               Named{Reason::fate_known, "fate_known"},
               Named{Reason::too_early, "too_early"},
               Named{Reason::not_operator, "not_operator"}};

/// What a reason means and what its sender can do: the second column of the table in docs/bus.md.
std::string_view meaning_of(Reason reason);

/// How a bracket ended: the one outcome of an accepted signal.
enum class BracketOutcome : std::uint8_t {
  refused = 1,     ///< risk said no
  not_executed,    ///< the entry never traded
  stopped,         ///< the stop closed it
  target_hit,      ///< the target closed it
  closed,          ///< a command, a time limit or a trading state closed it
  cover_failed,    ///< no stop could be placed in time, so it was flattened
  dust,            ///< what filled is below what the venue lets anyone sell
  reduced,         ///< a reduce-only signal, done
  unprotected,     ///< placed without protection, by request, and executed
  released,        ///< handed over by `release`: what is left is nobody's business here
  recovered,       ///< found at the venue after its records were lost, and closed
  closed_outside,  ///< somebody else closed most of it at the venue
};
template <>
inline constexpr auto enum_names<BracketOutcome> =
    std::array{Named{BracketOutcome::refused, "refused"},
               Named{BracketOutcome::not_executed, "not_executed"},
               Named{BracketOutcome::stopped, "stopped"},
               Named{BracketOutcome::target_hit, "target_hit"},
               Named{BracketOutcome::closed, "closed"},
               Named{BracketOutcome::cover_failed, "cover_failed"},
               Named{BracketOutcome::dust, "dust"},
               Named{BracketOutcome::reduced, "reduced"},
               Named{BracketOutcome::unprotected, "unprotected"},
               Named{BracketOutcome::released, "released"},
               Named{BracketOutcome::recovered, "recovered"},

               Named{BracketOutcome::closed_outside, "closed_outside"}};

}  // namespace signalbox
