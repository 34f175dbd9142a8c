#include "connectors/binance/answers.hpp"
#include "connectors/binance/hosts.hpp"
#include "connectors/binance/requests.hpp"
#include "connectors/binance/streams.hpp"
#include "tests/vectors/binance_kinds.hpp"

namespace signalbox::vectors {
namespace {

using namespace binance;

Network network_of(const UnifiedCall& call) {
  if (call.demo) return Network::demo;
  return call.sandbox ? Network::testnet : Network::live;
}

class Spot final : public VectorVenue {
 public:
  explicit Spot(const VectorWorld& world) : world_(world), answers_(markets_), frames_(markets_) {
    for (const auto& from : world.markets) {
      if (from.instrument.kind != MarketKind::spot) continue;
      Market market;
      market.instrument = from.instrument;
      market.wire = from.wire;
      market.stream = stream_name(from.wire);
      static_cast<void>(markets_.put(std::move(market)));
    }
  }

  Requests send(const UnifiedCall& call) override {
    RequestWriter write{host_header(hosts_of(network_of(call))->rest), secret_of(world_, "apiKey"),
                        secret_of(world_, "secret")};
    const auto& method = call.method;
    const auto now = call.now;
    const ClientOrderId client{call.client_id};
    const VenueOrderId id{call.id};
    if (method == "fetchTime") return one_request(write.server_time());
    if (method == "loadMarkets") return one_request(write.exchange_info({}));
    if (method == "fetchBalance") return one_request(write.account(now, true));
    const auto* market = call.market ? markets_.find(call.market->instrument.symbol) : nullptr;
    if (!market) return not_supported("spot has no " + method);
    if (method == "createOrder") return create(write, call, *market);
    if (method == "createMarketBuyOrderWithCost") {
      // In steps of the price, as ccxt counts quote.
      const auto cost = Decimal::to_step(call.cost.value_or(Decimal{}),
                                         market->instrument.tick_size.decimal(), Rounding::down);
      return one_request(write.buy_for(client, Notional{cost.value_or(Decimal{})}, *market, now));
    }
    if (method == "editOrder") return edit(write, call, *market);
    if (method == "cancelOrder")
      return one_request(write.cancel({.id = client, .venue_id = id}, *market, now));
    if (method == "fetchOrder") return one_request(write.order(client, id, *market, now));
    if (method == "cancelAllOrders") return one_request(write.cancel_all(*market, now));
    if (method == "fetchOpenOrders") return one_request(write.open_orders(market, now));
    if (method == "fetchClosedOrders")
      return one_request(write.all_orders(*market, call.since.value_or(now), now));
    if (method == "fetchMyTrades")
      return one_request(write.trades_since(*market, call.since.value_or(now),
                                            call.limit.value_or(trades_page_max), now));
    if (method == "fetchTicker") return one_request(write.day_ticker(*market));
    if (method == "fetchOrderBook")
      return one_request(write.depth(*market, call.limit.value_or(100)));
    return not_supported("spot has no " + method);
  }

  Unified read(const UnifiedCall& call, std::span<const CannedAnswer> answers) override {
    if (answers.empty()) return refuse({"NullResponse", "no answer"});
    const auto& answer = answers.front();
    if (answer.status < 200 || answer.status >= 300)
      return refuse(class_here(judge(answer.status, answers_.error(answer.body)), answer.status));
    const std::string_view body = answer.body;
    const auto& method = call.method;
    if (method == "fetchTime") return told(answers_.server_time(body), time_json);
    if (method == "fetchBalance")
      return told(answers_.account(body),
                  [](const Account& a) { return balances_json(a.balances); });
    if (method == "fetchTicker") return told(answers_.day_ticker(body), ticker_json);
    if (method == "fetchOrderBook")
      return told(answers_.depth(body), [&](const BookDepth& book) {
        return book_json(call.market->instrument.symbol, book);
      });
    if (method == "fetchMyTrades")
      return told(answers_.trades(body),
                  [](const auto& rows) { return list_json(rows, trade_json); });
    if (method == "fetchOpenOrders" || method == "fetchClosedOrders")
      return told(answers_.described_list(body),
                  [](const auto& rows) { return list_json(rows, order_json); });
    return told(answers_.described(body), order_json);
  }

  std::optional<std::string> frame(std::string_view line) override {
    const auto text = frame_of(line);
    if (!text) return std::nullopt;
    const auto read = frames_.market(*text);
    if (!read) return unreadable_json(read.error());
    switch (read->kind) {
      case MarketFrame::Kind::book: return book_ticker_json(read->book);
      case MarketFrame::Kind::trade: return frame_trade_json(read->trade);
      case MarketFrame::Kind::depth: return depth_json(read->depth);
      default: return JsonOut{}.text("kind", "other").str();
    }
  }

 private:
  static Requests create(RequestWriter& write, const UnifiedCall& call, const Market& market) {
    const auto orders = place_orders(call);
    if (!orders) return refuse(orders.error());
    return one_request(write.place(*orders, market, call.now));
  }

  static Requests edit(RequestWriter& write, const UnifiedCall& call, const Market& market) {
    const auto orders = place_orders(call);
    if (!orders) return refuse(orders.error());
    return one_request(write.replace(VenueOrderId{call.id}, orders->orders[0], market, call.now));
  }

  const VectorWorld& world_;
  Markets markets_;
  AnswerReader answers_;
  FrameReader frames_;
};

}  // namespace

std::unique_ptr<VectorVenue> make_binance_spot_vectors(const VectorWorld& world) {
  return std::make_unique<Spot>(world);
}

}  // namespace signalbox::vectors
