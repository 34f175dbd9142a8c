// Kraken spot under the vectors: unified calls in the connector's own terms, its bytes out; the
// venue's answers through the connector's readers.
#include "connectors/kraken/answers.hpp"
#include "connectors/kraken/hosts.hpp"
#include "connectors/kraken/requests.hpp"
#include "connectors/kraken/streams.hpp"
#include "tests/vectors/exchanges.hpp"
#include "tests/vectors/unified.hpp"

namespace signalbox::vectors {
namespace {

using namespace signalbox::kraken;

std::string text_in(const JsonObject& from, std::string_view name) {
  const auto text = json_text(from, name);
  return text ? std::string{*text} : std::string{};
}

Market market_of(const VectorMarket& from) {
  Market market;
  market.instrument = from.instrument;
  market.wire = from.wire;
  market.alt_name = text_in(from.all, "altname");
  market.stream_name = stream_name_of(text_in(from.all, "wsId"));
  return market;
}

/// Nothing is kept between the cases of a file: each has its own clock.
class NoStore final : public NonceStore {
 public:
  Result<std::optional<Nonce>> load() override { return std::optional<Nonce>{}; }
  Result<void> save(Nonce) override { return {}; }
};

/// ccxt's names where they differ: over the limit is DDoSProtection for "Rate limit exceeded", and
/// whatever the venue or its front says of itself is that it is not there.
ErrorClass class_here(const Verdict& verdict) {
  auto known = class_of(verdict);
  const auto text = verdict.detail.view();
  const auto says = [&](std::string_view part) { return text.find(part) != text.npos; };
  if (verdict.outcome == Outcome::unknown) known.name = "ExchangeNotAvailable";
  if (says("Rate limit exceeded")) known.name = "DDoSProtection";
  if (says("User Locked")) known.name = "AccountSuspended";
  if (says("Unknown asset") || says("Invalid asset")) known.name = "BadSymbol";
  if (says("Invalid arguments") && !says("Invalid arguments:")) known.name = "BadRequest";
  return known;
}

// ---- calls ----

std::optional<Decimal> decimal_of(const std::optional<Price>& price) {
  return price ? std::optional{price->decimal()} : std::nullopt;
}

tl::expected<NewOrder, ErrorClass> new_order_of(const UnifiedCall& call) {
  const auto& wanted = call.order;
  const auto kind = kind_of(wanted);
  if (!kind) return tl::unexpected(kind.error());
  NewOrder order;
  order.client_id = call.client_id;
  order.side = wanted.side;
  order.kind = *kind;
  order.quantity = wanted.amount.decimal();
  order.price = decimal_of(wanted.price);
  if (wanted.stop_loss_price)
    order.trigger_price = decimal_of(wanted.stop_loss_price);
  else if (wanted.take_profit_price)
    order.trigger_price = decimal_of(wanted.take_profit_price);
  else
    order.trigger_price = decimal_of(wanted.trigger_price);
  order.life = wanted.time_in_force.value_or(TimeInForce::gtc);
  order.post_only = wanted.post_only;
  if (wanted.reduce_only && wanted.side == Side::buy)
    return refuse({"NotSupported", "spot has no reduce-only purchases"});
  if (wanted.stop_loss && wanted.take_profit)
    return refuse({"NotSupported", "the venue attaches one exit, never two"});
  const bool stop = wanted.stop_loss.has_value();
  if (const auto& exit = stop ? wanted.stop_loss : wanted.take_profit) {
    CloseOrder close{.price = decimal_of(exit->price), .trigger_price = exit->trigger.decimal()};
    if (exit->price)
      close.kind = stop ? OrderKind::stop_limit : OrderKind::take_profit_limit;
    else
      close.kind = stop ? OrderKind::stop_market : OrderKind::take_profit_market;
    order.close = close;
  }
  return order;
}

// ---- results ----

void number(JsonOut& out, std::string_view name, const std::optional<Decimal>& value) {
  if (value) out.number(name, *value);
}
void text(JsonOut& out, std::string_view name, std::string_view value) {
  if (!value.empty()) out.text(name, value);
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

void add_exits(JsonOut& out, OrderKind kind, const std::optional<Decimal>& trigger) {
  if (!trigger || !kit::is_conditional(kind)) return;
  out.number("triggerPrice", *trigger);
  out.number(kit::is_stop(kind) ? "stopLossPrice" : "takeProfitPrice", *trigger);
}

std::string order_json(const OrderFields& fields, const OrderReport& report,
                       std::string_view symbol) {
  JsonOut out;
  text(out, "id", report.venue_id.view());
  text(out, "clientOrderId", fields.client_id);
  out.text("symbol", symbol);
  out.text("type", kit::has_limit_price(report.kind) ? "limit" : "market");
  out.text("side", name_of(report.side));
  out.text("status", status_name(report.status));
  number(out, "price", fields.limit());
  number(out, "average", unless_zero(fields.average));
  out.number("amount", report.quantity.decimal()).number("filled", report.filled.decimal());
  out.number("remaining", (report.quantity - report.filled).decimal());
  number(out, "cost", fields.cost);
  if (fields.opened != WallTime{}) out.integer("timestamp", kit::to_ms(fields.opened));
  out.boolean("postOnly", fields.post_only());
  add_exits(out, report.kind, fields.trigger());
  // In the digits it came in, as ccxt gives it.
  if (!fields.fee_text.empty()) out.raw("fee", JsonOut{}.text("cost", fields.fee_text).str());
  return out.str();
}

/// An acknowledgement repeats the order in a sentence, its pair as the venue spells it there.
std::string placed_json(const Placed& placed) {
  JsonOut out;
  out.text("id", placed.order_id);
  const auto order = read_sentence(placed.sentence);
  if (!order) return out.str();
  out.text("symbol", order->pair);
  out.text("type", kit::has_limit_price(order->kind) ? "limit" : "market");
  out.text("side", name_of(order->side));
  number(out, "price", order->price);
  number(out, "amount", order->quantity);
  if (order->kind == OrderKind::market) out.text("timeInForce", "IOC");
  out.boolean("postOnly", false);
  add_exits(out, order->kind, order->trigger_price);
  return out.str();
}

std::string balances_json(const std::vector<AssetBalance>& balances) {
  JsonOut free, used, total;
  for (const auto& each : balances) {
    free.number(each.asset, each.free);
    used.number(each.asset, each.held);
    total.number(each.asset, each.total);
  }
  return JsonOut{}.raw("free", free.str()).raw("used", used.str()).raw("total", total.str()).str();
}

// ---- the venue ----

class Kraken final : public VectorVenue {
 public:
  explicit Kraken(const VectorWorld& world)
      : key_(world.credential("apiKey")), secret_(world.credential("secret")) {
    for (const auto& each : world.markets) {
      static_cast<void>(markets_.put(market_of(each)));
      assets_.put(text_in(each.all, "baseId"), each.instrument.base.view());
      assets_.put(text_in(each.all, "quoteId"), each.instrument.quote.view());
    }
  }

  Requests send(const UnifiedCall& call) override {
    const auto hosts = hosts_of(call.sandbox || call.demo ? Network::testnet : Network::live);
    if (!hosts) return refuse({"NotSupported", hosts.error().what});
    NoStore store;
    auto nonces = NonceSource::make(store);
    if (!nonces) return refuse({"ExchangeError", nonces.error().what});
    RequestWriter writer{host_header(hosts->rest), Secret::take(std::string{key_}),
                         Secret::take(std::string{secret_}), *nonces};
    return sent(call, writer);
  }

  Unified read(const UnifiedCall& call, std::span<const CannedAnswer> answers) override {
    if (answers.empty()) return refuse({"ExchangeError", "no answer"});
    const auto& answer = answers.back();
    const auto verdict = judge(answer.status, reader_.said(answer.body));
    if (!verdict.is_good()) return refuse(class_here(verdict));
    auto unified = understood(call, answer.body);
    if (!unified) return refuse(class_of(unified.error()));
    return *unified;
  }

  std::optional<std::string> frame(std::string_view line) override {
    if (line.empty() || line.front() != '{') return std::nullopt;
    const auto frame = frames_.market(line);
    JsonOut out;
    if (!frame) return out.text("error", frame.error().what).str();
    JsonList list;
    for (const auto& tick : frame->tickers)
      list.add(JsonOut{}
                   .text("name", tick.name)
                   .number("bid", tick.bid.decimal())
                   .number("ask", tick.ask.decimal())
                   .str());
    return out.raw("tickers", list.str()).str();
  }

 private:
  static Requests one(const RequestBytes& bytes) {
    if (!bytes) return refuse(class_of(bytes.error()));
    return std::vector{kit::show(*bytes)};
  }

  Requests sent(const UnifiedCall& call, RequestWriter& writer) {
    const auto& method = call.method;
    const auto now = call.now;
    const OrderName name{call.id, call.client_id};
    if (method == "fetchTime") return one(writer.server_time());
    if (method == "fetchBalance") return one(writer.balance(now));
    if (method == "loadMarkets") {
      std::vector<kit::ShownRequest> both{kit::show(writer.pairs({}))};
      both.push_back(kit::show(writer.assets()));
      return both;
    }
    const auto* market = call.market ? markets_.find(call.market->instrument.symbol) : nullptr;
    if (!market) return refuse({"BadSymbol", "no such symbol"});
    if (method == "createOrder") {
      const auto order = new_order_of(call);
      if (!order) return tl::unexpected(order.error());
      return one(writer.create(*order, *market, now));
    }
    if (method == "createMarketBuyOrderWithCost") {
      NewOrder order{.client_id = call.client_id, .in_quote = true};
      order.quantity = call.cost.value_or(Decimal{});
      return one(writer.create(order, *market, now));
    }
    if (method == "editOrder") {
      OrderChange change{.name = name, .price = decimal_of(call.order.price)};
      if (!call.order.amount.is_zero()) change.quantity = call.order.amount.decimal();
      return one(writer.change(change, now));
    }
    if (method == "cancelOrder") {
      OrderCancel cancel{.name = name};
      // The venue needs no such word and takes what a caller adds.
      if (call.trigger) cancel.extra_name = "trigger", cancel.extra = "true";
      return one(writer.cancel(cancel, now));
    }
    // Of the whole account: the venue has none of one pair.
    if (method == "cancelAllOrders") return one(writer.cancel_all(now));
    if (method == "fetchOrder") return one(writer.order(call.id, true, now));
    if (method == "fetchOpenOrders") return one(writer.open_orders({}, now));
    if (method == "fetchClosedOrders") return one(writer.closed_orders({.since = call.since}, now));
    if (method == "fetchMyTrades") return one(writer.trades({.since = call.since}, now));
    if (method == "fetchTicker") return one(writer.ticker(*market));
    if (method == "fetchOrderBook") return one(writer.order_book(*market, call.limit.value_or(0)));
    return not_supported("no such call: " + method);
  }

  template <class T, class Tell>
  static Result<std::string> told(const Result<T>& read, Tell tell) {
    if (!read) return kit::pass(read);
    return tell(*read);
  }

  Result<std::string> understood(const UnifiedCall& call, const std::string& body) {
    const auto& method = call.method;
    if (method == "fetchTime") return told(reader_.server_time(body), time_json);
    if (method == "fetchBalance")
      return told(reader_.balances(body, assets_),
                  [](const auto& balances) { return balances_json(balances); });
    if (method == "createOrder" || method == "createMarketBuyOrderWithCost")
      return told(reader_.placed(body), placed_json);
    if (method == "editOrder")
      return told(reader_.amended(body),
                  [&](std::string_view) { return ack_json(call.id, call.client_id); });
    if (method == "cancelOrder" || method == "cancelAllOrders")
      return told(reader_.cancelled(body), [](const Cancelled&) { return std::string{"{}"}; });
    if (method == "fetchOrder") return order(body);
    if (method == "fetchOpenOrders") return orders(call, reader_.open_orders(body));
    if (method == "fetchClosedOrders") return orders(call, reader_.closed_orders(body));
    if (method == "fetchMyTrades") return trades(body);
    if (!call.market) return failed(Fault::bad_input, "no symbol");
    const auto& symbol = call.market->instrument.symbol;
    if (method == "fetchTicker") return told(reader_.ticker(body, symbol), ticker_json);
    if (method == "fetchOrderBook")
      return told(reader_.book(body),
                  [&](const kit::BookDepth& book) { return book_json(symbol, book); });
    return std::string{"{}"};
  }

  Result<std::string> order(const std::string& body) {
    const auto page = reader_.orders(body);
    if (!page) return kit::pass(page);
    for (const auto& fields : page->orders) {
      const auto row = fields.row(markets_);
      if (!row) return kit::pass(row);
      return order_json(fields, row->report, shown_symbol(fields.pair));
    }
    return failed(Fault::not_found, "no such order");
  }

  /// ccxt knows a pair by its id alone here and shows any other name of it as it is; see README.md.
  std::string_view shown_symbol(std::string_view pair) const {
    const auto* market = markets_.find_wire(pair);
    return market ? market->instrument.symbol.view() : pair;
  }

  Result<std::string> orders(const UnifiedCall& call, const Result<OrdersPage>& page) {
    if (!page) return kit::pass(page);
    JsonList list;
    for (const auto& fields : page->orders) {
      const auto row = fields.row(markets_);
      if (!row && row.error().fault == Fault::not_found) continue;
      if (!row) return kit::pass(row);
      const auto symbol = shown_symbol(fields.pair);
      if (call.market && symbol != call.market->instrument.symbol.view()) continue;
      list.add(order_json(fields, row->report, symbol));
    }
    return list.str();
  }

  Result<std::string> trades(const std::string& body) {
    const auto page = reader_.trades(body);
    if (!page) return kit::pass(page);
    JsonList list;
    for (const auto& fields : page->trades) {
      const auto row = fields.row(markets_);
      if (!row) return kit::pass(row);
      list.add(trade_json(*row));
    }
    return list.str();
  }

  std::string key_, secret_;
  Markets markets_;
  AssetNames assets_;
  AnswerReader reader_;
  FrameReader frames_;
};

}  // namespace

std::unique_ptr<VectorVenue> make_kraken(const VectorWorld& world) {
  return std::make_unique<Kraken>(world);
}

}  // namespace signalbox::vectors
