#pragma once

#include <optional>
#include <string_view>

#include "messages/enums.hpp"

namespace signalbox::kraken {

// The venue's words for ours.
constexpr std::string_view word(Side side) { return side == Side::buy ? "buy" : "sell"; }
std::string_view word(OrderKind kind);
/// Nothing for the mark price, which spot does not have.
std::optional<std::string_view> word(Trigger trigger);
/// "GTC", and in lower case on the websocket.
std::string_view form_word(TimeInForce tif);
std::string_view stream_word(TimeInForce tif);

/// When an order of ours meets another of ours: which gives way.
enum class SelfTrade : std::uint8_t { cancel_newest = 1, cancel_oldest };
std::string_view form_word(SelfTrade rule);
std::string_view stream_word(SelfTrade rule);

// Ours for the venue's. Nothing for a word that is new to us.
std::optional<Side> side_of(std::string_view word);
/// Of an order by its type; an iceberg is a limit order, a trailing stop a stop.
std::optional<OrderKind> kind_of(std::string_view order_type);

struct StatusRead {
  OrderStatus status = OrderStatus::working;
  Refusal refusal = Refusal::none;
  bool known = true;  ///< false: a status of tomorrow
};
/// `status` of an answer or of a stream event. An order that was taken away with nothing filled was
/// refused when the reason says so: post-only, or funds that ran out.
StatusRead read_status(std::string_view status, std::string_view reason, bool has_filled);

}  // namespace signalbox::kraken
