// OKX under the vectors: unified calls become our messages, our messages the connector's bytes;
// answers become the connector's rows, and those unified results.
#include "connectors/okx/answers.hpp"
#include "connectors/okx/requests.hpp"
#include "connectors/okx/streams.hpp"
#include "tests/vectors/exchanges.hpp"

namespace signalbox::vectors {
namespace {

using namespace signalbox::okx;

tl::unexpected<ErrorClass> refused(std::string name, std::string why) {
  return tl::unexpected(ErrorClass{std::move(name), std::move(why)});
}

// ---- classes ----

struct NamedCode {
  std::int32_t code;
  std::string_view name;
};
/// Where ccxt's classes are finer than ours, or cut elsewhere.
constexpr NamedCode named_codes[] = {
    {50001, "OnMaintenance"},
    {50004, "RequestTimeout"},
    {50005, "ExchangeNotAvailable"},
    {50009, "AccountSuspended"},
    {50013, "ExchangeNotAvailable"},
    {50026, "ExchangeNotAvailable"},
    {50112, "AuthenticationError"},
    {51000, "BadRequest"},
    {51001, "BadSymbol"},
    {51002, "BadSymbol"},
    {51003, "BadRequest"},
    {51009, "AccountSuspended"},
    {51010, "AccountNotEnabled"},
    {51015, "BadSymbol"},
    {51022, "ContractUnavailable"},
    {51024, "AccountSuspended"},
    {51027, "ContractUnavailable"},
    {51028, "ContractUnavailable"},
};

std::string class_of(Refusal refusal) {
  switch (refusal) {
    case Refusal::authentication: return "AuthenticationError";
    case Refusal::permission: return "PermissionDenied";
    case Refusal::clock: return "InvalidNonce";
    case Refusal::insufficient_funds: return "InsufficientFunds";
    case Refusal::not_found: return "OrderNotFound";
    case Refusal::duplicate_id: return "DuplicateOrderId";
    case Refusal::would_take: return "OrderImmediatelyFillable";
    case Refusal::rate_limited: return "RateLimitExceeded";
    case Refusal::banned: return "DDoSProtection";
    case Refusal::maintenance: return "OnMaintenance";
    case Refusal::unsupported: return "NotSupported";
    case Refusal::invalid:
    case Refusal::precision:
    case Refusal::minimum:
    case Refusal::maximum:
    case Refusal::price_band:
    case Refusal::would_trigger:
    case Refusal::reduce_only:
    case Refusal::too_many_orders: return "InvalidOrder";
    default: return "ExchangeError";
  }
}

ErrorClass class_of(const Verdict& verdict) {
  for (const auto& each : named_codes)
    if (each.code == verdict.code) return {std::string{each.name}, verdict.detail.str()};
  if (verdict.outcome == Outcome::unknown) return {"ExchangeNotAvailable", verdict.detail.str()};
  return {class_of(verdict.refusal), verdict.detail.str()};
}

// ---- from our rows to unified words ----

std::string_view word_of(Side side) { return side == Side::buy ? "buy" : "sell"; }

Decimal size_of(Quantity base, const Market& market) {
  return to_size(base, market).value_or(Decimal{});
}

void add(JsonOut& out, std::string_view name, const std::optional<Decimal>& value) {
  if (value) out.number(name, *value);
}
void add_text(JsonOut& out, std::string_view name, std::string_view text) {
  if (!text.empty()) out.text(name, text);
}

std::string_view status_word(OrderStatus status) {
  switch (status) {
    case OrderStatus::filled: return "closed";
    case OrderStatus::cancelled:
    case OrderStatus::expired:
    case OrderStatus::rejected: return "canceled";
    default: return "open";
  }
}

std::string fee_json(Decimal paid, std::string_view asset) {
  return JsonOut{}.number("cost", -paid).text("currency", asset).str();
}

std::string order_json(const OrderFields& fields, const PlainRow& row, const Market& market) {
  const auto& report = row.order.report;
  const bool is_market = report.kind == OrderKind::market;
  JsonOut out;
  out.text("id", fields.number).text("symbol", report.symbol.view());
  add_text(out, "clientOrderId", fields.client_id);
  out.text("type", is_market ? "market" : "limit").text("side", word_of(report.side));
  out.text("status", status_word(report.status));
  out.integer("timestamp", fields.created);
  const auto average = price_or_none(fields.average);
  if (report.price) out.number("price", report.price->decimal());
  if (is_market && average) out.number("price", average->decimal());
  if (average) out.number("average", average->decimal());
  out.number("amount", size_of(report.quantity, market));
  out.number("filled", size_of(report.filled, market));
  out.number("remaining", size_of(report.quantity - report.filled, market));
  if (const auto cost = notional(average.value_or(Price{}), report.filled, Rounding::half_even))
    out.number("cost", cost->decimal());
  if (fields.type == "ioc" || is_market) out.text("timeInForce", "IOC");
  if (fields.type == "fok") out.text("timeInForce", "FOK");
  if (fields.type == "post_only") out.text("timeInForce", "PO").boolean("postOnly", true);
  if (fields.type == "ioc" || fields.type == "fok") out.boolean("postOnly", false);
  out.boolean("reduceOnly", fields.reduce_only);
  if (fields.fee && !fields.fee_asset.empty())
    out.raw("fee", fee_json(*fields.fee, fields.fee_asset));
  return out.str();
}

std::string algo_json(const AlgoFields& fields, const AlgoRow& row, const Market& market) {
  JsonOut out;
  out.text("id", row.number).text("symbol", market.instrument.symbol.view());
  add_text(out, "clientOrderId", row.client_id);
  const auto& first = row.legs[0].report;
  out.text("side", word_of(first.side)).text("status", status_word(first.status));
  out.integer("timestamp", fields.created).number("amount", size_of(first.quantity, market));
  add(out, "stopLossPrice", fields.stop_trigger);
  add(out, "takeProfitPrice", fields.target_trigger);
  add(out, "triggerPrice", fields.trigger);
  out.boolean("reduceOnly", fields.reduce_only);
  return out.str();
}

std::string ticker_json(const DayTicker& t, const Market& market) {
  JsonOut out;
  out.text("symbol", market.instrument.symbol.view()).integer("timestamp", t.time);
  add(out, "bid", t.bid);
  add(out, "ask", t.ask);
  add(out, "last", t.last);
  add(out, "high", t.high);
  add(out, "low", t.low);
  add(out, "open", t.open);
  add(out, "baseVolume", t.volume);
  if (!market.is_swap()) add(out, "quoteVolume", t.quote_volume);
  if (t.last && t.open && t.open->is_positive())
    if (const auto share = Decimal::div(*t.last - *t.open, *t.open, Rounding::half_even))
      if (const auto percent = Decimal::mul(*share, Decimal{100}, Rounding::half_even))
        out.number("percentage", *percent);
  return out.str();
}

std::string position_json(const PositionFields& fields, const Position& row, const Market& market) {
  JsonOut out;
  out.text("symbol", row.symbol.view()).text("marginMode", fields.margin_mode);
  out.text("side", row.quantity.is_negative() ? "short" : "long");
  out.number("contracts",
             size_of(row.quantity.is_negative() ? -row.quantity : row.quantity, market));
  out.number("entryPrice", row.entry_price.decimal());
  add(out, "markPrice", fields.mark_price);
  add(out, "liquidationPrice", fields.liquidation_price);
  add(out, "leverage", fields.leverage);
  add(out, "unrealizedPnl", fields.profit);
  return out.str();
}

std::string fill_json(const kit::FillRow& row, const Market& market) {
  const auto& fill = row.report;
  JsonOut out;
  out.text("id", fill.trade_id.view()).text("order", fill.venue_id.view());
  out.text("symbol", fill.symbol.view()).text("side", word_of(fill.side));
  out.integer("timestamp", kit::to_ms(fill.time)).number("price", fill.price.decimal());
  out.number("amount", size_of(fill.quantity, market));
  out.text("takerOrMaker", fill.maker ? "maker" : "taker");
  if (fill.fee) out.raw("fee", fee_json(-*fill.fee, fill.fee_asset.view()));
  return out.str();
}

std::string balances_json(const std::vector<Balance>& rows) {
  JsonOut free, used, total;
  for (const auto& each : rows) {
    free.number(each.asset.view(), each.free.decimal());
    used.number(each.asset.view(), each.locked.decimal());
    total.number(each.asset.view(), (each.free + each.locked).decimal());
  }
  return JsonOut{}.raw("free", free.str()).raw("used", used.str()).raw("total", total.str()).str();
}

// ---- frames ----

std::string levels_json(const std::vector<MarketFrame::Level>& levels) {
  JsonList list;
  for (const auto& each : levels) list.add("[" + each.price.str() + "," + each.size.str() + "]");
  return list.str();
}

std::string frame_json(const MarketFrame& frame) {
  JsonOut out;
  JsonList rows;
  switch (frame.kind) {
    case MarketFrame::Kind::tickers:
      out.text("kind", "ticker");
      for (const auto& t : frame.tickers) {
        JsonOut row;
        row.text("symbol", t.instrument).integer("time", t.time);
        add(row, "bid", t.bid);
        add(row, "bid_size", t.bid_size);
        add(row, "ask", t.ask);
        add(row, "ask_size", t.ask_size);
        add(row, "last", t.last);
        add(row, "open", t.open);
        add(row, "high", t.high);
        add(row, "low", t.low);
        add(row, "volume", t.volume);
        add(row, "quote_volume", t.quote_volume);
        rows.add(row.str());
      }
      return out.raw("rows", rows.str()).str();
    case MarketFrame::Kind::books:
      out.text("kind", "depth");
      for (const auto& book : frame.books)
        rows.add(JsonOut{}
                     .text("symbol", book.instrument)
                     .boolean("snapshot", book.is_snapshot)
                     .integer("time", book.time)
                     .integer("checksum", book.checksum)
                     .raw("bids", levels_json(book.bids))
                     .raw("asks", levels_json(book.asks))
                     .str());
      return out.raw("rows", rows.str()).str();
    case MarketFrame::Kind::trades:
      out.text("kind", "trade");
      for (const auto& t : frame.trades)
        rows.add(JsonOut{}
                     .text("symbol", t.instrument)
                     .text("id", t.id)
                     .text("side", word_of(t.side))
                     .number("price", t.price.decimal())
                     .number("size", t.size.decimal())
                     .integer("time", t.time)
                     .str());
      return out.raw("rows", rows.str()).str();
    case MarketFrame::Kind::subscribed:
      return out.text("kind", "subscribed")
          .text("channel", frame.channel)
          .text("symbol", frame.instrument)
          .str();
    case MarketFrame::Kind::refused:
      return out.text("kind", "refused").integer("code", frame.error.code).str();
    default: return out.text("kind", "other").str();
  }
}

// ---- the venue ----

Market market_of(const VectorMarket& from) {
  Market market;
  market.wire = from.wire;
  market.instrument = from.instrument;
  if (!market.is_swap()) return market;
  // The file counts swaps in contracts, and so does the venue; our own messages count base.
  if (const auto size = from.all.find("contractSize"))
    market.unit = decimal_of(*size).value_or(Decimal{1});
  const auto in_base = [&](Quantity& quantity) {
    quantity = to_base(quantity.decimal(), market).value_or(quantity);
  };
  in_base(market.instrument.lot_size);
  in_base(market.instrument.quantity_min);
  return market;
}

class Okx final : public VectorVenue {
 public:
  explicit Okx(const VectorWorld& world) : world_(world) {
    for (const auto& each : world.markets) static_cast<void>(markets_.put(market_of(each)));
  }

