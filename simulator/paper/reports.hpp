#pragma once

#include <optional>

#include "messages/venue_reports.hpp"
#include "simulator/engine/engine.hpp"

namespace signalbox::simulator {

/// The engine's values in the words of the venue interface, and back.

OrderReport to_report(const Order& order, const MarketSpec& market);
FillReport to_report(const Trade& trade, const Order& order, const MarketSpec& market);
Balance to_report(const AssetBalance& balance);
Tick to_report(const BookTop& top, const MarketSpec& market, WallTime time);

/// Nothing: this venue has no such order.
std::optional<NewOrder> to_order(const OrderSpec& spec, bool in_pair);
Refusal to_refusal(Reject reject);
std::string_view to_text(Reject reject);

/// The id as the venue sees it.
inline ClientId to_client_id(const ClientOrderId& id) { return ClientId{id.view()}; }

}  // namespace signalbox::simulator
