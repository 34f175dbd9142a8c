#pragma once

#include <cstdint>
#include <string_view>

namespace signalbox::okx {

/// `tdMode`: what an order is paid from.
enum class TradeMode : std::uint8_t { cash = 1, cross, isolated };
constexpr std::string_view word_of(TradeMode mode) {
  switch (mode) {
    case TradeMode::cash: return "cash";
    case TradeMode::cross: return "cross";
    case TradeMode::isolated: break;
  }
  return "isolated";
}

/// How the account trades, as its configuration at the venue says. Read before READY and never
/// changed by us.
struct AccountModes {
  TradeMode spot = TradeMode::cash;
  /// Of TP/SL and pairs on spot. The documents say the same as for other orders; clients in wide
  /// use send `cross` because accounts refused `cash` there. A refusal that names the parameter
  /// turns it to the other one.
  TradeMode spot_exits = TradeMode::cash;
  TradeMode swap = TradeMode::cross;
  bool hedged = false;  ///< long and short stand beside each other, and orders name their side
};

/// Where the documents of the venue and ccxt, a client in wide use, word
/// the same request differently.
enum class Wording : std::uint8_t {
  /// As documented: `algoClOrdId` names algo orders, an entry gives way to our own resting orders
  /// (`stpMode`), attached legs carry names of ours.
  documented = 1,
  /// As ccxt: `clOrdId` names algo orders too (the venue's older documents have it), nothing is
  /// said about self-trades, a conditional target with a limit price is also marked
  /// `tpOrdKind: limit`, and exits may be attached to spot market purchases, which the documents
  /// exclude.
  ccxt,
};

}  // namespace signalbox::okx