  Requests send(const UnifiedCall& call) override {
    Credentials credentials{Secret::take(world_.credential("apiKey")),
                            Secret::take(world_.credential("secret")),
                            Secret::take(world_.credential("password"))};
    const auto network = call.sandbox || call.demo ? Network::demo : Network::live;
    const auto hosts = hosts_of(Network::live);
    RequestWriter writer{host_header(hosts->rest), network, credentials, Wording::ccxt};
    auto& modes = writer.modes();
    modes.spot_exits = TradeMode::cross;
    modes.hedged = call.order.hedged;
    if (call.order.margin_mode == "isolated") modes.swap = TradeMode::isolated;
    const Market* market = nullptr;
    if (call.market) market = markets_.find(call.market->instrument.symbol);
    if (market && !market->is_swap() && !call.order.margin_mode.empty())
      return refused("NotSupported", "spot is traded without margin");

    const auto one = write(writer, call, market);
    if (!one) return tl::unexpected(one.error());
    return std::vector{kit::show(*one)};
  }

  Unified read(const UnifiedCall& call, std::span<const CannedAnswer> answers) override {
    if (answers.empty()) return refused("BadResponse", "no answer");
    const auto& body = answers.front().body;
    const auto verdict = judge(answers.front().status, reader_.error(body));
    if (!verdict.is_good()) return tl::unexpected(class_of(verdict));
    const auto* market = call.market ? markets_.find(call.market->instrument.symbol) : nullptr;
    auto json = result(call, market, body);
    if (!json) return refused("BadResponse", json.error().what);
    return *json;
  }

