#include "connectors/binanceusdm/checks.hpp"

#include <algorithm>

#include "connectors/binanceusdm/ids.hpp"

namespace signalbox::binanceusdm {
namespace {

using Answer = std::optional<Rejection>;

/// The venue takes more letters here than on spot.
bool is_client_id(std::string_view id) {
  return !id.empty() && std::all_of(id.begin(), id.end(), [](char c) {
    return is_plain_client_id({&c, 1}) || c == '.' || c == ':' || c == '/';
  });
}

Answer check_order(const OrderSpec& spec, const Instrument& instrument) {
  if (auto bad = check_quantity(spec.quantity, spec.kind, instrument)) return bad;
  if (auto bad = check_price(spec.price, has_limit_price(spec.kind), "price", instrument))
    return bad;
  if (auto bad =
          check_price(spec.trigger_price, is_conditional(spec.kind), "trigger price", instrument))
    return bad;
  if (is_conditional(spec.kind) && spec.trigger == Trigger::index)
    return no(Refusal::unsupported, "no trigger by the index price here");
  if (spec.post_only && spec.kind != OrderKind::limit)
    return no(Refusal::unsupported, "only a limit order can be post-only");
  if (spec.post_only && spec.time_in_force != TimeInForce::gtc)
    return no(Refusal::invalid, "a post-only order rests until it is cancelled");
  return std::nullopt;
}

}  // namespace

std::optional<Rejection> why_not(const PlaceOrders& orders, const Market& market) {
  if (orders.orders.empty()) return no(Refusal::invalid, "no order");
  if (orders.linkage != Linkage::single || orders.orders.size() != 1)
    return no(Refusal::unsupported, "this venue links no orders");
  if (!market.instrument.trading && orders.order_class == OrderClass::entry)
    return no(Refusal::maintenance, "the symbol is not traded now");
  const auto& spec = orders.orders[0];
  if (!is_client_id(spec.id.view())) return no(Refusal::invalid, "client order id");
  return check_order(spec, market.instrument);
}

std::optional<Rejection> why_not(const OrderSpec& order, const Market& market) {
  if (!order.id.empty() && !is_client_id(order.id.view()))
    return no(Refusal::invalid, "client order id");
  if (order.kind != OrderKind::limit)
    return no(Refusal::unsupported, "only limit orders can be changed");
  return check_order(order, market.instrument);
}

std::optional<Rejection> why_not(const ClientOrderId& id, const VenueOrderId& venue_id) {
  if (id.empty() && venue_id.empty()) return no(Refusal::invalid, "no order id");
  if (!id.empty() && !is_client_id(id.view())) return no(Refusal::invalid, "client order id");
  if (!venue_id.empty() && !is_venue_id(venue_id)) return no(Refusal::invalid, "venue order id");
  return std::nullopt;
}

}  // namespace signalbox::binanceusdm
