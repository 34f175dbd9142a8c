#pragma once

#include <span>

#include "connectors/kit/account_reads.hpp"
#include "connectors/kit/order_rows.hpp"
#include "connectors/kit/verdict.hpp"
#include "messages/venue_requests.hpp"
#include "tests/vectors/vector_venue.hpp"

namespace signalbox::vectors {

// ---- calls as our messages ----

/// What kind of order a unified type with its trigger prices is. Fails for a type that nobody has,
/// or for a conditional type without a trigger.
tl::expected<OrderKind, ErrorClass> kind_of(const UnifiedOrder& order);

/// A createOrder as the message that the engine would send: one order, or an entry with what is
/// attached to it. Attached exits get ids derived from the entry's. Whether the venue has any of it
/// is for its connector to say.
tl::expected<PlaceOrders, ErrorClass> place_orders(const UnifiedCall& call);

// ---- our refusals and verdicts as ccxt's classes ----

ErrorClass class_of(const kit::Rejection& rejection);
ErrorClass class_of(const kit::Verdict& verdict);
/// What a status says of an answer whose body says nothing; empty: nothing either.
std::string_view class_of_status(int status);
/// An answer that could not be read.
ErrorClass class_of(const Error& error);
inline tl::unexpected<ErrorClass> refuse(ErrorClass why) { return tl::unexpected(std::move(why)); }
inline tl::unexpected<ErrorClass> not_supported(std::string why) {
  return tl::unexpected(ErrorClass{"NotSupported", std::move(why)});
}

// ---- our rows as unified JSON ----

std::string order_json(const kit::DescribedOrder& order);
/// An acknowledgement that names the order and says nothing of it.
std::string ack_json(std::string_view id, std::string_view client_id);
std::string trade_json(const kit::FillRow& fill);
std::string ticker_json(const kit::DayTicker& ticker);
std::string book_json(const Symbol& symbol, const kit::BookDepth& book);
std::string balances_json(std::span<const Balance> balances);
std::string wallets_json(std::span<const kit::Wallet> wallets);
std::string position_json(const Position& position);
std::string time_json(WallTime time);

template <class Rows, class One>
std::string list_json(const Rows& rows, One one) {
  JsonList list;
  for (const auto& row : rows) list.add(one(row));
  return list.str();
}

}  // namespace signalbox::vectors