  std::optional<std::string> frame(std::string_view line) override {
    // "<seconds>: <frame>"; what was sent stands in lines that begin with the address.
    const auto colon = line.find(": ");
    if (colon == line.npos || line.starts_with("wss://") || line.starts_with("https://"))
      return std::nullopt;
    const auto read = frames_.market(line.substr(colon + 2));
    if (!read) return JsonOut{}.text("error", read.error().what).str();
    return frame_json(*read);
  }

 private:
  using Written = tl::expected<std::string, ErrorClass>;
  static Written written(const RequestBytes& bytes) {
    if (!bytes) return refused(class_of(bytes.error().refusal), bytes.error().detail.str());
    return std::string{*bytes};
  }
  static Written written(std::string_view bytes) { return std::string{bytes}; }

  Written write(RequestWriter& writer, const UnifiedCall& call, const Market* market) const {
    const auto& method = call.method;
    const OrderRef ref{call.trigger, call.id, call.client_id, AlgoLeg::stop};
    const auto since = call.since.value_or(WallTime{});
    if (method == "fetchTime") return written(writer.server_time());
    if (method == "loadMarkets") return written(writer.instruments("SPOT"));
    if (method == "fetchBalance") return written(writer.balances(call.now));
    if (method == "fetchPositions") return written(writer.positions(market, false, call.now));
    if (!market) return refused("BadSymbol", "no such symbol");
    if (method == "createOrder") return create(writer, call, *market);
    if (method == "createMarketBuyOrderWithCost")
      return written(writer.place_for_quote(ClientOrderId{call.client_id}, Side::buy,
                                            Notional{call.cost.value_or(Decimal{})}, *market,
                                            call.now));
    if (method == "editOrder") return edit(writer, call, ref, *market);
    if (method == "cancelOrder") return written(writer.cancel(ref, *market, call.now));
    if (method == "fetchOrder") return written(writer.order(ref, *market, call.now));
    if (method == "fetchOpenOrders") return written(writer.open_orders(market, {}, call.now));
    if (method == "fetchClosedOrders")
      return written(
          writer.order_history(*market, since, call.limit.value_or(0), "filled", call.now));
    if (method == "fetchMyTrades")
      return written(writer.fills_history(*market, since, {}, call.now));
    if (method == "fetchTicker") return written(writer.ticker(*market));
    if (method == "fetchOrderBook") return written(writer.book(*market, call.limit.value_or(100)));
    if (method == "fetchPosition") return written(writer.positions(market, true, call.now));
    if (method == "setLeverage")
      return written(writer.set_leverage(Decimal{call.leverage}, *market, call.now));
    return refused("NotSupported", "no such call: " + method);
  }

