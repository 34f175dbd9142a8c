#pragma once

#include <functional>
#include <string>
#include <vector>

#include "connectors/bybit/shared.hpp"
#include "connectors/kit/account_reads.hpp"
#include "connectors/kit/pages.hpp"

namespace signalbox::bybit {

using kit::AccountReads;
using kit::FillsRead;
using kit::OrderRead;
using kit::OrdersRead;
using kit::Pages;

/// What a question asks the open orders of: one instrument, one settlement coin, or all of spot.
struct OrderScope {
  Category category = Category::spot;
  std::string name;
  std::string settle;
};
/// Every open order of the account, as far as its instruments are loaded.
std::vector<OrderScope> all_scopes(const Shared& shared);
/// Their open orders, with the legs of our brackets named.
void read_open_orders(Shared& shared, const std::vector<OrderScope>& scopes, Pages::Terms terms,
                      std::function<void(OrdersRead)> done);
/// Their rows of one answer; instruments that are not loaded are left out.
Result<std::vector<OrderRow>> rows_of(Shared& shared, const OrdersPage& page);

}  // namespace signalbox::bybit
