#include "simulator/binance/order_json.hpp"

#include <fmt/format.h>

#include "simulator/binance/words.hpp"

namespace signalbox::simulator::binance {
namespace {

std::int64_t number(OrderId id) { return static_cast<std::int64_t>(id); }
std::int64_t number(ListId id) { return static_cast<std::int64_t>(id); }

std::string working_time(const Order& o) {
  return o.working_since ? std::to_string(ms(*o.working_since)) : "-1";
}

std::string stop_field(const Order& o) {
  return is_conditional(o.type) ? fmt::format(R"("stopPrice":"{}",)", amount(o.stop_price)) : "";
}

}  // namespace

/// Price to side, which every report has in the same order.
std::string OrderJson::common(const Order& o) const {
  return fmt::format(
      R"("price":"{}","origQty":"{}","executedQty":"{}","origQuoteOrderQty":"{}",)"
      R"("cummulativeQuoteQty":"{}","status":"{}","timeInForce":"{}","type":"{}","side":"{}",)",
      amount(o.price), amount(o.quantity), amount(o.filled), amount(o.for_quote),
      amount(o.filled_quote), word(o.state), word(o.time_in_force), word(o.type), word(o.side));
}

std::string OrderJson::fills(const Order& o) const {
  std::string json = "[";
  for (const auto index : engine_.record().trades_of(o.id)) {
    const auto& t = engine_.record().trades()[index];
    if (json.size() > 1) json += ',';
    json += fmt::format(
        R"({{"price":"{}","qty":"{}","commission":"{}","commissionAsset":"{}","tradeId":{}}})",
        amount(t.price), amount(t.quantity), amount(t.fee), t.fee_asset.view(), t.id);
  }
  return json + "]";
}

std::string OrderJson::placed(const Order& o, ResponseType type) const {
  auto json = fmt::format(
      R"({{"symbol":"{}","orderId":{},"orderListId":{},"clientOrderId":"{}","transactTime":{})",
      symbol(o), number(o.id), number(o.list), o.client_id.view(), ms(o.updated));
  if (type == ResponseType::ack) return json + "}";
  json += fmt::format(R"(,{}{}"workingTime":{},"selfTradePreventionMode":"{}")", common(o),
                      stop_field(o), working_time(o), word(o.self_trade));
  if (type == ResponseType::full) json += fmt::format(R"(,"fills":{})", fills(o));
  return json + "}";
}

std::string OrderJson::queried(const Order& o) const {
  return fmt::format(
      R"({{"symbol":"{}","orderId":{},"orderListId":{},"clientOrderId":"{}",{}"stopPrice":"{}",)"
      R"("icebergQty":"0.00000000","time":{},"updateTime":{},"isWorking":{},"workingTime":{},)"
      R"("selfTradePreventionMode":"{}"}})",
      symbol(o), number(o.id), number(o.list), o.client_id.view(), common(o), amount(o.stop_price),
      ms(o.created), ms(o.updated), o.working_since.has_value(), working_time(o),
      word(o.self_trade));
}

std::string OrderJson::cancelled(const Order& o, const ClientId& cancel_id) const {
  return fmt::format(
      R"({{"symbol":"{}","origClientOrderId":"{}","orderId":{},"orderListId":{},)"
      R"("clientOrderId":"{}","transactTime":{},{}{}"selfTradePreventionMode":"{}"}})",
      symbol(o), o.client_id.view(), number(o.id), number(o.list), cancel_id.view(), ms(o.updated),
      common(o), stop_field(o), word(o.self_trade));
}

std::string OrderJson::amended(const Order& o, WallTime now) const {
  auto json = fmt::format(
      R"({{"transactTime":{},"executionId":{},"amendedOrder":{{"symbol":"{}","orderId":{},)"
      R"("orderListId":{},"origClientOrderId":"{}","clientOrderId":"{}","price":"{}","qty":"{}",)"
      R"("executedQty":"{}","preventedQty":"0.00000000","quoteOrderQty":"{}","cumulativeQuoteQty":"{}",)"
      R"("status":"{}","timeInForce":"{}","type":"{}","side":"{}",{}"workingTime":{},)"
      R"("selfTradePreventionMode":"{}"}})",
      ms(now), engine_.record().entries().size(), symbol(o), number(o.id), number(o.list),
      o.client_id.view(), o.client_id.view(), amount(o.price), amount(o.quantity), amount(o.filled),
      amount(o.for_quote), amount(o.filled_quote), word(o.state), word(o.time_in_force),
      word(o.type), word(o.side), stop_field(o), working_time(o), word(o.self_trade));
  if (o.list != ListId::none)
    json += fmt::format(R"(,"listStatus":{})", list(engine_.orders()[o.list], {}));
  return json + "}";
}

std::string OrderJson::list(const OrderList& l, std::span<const std::string> reports) const {
  std::string orders;
  for (const auto id : l.orders) {
    const auto& o = engine_.orders()[id];
    if (!orders.empty()) orders += ',';
    orders += fmt::format(R"({{"symbol":"{}","orderId":{},"clientOrderId":"{}"}})", symbol(o),
                          number(o.id), o.client_id.view());
  }
  auto json = fmt::format(
      R"({{"orderListId":{},"contingencyType":"{}","listStatusType":"{}","listOrderStatus":"{}",)"
      R"("listClientOrderId":"{}","transactionTime":{},"symbol":"{}","orders":[{}])",
      number(l.id), word(l.kind), l.done ? "ALL_DONE" : "EXEC_STARTED",
      l.done ? "ALL_DONE" : "EXECUTING", l.client_id.view(), ms(l.updated),
      symbols_[static_cast<std::size_t>(l.market)], orders);
  if (!reports.empty()) {
    json += R"(,"orderReports":[)";
    for (std::size_t i = 0; i < reports.size(); ++i) json += (i == 0 ? "" : ",") + reports[i];
    json += "]";
  }
  return json + "}";
}

std::string OrderJson::trade(const Trade& t) const {
  const auto& o = engine_.orders()[t.order];
  return fmt::format(
      R"({{"symbol":"{}","id":{},"orderId":{},"orderListId":{},"price":"{}","qty":"{}",)"
      R"("quoteQty":"{}","commission":"{}","commissionAsset":"{}","time":{},"isBuyer":{},)"
      R"("isMaker":{},"isBestMatch":true}})",
      symbol(o), t.id, number(t.order), number(o.list), amount(t.price), amount(t.quantity),
      amount(t.quote), amount(t.fee), t.fee_asset.view(), ms(t.time), t.side == Side::buy, t.maker);
}

}  // namespace signalbox::simulator::binance