  static Written edit(RequestWriter& writer, const UnifiedCall& call, const OrderRef& ref,
                      const Market& market) {
    AmendOrder amend;
    amend.symbol = market.instrument.symbol;
    amend.venue_id = plain_id(call.id);
    amend.id = ClientOrderId{call.client_id};
    if (call.order.amount.is_positive())
      amend.quantity = to_base(call.order.amount.decimal(), market);
    amend.price = call.order.price;
    return written(writer.amend(amend, ref, market, call.now));
  }

  static OrderSpec spec_of(const UnifiedCall& call, const Market& market) {
    const auto& order = call.order;
    OrderSpec spec;
    spec.id = ClientOrderId{call.client_id};
    spec.side = order.side;
    spec.quantity = to_base(order.amount.decimal(), market).value_or(Quantity{});
    spec.kind = order.type == "limit" ? OrderKind::limit : OrderKind::market;
    if (spec.kind == OrderKind::limit) spec.price = order.price;
    spec.time_in_force = order.time_in_force.value_or(TimeInForce::gtc);
    spec.post_only = order.post_only;
    spec.reduce_only = order.reduce_only;
    return spec;
  }

  static OrderSpec conditional(OrderSpec spec, Price trigger, bool is_stop) {
    const bool limit = spec.price.has_value();
    spec.kind = is_stop ? limit ? OrderKind::stop_limit : OrderKind::stop_market
                : limit ? OrderKind::take_profit_limit
                        : OrderKind::take_profit_market;
    spec.trigger_price = trigger;
    return spec;
  }

