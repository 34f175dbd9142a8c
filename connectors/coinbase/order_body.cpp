#include "connectors/coinbase/order_body.hpp"

#include "connectors/coinbase/collar.hpp"
#include "connectors/coinbase/json_body.hpp"
#include "connectors/kit/order_rows.hpp"

namespace signalbox::coinbase {
namespace {

std::string_view word(Side side) { return side == Side::buy ? "BUY" : "SELL"; }

/// A stop of a sale fires when the price has fallen to it, its target when it has risen.
std::string_view direction(const OrderSpec& spec) {
  const bool up = (spec.side == Side::buy) == kit::is_stop(spec.kind);
  return up ? "STOP_DIRECTION_STOP_UP" : "STOP_DIRECTION_STOP_DOWN";
}

std::string_view configuration_of(const OrderSpec& spec) {
  if (kit::is_conditional(spec.kind)) return "stop_limit_stop_limit_gtc";
  if (spec.kind == OrderKind::market) return "market_market_ioc";
  switch (spec.time_in_force) {
    case TimeInForce::ioc: return "sor_limit_ioc";
    case TimeInForce::fok: return "limit_limit_fok";
    case TimeInForce::gtc: break;
  }
  return "limit_limit_gtc";
}

void write_configuration(JsonBody& body, const OrderSpec& spec, const Instrument& instrument) {
  const auto key = configuration_of(spec);
  body.open(key).add("base_size", spec.quantity.decimal());
  if (kit::is_conditional(spec.kind)) {
    // The checks have seen that there is a collar.
    const auto limit =
        spec.price ? *spec.price : *collar(*spec.trigger_price, spec.side, instrument);
    body.add("limit_price", limit.decimal()).add("stop_price", spec.trigger_price->decimal());
    body.add("stop_direction", direction(spec));
  } else if (spec.price) {
    body.add("limit_price", spec.price->decimal());
    if (key == "limit_limit_gtc") body.add_raw("post_only", spec.post_only ? "true" : "false");
  }
  body.close();
}

}  // namespace

void write_order(std::string& out, const PlaceOrders& orders, const Market& market) {
  const auto& entry = orders.orders[0];
  JsonBody body{out};
  body.open().add("client_order_id", entry.id.view()).add("product_id", market.wire);
  body.add("side", word(entry.side)).open("order_configuration");
  write_configuration(body, entry, market.instrument);
  body.close();
  if (orders.linkage == Linkage::one_triggers_pair) {
    // Without a size: it is the entry's.
    body.open("attached_order_configuration").open("trigger_bracket_gtc");
    body.add("limit_price", orders.orders[2].price->decimal());
    body.add("stop_trigger_price", orders.orders[1].trigger_price->decimal());
    body.close().close();
  }
  body.close();
}

void write_quote_order(std::string& out, std::string_view client_id, Notional quote,
                       const Market& market) {
  JsonBody body{out};
  body.open().add("client_order_id", client_id).add("product_id", market.wire);
  body.add("side", word(Side::buy)).open("order_configuration").open("market_market_ioc");
  body.add("quote_size", quote.decimal()).close().close().close();
}

void write_edit(std::string& out, const AmendOrder& amend) {
  JsonBody body{out};
  body.open().add("order_id", amend.venue_id.view()).add("price", amend.price->decimal());
  body.add("size", amend.quantity->decimal());
  if (amend.trigger_price) body.add("stop_price", amend.trigger_price->decimal());
  body.close();
}

}  // namespace signalbox::coinbase
