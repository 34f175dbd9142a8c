#include "connectors/binanceusdm/answers.hpp"
#include "connectors/binanceusdm/errors.hpp"
#include "connectors/binanceusdm/hosts.hpp"
#include "connectors/binanceusdm/ids.hpp"
#include "connectors/binanceusdm/requests.hpp"
#include "connectors/binanceusdm/streams.hpp"
#include "tests/vectors/binance_kinds.hpp"
#include "tests/vectors/exchanges.hpp"

namespace signalbox::vectors {
namespace {

using namespace binanceusdm;

/// Ours tell the two books of orders apart by a letter; the venue and ccxt do not.
DescribedOrder described(const OrderState& state) {
  DescribedOrder order{.row = state.row, .details = state.details};
  order.row.report.venue_id = VenueOrderId{wire_id(state.row.report.venue_id)};
  return order;
}

class Futures final : public VectorVenue {
 public:
  explicit Futures(const VectorWorld& world)
      : world_(world), answers_(markets_), frames_(markets_) {
    for (const auto& from : world.markets) {
      if (from.instrument.kind != MarketKind::linear) continue;
      Market market;
      market.instrument = from.instrument;
      market.wire = from.wire;
      static_cast<void>(markets_.put(std::move(market)));
    }
  }

  Requests send(const UnifiedCall& call) override {
    RequestWriter write{binance::host_header(binanceusdm::hosts_of(network_of(call))->rest),
                        secret_of(world_, "apiKey"), secret_of(world_, "secret")};
    const auto& method = call.method;
    const auto now = call.now;
    if (method == "fetchTime") return one_request(write.server_time());
    if (method == "loadMarkets") return one_request(write.exchange_info());
    if (method == "fetchBalance") return one_request(write.account(now));
    if (method == "fetchPositions") {
      // What leverage a notional allows comes first: without it a position says little.
      auto all = *one_request(write.leverage_brackets(now));
      all.push_back(show(write.positions(now)));
      return all;
    }
    const auto* market = call.market ? markets_.find(call.market->instrument.symbol) : nullptr;
    if (!market) return refuse({"BadSymbol", "no such symbol"});
    return about_market(write, call, *market);
  }

  Unified read(const UnifiedCall& call, std::span<const CannedAnswer> answers) override {
    if (answers.empty()) return refuse({"NullResponse", "no answer"});
    const auto& answer = answers.front();
    if (answer.status < 200 || answer.status >= 300)
      return refuse(class_here(binanceusdm::judge(answer.status, answers_.error(answer.body)),
                               answer.status));
    const std::string_view body = answer.body;
    const auto& method = call.method;
    if (method == "fetchTime") return told(answers_.server_time(body), time_json);
    if (method == "fetchBalance")
      return told(answers_.account(body), [](const Account& a) { return wallets_json(a.wallets); });
    if (method == "fetchTicker") return told(answers_.day_ticker(body), ticker_json);
    if (method == "fetchOrderBook")
      return told(answers_.depth(body), [&](const BookDepth& book) {
        return book_json(call.market->instrument.symbol, book);
      });
    if (method == "fetchMyTrades")
      return told(answers_.trades(body),
                  [](const auto& rows) { return list_json(rows, trade_json); });
    if (method == "fetchPositions")
      return told(answers_.positions(body),
                  [](const auto& rows) { return list_json(rows, position_json); });
    const auto as_order = [](const OrderState& state) { return order_json(described(state)); };
    if (method == "fetchOpenOrders" || method == "fetchClosedOrders")
      return told(answers_.orders(body),
                  [&](const auto& rows) { return list_json(rows, as_order); });
    const auto* market = call.market ? markets_.find(call.market->instrument.symbol) : nullptr;
    return told(answers_.order(body, market), as_order);
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
  /// ccxt's `binanceusdm` knows only the present test world; its `binance` also the older one.
  Network network_of(const UnifiedCall& call) const {
    if (call.demo || (call.sandbox && world_.exchange == "binanceusdm")) return Network::demo;
    return call.sandbox ? Network::testnet : Network::live;
  }

  static Requests about_market(RequestWriter& write, const UnifiedCall& call,
                               const Market& market) {
    const auto& method = call.method;
    const auto now = call.now;
    const ClientOrderId client{call.client_id};
    const auto space = call.trigger ? IdSpace::algo : IdSpace::plain;
    const VenueOrderId id{call.trigger && !call.id.empty() ? "a" + call.id : call.id};
    if (method == "createOrder") return create(write, call, market);
    if (method == "editOrder") {
      const auto orders = place_orders(call);
      if (!orders) return refuse(orders.error());
      return one_request(write.modify(id, orders->orders[0], market, now));
    }
    if (method == "cancelOrder") return one_request(write.cancel(space, client, id, market, now));
    if (method == "fetchOrder") return one_request(write.order(space, client, id, market, now));
    // Both spaces of ids; the one that was asked for comes first.
    const auto rest = IdSpace::algo;
    if (method == "cancelAllOrders") {
      auto all = *one_request(write.cancel_all(space, market, now));
      if (!call.trigger) all.push_back(show(write.cancel_all(rest, market, now)));
      return all;
    }
    if (method == "fetchOpenOrders") {
      auto all = *one_request(write.open_orders(space, &market, now));
      if (!call.trigger) all.push_back(show(write.open_orders(rest, &market, now)));
      return all;
    }
    if (method == "fetchClosedOrders")
      return one_request(write.all_orders(market, call.since.value_or(now), now));
    if (method == "fetchMyTrades")
      return one_request(write.trades_since(market, call.since.value_or(now),
                                            call.limit.value_or(trades_page_max), now));
    if (method == "setLeverage") return one_request(write.set_leverage(market, call.leverage, now));
    if (method == "fetchTicker") return one_request(write.day_ticker(market));
    if (method == "fetchOrderBook")
      return one_request(write.depth(market, call.limit.value_or(100)));
    return not_supported("futures have no " + method);
  }

  static Requests create(RequestWriter& write, const UnifiedCall& call, const Market& market) {
    const auto orders = place_orders(call);
    if (!orders) return refuse(orders.error());
    const auto mode = call.order.hedged ? PositionMode::hedge : PositionMode::one_way;
    return one_request(write.place(*orders, market, mode, call.now));
  }

  const VectorWorld& world_;
  Markets markets_;
  AnswerReader answers_;
  FrameReader frames_;
};

}  // namespace

std::unique_ptr<VectorVenue> make_binanceusdm(const VectorWorld& world) {
  return std::make_unique<Futures>(world);
}

}  // namespace signalbox::vectors