  static OrderSpec attached(const OrderSpec& entry, const AttachedExit& exit, bool is_stop) {
    OrderSpec spec;
    spec.side = opposite(entry.side);
    spec.quantity = entry.quantity;
    spec.price = exit.price;
    return conditional(spec, exit.trigger, is_stop);
  }

  static Written create(RequestWriter& writer, const UnifiedCall& call, const Market& market) {
    const auto& order = call.order;
    if (order.type != "limit" && order.type != "market")
      return refused("NotSupported", "a type of another venue: " + order.type);
    if (!ClientOrderId::fits(call.client_id))
      return refused("InvalidOrder", "the client id is too long");
    auto entry = spec_of(call, market);
    PlaceOrders place;
    place.symbol = market.instrument.symbol;
    place.order_class = order.reduce_only ? OrderClass::close : OrderClass::entry;
    const bool exits = order.stop_loss_price || order.take_profit_price;
    const bool hangs = order.stop_loss || order.take_profit;
    if (exits + hangs + order.trigger_price.has_value() > 1)
      return refused("NotSupported", "more than one way of exits in an order");
    if (exits) {
      place.order_class = OrderClass::protective;
      if (order.stop_loss_price)
        place.orders.push_back(conditional(entry, *order.stop_loss_price, true));
      if (order.take_profit_price)
        place.orders.push_back(conditional(entry, *order.take_profit_price, false));
      if (place.orders.size() == 2) {
        place.linkage = Linkage::one_cancels_other;
        place.orders[1].id = {};
      }
    } else if (order.trigger_price) {
      // It waits for a price; whether it opens or closes, the venue knows it as a trigger order.
      place.order_class = OrderClass::entry;
      place.orders.push_back(conditional(entry, *order.trigger_price, true));
    } else {
      place.orders.push_back(entry);
      if (order.stop_loss) place.orders.push_back(attached(entry, *order.stop_loss, true));
      if (order.take_profit) place.orders.push_back(attached(entry, *order.take_profit, false));
      if (place.orders.size() == 2) place.linkage = Linkage::one_triggers_other;
      if (place.orders.size() == 3) place.linkage = Linkage::one_triggers_pair;
    }
    return written(writer.place(place, market, call.now));
  }

