#include <fmt/format.h>

#include <algorithm>

#include "simulator/binance/words.hpp"
#include "simulator/binanceusdm/usdm_dialect.hpp"

namespace signalbox::simulator::binanceusdm {
namespace {

using binance::amount;
using binance::error;

tl::unexpected<ApiError> refused(Reject reject, bool cancels = false) {
  switch (reject) {
    case Reject::duplicate_id: return error(-4116, "ClientOrderId is duplicated.");
    case Reject::insufficient_balance: return error(-2019, "Margin is insufficient.");
    case Reject::notional:
      return error(-4164,
                   "Order's notional must be no smaller than 5 (unless you choose reduce only).");
    case Reject::would_take:
      return error(
          -5022,
          "Due to the order could not be executed as maker, the Post Only order will be rejected.");
    case Reject::price_filter: return error(-4014, "Price not increased by tick size.");
    case Reject::lot_size: return error(-4023, "Qty not increased by step size.");
    case Reject::percent_price:
      return error(-4131,
                   "The counterparty's best price does not meet the PERCENT_PRICE filter limit.");
    default: return tl::unexpected(binance::to_error(reject, cancels));
  }
}

std::string_view type_of(const Order& order) {
  return order.type == OrderType::market ? "MARKET" : "LIMIT";
}

std::string_view tif_of(const Order& order) {
  return order.type == OrderType::limit_maker ? "GTX" : binance::word(order.time_in_force);
}

}  // namespace

Quantity UsdmDialect::reducible(AccountId account, MarketId market, Side side,
                                Quantity wanted) const {
  const auto held = position(account, market);
  const auto other = side == Side::sell ? held : -held;
  if (!other.is_positive()) return Quantity{};
  return std::min(other, wanted);
}

/// Of this order alone: what others tie up is not looked at.
bool UsdmDialect::affordable(AccountId account, MarketId market, const NewOrder& order) const {
  const auto price = order.price.is_positive() ? order.price : engine_.last(market);
  const auto cost = Decimal::mul(price.decimal(), order.quantity.decimal(), Rounding::half_even);
  const auto paid = fees_paid_.find(account);
  const auto wallet = settings_.wallet - (paid == fees_paid_.end() ? Decimal{} : paid->second);
  const auto most = Decimal::mul(wallet, Decimal{settings_.leverage}, Rounding::half_even);
  return cost && most && *cost <= *most;
}

std::string UsdmDialect::order_json(const Order& order) const {
  const auto parent = parents_.find(order.id);
  const auto original =
      parent == parents_.end() ? std::string{type_of(order)} : algos_[parent->second].type;
  const auto trigger = parent == parents_.end() ? Price{} : algos_[parent->second].trigger;
  return fmt::format(
      R"({{"orderId":{},"symbol":"{}","status":"{}","clientOrderId":"{}","price":"{}","avgPrice":"{}",)"
      R"("origQty":"{}","executedQty":"{}","cumQuote":"{}","timeInForce":"{}","type":"{}","reduceOnly":{},)"
      R"("closePosition":false,"side":"{}","positionSide":"BOTH","stopPrice":"{}","origType":"{}",)"
      R"("time":{},"updateTime":{}}})",
      static_cast<std::uint64_t>(order.id), symbols_[static_cast<std::size_t>(order.market)],
      binance::word(order.state), order.client_id.view(), amount(order.price),
      order.filled.is_positive()
          ? Decimal::div(order.filled_quote.decimal(), order.filled.decimal(), Rounding::half_even)
                .value_or(Decimal{})
                .str()
          : "0",
      amount(order.quantity), amount(order.filled), amount(order.filled_quote), tif_of(order),
      type_of(order), is_reduce_only(order.id), binance::word(order.side), amount(trigger),
      original, binance::ms(order.created), binance::ms(order.updated));
}

Answer UsdmDialect::place(Call& call) {
  auto& read = call.reader;
  const auto id = market(call);
  NewOrder order;
  order.side = read.side("side");
  order.client_id = read.client_id("newClientOrderId");
  const auto type = read.text("type", true).value_or("");
  const auto tif = read.text("timeInForce", type == "LIMIT").value_or("GTC");
  const auto quantity = read.decimal("quantity", true);
  const auto price = read.decimal("price", type == "LIMIT");
  const bool reduce_only = read.boolean("reduceOnly").value_or(false);
  const auto position_side = read.text("positionSide").value_or("BOTH");
  static_cast<void>(read.text("newOrderRespType"));
  if (auto bad = read.finish()) return tl::unexpected(*bad);
  if (type != "LIMIT" && type != "MARKET")
    return error(-4120,
                 "Order type not supported for this endpoint. Please use the Algo Order API "
                 "endpoints instead.");
  if (settings_.hedge_mode == (position_side == "BOTH"))
    return error(-4061, "Order's position side does not match user's setting.");
  order.type = type == "MARKET" ? OrderType::market
               : tif == "GTX"   ? OrderType::limit_maker
                                : OrderType::limit;
  order.time_in_force = tif == "IOC"   ? TimeInForce::ioc
                        : tif == "FOK" ? TimeInForce::fok
                                       : TimeInForce::gtc;
  order.quantity = Quantity{*quantity};
  if (price) order.price = Price{*price};
  if (reduce_only) {
    order.quantity = reducible(call.account, *id, order.side, order.quantity);
    if (order.quantity.is_zero()) return error(-2022, "ReduceOnly Order is rejected.");
  } else if (!affordable(call.account, *id, order))
    return error(-2019, "Margin is insufficient.");
  const auto placed = engine_.place(call.account, *id, order, call.now);
  if (!placed) return refused(placed.error());
  if (reduce_only) reduce_only_.insert(*placed);
  return order_json(engine_.orders()[*placed]);
}

const Order* UsdmDialect::named(Call& call, MarketId id) {
  const auto number = call.reader.integer("orderId");
  const auto client = call.reader.text("origClientOrderId");
  const Order* order = nullptr;
  if (number)
    order = engine_.orders().find(OrderId{static_cast<std::uint64_t>(*number)});
  else if (client)
    order = engine_.orders().find(call.account, ClientId{*client});
  else
    call.reader.fail(
        -1102, "Param 'origClientOrderId' or 'orderId' must be sent, but both were empty/null!");
  const bool ours = order && order->account == call.account && order->market == id;
  return ours ? order : nullptr;
}

Answer UsdmDialect::cancel(Call& call) {
  const auto id = market(call);
  const auto* order = id ? named(call, *id) : nullptr;
  if (auto bad = call.reader.finish()) return tl::unexpected(*bad);
  if (!order || order->done()) return error(-2011, "Unknown order sent.");
  const auto done = engine_.cancel(call.account, order->id, {}, CancelOnly::any, call.now);
  if (!done) return refused(done.error(), true);
  return order_json(*order);
}

Answer UsdmDialect::query(Call& call) {
  const auto id = market(call);
  const auto* order = id ? named(call, *id) : nullptr;
  if (auto bad = call.reader.finish()) return tl::unexpected(*bad);
  if (!order) return error(-2013, "Order does not exist.");
  return order_json(*order);
}

Answer UsdmDialect::open_orders(Call& call) {
  const auto id = market(call, false);
  if (auto bad = call.reader.finish()) return tl::unexpected(*bad);
  std::vector<std::string> rows;
  for (const auto open : engine_.orders().open(call.account)) {
    const auto& order = engine_.orders()[open];
    if (!id || order.market == *id) rows.push_back(order_json(order));
  }
  return fmt::format("[{}]", fmt::join(rows, ","));
}

Answer UsdmDialect::cancel_open_orders(Call& call) {
  const auto id = market(call);
  if (auto bad = call.reader.finish()) return tl::unexpected(*bad);
  const auto open = engine_.orders().open(call.account);
  for (const auto each : open)
    if (engine_.orders()[each].market == *id)
      static_cast<void>(engine_.cancel(call.account, each, {}, CancelOnly::any, call.now));
  return R"({"code":200,"msg":"The operation of cancel all open order is done."})";
}

Answer UsdmDialect::user_trades(Call& call) {
  const auto id = market(call);
  const auto from = call.reader.integer("startTime").value_or(0);
  const auto to = call.reader.integer("endTime").value_or(binance::ms(call.now));
  const auto most = call.reader.integer("limit").value_or(500);
  if (auto bad = call.reader.finish()) return tl::unexpected(*bad);
  if (to - from > 7LL * 24 * 3600 * 1000)
    return error(-4166, "Search window is restricted to recent 7 days.");
  std::vector<std::string> rows;
  for (const auto& trade : engine_.record().trades()) {
    const auto at = binance::ms(trade.time);
    if (trade.account != call.account || trade.market != *id || at < from || at > to) continue;
    if (static_cast<std::int64_t>(rows.size()) == most) break;
    const auto fee = Decimal::mul(trade.quote.decimal(), Decimal::from_raw(Decimal::one_raw / 2000),
                                  Rounding::half_even);
    rows.push_back(fmt::format(
        R"({{"symbol":"{}","id":{},"orderId":{},"side":"{}","price":"{}","qty":"{}","realizedPnl":"0",)"
        R"("quoteQty":"{}","commission":"{}","commissionAsset":"USDT","time":{},"positionSide":"BOTH",)"
        R"("buyer":{},"maker":{}}})",
        symbols_[static_cast<std::size_t>(*id)], trade.id, static_cast<std::uint64_t>(trade.order),
        binance::word(trade.side), amount(trade.price), amount(trade.quantity), amount(trade.quote),
        amount(fee.value_or(Decimal{})), at, trade.side == Side::buy, trade.maker));
  }
  return fmt::format("[{}]", fmt::join(rows, ","));
}

}  // namespace signalbox::simulator::binanceusdm
