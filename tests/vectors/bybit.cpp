// Bybit v5 under the vectors: unified calls in the connector's own terms, its bytes out; the
// venue's answers through the connector's readers. Deliberate differences from ccxt: none.
#include "connectors/bybit/answers.hpp"
#include "connectors/bybit/hosts.hpp"
#include "connectors/bybit/requests.hpp"
#include "connectors/bybit/streams.hpp"
#include "tests/vectors/exchanges.hpp"
#include "tests/vectors/unified.hpp"

namespace signalbox::vectors {
namespace {

using namespace signalbox::bybit;

// ---- markets ----

Market market_of(const VectorMarket& from) {
  Market market;
  market.instrument = from.instrument;
  market.category = from.instrument.kind == MarketKind::linear ? Category::linear : Category::spot;
  market.name = from.wire;
  market.wire = table_name(market.category, market.name);
  const auto settle = json_text(from.all, "settleId");
  if (settle && Asset::fits(*settle)) market.settle = Asset{*settle};
  return market;
}

// ---- calls ----

tl::unexpected<ErrorClass> wrong(std::string name, std::string why) {
  return tl::unexpected(ErrorClass{std::move(name), std::move(why)});
}

/// A server that fails is one that is not there, in ccxt's words; what became of the request nobody
/// knows either way.
ErrorClass error_of(const Verdict& verdict, int status) {
  auto error = class_of(verdict);
  if (verdict.outcome == Outcome::unknown && status >= 500) error.name = "ExchangeNotAvailable";
  return error;
}

std::optional<bybit::AttachedExit> attached(const std::optional<vectors::AttachedExit>& exit) {
  if (!exit) return std::nullopt;
  bybit::AttachedExit made{.trigger_price = exit->trigger.decimal()};
  if (exit->price) made.limit = exit->price->decimal();
  return made;
}

/// Nothing for a combination that has no meaning here.
tl::expected<NewOrder, ErrorClass> new_order_of(const UnifiedCall& call) {
  const auto& wanted = call.order;
  if (wanted.type != "market" && wanted.type != "limit")
    return wrong("InvalidOrder", "no such type of order");
  NewOrder order;
  order.link_id = call.client_id;
  order.side = wanted.side;
  order.at_market = wanted.type == "market";
  order.quantity = wanted.amount.decimal();
  if (wanted.price) order.price = wanted.price->decimal();
  order.life = life_of(wanted.time_in_force.value_or(TimeInForce::gtc), wanted.post_only);
  order.reduce_only = wanted.reduce_only;
  order.stop = attached(wanted.stop_loss);
  order.target = attached(wanted.take_profit);
  order.scope = ExitScope::position;
  order.mode = wanted.hedged ? PositionMode::hedge : PositionMode::one_way;

  const bool sells = wanted.side == Side::sell;
  if (wanted.stop_loss_price || wanted.take_profit_price) {
    const bool stop = wanted.stop_loss_price.has_value();
    order.trigger_price = (stop ? wanted.stop_loss_price : wanted.take_profit_price)->decimal();
    order.direction = sells == stop ? Direction::falls_to : Direction::rises_to;
    order.filter = Filter::tpsl;
    order.reduce_only = true;
  } else if (wanted.trigger_price) {
    const auto& direction = wanted.trigger_direction;
    if (direction != "ascending" && direction != "descending" && direction != "above" &&
        direction != "below")
      return wrong("ArgumentsRequired", "a trigger needs its direction");
    const bool rises = direction == "ascending" || direction == "above";
    order.trigger_price = wanted.trigger_price->decimal();
    order.direction = rises ? Direction::rises_to : Direction::falls_to;
    order.filter = Filter::stop;
  }
  return order;
}

// ---- results ----

void price(JsonOut& out, std::string_view name, const std::optional<Decimal>& value) {
  if (const auto known = unless_zero(value)) out.number(name, *known);
}
void number(JsonOut& out, std::string_view name, const std::optional<Decimal>& value) {
  if (value) out.number(name, *value);
}
void text(JsonOut& out, std::string_view name, std::string_view value) {
  if (!value.empty()) out.text(name, value);
}

std::string lower(std::string_view word) {
  std::string out{word};
  for (auto& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  return out;
}

std::string_view status_name(const OrderFields& fields, OrderStatus status) {
  // The unified words have none for what was filled in part and then ended, and ccxt says this.
  if (fields.status == "PartiallyFilledCanceled") return "closed";
  switch (status) {
    case OrderStatus::filled: return "closed";
    case OrderStatus::cancelled: return "canceled";
    case OrderStatus::expired: return "expired";
    case OrderStatus::rejected: return "rejected";
    default: return "open";
  }
}

std::string order_json(const OrderFields& fields, const OrderRow& row) {
  const auto& report = row.report;
  JsonOut out;
  text(out, "id", report.venue_id.view());
  text(out, "clientOrderId", report.id.empty() ? report.raw_client_id.view() : report.id.view());
  out.text("symbol", report.symbol.view());
  out.text("type", lower(fields.order_type));
  out.text("side", name_of(report.side));
  out.text("status", status_name(fields, report.status));
  price(out, "price", fields.price);
  price(out, "average", fields.average);
  out.number("amount", report.quantity.decimal());
  out.number("filled", report.filled.decimal());
  number(out, "remaining", fields.left);
  number(out, "cost", fields.executed_value);
  out.integer("timestamp", fields.created);
  text(out, "timeInForce", fields.post_only() ? "PO" : fields.time_in_force);
  out.boolean("postOnly", fields.post_only());
  out.boolean("reduceOnly", fields.reduce_only);
  if (report.trigger_price) out.number("triggerPrice", report.trigger_price->decimal());
  const bool stop = kit::is_stop(report.kind);
  const bool target = kit::is_conditional(report.kind) && !stop;
  const auto trigger =
      report.trigger_price ? std::optional{report.trigger_price->decimal()} : std::nullopt;
  price(out, "stopLossPrice", stop ? trigger : fields.stop_loss);
  price(out, "takeProfitPrice", target ? trigger : fields.take_profit);
  return out.str();
}

std::string execution_json(const ExecutionFields& fields, const FillRow& row) {
  const auto& report = row.report;
  JsonOut out;
  out.text("id", report.trade_id.view()).text("order", report.venue_id.view());
  out.integer("timestamp", kit::to_ms(report.time)).text("symbol", report.symbol.view());
  out.number("price", report.price.decimal()).number("amount", report.quantity.decimal());
  out.text("side", name_of(report.side)).text("takerOrMaker", report.maker ? "maker" : "taker");
  if (report.fee) {
    JsonOut fee;
    fee.number("cost", *report.fee).text("currency", report.fee_asset.view());
    number(fee, "rate", fields.fee_rate);
    out.raw("fee", fee.str());
  }
  return out.str();
}

std::string ticker_json(const TickerFields& t, const Symbol& symbol) {
  JsonOut out;
  out.text("symbol", symbol.view());
  number(out, "bid", t.bid);
  number(out, "bidVolume", t.bid_quantity);
  number(out, "ask", t.ask);
  number(out, "askVolume", t.ask_quantity);
  number(out, "last", t.last);
  number(out, "high", t.high);
  number(out, "low", t.low);
  number(out, "open", t.open);
  number(out, "baseVolume", t.volume);
  number(out, "quoteVolume", t.turnover);
  if (t.change)
    number(out, "percentage",
           Decimal::mul(*t.change, Decimal{100}, Rounding::half_even).value_or(Decimal{}));
  number(out, "markPrice", t.mark);
  number(out, "indexPrice", t.index);
  return out.str();
}

std::string book_json(const BookFields& book, const Symbol& symbol) {
  const auto levels = [](const std::vector<BookFields::Level>& side) {
    JsonList list;
    for (const auto& level : side)
      list.add(JsonList{}.add(level.price.str()).add(level.quantity.str()).str());
    return list.str();
  };
  JsonOut out;
  out.text("symbol", symbol.view());
  out.raw("bids", levels(book.bids)).raw("asks", levels(book.asks));
  return out.str();
}

std::string position_json(const PositionFields& p, const Symbol& symbol) {
  JsonOut out;
  out.text("symbol", symbol.view());
  const auto size = p.signed_size();
  if (!size.is_zero()) out.text("side", size.is_negative() ? "short" : "long");
  number(out, "contracts", p.size);
  price(out, "entryPrice", p.entry_price);
  price(out, "markPrice", p.mark_price);
  price(out, "liquidationPrice", p.liquidation_price);
  price(out, "leverage", p.leverage);
  number(out, "unrealizedPnl", p.profit);
  return out.str();
}

std::string balances_json(const std::vector<Balance>& balances) {
  JsonOut free, used, total;
  for (const auto& each : balances) {
    free.number(each.asset.view(), each.free.decimal());
    used.number(each.asset.view(), each.locked.decimal());
    total.number(each.asset.view(), (each.free + each.locked).decimal());
  }
  return JsonOut{}.raw("free", free.str()).raw("used", used.str()).raw("total", total.str()).str();
}

// ---- the venue ----

class Bybit final : public VectorVenue {
 public:
  explicit Bybit(const VectorWorld& world)
      : key_(world.credential("apiKey")), secret_(world.credential("secret")) {
    for (const auto& each : world.markets) static_cast<void>(markets_.put(market_of(each)));
  }

  Requests send(const UnifiedCall& call) override {
    const auto network = call.demo      ? Network::demo
                         : call.sandbox ? Network::testnet
                                        : Network::live;
    const auto hosts = hosts_of(network);
    if (!hosts) return wrong("NotSupported", hosts.error().what);
    RequestWriter writer{host_header(hosts->rest), Secret::take(std::string{key_}),
                         Secret::take(std::string{secret_})};
    const auto* market = call.market ? markets_.find(call.market->instrument.symbol) : nullptr;
    if (call.market && !market) return wrong("BadSymbol", "no such symbol");
    return sent(call, market, writer);
  }

  Unified read(const UnifiedCall& call, std::span<const CannedAnswer> answers) override {
    if (answers.empty()) return wrong("ExchangeError", "no answer");
    const auto& answer = answers.back();
    const auto verdict = judge(answer.status, reader_.said(answer.body));
    if (!verdict.is_good()) return refuse(error_of(verdict, answer.status));
    // What is told as an error there and is none here: the venue had nothing to change.
    if (const auto said = reader_.said(answer.body); said && said->code != 0)
      return wrong("NoChange", std::string{said->text});
    auto unified = understood(call, answer.body);
    if (!unified) return refuse(class_of(unified.error()));
    return *unified;
  }

  std::optional<std::string> frame(std::string_view line) override {
    if (line.empty() || line.front() != '{') return std::nullopt;
    const auto frame = frames_.market(line);
    JsonOut out;
    if (!frame) return out.text("error", frame.error().what).str();
    out.text("name", frame->name);
    if (frame->bid) out.number("bid", frame->bid->decimal());
    if (frame->ask) out.number("ask", frame->ask->decimal());
    if (!frame->trades.empty()) out.number("price", frame->trades.back().price.decimal());
    return out.str();
  }

 private:
  static Requests one(const RequestBytes& bytes) {
    if (!bytes) return refuse(class_of(bytes.error()));
    return std::vector{kit::show(*bytes)};
  }

  Requests placed(const UnifiedCall& call, const Market& market, RequestWriter& writer) {
    const auto order = new_order_of(call);
    if (!order) return tl::unexpected(order.error());
    return one(writer.create(*order, market, receive_window_default, call.now));
  }

  Requests sent(const UnifiedCall& call, const Market* market, RequestWriter& writer) {
    const auto& method = call.method;
    const auto now = call.now;
    const OrderName name{call.id, call.client_id};
    if (method == "fetchTime") return one(writer.server_time());
    if (method == "fetchBalance") return one(writer.wallet(now));
    if (method == "loadMarkets") return one(writer.instruments(Category::spot, {}, {}));
    if (method == "fetchPositions" || method == "fetchPosition") {
      PositionsQuery query;
      if (market)
        query.name = market->name;
      else
        query.settle = "USDT";
      if (method == "fetchPositions") query.limit = positions_page_max;
      return one(writer.positions(query, now));
    }
    if (!market) return wrong("ArgumentsRequired", "a symbol is needed");
    if (method == "createOrder") return placed(call, *market, writer);
    if (method == "createMarketBuyOrderWithCost") {
      NewOrder order{.link_id = call.client_id, .at_market = true, .in_quote = true};
      order.quantity = call.cost.value_or(Decimal{});
      return one(writer.create(order, *market, receive_window_default, now));
    }
    if (method == "editOrder") {
      OrderChange change{.name = name};
      if (!call.order.amount.is_zero()) change.quantity = call.order.amount.decimal();
      if (call.order.price) change.price = call.order.price->decimal();
      return one(writer.change(change, *market, now));
    }
    if (method == "cancelOrder") {
      OrderCancel cancel{.name = name};
      if (call.trigger && market->category == Category::spot) {
        cancel.filter = Filter::stop;
      } else if (call.trigger) {
        // The venue needs no such word here and takes what a caller adds.
        cancel.extra_name = "trigger";
        cancel.extra_json = "true";
      }
      return one(writer.cancel(cancel, *market, now));
    }
    if (method == "cancelAllOrders") return one(writer.cancel_all(*market, now));
    if (method == "setLeverage")
      return one(writer.set_leverage(*market, Decimal{call.leverage}, now));
    if (method == "fetchTicker") return one(writer.ticker(*market));
    if (method == "fetchOrderBook") return one(writer.order_book(*market, call.limit.value_or(0)));
    if (method == "fetchOrder")
      return one(
          writer.orders({.category = market->category, .name = market->name, .order = name}, now));
    if (method == "fetchOpenOrders")
      return one(writer.orders({.category = market->category, .name = market->name}, now));
    if (method == "fetchClosedOrders")
      return one(writer.orders({.history = true,
                                .category = market->category,
                                .name = market->name,
                                .status = "Filled",
                                .limit = call.limit.value_or(0),
                                .since = call.since},
                               now));
    if (method == "fetchMyTrades")
      return one(writer.executions({.category = market->category,
                                    .name = market->name,
                                    .limit = call.limit.value_or(0),
                                    .since = call.since},
                                   now));
    return wrong("NotSupported", "no such call");
  }

  Result<std::string> understood(const UnifiedCall& call, const std::string& body) {
    const auto& method = call.method;
    if (method == "fetchTime")
      return reader_.server_time(body).map(
          [](WallTime t) { return std::to_string(kit::to_ms(t)); });
    if (method == "fetchBalance") return reader_.wallet(body).map(balances_json);
    if (method == "createOrder" || method == "editOrder" || method == "cancelOrder") {
      const auto ids = reader_.acknowledged(body);
      if (!ids) return kit::pass(ids);
      JsonOut out;
      out.text("id", ids->order_id);
      text(out, "clientOrderId", ids->link_id);
      if (call.market) out.text("symbol", call.market->instrument.symbol.view());
      return out.str();
    }
    if (method == "fetchOrder" || method == "fetchOpenOrders" || method == "fetchClosedOrders")
      return orders(body, method == "fetchOrder");
    if (method == "fetchMyTrades") return executions(body);
    if (method == "fetchPositions" || method == "fetchPosition") return positions(body);
    if (!call.market) return failed(Fault::bad_input, "no symbol");
    const auto& symbol = call.market->instrument.symbol;
    if (method == "fetchTicker")
      return reader_.ticker(body).map(
          [&](const TickerFields& t) { return ticker_json(t, symbol); });
    if (method == "fetchOrderBook")
      return reader_.book(body).map([&](const BookFields& b) { return book_json(b, symbol); });
    return std::string{"{}"};
  }

  Result<std::string> orders(const std::string& body, bool single) {
    const auto page = reader_.orders(body);
    if (!page) return kit::pass(page);
    JsonList list;
    for (const auto& fields : page->orders) {
      const auto row = fields.row(markets_, page->category);
      if (!row) return kit::pass(row);
      if (single) return order_json(fields, *row);
      list.add(order_json(fields, *row));
    }
    if (single) return failed(Fault::not_found, "no such order");
    return list.str();
  }

  Result<std::string> executions(const std::string& body) {
    const auto page = reader_.executions(body);
    if (!page) return kit::pass(page);
    JsonList list;
    for (const auto& fields : page->executions) {
      const auto row = fields.row(markets_, page->category);
      if (!row) return kit::pass(row);
      if (*row) list.add(execution_json(fields, **row));
    }
    return list.str();
  }

  Result<std::string> positions(const std::string& body) {
    const auto page = reader_.positions(body);
    if (!page) return kit::pass(page);
    JsonList list;
    for (const auto& each : page->positions)
      if (const auto* market = find(markets_, Category::linear, each.name))
        list.add(position_json(each, market->instrument.symbol));
    return list.str();
  }

  std::string key_, secret_;
  Markets markets_;
  AnswerReader reader_;
  FrameReader frames_{markets_};
};

}  // namespace

std::unique_ptr<VectorVenue> make_bybit(const VectorWorld& world) {
  return std::make_unique<Bybit>(world);
}

}  // namespace signalbox::vectors