  Result<std::string> result(const UnifiedCall& call, const Market* market, std::string_view body) {
    const auto& method = call.method;
    if (method == "fetchTime")
      return reader_.server_time(body).map(
          [](WallTime t) { return std::to_string(kit::to_ms(t)); });
    if (method == "fetchBalance") return reader_.balances(body).map(balances_json);
    if (method == "fetchPositions" || method == "fetchPosition") return positions(body);
    if (!market) return failed(Fault::not_found, "no such symbol");
    if (method == "fetchTicker")
      return reader_.ticker(body).map([&](const DayTicker& t) { return ticker_json(t, *market); });
    if (method == "fetchMyTrades") {
      std::vector<kit::FillRow> rows;
      const auto page = reader_.fills(body, rows);
      if (!page) return kit::pass(page);
      JsonList list;
      for (const auto& each : rows) list.add(fill_json(each, *market));
      return list.str();
    }
    if (method == "fetchOpenOrders" || method == "fetchClosedOrders") return orders(body);
    if (method == "fetchOrder") return call.trigger ? one_algo(body) : one_order(body);
    return acknowledged(call, *market, body);
  }

  Result<std::string> acknowledged(const UnifiedCall& call, const Market& market,
                                   std::string_view body) {
    const auto names = reader_.acknowledged(body);
    if (!names) return kit::pass(names);
    JsonOut out;
    out.text("id", names->number).text("symbol", market.instrument.symbol.view());
    add_text(out, "clientOrderId", names->client_id);
    if (!call.order.type.empty())
      out.text("type", call.order.type).text("side", word_of(call.order.side));
    // The answer says nothing of it.
    out.boolean("reduceOnly", false);
    return out.str();
  }

  Result<std::string> orders(std::string_view body) {
    JsonList list;
    const auto read = reader_.each_order(body, [&](const OrderFields& fields) -> Result<void> {
      const auto row = plain_row(fields, markets_);
      if (!row) return kit::pass(row);
      list.add(order_json(fields, *row, *markets_.find_wire(fields.instrument)));
      return {};
    });
    if (!read) return kit::pass(read);
    return list.str();
  }

  Result<std::string> one_order(std::string_view body) {
    std::string json;
    const auto read = reader_.each_order(body, [&](const OrderFields& fields) -> Result<void> {
      const auto row = plain_row(fields, markets_);
      if (!row) return kit::pass(row);
      json = order_json(fields, *row, *markets_.find_wire(fields.instrument));
      return {};
    });
    if (!read) return kit::pass(read);
    if (json.empty()) return failed(Fault::not_found, "no order");
    return json;
  }

  Result<std::string> one_algo(std::string_view body) {
    std::string json;
    const auto read = reader_.each_algo(body, [&](const AlgoFields& fields) -> Result<void> {
      const auto row = algo_row(fields, markets_);
      if (!row) return kit::pass(row);
      json = algo_json(fields, *row, *markets_.find_wire(fields.instrument));
      return {};
    });
    if (!read) return kit::pass(read);
    if (json.empty()) return failed(Fault::not_found, "no order");
    return json;
  }

  Result<std::string> positions(std::string_view body) {
    JsonList list;
    const auto read =
        reader_.each_position(body, [&](const PositionFields& fields) -> Result<void> {
          const auto row = position_row(fields, markets_);
          if (!row) return kit::pass(row);
          list.add(position_json(fields, *row, *markets_.find_wire(fields.instrument)));
          return {};
        });
    if (!read) return kit::pass(read);
    return list.str();
  }

  const VectorWorld& world_;
  Markets markets_;
  AnswerReader reader_{markets_};
  FrameReader frames_{markets_};
};

}  // namespace

std::unique_ptr<VectorVenue> make_okx(const VectorWorld& world) {
  return std::make_unique<Okx>(world);
}

}  // namespace signalbox::vectors
