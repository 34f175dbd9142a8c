#include "simulator/binance/order_params.hpp"

namespace signalbox::simulator::binance {
namespace {

bool limit_side(OrderType t) { return t == OrderType::limit_maker; }
bool profit_side(OrderType t) {
  return t == OrderType::take_profit || t == OrderType::take_profit_limit;
}

void missing_either(Reader& r, std::string_view a, std::string_view b) {
  r.fail(-1102, fmt::format("Param '{}' or '{}' must be sent, but both were empty/null!", a, b));
}

void read_market_size(Reader& r, NewOrder& o, const OrderDefaults& defaults) {
  const auto quantity = r.decimal("quantity");
  const auto by_quote = r.decimal("quoteOrderQty");
  if (defaults.quantity) return;
  if (quantity && by_quote) return r.not_wanted("quoteOrderQty");
  if (!quantity && !by_quote) return missing_either(r, "quantity", "quoteOrderQty");
  r.must_be_positive(quantity, "quantity");
  r.must_be_positive(by_quote, "quote quantity");
  if (quantity) o.quantity = Quantity{*quantity};
  if (by_quote) o.for_quote = Notional{*by_quote};
}

/// The sides of a pair the venue insists on before it looks at prices.
void check_pair(Reader& r, Side side, OrderType above, OrderType below) {
  const auto in_oco = [](OrderType t) { return limit_side(t) || profit_side(t) || is_stop(t); };
  if (!in_oco(above) || !in_oco(below)) return r.fail(-1158, "Order type not supported in OCO.");
  const bool sells = side == Side::sell;
  const auto stop_ok = [&](OrderType t, bool is_above) { return !is_stop(t) || is_above != sells; };
  if (limit_side(above) && limit_side(below))
    return r.fail(-1168, "At least one OCO order must be contingent.");
  if (!stop_ok(above, true) || !stop_ok(below, false))
    return sells ? r.fail(-1197, "A stop loss order in a sell OCO must be below.")
                 : r.fail(-1196, "A stop loss order in a buy OCO must be above.");
  const auto wrong_limit = sells ? limit_side(below) : limit_side(above);
  if (wrong_limit)
    return sells ? r.fail(-1166, "A limit order in a sell OCO must be above.")
                 : r.fail(-1165, "A limit order in a buy OCO must be below.");
  const auto wrong_profit = sells ? profit_side(below) : profit_side(above);
  if (wrong_profit)
    return sells ? r.fail(-1199, "A take profit order in a sell OCO must be above.")
                 : r.fail(-1198, "A take profit order in a buy OCO must be below.");
}

}  // namespace

std::string OrderPrefix::name(std::string_view parameter) const {
  if (text.empty())
    return parameter == "clientOrderId" ? "newClientOrderId" : std::string{parameter};
  std::string full{text};
  full += static_cast<char>(parameter.front() - 32);  // all parameters begin with a small letter
  full += parameter.substr(1);
  return full;
}

NewOrder read_order(Reader& r, const Params& params, OrderPrefix prefix,
                    const OrderDefaults& defaults) {
  const auto name = [&](std::string_view p) { return prefix.name(p); };
  NewOrder o;
  o.self_trade = defaults.self_trade;
  o.side = defaults.side ? *defaults.side : r.side(name("side"));
  const auto type = r.order_type(name("type"));
  if (!type) return o;
  o.type = *type;
  o.client_id = r.client_id(name("clientOrderId"));
  // Labels for the caller's own use; the venue repeats them, we only take them.
  static_cast<void>(r.integer(name("strategyId")));
  if (const auto t = r.integer(name("strategyType")); t && *t < 1'000'000)
    r.fail(-1134, "strategyType was less than 1000000.");

  if (params.has(name("icebergQty")))
    r.fail(-2010, "Iceberg orders are not supported for this symbol.");
  const bool conditional = is_conditional(*type);
  if (conditional && params.has(name("trailingDelta")))
    r.fail(-2010, "Trailing stop orders are not supported for this symbol.");
  if (!conditional) {
    r.not_wanted(name("trailingDelta"));
    r.not_wanted(name("stopPrice"));
  }

  if (*type == OrderType::market && prefix.text.empty()) {
    read_market_size(r, o, defaults);
  } else {
    if (prefix.text.empty()) r.not_wanted("quoteOrderQty");
    if (defaults.quantity) {
      o.quantity = *defaults.quantity;
    } else {
      const auto quantity = r.decimal(name("quantity"), true);
      r.must_be_positive(quantity, "quantity");
      o.quantity = Quantity{quantity.value_or(Decimal{})};
    }
  }
  if (has_price(*type)) {
    const auto price = r.decimal(name("price"), true);
    r.must_be_positive(price, "price");
    o.price = Price{price.value_or(Decimal{})};
  } else {
    r.not_wanted(name("price"));
  }
  if (conditional) {
    const auto stop = r.decimal(name("stopPrice"));
    if (!stop && !r.failed()) missing_either(r, name("stopPrice"), name("trailingDelta"));
    r.must_be_positive(stop, "stop price");
    o.stop_price = Price{stop.value_or(Decimal{})};
  }
  const bool timed = has_price(*type) && *type != OrderType::limit_maker;
  if (timed) {
    const auto tif = r.time_in_force(name("timeInForce"));
    if (!tif && !r.failed())
      r.fail(-1102, fmt::format("Mandatory parameter '{}' was not sent, was empty/null, or "
                                "malformed.",
                                name("timeInForce")));
    o.time_in_force = tif.value_or(TimeInForce::gtc);
  } else {
    r.not_wanted(name("timeInForce"));
  }
  return o;
}

NewList read_list(Reader& r, const Params& params, ListKind kind) {
  NewList list;
  list.kind = kind;
  list.client_id = r.client_id("listClientOrderId");
  OrderDefaults shared;
  shared.self_trade = r.self_trade().value_or(shared.self_trade);
  const auto quantity_of = [&](std::string_view name) {
    const auto q = r.decimal(name, true);
    r.must_be_positive(q, "quantity");
    return Quantity{q.value_or(Decimal{})};
  };

  std::string_view above = "above";
  std::string_view below = "below";
  if (kind != ListKind::oco) {
    const auto working = read_order(r, params, {"working"}, shared);
    if (!r.failed() && working.type != OrderType::limit && working.type != OrderType::limit_maker)
      r.fail(-1159, "Working order must be LIMIT or LIMIT_MAKER.");
    list.orders.push_back(working);
  }
  if (kind == ListKind::oto) {
    list.orders.push_back(read_order(r, params, {"pending"}, shared));
    return list;
  }
  auto legs = shared;
  if (kind == ListKind::oco) {
    legs.side = r.side("side");
    legs.quantity = quantity_of("quantity");
  } else {
    legs.side = r.side("pendingSide");
    legs.quantity = quantity_of("pendingQuantity");
    above = "pendingAbove";
    below = "pendingBelow";
  }
  const auto upper = read_order(r, params, {above}, legs);
  const auto lower = read_order(r, params, {below}, legs);
  if (r.failed()) return list;
  check_pair(r, *legs.side, upper.type, lower.type);
  // The stop comes first, as in the venue's own answers.
  list.orders.push_back(is_stop(upper.type) ? upper : lower);
  list.orders.push_back(is_stop(upper.type) ? lower : upper);
  return list;
}

ResponseType read_response_type(Reader& r, std::optional<OrderType> type) {
  const auto value = r.text("newOrderRespType");
  if (!value) {
    if (!type) return ResponseType::result;
    return *type == OrderType::market || *type == OrderType::limit ? ResponseType::full
                                                                   : ResponseType::ack;
  }
  if (*value == "ACK") return ResponseType::ack;
  if (*value == "RESULT") return ResponseType::result;
  if (*value != "FULL") r.fail(-1130, "Data sent for parameter 'newOrderRespType' is not valid.");
  return ResponseType::full;
}

bool mentions_stop(const Params& params) {
  static constexpr std::string_view names[] = {
      "type", "aboveType", "belowType", "pendingType", "pendingAboveType", "pendingBelowType"};
  for (const auto name : names)
    if (const auto type = params.peek(name); type && type->starts_with("STOP_LOSS")) return true;
  return false;
}

}  // namespace signalbox::simulator::binance
