#pragma once

#include "tests/conformance/world.hpp"

/// What every connection must do, whichever venue it speaks to. Each function is the body of a
/// scenario and runs on one case; a venue's test calls them with each of its ways.
namespace signalbox::conformance {

void comes_up(const VenueCase&);
void trades_each_kind(const VenueCase&);
/// I2: what is not known is never sent again, and what became of it can be asked.
void answers_never_come(const VenueCase&);
/// I13: the stream is lost, silent or unreadable while orders fill.
void stream_is_lost(const VenueCase&);
/// I13: events twice, late, in another order, or not at all.
void events_are_noisy(const VenueCase&);
/// I10: pauses and bans are obeyed by everything.
void waits_when_told(const VenueCase&);
void sits_out_maintenance(const VenueCase&);
void clock_is_off(const VenueCase&);
void tells_tickers(const VenueCase&);
void tells_fills_and_balances(const VenueCase&);
/// I13: a gap with more trades in it than a page of the venue's holds.
void reads_fills_page_by_page(const VenueCase&);
void stops_with_requests_under_way(const VenueCase&);

}  // namespace signalbox::conformance
