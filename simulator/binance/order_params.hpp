#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "simulator/binance/order_json.hpp"
#include "simulator/binance/params.hpp"
#include "simulator/engine/engine.hpp"

namespace signalbox::simulator::binance {

/// Which parameters describe an order: "" for a single one, else "above", "pendingBelow", …
struct OrderPrefix {
  std::string_view text;
  std::string name(std::string_view parameter) const;  ///< ("above", "price") → "abovePrice"
};

/// What all leg kinds share or bring along.
struct OrderDefaults {
  std::optional<Side> side;          ///< given: no side parameter of its own
  std::optional<Quantity> quantity;  ///< given: no quantity parameter of its own
  SelfTrade self_trade = SelfTrade::expire_maker;
};

/// Reads one order by its type: what the type needs must be there, what it does not know must not.
NewOrder read_order(Reader& reader, const Params& params, OrderPrefix prefix,
                    const OrderDefaults& defaults);

/// The list of POST orderList/oco, /oto or /otoco.
NewList read_list(Reader& reader, const Params& params, ListKind kind);

/// FULL for MARKET and LIMIT, ACK for the others, unless said otherwise.
ResponseType read_response_type(Reader& reader, std::optional<OrderType> type);

/// Whether these parameters place a stop, without judging them.
bool mentions_stop(const Params& params);

}  // namespace signalbox::simulator::binance
