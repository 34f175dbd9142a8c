#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "messages/enums.hpp"
#include "messages/value.hpp"

namespace signalbox {

/// What may be traded and in what steps. A zero limit means the venue sets none.
struct Instrument {
  Symbol symbol;
  MarketKind kind = MarketKind::spot;
  Asset base;
  Asset quote;
  bool trading = true;  ///< false: halted, delisted, cancel-only

  Price tick_size;
  Quantity lot_size;
  Quantity quantity_min;
  Quantity quantity_max;
  Quantity market_quantity_max;
  Notional notional_min;
  Notional notional_max;
  /// A price may lie within reference × [down, up], per side; zero means no band.
  Decimal buy_band_up, buy_band_down, sell_band_up, sell_band_down;
  std::uint16_t orders_max = 0;
  std::uint16_t conditional_orders_max = 0;
  /// The worst rate this account pays, as a fraction (0.001 = 0.1 %).
  Decimal taker_fee;
  /// Whether fees of a buy are taken from the bought base.
  bool fee_in_base = false;

  static constexpr auto fields = Fields{
      field("symbol", &Instrument::symbol),
      field("kind", &Instrument::kind),
      field("base", &Instrument::base),
      field("quote", &Instrument::quote),
      field("trading", &Instrument::trading),
      field("tick_size", &Instrument::tick_size),
      field("lot_size", &Instrument::lot_size),
      field("quantity_min", &Instrument::quantity_min),
      field("quantity_max", &Instrument::quantity_max),
      field("market_quantity_max", &Instrument::market_quantity_max),
      field("notional_min", &Instrument::notional_min),
      field("notional_max", &Instrument::notional_max),
      field("buy_band_up", &Instrument::buy_band_up),
      field("buy_band_down", &Instrument::buy_band_down),
      field("sell_band_up", &Instrument::sell_band_up),
      field("sell_band_down", &Instrument::sell_band_down),
      field("orders_max", &Instrument::orders_max),
      field("conditional_orders_max", &Instrument::conditional_orders_max),
      field("taker_fee", &Instrument::taker_fee),
      field("fee_in_base", &Instrument::fee_in_base),
  };

  friend bool operator==(const Instrument&, const Instrument&) = default;
};

/// What one way of holding protection gives, with the evidence; unverified = false.
struct TierFacts {
  MarketKind market = MarketKind::spot;
  EntryType entry = EntryType::market;
  Tier tier = Tier::resting;
  bool covers_partial = false;                ///< a partly filled entry is protected
  bool both_legs = false;                     ///< stop and target stand together
  bool survives_engine = false;               ///< protection lives at the venue
  bool stop_survives_partial_target = false;  ///< a partial target fill leaves the stop standing
  bool exits_hold_balance = false;            ///< a resting exit locks what it would sell
  bool pairs = false;                         ///< stop and target as one-cancels-other
  Text<120> evidence;                         ///< where this is known from

  static constexpr auto fields = Fields{
      field("market", &TierFacts::market),
      field("entry", &TierFacts::entry),
      field("tier", &TierFacts::tier),
      field("covers_partial", &TierFacts::covers_partial),
      field("both_legs", &TierFacts::both_legs),
      field("survives_engine", &TierFacts::survives_engine),
      field("stop_survives_partial_target", &TierFacts::stop_survives_partial_target),
      field("exits_hold_balance", &TierFacts::exits_hold_balance),
      field("pairs", &TierFacts::pairs),
      field("evidence", &TierFacts::evidence),
  };

  friend bool operator==(const TierFacts&, const TierFacts&) = default;
};

}  // namespace signalbox
