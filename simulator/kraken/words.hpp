#pragma once

#include <fmt/format.h>

#include <optional>
#include <string>
#include <string_view>

#include "simulator/engine/types.hpp"

namespace signalbox::simulator::kraken {

/// What the venue answers: an error's text, or JSON. It comes with HTTP 200.
struct Answer {
  std::string error;  ///< empty: a success
  std::string result = "{}";
};
inline Answer no(std::string error) { return {std::move(error), {}}; }

/// The names of one pair.
struct PairNames {
  std::string id;      ///< "XXBTZUSD"
  std::string alt;     ///< "XBTUSD"
  std::string old_ws;  ///< "XBT/USD"
  std::string ws;      ///< "BTC/USD"
  std::string base;    ///< "XXBT"
  std::string quote;   ///< "ZUSD"
};
PairNames names_of(const Instrument& instrument);
/// "XXBT" and "XBT" for BTC.
std::string asset_id(std::string_view asset);
std::string asset_alt(std::string_view asset);

/// "OAAAAA-AAAAA-AAAAAB" in digits: what an order and a trade are called here.
std::string order_name(OrderId id);
std::optional<OrderId> order_of(std::string_view name);
/// Both sides of a match have a name of their own.
std::string trade_name(const Trade& trade);

std::string_view word(Side side);
/// "stop-loss-limit".
std::string_view word(OrderType type);
std::string_view word(TimeInForce tif);
std::optional<OrderType> type_of(std::string_view word);

/// How an order stands: in REST's words, in the stream's, and why it ended.
struct Standing {
  std::string_view rest;
  std::string_view stream;
  std::string_view reason;
};
Standing standing(const Order& order);
/// The engine's refusal in the venue's words.
Answer refusal(Reject reject, const NewOrder& order, const Instrument& instrument);

/// "buy 0.1 XBTUSDT @ stop loss 65000 -> limit 64900".
std::string sentence(const NewOrder& order, const PairNames& names);

/// "1688666559.8974", and RFC 3339 with microseconds.
std::string seconds_text(WallTime time);
std::string time_text(WallTime time);
/// "2026-01-01T00:00:00.123Z"; nothing for any other text.
std::optional<WallTime> time_in(std::string_view text);

/// base64(HMAC-SHA512(base64⁻¹(secret), path + SHA256(nonce + body))).
std::string signature(std::string_view secret, std::string_view path, std::string_view nonce,
                      std::string_view body);
/// Without an early exit.
bool same_text(std::string_view a, std::string_view b);
/// What may stand in a JSON text as it is: the rest is left out.
std::string plain(std::string_view text);

}  // namespace signalbox::simulator::kraken
