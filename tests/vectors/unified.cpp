#include "tests/vectors/unified.hpp"

#include <algorithm>
#include <cctype>

namespace signalbox::vectors {
namespace {

tl::unexpected<ErrorClass> bad_order(std::string why) {
  return tl::unexpected(ErrorClass{"InvalidOrder", std::move(why)});
}

/// The trigger of a conditional order, however the caller named it.
std::optional<Price> trigger_of(const UnifiedOrder& order) {
  if (order.stop_loss_price) return order.stop_loss_price;
  if (order.take_profit_price) return order.take_profit_price;
  return order.trigger_price;
}

/// A number at the end of the entry's id; an id that has no room left is no id for a list.
std::optional<ClientOrderId> exit_id(const std::string& entry, std::string_view suffix) {
  if (entry.empty()) return ClientOrderId{};
  const auto id = entry + std::string{suffix};
  if (!ClientOrderId::fits(id)) return std::nullopt;
  return ClientOrderId{id};
}

OrderSpec exit_of(const OrderSpec& entry, const AttachedExit& exit, bool is_stop) {
  OrderSpec spec = entry;
  spec.side = opposite(entry.side);
  spec.price = exit.price;
  spec.trigger_price = exit.trigger;
  spec.time_in_force = TimeInForce::gtc;
  spec.post_only = false;
  if (is_stop)
    spec.kind = exit.price ? OrderKind::stop_limit : OrderKind::stop_market;
  else
    spec.kind = exit.price ? OrderKind::take_profit_limit : OrderKind::take_profit_market;
  return spec;
}

bool says(std::string_view text, std::string_view word) {
  const auto same = [](char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) ==
           std::tolower(static_cast<unsigned char>(b));
  };
  return std::search(text.begin(), text.end(), word.begin(), word.end(), same) != text.end();
}

std::string_view class_name(Refusal refusal, std::string_view text) {
  switch (refusal) {
    case Refusal::authentication: return "AuthenticationError";
    case Refusal::permission: return "PermissionDenied";
    case Refusal::clock: return "InvalidNonce";
    case Refusal::insufficient_funds: return "InsufficientFunds";
    case Refusal::invalid: return says(text, "symbol") ? "BadSymbol" : "InvalidOrder";
    case Refusal::would_trigger:
    case Refusal::would_take: return "OrderImmediatelyFillable";
    case Refusal::not_found: return "OrderNotFound";
    case Refusal::duplicate_id: return "DuplicateOrderId";
    case Refusal::rate_limited: return "RateLimitExceeded";
    case Refusal::banned: return "DDoSProtection";
    case Refusal::maintenance: return says(text, "closed") ? "MarketClosed" : "OnMaintenance";
    case Refusal::unsupported: return "NotSupported";
    case Refusal::other: return "ExchangeError";
    default: return "InvalidOrder";
  }
}

std::string_view status_name(OrderStatus status) {
  switch (status) {
    case OrderStatus::filled: return "closed";
    case OrderStatus::cancelled: return "canceled";
    case OrderStatus::expired: return "expired";
    case OrderStatus::rejected: return "rejected";
    default: return "open";
  }
}

std::string_view tif_name(TimeInForce tif) {
  switch (tif) {
    case TimeInForce::ioc: return "IOC";
    case TimeInForce::fok: return "FOK";
    case TimeInForce::gtc: break;
  }
  return "GTC";
}

std::string fee_json(Decimal cost, const Asset& asset) {
  return JsonOut{}.number("cost", cost).text("currency", asset.view()).str();
}

/// What the fills cost together, when it is in one asset.
void add_fee(JsonOut& out, const kit::DescribedOrder& order) {
  if (order.details.fee)
    return void(out.raw("fee", fee_json(*order.details.fee, order.details.fee_asset)));
  Decimal sum;
  for (const auto& fill : order.fills) {
    if (!fill.report.fee || fill.report.fee_asset != order.fills.front().report.fee_asset) return;
    sum = sum + *fill.report.fee;
  }
  if (!order.fills.empty()) out.raw("fee", fee_json(sum, order.fills.front().report.fee_asset));
}

void add(JsonOut& out, std::string_view name, const std::optional<Price>& price) {
  if (price) out.number(name, price->decimal());
}
void add(JsonOut& out, std::string_view name, const std::optional<Decimal>& number) {
  if (number) out.number(name, *number);
}

}  // namespace

// ---- calls as our messages ----

