#pragma once

#include "actors/rules/legs.hpp"
#include "messages/instrument.hpp"

namespace signalbox {

/// The one place where exact wishes meet tick and lot. Quantities go down, stops never looser,
/// entries never worse than asked, targets never further than asked.

/// Down to the lot, never below zero.
Quantity to_lot(Quantity quantity, const Instrument& instrument);
/// A stop of this side (the exit's side) on the tick nearest on the safe side.
Price stop_to_tick(Price price, Side exit_side, const Instrument& instrument);
/// A limit price on the tick no worse for us than asked: buys down, sells up.
Price limit_to_tick(Price price, Side side, const Instrument& instrument);
/// A target price on the tick that is no harder to reach than asked.
Price target_to_tick(Price price, Side exit_side, const Instrument& instrument);

/// An order spec (without its id) as the venue's rules want it.
OrderSpec to_spec(const WishedLeg& leg, const Instrument& instrument);

/// Quantity × price meets the venue's minimum, and the quantity its own.
bool meets_minimum(Quantity quantity, Price price, const Instrument& instrument);

/// Nothing of nothing.
std::optional<Price> average_price(Notional paid, Quantity quantity);

/// `price` moved by `percent` per cent, up or down, rounded towards `price`.
Price moved_by_percent(Price price, Decimal percent, bool up);

}  // namespace signalbox
