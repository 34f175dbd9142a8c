#pragma once

#include <optional>
#include <string_view>

#include "messages/enums.hpp"

namespace signalbox::bybit {

// The venue's words for ours.
constexpr std::string_view word(Side side) { return side == Side::buy ? "Buy" : "Sell"; }
constexpr std::string_view word(Trigger trigger) {
  switch (trigger) {
    case Trigger::mark: return "MarkPrice";
    case Trigger::index: return "IndexPrice";
    case Trigger::last: break;
  }
  return "LastPrice";
}

/// How long an order lives; post-only is a time in force here.
enum class Life : std::uint8_t { until_cancelled = 1, immediate, all_or_nothing, post_only };
constexpr std::string_view word(Life life) {
  switch (life) {
    case Life::immediate: return "IOC";
    case Life::all_or_nothing: return "FOK";
    case Life::post_only: return "PostOnly";
    case Life::until_cancelled: break;
  }
  return "GTC";
}
constexpr Life life_of(TimeInForce tif, bool post_only) {
  if (post_only) return Life::post_only;
  switch (tif) {
    case TimeInForce::ioc: return Life::immediate;
    case TimeInForce::fok: return Life::all_or_nothing;
    case TimeInForce::gtc: break;
  }
  return Life::until_cancelled;
}

/// Spot keeps three books of orders, and a cancel must name the one it means.
enum class Filter : std::uint8_t {
  plain = 1,
  tpsl,  ///< holds what it would sell from the start
  stop,  ///< holds nothing until it fires
};
constexpr std::string_view word(Filter filter) {
  switch (filter) {
    case Filter::tpsl: return "tpslOrder";
    case Filter::stop: return "StopOrder";
    case Filter::plain: break;
  }
  return "Order";
}

// Ours for the venue's. Nothing for a word that is new to us.
std::optional<Side> side_of(std::string_view word);

struct StatusWords {
  std::string_view status;
  std::string_view reject_reason;
  std::string_view cancel_type;
};
struct StatusRead {
  OrderStatus status = OrderStatus::working;
  Refusal refusal = Refusal::none;
  bool known = true;     ///< false: a status of tomorrow
  bool waiting = false;  ///< conditional, not fired
  std::string_view why;  ///< of an end that nobody asked for
};
/// One cancelled order may have been refused, expired or cancelled: the reason tells.
StatusRead read_status(const StatusWords& words);

struct KindWords {
  std::string_view order_type;       // Market, Limit
  std::string_view stop_order_type;  // empty or UNKNOWN: no conditional order
  bool has_trigger_price = false;
  Side side = Side::buy;
  std::int64_t trigger_direction = 0;  // 1 rises to, 2 falls to, 0 not said
  /// -1: the trigger lies below the price at which the order was made, 1: above, 0: not said.
  int trigger_side = 0;
};
std::optional<OrderKind> kind_of(const KindWords& words);

/// Does it close a position, made by the venue for another order or for the position?
bool is_stop_loss(std::string_view stop_order_type);
bool is_take_profit(std::string_view stop_order_type);

}  // namespace signalbox::bybit
