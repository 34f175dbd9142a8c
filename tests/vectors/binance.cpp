#include "connectors/binance/answers.hpp"
#include "connectors/binance/hosts.hpp"
#include "connectors/binance/requests.hpp"
#include "tests/vectors/exchanges.hpp"
#include "tests/vectors/unified.hpp"

namespace signalbox::vectors {
namespace {

using namespace binance;

Secret secret_of(const VectorWorld& world, std::string_view name) {
  auto text = world.credential(name);
  // Answers and frames need no key.
  return Secret::take(text.empty() ? std::string{"none"} : std::move(text));
}

Network network_of(const UnifiedCall& call) {
  if (call.demo) return Network::demo;
  return call.sandbox ? Network::testnet : Network::live;
}

Requests one(const RequestBytes& bytes) {
  if (!bytes) return refuse(class_of(bytes.error()));
  return std::vector{show(*bytes)};
}

/// Where ccxt has names of its own for what our classes say.
ErrorClass class_here(const Verdict& verdict, int status) {
  auto known = class_of(verdict);
  constexpr int firewall = 403;
  if (status == firewall) known.name = "ExchangeNotAvailable";
  if (verdict.refusal == Refusal::rate_limited) known.name = "DDoSProtection";
  const auto mode = {-4061, -4067, -4068};  // the account is in the other position mode
  if (std::find(mode.begin(), mode.end(), verdict.code) != mode.end())
    known.name = "OperationRejected";
  return known;
}

// ---- spot ----

class Spot final : public VectorVenue {
 public:
  explicit Spot(const VectorWorld& world) : world_(world), answers_(markets_) {
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
    if (method == "fetchTime") return one(write.server_time());
    if (method == "loadMarkets") return one(write.exchange_info({}));
    if (method == "fetchBalance") return one(write.account(now, true));
    const auto* market = call.market ? markets_.find(call.market->instrument.symbol) : nullptr;
    if (!market) return refuse({"BadSymbol", "no such symbol"});
    if (method == "createOrder") return create(write, call, *market);
    if (method == "createMarketBuyOrderWithCost")
      return one(write.buy_for(ClientOrderId{call.client_id},
                               Notional{call.cost.value_or(Decimal{})}, *market, now));
    if (method == "editOrder") return edit(write, call, *market);
    if (method == "cancelOrder")
      return one(write.cancel(
          {.id = ClientOrderId{call.client_id}, .venue_id = VenueOrderId{call.id}}, *market, now));
    if (method == "fetchOrder")
      return one(write.order(ClientOrderId{call.client_id}, VenueOrderId{call.id}, *market, now));
    if (method == "cancelAllOrders") return one(write.cancel_all(*market, now));
    if (method == "fetchOpenOrders") return one(write.open_orders(market, now));
    if (method == "fetchClosedOrders") return one(write.all_orders(*market, *call.since, now));
    if (method == "fetchMyTrades")
      return one(
          write.trades_since(*market, *call.since, call.limit.value_or(trades_page_max), now));
    if (method == "fetchTicker") return one(write.day_ticker(*market));
    if (method == "fetchOrderBook") return one(write.depth(*market, call.limit.value_or(100)));
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

  std::optional<std::string> frame(std::string_view) override { return std::nullopt; }

 private:
  template <class T, class Tell>
  static Unified told(const Result<T>& read, Tell tell) {
    if (!read) return refuse(class_of(read.error()));
    return tell(*read);
  }

  static Requests create(RequestWriter& write, const UnifiedCall& call, const Market& market) {
    const auto orders = place_orders(call);
    if (!orders) return refuse(orders.error());
    return one(write.place(*orders, market, call.now));
  }

  static Requests edit(RequestWriter& write, const UnifiedCall& call, const Market& market) {
    const auto orders = place_orders(call);
    if (!orders) return refuse(orders.error());
    return one(write.replace(VenueOrderId{call.id}, orders->orders[0], market, call.now));
  }

  const VectorWorld& world_;
  Markets markets_;
  AnswerReader answers_;
};

}  // namespace

std::unique_ptr<VectorVenue> make_binance(const VectorWorld& world) {
  return std::make_unique<Spot>(world);
}
std::unique_ptr<VectorVenue> make_binanceusdm(const VectorWorld& world) {
  return std::make_unique<Spot>(world);
}

}  // namespace signalbox::vectors
