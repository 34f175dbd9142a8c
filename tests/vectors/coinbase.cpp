// Coinbase Advanced Trade under the vectors: unified calls become our messages, our messages the
// connector's bytes; answers become the connector's rows, and those unified results.
#include "connectors/coinbase/answers.hpp"
#include "connectors/coinbase/hosts.hpp"
#include "connectors/coinbase/requests.hpp"
#include "connectors/coinbase/streams.hpp"
#include "connectors/kit/take.hpp"
#include "tests/vectors/exchanges.hpp"
#include "tests/vectors/unified.hpp"

namespace signalbox::vectors {
namespace {

using namespace signalbox::coinbase;

/// Tokens must differ from each other, and nothing here depends on how.
class CountingRandom final : public Random {
 public:
  std::uint64_t next() override { return state_ += 0x9E3779B97F4A7C15U; }

 private:
  std::uint64_t state_ = 0;
};

constexpr std::int64_t page_of_ccxt = 100;

Market market_of(const VectorMarket& from) {
  Market market;
  market.wire = from.wire;
  market.instrument = from.instrument;
  market.quote_step = from.instrument.tick_size.decimal();
  const auto precision = from.all.find("precision");
  const auto steps = precision ? precision->object() : std::nullopt;
  if (const auto quote = steps ? steps->find("quote") : std::nullopt)
    market.quote_step = decimal_of(*quote).value_or(market.quote_step);
  return market;
}

/// ccxt knows a rejected and an expired order as a cancelled one here, and reckons the cost.
std::string described(const ReadOrder& order) {
  kit::DescribedOrder one{order.rows[0], order.details, {}};
  auto& report = one.row.report;
  if (report.status == OrderStatus::rejected || report.status == OrderStatus::expired)
    report.status = OrderStatus::cancelled;
  one.details.cost = Decimal{};
  if (const auto average = one.details.average)
    if (const auto cost = notional(Price{*average}, report.filled, Rounding::half_even))
      one.details.cost = cost->decimal();
  return order_json(one);
}

class Coinbase final : public VectorVenue {
 public:
  explicit Coinbase(const VectorWorld& world) : world_(world) {
    for (const auto& each : world.markets) static_cast<void>(markets_.put(market_of(each)));
  }

  Requests send(const UnifiedCall& call) override {
    const auto host = rest_host(call.sandbox ? Network::sandbox : Network::live);
    const auto key = Secret::take(world_.credential("apiKey"));
    const auto pem = Secret::take(world_.credential("secret"));
    RequestWriter writer{host_header(host), key, pem, random_, Wording::ccxt};
    const Market* market = nullptr;
    if (call.market) market = markets_.find(call.market->instrument.symbol);
    const auto bytes = write(writer, call, market);
    if (!bytes) return tl::unexpected(bytes.error());
    return std::vector{kit::show(*bytes)};
  }

  Unified read(const UnifiedCall& call, std::span<const CannedAnswer> answers) override {
    if (answers.empty()) return refuse({"BadResponse", "no answer"});
    const auto& [status, body] = answers.front();
    const auto verdict = reader_.verdict(status, body);
    if (!verdict.is_good()) {
      constexpr int server_error = 500;
      if (verdict.outcome == Outcome::unknown && status >= server_error)
        return refuse({"ExchangeNotAvailable", verdict.detail.str()});
      return refuse(class_of(verdict));
    }
    const auto* market = call.market ? markets_.find(call.market->instrument.symbol) : nullptr;
    auto json = result(call, market, body);
    if (!json) return refuse(class_of(json.error()));
    return *json;
  }

  std::optional<std::string> frame(std::string_view line) override {
    if (line.find('{') == line.npos) return std::nullopt;
    const auto read = frames_.read(line.substr(line.find('{')));
    if (!read) return JsonOut{}.text("error", read.error().what).str();
    return frame_json(**read);
  }

 private:
  using Written = tl::expected<std::string, ErrorClass>;
  static Written written(const RequestBytes& bytes) {
    if (!bytes) return refuse(class_of(bytes.error()));
    return std::string{*bytes};
  }
  static Written written(std::string_view bytes) { return std::string{bytes}; }

