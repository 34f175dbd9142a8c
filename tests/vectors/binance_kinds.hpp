#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "connectors/binance/book_ticker.hpp"
#include "connectors/binance/market_data.hpp"
#include "messages/secret.hpp"
#include "tests/vectors/unified.hpp"

namespace signalbox::vectors {

// What the two kinds of Binance's markets have in common here.

Secret secret_of(const VectorWorld& world, std::string_view name);
Requests one_request(const kit::RequestBytes& bytes);
ErrorClass class_here(const kit::Verdict& verdict, int status);

/// What `tell` makes of what was read, or the class of why not.
template <class T, class Tell>
Unified told(const Result<T>& read, Tell tell) {
  if (!read) return refuse(class_of(read.error()));
  return tell(*read);
}

/// The frame in a line of a recording: `<ns> <frame>`.
std::optional<std::string_view> frame_of(std::string_view line);
std::string unreadable_json(const Error& error);
std::string book_ticker_json(const binance::BookTicker& book);
std::string depth_json(const binance::DepthUpdate& depth);
/// Of either kind's trade.
template <class Trade>
std::string frame_trade_json(const Trade& trade) {
  JsonOut out;
  out.text("kind", "trade").text("symbol", trade.symbol).integer("trade", trade.number);
  out.number("price", trade.price.decimal()).number("quantity", trade.quantity.decimal());
  out.integer("time", kit::to_ms(trade.time)).integer("event_time", kit::to_ms(trade.sent));
  out.boolean("buyer_is_maker", trade.buyer_is_maker);
  return out.str();
}

std::unique_ptr<VectorVenue> make_binance_spot_vectors(const VectorWorld& world);

}  // namespace signalbox::vectors
