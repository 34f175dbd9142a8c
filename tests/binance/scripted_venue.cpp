#include "tests/binance/scripted_venue.hpp"

#include <algorithm>

namespace signalbox::binance {
namespace {

const std::string exchange_info =
    R"({"rateLimits":[{"rateLimitType":"REQUEST_WEIGHT","interval":"MINUTE","intervalNum":1,"limit":6000},
{"rateLimitType":"ORDERS","interval":"SECOND","intervalNum":10,"limit":50}],
"symbols":[{"symbol":"BTCUSDT","status":"TRADING","baseAsset":"BTC","baseAssetPrecision":8,"quoteAsset":"USDT",
"quoteAssetPrecision":8,"filters":[{"filterType":"PRICE_FILTER","tickSize":"0.01"},
{"filterType":"LOT_SIZE","minQty":"0.00001","maxQty":"9000.0","stepSize":"0.00001"}]},
{"symbol":"ETHUSDT","status":"TRADING","baseAsset":"ETH","baseAssetPrecision":8,"quoteAsset":"USDT",
"quoteAssetPrecision":8,"filters":[{"filterType":"PRICE_FILTER","tickSize":"0.01"},
{"filterType":"LOT_SIZE","minQty":"0.0001","maxQty":"9000.0","stepSize":"0.0001"}]}]})";
const std::string account =
    R"({"canTrade":true,"commissionRates":{"maker":"0.001","taker":"0.0015","buyer":"0","seller":"0"},
"balances":[{"asset":"BTC","free":"1","locked":"0"},{"asset":"USDT","free":"100000","locked":"0"}]})";

std::map<std::string, std::string> parsed(std::string_view text) {
  std::map<std::string, std::string> parameters;
  while (!text.empty()) {
    const auto end = std::min(text.find('&'), text.size());
    const auto one = text.substr(0, end);
    const auto equals = std::min(one.find('='), one.size());
    parameters.emplace(one.substr(0, equals), one.substr(std::min(equals + 1, one.size())));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parameters;
}

std::int64_t number_in(const std::string& json, const std::string& field) {
  const auto at = json.find("\"" + field + "\":");
  REQUIRE(at != json.npos);
  return std::stoll(json.substr(at + field.size() + 3));
}

}  // namespace

class ScriptedVenue::Lane final : public HttpLane {
 public:
  Lane(ScriptedVenue& venue, HttpSink& sink) : venue_(venue), sink_(sink) {}

  void send(HttpToken token, std::string_view request, MonoTime deadline) override {
    send_routed({}, token, request, deadline);
  }
  void send_routed(const HttpRoute& route, HttpToken token, std::string_view request,
                   MonoTime deadline) override {
    const auto shown = show(request);
    const auto path_at = shown.url.find('/', shown.url.find("://") + 3);
    const auto path = shown.url.substr(path_at);
    const auto question = std::min(path.find('?'), path.size());
    Seen seen;
    seen.call = shown.method + " " + path.substr(0, question);
    seen.parameters =
        parsed(question < path.size() ? path.substr(question + 1) : std::string_view{shown.body});
    seen.route = route;
    later(venue_.clock_.mono() + latency, [this, seen, token, deadline]() mutable {
      seen.at = venue_.clock_.mono();
      venue_.seen.push_back(seen);
      give(token, venue_.answer(seen), deadline);
    });
  }

 private:
  void give(HttpToken token, const Answer& answer, MonoTime deadline) {
    const auto back = venue_.clock_.mono() + latency;
    const bool no_answer = answer.fate == Answer::Fate::silent;
    later(no_answer ? deadline : back, [this, token, answer] {
      switch (answer.fate) {
        case Answer::Fate::answered:
          return sink_.on_answer(token, {answer.status, answer.headers, answer.body});
        case Answer::Fate::not_sent:
          return sink_.on_failure(token, HttpFailure::not_sent, "no connection");
        default: return sink_.on_failure(token, HttpFailure::unknown, "connection lost");
      }
    });
  }