  static Written write(RequestWriter& writer, const UnifiedCall& call, const Market* market) {
    const auto& method = call.method;
    const auto now = call.now;
    if (method == "fetchTime") return written(writer.server_time());
    if (method == "fetchBalance") return written(writer.accounts({}, now));
    if (method == "loadMarkets") return written(writer.products({}, now));
    if (method == "fetchOrder") return written(writer.order(call.id, now));
    if (method == "cancelOrder") {
      // Its orders are cancelled by the venue's ids only.
      if (call.id.empty()) return not_supported("no cancel by client order id");
      if (!VenueOrderId::fits(call.id)) return refuse({"InvalidOrder", "the id is too long"});
      const VenueOrderId id{call.id};
      return written(writer.cancel({&id, 1}, call.trigger, now));
    }
    if (!market) return refuse({"BadSymbol", "no such symbol"});
    if (method == "createOrder") return create(writer, call, *market);
    if (method == "createMarketBuyOrderWithCost")
      return for_cost(writer, call, *market, call.cost.value_or(Decimal{}));
    if (method == "editOrder") return edit(writer, call, *market);
    if (method == "fetchTicker") return written(writer.ticker(*market));
    if (method == "fetchOrderBook") return written(writer.book(*market, call.limit.value_or(0)));
    ListAsk ask{.product = market->wire,
                .since = call.since.value_or(WallTime{}),
                .limit = call.limit.value_or(page_of_ccxt)};
    if (method == "fetchMyTrades") return written(writer.fills(ask, now));
    if (method == "fetchOpenOrders") ask.status = "OPEN";
    if (method == "fetchClosedOrders") ask.status = "FILLED";
    if (!ask.status.empty()) return written(writer.orders(ask, now));
    return not_supported("no such call: " + method);
  }

  /// The venue wants an id of every order; who gives none gets one.
  static std::string client_id(const UnifiedCall& call) {
    if (!call.client_id.empty()) return call.client_id;
    return "sb" + std::to_string(kit::to_ms(call.now));
  }

  static Written for_cost(RequestWriter& writer, const UnifiedCall& call, const Market& market,
                          Decimal cost) {
    const auto quote = Decimal::to_step(cost, market.quote_step, Rounding::down);
    if (!quote) return refuse({"InvalidOrder", "a cost that is none"});
    return written(writer.place_for_quote(client_id(call), Notional{*quote}, market, call.now));
  }

  static Written create(RequestWriter& writer, UnifiedCall call, const Market& market) {
    auto& order = call.order;
    call.client_id = client_id(call);
    const bool hangs = order.stop_loss || order.take_profit;
    const bool waits = order.stop_loss_price || order.take_profit_price || order.trigger_price;
    if (hangs && waits) return not_supported("an order that waits has no exits attached");
    if (order.type != "market" && order.type != "limit")
      return not_supported("a type of another venue: " + order.type);
    // A bare trigger names no direction. ccxt reads it here as a price that is better than today's.
    if (order.trigger_price && !order.stop_loss_price && !order.take_profit_price)
      order.take_profit_price = order.trigger_price;
    // A market purchase with a price is one for that much money there.
    if (order.type == "market" && order.side == Side::buy && order.price && !hangs && !waits) {
      const auto cost =
          Decimal::mul(order.amount.decimal(), order.price->decimal(), Rounding::down);
      return for_cost(writer, call, market, cost.value_or(Decimal{}));
    }
    auto place = place_orders(call);
    if (!place) return refuse(place.error());
    // The venue's only attached target rests at its price: no worse than one that waits for it.
    if (place->orders.size() == 3) {
      auto& target = place->orders[2];
      if (target.kind == OrderKind::take_profit_market) {
        target.kind = OrderKind::limit;
        target.price = target.trigger_price;
        target.trigger_price.reset();
      }
    }
    return written(writer.place(*place, market, call.now));
  }

  static Written edit(RequestWriter& writer, const UnifiedCall& call, const Market& market) {
    if (!VenueOrderId::fits(call.id)) return refuse({"InvalidOrder", "the id is too long"});
    AmendOrder amend;
    amend.symbol = market.instrument.symbol;
    amend.venue_id = VenueOrderId{call.id};
    if (call.order.amount.is_positive()) amend.quantity = call.order.amount;
    amend.price = call.order.price;
    return written(writer.amend(amend, market, call.now));
  }

  // ---- answers ----