tl::expected<OrderKind, ErrorClass> kind_of(const UnifiedOrder& order) {
  struct Row {
    std::string_view type;
    bool limit, stop, target;
  };
  constexpr Row rows[] = {
      {"market", false, false, false},
      {"limit", true, false, false},
      {"stop_loss", false, true, false},
      {"stop_market", false, true, false},
      {"stop_loss_limit", true, true, false},
      {"stop_limit", true, true, false},
      {"stop", true, true, false},
      {"take_profit", false, false, true},
      {"take_profit_market", false, false, true},
      {"take_profit_limit", true, false, true},
  };
  const auto* row = std::find_if(std::begin(rows), std::end(rows),
                                 [&](const Row& r) { return r.type == order.type; });
  if (row == std::end(rows)) return bad_order("no such type of order: " + order.type);
  const bool target = row->target || order.take_profit_price.has_value();
  const bool stop = !target && (row->stop || trigger_of(order).has_value());
  const bool limit = row->limit || (row->type == "take_profit" && order.price.has_value());
  if ((stop || target) && !trigger_of(order))
    return bad_order("a conditional order needs a trigger");
  if (limit && !order.price) return bad_order("a limit order needs a price");
  if (stop) return limit ? OrderKind::stop_limit : OrderKind::stop_market;
  if (target) return limit ? OrderKind::take_profit_limit : OrderKind::take_profit_market;
  return limit ? OrderKind::limit : OrderKind::market;
}

tl::expected<PlaceOrders, ErrorClass> place_orders(const UnifiedCall& call) {
  const auto& order = call.order;
  const auto kind = kind_of(order);
  if (!kind) return tl::unexpected(kind.error());
  if (!ClientOrderId::fits(call.client_id)) return bad_order("the client order id is too long");

  PlaceOrders place;
  place.symbol = call.market->instrument.symbol;
  place.order_class = order.reduce_only ? OrderClass::close : OrderClass::entry;
  OrderSpec spec;
  spec.id = ClientOrderId{call.client_id};
  spec.side = order.side;
  spec.kind = *kind;
  spec.quantity = order.amount;
  if (kit::has_limit_price(*kind)) spec.price = order.price;
  if (kit::is_conditional(*kind)) spec.trigger_price = trigger_of(order);
  spec.time_in_force = order.time_in_force.value_or(TimeInForce::gtc);
  spec.post_only = order.post_only;
  spec.reduce_only = order.reduce_only;
  place.orders.push_back(spec);

  if (order.take_profit && !order.stop_loss)
    return not_supported("a target without a stop is not attached");
  if (order.stop_loss) {
    const auto id = exit_id(call.client_id, "s");
    if (!id) return bad_order("the client order id leaves no room for those of the exits");
    auto stop = exit_of(spec, *order.stop_loss, true);
    stop.id = *id;
    place.orders.push_back(stop);
    place.linkage = Linkage::one_triggers_other;
  }
  if (order.take_profit) {
    auto target = exit_of(spec, *order.take_profit, false);
    target.id = exit_id(call.client_id, "t").value_or(ClientOrderId{});
    place.orders.push_back(target);
    place.linkage = Linkage::one_triggers_pair;
  }
  return place;
}

// ---- classes ----

ErrorClass class_of(const kit::Rejection& rejection) {
  return {std::string{class_name(rejection.refusal, {})}, rejection.detail.str()};
}

ErrorClass class_of(const kit::Verdict& verdict) {
  // Nobody knows what became of it: the class that callers must not take for a refusal.
  if (verdict.outcome == Outcome::unknown) return {"RequestTimeout", verdict.detail.str()};
  return {std::string{class_name(verdict.refusal, verdict.detail.view())}, verdict.detail.str()};
}

std::string_view class_of_status(int status) {
  if (status == 401 || status == 407 || status == 511) return "AuthenticationError";
  if (status == 408 || status == 504) return "RequestTimeout";
  if (status == 418 || status == 429) return "DDoSProtection";
  return status >= 400 ? "ExchangeNotAvailable" : "";
}

ErrorClass class_of(const Error& error) { return {"BadResponse", error.what}; }

// ---- rows ----

