#pragma once

#include <cstdint>
#include <vector>

#include "simulator/engine/types.hpp"

namespace signalbox::simulator {

/// What stands behind the best price: recorded tickers show only the top of the book. Zero levels:
/// nothing does, and a market order larger than the top expires with a rest.
struct DepthModel {
  std::uint32_t levels = 0;  ///< beyond the top
  Price step;                ///< between levels
  Quantity quantity;         ///< on each
};

enum class TriggerBy : std::uint8_t { last = 1, book };
/// What a partial fill of a pair's limit leg does to the stop. Venue documents say "activation"
/// and do not say which; the worse reading is the default.
enum class PairPolicy : std::uint8_t { first_fill_ends_sibling = 1, full_fill_ends_sibling };
/// A held stop that is already through the market when its parent fills.
enum class LatePolicy : std::uint8_t { refuse = 1, fire };

/// One instrument with its rules.
struct MarketSpec {
  Instrument instrument;
  Price price_min;
  Price price_max;
  std::uint16_t lists_max = 20;  ///< zero: no bound
  bool notional_min_for_market = true;
  bool notional_max_for_market = false;
  DepthModel depth;
  TriggerBy trigger_by = TriggerBy::last;
  PairPolicy pairs = PairPolicy::first_fill_ends_sibling;
  LatePolicy late_stops = LatePolicy::refuse;
};

struct Level {
  Price price;
  Quantity quantity;
};

/// The rest of the world's orders on one instrument: what recorded frames or tests set, less what
/// accounts have taken since.
class ExternalBook {
 public:
  explicit ExternalBook(const DepthModel& depth) : depth_(depth) {}

  void set(const BookTop& top);

  /// Best first; never an empty level.
  const std::vector<Level>& on(Side side) const { return side == Side::buy ? bids_ : asks_; }
  /// Takes from the best level of `side`.
  void take(Side side, Quantity quantity);

  /// As set last, whatever was taken since; zero prices before the first.
  const BookTop& as_set() const { return top_; }

 private:
  DepthModel depth_;
  BookTop top_;
  std::vector<Level> bids_;
  std::vector<Level> asks_;
};

}  // namespace signalbox::simulator