  Result<std::string> result(const UnifiedCall& call, const Market* market, std::string_view body) {
    const auto& method = call.method;
    if (method == "fetchTime") return reader_.server_time(body).map(time_json);
    if (method == "fetchBalance") return balances(body);
    if (method == "fetchOrder") return reader_.order(body).map(described);
    if (method == "fetchOpenOrders" || method == "fetchClosedOrders") return orders(body);
    if (method == "fetchMyTrades") return trades(body);
    if (!market) return failed(Fault::not_found, "no such symbol");
    if (method == "fetchTicker") return reader_.ticker(body, *market).map(ticker_json);
    if (method == "fetchOrderBook")
      return reader_.book(body).map(
          [&](const kit::BookDepth& book) { return book_json(market->instrument.symbol, book); });
    return acknowledged(*market, body);
  }

  Result<std::string> acknowledged(const Market& market, std::string_view body) {
    const auto names = reader_.acknowledged(body);
    if (!names) return kit::pass(names);
    JsonOut out;
    out.text("id", names->order_id).text("symbol", market.instrument.symbol.view());
    if (!names->client_id.empty()) out.text("clientOrderId", names->client_id);
    if (names->side) out.text("side", *names->side == Side::buy ? "buy" : "sell");
    // ccxt tells a fee of which nothing is known.
    return out.raw("fee", "{}").str();
  }

  Result<std::string> balances(std::string_view body) {
    std::vector<Balance> found;
    const auto read = reader_.accounts(body, [&](const Balance& each) -> Result<void> {
      found.push_back(each);
      return {};
    });
    if (!read) return kit::pass(read);
    return balances_json(found);
  }

  Result<std::string> orders(std::string_view body) {
    JsonList list;
    const auto read = reader_.orders(body, [&](const ReadOrder& each) -> Result<void> {
      list.add(described(each));
      return {};
    });
    if (!read) return kit::pass(read);
    return list.str();
  }

  Result<std::string> trades(std::string_view body) {
    JsonList list;
    const auto read = reader_.fills(body, [&](const FillRow& each) -> Result<void> {
      list.add(trade_json(each));
      return {};
    });
    if (!read) return kit::pass(read);
    return list.str();
  }

  // ---- frames ----

  static std::string frame_json(const Frame& frame) {
    JsonOut out;
    JsonList rows;
    switch (frame.kind) {
      case Frame::Kind::tickers:
        for (const auto& t : frame.tickers) {
          JsonOut row;
          row.text("symbol", t.product).integer("time", kit::to_ms(t.time));
          if (t.bid) row.number("bid", *t.bid);
          if (t.bid_quantity) row.number("bid_size", *t.bid_quantity);
          if (t.ask) row.number("ask", *t.ask);
          if (t.ask_quantity) row.number("ask_size", *t.ask_quantity);
          if (t.price) row.number("last", *t.price);
          if (t.high) row.number("high", *t.high);
          if (t.low) row.number("low", *t.low);
          if (t.volume) row.number("volume", *t.volume);
          rows.add(row.str());
        }
        return out.text("kind", "ticker").raw("rows", rows.str()).str();
      case Frame::Kind::levels:
        for (const auto& l : frame.levels)
          rows.add(JsonOut{}
                       .text("symbol", l.product)
                       .text("side", l.side == Side::buy ? "bid" : "ask")
                       .number("price", l.price)
                       .number("size", l.quantity)
                       .str());
        return out.text("kind", "depth")
            .boolean("snapshot", frame.snapshot)
            .raw("rows", rows.str())
            .str();
      case Frame::Kind::trades:
        for (const auto& t : frame.trades)
          rows.add(JsonOut{}
                       .text("symbol", t.product)
                       .text("id", t.id)
                       .text("side", t.side == Side::buy ? "buy" : "sell")
                       .number("price", t.price)
                       .number("size", t.quantity)
                       .integer("time", kit::to_ms(t.time))
                       .str());
        return out.text("kind", "trade").raw("rows", rows.str()).str();
      case Frame::Kind::orders:
        for (const auto& each : frame.orders) rows.add(described(each.order));
        return out.text("kind", "orders").raw("rows", rows.str()).str();
      case Frame::Kind::heartbeat: return out.text("kind", "heartbeat").str();
      case Frame::Kind::subscriptions: return out.text("kind", "subscribed").str();
      case Frame::Kind::error: return out.text("kind", "refused").text("text", frame.text).str();
      case Frame::Kind::other: break;
    }
    return out.text("kind", "other").str();
  }

  const VectorWorld& world_;
  CountingRandom random_;
  Markets markets_;
  AnswerReader reader_{markets_};
  FrameReader frames_{markets_};
};

}  // namespace

std::unique_ptr<VectorVenue> make_coinbase(const VectorWorld& world) {
  return std::make_unique<Coinbase>(world);
}

}  // namespace signalbox::vectors