std::string order_json(const kit::DescribedOrder& order) {
  const auto& report = order.row.report;
  const auto& details = order.details;
  const bool limit = kit::has_limit_price(report.kind);
  JsonOut out;
  out.text("id", report.venue_id.view());
  const auto client = report.id.empty() ? report.raw_client_id.view() : report.id.view();
  out.text("clientOrderId", details.answer_id.empty() ? client : details.answer_id.view());
  out.text("symbol", report.symbol.view());
  out.text("type", limit ? "limit" : "market");
  out.text("side", report.side == Side::buy ? "buy" : "sell");
  out.text("status", status_name(report.status));
  // A market order has no price but the one it was filled at.
  if (limit)
    add(out, "price", report.price);
  else
    add(out, "price", details.average);
  add(out, "average", details.average);
  out.number("amount", report.quantity.decimal());
  out.number("filled", report.filled.decimal());
  out.number("remaining", (report.quantity - report.filled).decimal());
  add(out, "cost", details.cost);
  const auto time = details.created == WallTime{} ? report.time : details.created;
  out.integer("timestamp", kit::to_ms(time));
  if (details.time_in_force) out.text("timeInForce", tif_name(*details.time_in_force));
  if (details.post_only) out.boolean("postOnly", *details.post_only);
  if (details.reduce_only) out.boolean("reduceOnly", *details.reduce_only);
  add(out, "triggerPrice", report.trigger_price);
  add(out, "stopLossPrice", kit::is_stop(report.kind) ? report.trigger_price : details.stop_loss);
  add(out, "takeProfitPrice",
      kit::is_conditional(report.kind) && !kit::is_stop(report.kind) ? report.trigger_price
                                                                     : details.take_profit);
  add_fee(out, order);
  return out.str();
}

std::string ack_json(std::string_view id, std::string_view client_id) {
  JsonOut out;
  out.text("id", id);
  if (!client_id.empty()) out.text("clientOrderId", client_id);
  return out.str();
}

std::string trade_json(const kit::FillRow& fill) {
  const auto& report = fill.report;
  JsonOut out;
  out.text("id", report.trade_id.view()).text("order", report.venue_id.view());
  out.integer("timestamp", kit::to_ms(report.time)).text("symbol", report.symbol.view());
  out.number("price", report.price.decimal()).number("amount", report.quantity.decimal());
  out.text("side", report.side == Side::buy ? "buy" : "sell");
  out.text("takerOrMaker", report.maker ? "maker" : "taker");
  if (report.fee) out.raw("fee", fee_json(*report.fee, report.fee_asset));
  return out.str();
}

std::string ticker_json(const kit::DayTicker& ticker) {
  JsonOut out;
  out.text("symbol", ticker.symbol.view());
  add(out, "bid", ticker.bid);
  add(out, "ask", ticker.ask);
  add(out, "last", ticker.last);
  add(out, "high", ticker.high);
  add(out, "low", ticker.low);
  add(out, "open", ticker.open);
  add(out, "baseVolume", ticker.base_volume);
  add(out, "quoteVolume", ticker.quote_volume);
  add(out, "percentage", ticker.percentage);
  if (ticker.time != WallTime{}) out.integer("timestamp", kit::to_ms(ticker.time));
  return out.str();
}

std::string book_json(const Symbol& symbol, const kit::BookDepth& book) {
  const auto level = [](const kit::BookLevel& l) {
    return "[" + l.price.str() + "," + l.quantity.str() + "]";
  };
  return JsonOut{}
      .text("symbol", symbol.view())
      .raw("bids", list_json(book.bids, level))
      .raw("asks", list_json(book.asks, level))
      .str();
}

std::string balances_json(std::span<const Balance> balances) {
  std::vector<kit::Wallet> wallets;
  for (const auto& b : balances)
    wallets.push_back(
        {b.asset, b.free.decimal(), b.locked.decimal(), (b.free + b.locked).decimal()});
  return wallets_json(wallets);
}

std::string wallets_json(std::span<const kit::Wallet> wallets) {
  JsonOut free, used, total;
  for (const auto& w : wallets) {
    free.number(w.asset.view(), w.free);
    used.number(w.asset.view(), w.used);
    total.number(w.asset.view(), w.total);
  }
  return JsonOut{}.raw("free", free.str()).raw("used", used.str()).raw("total", total.str()).str();
}

std::string position_json(const Position& position) {
  const auto quantity = position.quantity.decimal();
  JsonOut out;
  out.text("symbol", position.symbol.view());
  out.text("side", quantity.is_negative() ? "short" : "long");
  out.number("contracts", quantity.is_negative() ? -quantity : quantity);
  out.number("entryPrice", position.entry_price.decimal());
  add(out, "liquidationPrice", position.liquidation_price);
  return out.str();
}

std::string time_json(WallTime time) { return std::to_string(kit::to_ms(time)); }

}  // namespace signalbox::vectors
