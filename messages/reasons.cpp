#include "messages/reasons.hpp"

namespace signalbox {

std::string_view meaning_of(Reason reason) {
  switch (reason) {
    case Reason::none: return "nothing was refused";
    case Reason::malformed: return "the frame is not a message of this protocol";
    case Reason::unknown_command: return "no command has this type";
    case Reason::bad_field:
      return "a field is missing, unknown, of the wrong type or out of range; `field` names it";
    case Reason::id_reused: return "this id was used with other content; choose a new one";
    case Reason::unauthorised: return "this peer may not send this command";
    case Reason::too_old: return "`time` is older than max_signal_age, or in the future";
    case Reason::expired: return "`valid_until` has passed";
    case Reason::unknown_account: return "no account of this name is configured";
    case Reason::unknown_instrument: return "the account's venue does not trade this symbol";
    case Reason::reconciling:
      return "records were lost in a power failure; nothing opens until every account has been "
             "compared with its venue; try again later";
    case Reason::account_not_ready: return "the connection is not READY; try again later";
    case Reason::trading_halted: return "the trading state allows no new entries";
    case Reason::low_confidence: return "`confidence` is below the threshold";
    case Reason::no_confidence: return "a signal that opens needs `confidence`";
    case Reason::stop_required: return "a signal that opens needs `stop_loss`";
    case Reason::price_required: return "a limit order needs `price`";
    case Reason::wrong_side_stop:
      return "the stop lies on the wrong side of the entry, of the market or of liquidation";
    case Reason::wrong_side_target:
      return "a target lies on the wrong side of the entry or of the market";
    case Reason::bad_targets: return "the targets' fractions do not add up to 1";
    case Reason::no_short_on_spot:
      return "on spot a bracket opens by buying; `sell` needs `reduce_only`";
    case Reason::nothing_to_reduce: return "there is no position of ours to reduce";
    case Reason::tier_unavailable:
      return "the venue cannot protect this entry at `min_tier` or better";
    case Reason::trigger_unavailable: return "the venue has no such stop trigger";
    case Reason::unsupported:
      return "this build or venue cannot do what a field asks; `field` names it";
    case Reason::below_minimum:
      return "a leg would be below the venue's minimum quantity or notional after fees";
    case Reason::above_maximum: return "a leg would be above the venue's maximum";
    case Reason::outside_price_band: return "a leg's price lies outside the venue's price band";
    case Reason::no_protective_slot: return "the venue has no free slot for the stop and targets";
    case Reason::collar_exceeded:
      return "the limit price is further from the market than the collar allows";
    case Reason::order_limit: return "above max_order_notional";
    case Reason::symbol_limit: return "above max_symbol_notional with what is open and reserved";
    case Reason::account_limit: return "above max_account_notional with what is open and reserved";
    case Reason::total_limit: return "above max_total_notional over all accounts";
    case Reason::position_limit: return "above max_position for the symbol";
    case Reason::bracket_limit: return "as many brackets are open as max_open_brackets allows";
    case Reason::rate_limit: return "more entries a minute than max_entries_per_minute";
    case Reason::daily_loss: return "today's loss has reached max_daily_loss";
    case Reason::drawdown: return "the drawdown from the peak has reached max_drawdown";
    case Reason::stale_ticker: return "no ticker younger than max_ticker_age";
    case Reason::insufficient_balance:
      return "the free balance less reservations does not pay for it";
    case Reason::opposite_open: return "the opposite direction is open on this instrument";
    case Reason::instrument_frozen:
      return "an order of unknown fate blocks new entries on this instrument";
    case Reason::journal_full: return "the journal cannot record it; entries are stopped";
    case Reason::busy: return "a bounded queue is full; send it again later";
    case Reason::shutting_down: return "the engine is stopping";
    case Reason::not_found: return "nothing of this id is known";
    case Reason::internal_error: return "a defect; the log has the details";
    case Reason::fate_known: return "this order's fate is known: there is nothing to resolve";
    case Reason::not_operator: return "only an operator may do this";
    case Reason::too_early:
      return "the order may still arrive at the venue: no evidence counts yet; send it again later";
  }
  return "?";
}

}  // namespace signalbox
