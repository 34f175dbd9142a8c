#pragma once

#include <cstdint>
#include <string_view>

#include "messages/venue_reports.hpp"
#include "messages/venue_requests.hpp"

namespace signalbox::remote {

/// The type of a request's one result.
template <class Request>
struct ResultOf;
template <>
struct ResultOf<PlaceOrders> : std::type_identity<WriteResult> {};
template <>
struct ResultOf<AmendOrder> : std::type_identity<WriteResult> {};
template <>
struct ResultOf<CancelOrder> : std::type_identity<WriteResult> {};
template <>
struct ResultOf<QueryOrder> : std::type_identity<OrdersResult> {};
template <>
struct ResultOf<QueryOpenOrders> : std::type_identity<OrdersResult> {};
template <>
struct ResultOf<QueryFills> : std::type_identity<FillsResult> {};
template <>
struct ResultOf<QueryBalances> : std::type_identity<BalancesResult> {};
template <>
struct ResultOf<QueryPositions> : std::type_identity<PositionsResult> {};
template <>
struct ResultOf<QueryTicker> : std::type_identity<TickerResult> {};
template <>
struct ResultOf<SubscribeTicker> : std::type_identity<TickerResult> {};
template <class Request>
using Result = typename ResultOf<Request>::type;

template <class Request>
inline constexpr bool is_write = std::is_same_v<Result<Request>, WriteResult>;

/// A result that says why there is none.
template <class R>
R no_result(RequestId request, Outcome outcome, Refusal refusal, std::string_view why) {
  R result;
  result.request = request;
  result.outcome = outcome;
  result.refusal = refusal;
  result.detail = Detail{why};
  return result;
}

/// The same for a request whose type only its waiting result remembers.
enum class ResultKind : std::uint8_t { write = 1, orders, fills, balances, positions, ticker };

template <class R>
constexpr ResultKind kind_of() {
  if constexpr (std::is_same_v<R, WriteResult>) return ResultKind::write;
  if constexpr (std::is_same_v<R, OrdersResult>) return ResultKind::orders;
  if constexpr (std::is_same_v<R, FillsResult>) return ResultKind::fills;
  if constexpr (std::is_same_v<R, BalancesResult>) return ResultKind::balances;
  if constexpr (std::is_same_v<R, PositionsResult>) return ResultKind::positions;
  return ResultKind::ticker;
}

/// Calls `f` with an empty result of this kind.
template <class F>
void with_kind(ResultKind kind, F&& f) {
  switch (kind) {
    case ResultKind::write: return f(WriteResult{});
    case ResultKind::orders: return f(OrdersResult{});
    case ResultKind::fills: return f(FillsResult{});
    case ResultKind::balances: return f(BalancesResult{});
    case ResultKind::positions: return f(PositionsResult{});
    case ResultKind::ticker: return f(TickerResult{});
  }
}

}  // namespace signalbox::remote
