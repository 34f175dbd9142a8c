#pragma once

#include <fmt/format.h>

#include <optional>
#include <string>
#include <string_view>

#include "simulator/engine/types.hpp"

namespace signalbox::simulator::coinbase {

/// What the venue answers: a status and a body.
struct Answer {
  int status = 200;
  std::string body;
};

std::string_view word(Side side);
std::string_view word(TimeInForce tif);
/// A refusal of the gateway: {"error", "error_details", "message"}.
Answer no(int status, std::string_view error, std::string_view message);
Answer no_such_order();
/// The word for the matching engine's refusal of an order.
std::string_view refusal(Reject reject, const NewOrder& order, const Instrument& instrument);

std::string rfc3339(WallTime time);
/// Nothing for another form than the above.
std::optional<WallTime> parse_rfc3339(std::string_view text);
/// "BTC-USD".
std::string wire_name(const Instrument& instrument);
/// An order's number in the form of a UUID, and back.
std::string uuid(OrderId id);
std::optional<OrderId> from_uuid(std::string_view text);
/// Text of a client as it may be repeated.
std::string plain(std::string_view text);

}  // namespace signalbox::simulator::coinbase
