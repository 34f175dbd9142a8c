#include "connectors/bybit/words.hpp"

#include <algorithm>
#include <array>

namespace signalbox::bybit {
namespace {

struct Reason {
  std::string_view word;
  OrderStatus status;
  Refusal refusal;
};

// Why the matching engine took an order out again. What is not here and not "no error" leaves the
// status as it is and is shown.
constexpr auto reasons = std::array{
    Reason{"EC_PostOnlyWillTakeLiquidity", OrderStatus::rejected, Refusal::would_take},
    Reason{"EC_NoImmediateQtyToFill", OrderStatus::expired, Refusal::none},
    Reason{"EC_CancelForNoFullFill", OrderStatus::expired, Refusal::none},
    Reason{"EC_NoEnoughQtyToFill", OrderStatus::expired, Refusal::none},
    Reason{"EC_ReachMaxTradeNum", OrderStatus::expired, Refusal::none},
    Reason{"EC_BySelfMatch", OrderStatus::expired, Refusal::none},
    Reason{"EC_StopBySelfMatch", OrderStatus::expired, Refusal::none},
    Reason{"EC_DuplicatedClOrdID", OrderStatus::rejected, Refusal::duplicate_id},
    Reason{"EC_LimitOrderInvalidPrice", OrderStatus::rejected, Refusal::price_band},
    Reason{"EC_InvalidPriceScale", OrderStatus::rejected, Refusal::precision},
    Reason{"EC_InvalidSymbolStatus", OrderStatus::rejected, Refusal::maintenance},
    Reason{"EC_QtyCannotBeZero", OrderStatus::rejected, Refusal::minimum},
};

struct Ending {
  std::string_view word;
  OrderStatus status;
  Refusal refusal;
};
// Who cancelled it, where that is not its owner.
constexpr auto endings = std::array{
    Ending{"CancelBySmp", OrderStatus::expired, Refusal::none},
    Ending{"CancelByCrossSelfMuch", OrderStatus::expired, Refusal::none},
    Ending{"CancelByReduceOnly", OrderStatus::expired, Refusal::reduce_only},
    Ending{"CancelByCannotAffordOrderCost", OrderStatus::expired, Refusal::insufficient_funds},
};

constexpr bool says_nothing(std::string_view reason) {
  return reason.empty() || reason == "EC_NoError" || reason == "EC_PerCancelRequest" ||
         reason == "EC_OrigClOrdIDDoesNotExist";  // of a second word about a filled order
}

/// A cancelled or rejected order whose reason says more than that.
void explain(const StatusWords& words, StatusRead& read) {
  if (!says_nothing(words.reject_reason)) {
    read.why = words.reject_reason;
    for (const auto& reason : reasons) {
      if (reason.word != words.reject_reason) continue;
      if (read.status != OrderStatus::rejected) read.status = reason.status;
      read.refusal = reason.refusal;
      return;
    }
    if (read.status == OrderStatus::rejected) read.refusal = Refusal::other;
    return;
  }
  for (const auto& ending : endings)
    if (ending.word == words.cancel_type) {
      read.status = ending.status;
      read.refusal = ending.refusal;
    }
  if (words.cancel_type != "UNKNOWN" && words.cancel_type != "CancelByUser")
    read.why = words.cancel_type;
}

}  // namespace

std::optional<Side> side_of(std::string_view text) {
  if (text == word(Side::buy)) return Side::buy;
  if (text == word(Side::sell)) return Side::sell;
  return std::nullopt;
}

StatusRead read_status(const StatusWords& words) {
  StatusRead read;
  const auto is = [&](std::string_view status) { return words.status == status; };
  if (is("New") || is("Created") || is("Active")) return read;
  if (is("Triggered")) return read;
  if (is("PartiallyFilled")) {
    read.status = OrderStatus::partially_filled;
  } else if (is("Filled")) {
    read.status = OrderStatus::filled;
  } else if (is("Untriggered")) {
    read.waiting = true;
  } else if (is("Cancelled") || is("PartiallyFilledCanceled")) {
    read.status = OrderStatus::cancelled;
    explain(words, read);
  } else if (is("Deactivated")) {
    read.status = OrderStatus::cancelled;
    read.waiting = true;
    explain(words, read);
  } else if (is("Rejected")) {
    read.status = OrderStatus::rejected;
    read.refusal = Refusal::other;
    explain(words, read);
  } else {
    // It stands at the venue under a status of tomorrow: better live and named than not there.
    read.known = false;
  }
  return read;
}

bool is_stop_loss(std::string_view type) {
  return type == "StopLoss" || type == "PartialStopLoss" || type == "TrailingStop";
}
bool is_take_profit(std::string_view type) {
  return type == "TakeProfit" || type == "PartialTakeProfit";
}

std::optional<OrderKind> kind_of(const KindWords& words) {
  const bool market = words.order_type == "Market";
  if (!market && words.order_type != "Limit") return std::nullopt;
  const auto& type = words.stop_order_type;
  const bool conditional = words.has_trigger_price || (!type.empty() && type != "UNKNOWN");
  if (!conditional) return market ? OrderKind::market : OrderKind::limit;

  bool stop = true;
  const bool sells = words.side == Side::sell;
  if (is_stop_loss(type) || is_take_profit(type))
    stop = is_stop_loss(type);
  else if (words.trigger_direction == 1 || words.trigger_direction == 2)
    stop = sells == (words.trigger_direction == 2);
  else if (words.trigger_side != 0)
    stop = sells == (words.trigger_side < 0);
  if (stop) return market ? OrderKind::stop_market : OrderKind::stop_limit;
  return market ? OrderKind::take_profit_market : OrderKind::take_profit_limit;
}

}  // namespace signalbox::bybit