  /// From the loop, unless this lane has gone by then.
  void later(MonoTime due, std::function<void()> run) {
    venue_.timers_.at(due, [alive = std::weak_ptr{alive_}, run = std::move(run)] {
      if (alive.lock()) run();
    });
  }

  ScriptedVenue& venue_;
  HttpSink& sink_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

BinanceWires ScriptedVenue::wires() {
  const auto lane = [this](HttpSink& sink) -> std::unique_ptr<HttpLane> {
    return std::make_unique<Lane>(*this, sink);
  };
  const auto stream = [this](Stream*& kept) {
    return [this, &kept](WsSink& sink) -> std::unique_ptr<WsStream> {
      auto made = std::make_unique<Stream>(*this, sink);
      kept = made.get();
      return made;
    };
  };
  return {lane, lane, stream(user), stream(market)};
}

Answer ScriptedVenue::answer(const Seen& request) {
  if (const auto stamp = request["timestamp"]; !stamp.empty()) {
    const auto late = time_ms() - std::stoll(stamp);
    if (late > std::stoll(request["recvWindow"]) || late < -1000)
      return refusal(400, -1021, "Timestamp for this request is outside of the recvWindow.");
  }
  if (const auto found = on.find(request.call); found != on.end()) return found->second(request);
  if (request.call == "GET /api/v3/time")
    return {.body = R"({"serverTime":)" + std::to_string(time_ms()) + "}"};
  if (request.call == "GET /api/v3/exchangeInfo") return {.body = exchange_info};
  if (request.call == "GET /api/v3/account") return {.body = account};
  if (request.call == "GET /api/v3/openOrders") return {.body = open_orders};
  if (request.call == "GET /api/v3/myTrades") return trades_between(request);
  return refusal(404, -1, "nobody has told me what to say to " + request.call);
}

Answer ScriptedVenue::trades_between(const Seen& request) const {
  const auto from = std::stoll(request["startTime"]);
  const auto to = std::stoll(request["endTime"]);
  if (to - from > std::int64_t{24} * 3600 * 1000)
    return refusal(400, -1127, "More than 24 hours between startTime and endTime.");
  std::string body;
  int count = 0;
  for (const auto& each : trades) {
    const auto time = number_in(each, "time");
    if (time < from || time > to || count == 1000) continue;
    body += (count++ == 0 ? "" : ",") + each;
  }
  return {.body = "[" + body + "]"};
}

std::vector<Seen> ScriptedVenue::seen_at(const std::string& call) const {
  std::vector<Seen> found;
  for (const auto& each : seen)
    if (each.call == call) found.push_back(each);
  return found;
}

void ScriptedVenue::event(const std::string& inner) {
  user->say(R"({"subscriptionId":0,"event":)" + inner + "}");
}

void ScriptedVenue::Stream::open(std::string_view target, MonoTime) {
  REQUIRE_FALSE(asked_);
  asked_ = true;
  targets.emplace_back(target);
  opened_at.push_back(venue_.clock_.mono());
  later(2 * latency, [this, life = ++life_] {
    if (life != life_) return;
    if (!opens) return cut("refused");
    is_open = true;
    sink_.on_open();
  });
}

bool ScriptedVenue::Stream::send(std::string_view frame) {
  if (!is_open) return false;
  frames.emplace_back(frame);
  const auto from = frame.find("\"id\":\"");
  if (from == frame.npos || !venue_.acknowledges_subscription) return true;
  const auto id = frame.substr(from + 6, frame.find('"', from + 6) - from - 6);
  say(R"({"id":")" + std::string{id} + R"(","status":200,"result":{"subscriptionId":0}})");
  return true;
}

void ScriptedVenue::Stream::close() {
  if (!asked_) return;
  is_open = false;
  later(Duration{}, [this, life = ++life_] {
    if (life != life_) return;
    asked_ = false;
    sink_.on_closed("closed by us");
  });
}

void ScriptedVenue::Stream::later(Duration after, std::function<void()> run) {
  venue_.timers_.at(venue_.clock_.mono() + after,
                    [alive = std::weak_ptr{alive_}, run = std::move(run)] {
                      if (alive.lock()) run();
                    });
}

void ScriptedVenue::Stream::say(const std::string& frame) {
  later(latency, [this, frame, life = life_] {
    if (life == life_ && is_open) sink_.on_frame(frame);
  });
}

void ScriptedVenue::Stream::cut(std::string_view why) {
  is_open = false;
  asked_ = false;
  ++life_;
  sink_.on_closed(why);
}

Rig::Rig(std::function<void(BinanceConfig&)> configure) {
  clock.advance_to(MonoTime{std::chrono::hours{1}});
  BinanceConfig config;
  config.api_key = printed_key();
  config.api_secret = printed_secret();
  if (configure) configure(config);
  venue = make_binance_spot(std::move(config), far.wires(), clock, timers, random);
}

void Rig::pass(Duration d) {
  const auto until = clock.mono() + d;
  while (const auto due = timers.next_due()) {
    if (*due > until) break;
    clock.advance_to(std::max(*due, clock.mono()));
    timers.fire_one(clock.mono());
  }
  clock.advance_to(until);
}

void Rig::start_ready() {
  start();
  pass(std::chrono::seconds{1});
  REQUIRE(told.state() == LinkState::ready);
  far.seen.clear();
  told.all = {told.last<LinkReport>()};
}

PlaceOrders Rig::order(OrderSpec spec, OrderClass order_class) {
  PlaceOrders orders;
  orders.request = RequestId{++requests};
  orders.symbol = Symbol{"BTC/USDT"};
  orders.order_class = order_class;
  orders.orders = {spec};
  return orders;
}

WriteResult Rig::place(OrderSpec spec, OrderClass order_class) {
  const auto before = told.of<WriteResult>().size();
  const auto orders = order(spec, order_class);
  venue->place(orders, in(std::chrono::seconds{5}));
  REQUIRE(told.of<WriteResult>().size() == before);  // never from inside the call
  pass(std::chrono::milliseconds{10});
  REQUIRE(told.of<WriteResult>().size() == before + 1);
  CHECK(told.last<WriteResult>().request == orders.request);
  return told.last<WriteResult>();
}

std::string order_json(std::int64_t number, const ClientOrderId& id, std::string_view status,
                       std::string_view filled, std::string_view more) {
  return R"({"symbol":"BTCUSDT","orderId":)" + std::to_string(number) +
         R"(,"orderListId":-1,"clientOrderId":")" + id.str() +
         R"(","transactTime":1735689600123,"price":"66000.00","origQty":"0.1","executedQty":")" +
         std::string{filled} + R"(","status":")" + std::string{status} +
         R"(","timeInForce":"GTC","type":"LIMIT","side":"BUY")" + std::string{more} + "}";
}

