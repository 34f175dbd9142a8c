#pragma once

#include <string>
#include <string_view>

#include "connectors/coinbase/markets.hpp"
#include "messages/venue_requests.hpp"

namespace signalbox::coinbase {

/// The body of POST orders. The request is already checked.
void write_order(std::string& out, const PlaceOrders& orders, const Market& market);
/// A market order for so much quote currency.
void write_quote_order(std::string& out, std::string_view client_id, Notional quote,
                       const Market& market);
/// The body of POST orders/edit.
void write_edit(std::string& out, const AmendOrder& amend);

}  // namespace signalbox::coinbase
