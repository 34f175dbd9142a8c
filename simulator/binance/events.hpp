#pragma once

#include <string>
#include <string_view>

#include "simulator/engine/engine.hpp"

namespace signalbox::simulator::binance {

// What the user stream and the market streams carry, without any wrapping.

/// On a cancel the id in `c` is the cancel's and `C` holds the order's own.
std::string execution_report(const OrderEvent& event, std::string_view symbol,
                             std::uint64_t execution_id);
std::string account_position(const std::vector<AssetBalance>& balances, WallTime now);
std::string balance_update(const Asset& asset, Decimal delta, WallTime now);
std::string list_status(const OrderList& list, ListChange change, std::string_view symbol,
                        const Orders& orders, WallTime now);
std::string book_ticker(std::uint64_t update, std::string_view symbol, const BookTop& top);
std::string public_trade(const Print& print, std::string_view symbol, WallTime now);

}  // namespace signalbox::simulator::binance