std::string trade_json(std::int64_t trade, std::int64_t order, std::int64_t time_ms,
                       std::string_view quantity) {
  return R"({"symbol":"BTCUSDT","id":)" + std::to_string(trade) + R"(,"orderId":)" +
         std::to_string(order) + R"(,"price":"66000.00","qty":")" + std::string{quantity} +
         R"(","commission":"0.0001","commissionAsset":"BTC","time":)" + std::to_string(time_ms) +
         R"(,"isBuyer":true,"isMaker":false})";
}

std::string report_json(std::int64_t number, const ClientOrderId& id, std::string_view execution,
                        std::string_view status, std::int64_t trade, std::string_view filled) {
  return R"({"e":"executionReport","E":1735689600123,"s":"BTCUSDT","c":")" + id.str() +
         R"(","S":"BUY","o":"LIMIT","f":"GTC","q":"0.1","p":"66000","P":"0","g":-1,"C":"","x":")" +
         std::string{execution} + R"(","X":")" + std::string{status} + R"(","r":"NONE","i":)" +
         std::to_string(number) + R"(,"l":")" + std::string{filled} + R"(","z":")" +
         std::string{filled} + R"(","L":"66000","n":"0.0001","N":"BTC","T":1735689600123,"t":)" +
         std::to_string(trade) + R"(,"w":true,"m":false})";
}

}  // namespace signalbox::binance
