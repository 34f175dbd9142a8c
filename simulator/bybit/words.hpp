#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

#include "simulator/engine/types.hpp"

namespace signalbox::simulator::bybit {

/// What the venue answers: a code (0 is yes), a text, and JSON. It comes with HTTP 200.
struct Answer {
  int code = 0;
  std::string text = "OK";
  std::string result = "{}";
};
inline Answer no(int code, std::string text) { return {code, std::move(text), "{}"}; }

// The engine's values in the venue's spelling.
std::string_view word(Side side);
std::string_view word(TimeInForce tif);
/// How an order stands, and why it ended.
struct Ending {
  std::string_view status;
  std::string_view reject_reason = "EC_NoError";
  std::string_view cancel_type = "UNKNOWN";
};
Ending ending(const Order& order, bool linear = false);
/// The engine's refusal of an order in the venue's words.
Answer refusal(Reject reject, const NewOrder& order, const Instrument& instrument);
Answer unknown_order();

std::int64_t ms(WallTime time);
/// "BTCUSDT".
std::string wire_symbol(const Instrument& instrument);
std::string hmac_sha256_hex(std::string_view secret, std::string_view payload);
/// Without an early exit.
bool same_text(std::string_view a, std::string_view b);

}  // namespace signalbox::simulator::bybit
