#pragma once

#include <optional>
#include <string_view>

#include "connectors/kit/order_rows.hpp"
#include "connectors/kit/verdict.hpp"
#include "messages/instrument.hpp"

namespace signalbox::kit {

/// Checks that every venue wants before bytes are made. Nothing is rounded or repaired here: what
/// does not fit is refused.
std::optional<Rejection> check_quantity(Quantity quantity, OrderKind kind,
                                        const Instrument& instrument);
/// There when wanted, not there when not, above zero and on the tick.
std::optional<Rejection> check_price(const std::optional<Price>& price, bool wanted,
                                     std::string_view name, const Instrument& instrument);
/// Letters, digits, '-' and '_'.
bool is_plain_client_id(std::string_view id);
/// Two orders of one request with the same client order id.
bool ids_repeat(const PlaceOrders& orders);

inline std::optional<Rejection> no(Refusal refusal, std::string_view why) {
  return Rejection{refusal, Detail{why}};
}

}  // namespace signalbox::kit
