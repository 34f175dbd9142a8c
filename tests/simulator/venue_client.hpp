#pragma once

#include <simdjson.h>

#include <catch2/catch.hpp>
#include <map>
#include <string>
#include <vector>

#include "seams/http_lane.hpp"
#include "simulator/binance/signature.hpp"
#include "simulator/exchange.hpp"

namespace signalbox::simulator::test {

/// An answer's JSON, read by pointers: `json["/fills/0/price"]`.
class Json {
 public:
  Json() = default;
  explicit Json(std::string text) : text_(std::move(text)) {
    INFO(text_);
    REQUIRE_FALSE(parser_->parse(text_).get(root_));
  }
  std::string operator[](std::string_view pointer) const {
    simdjson::dom::element found;
    if (root_.at_pointer(pointer).get(found)) return "(none)";
    std::string_view text;
    if (!found.get(text)) return std::string{text};
    return simdjson::minify(found);
  }
  bool has(std::string_view pointer) const {
    simdjson::dom::element found;
    return !root_.at_pointer(pointer).get(found);
  }
  std::size_t size(std::string_view pointer = "") const {
    simdjson::dom::array array;
    REQUIRE_FALSE(root_.at_pointer(pointer).get(array));
    return array.size();
  }
  const std::string& text() const { return text_; }

 private:
  std::shared_ptr<simdjson::dom::parser> parser_ = std::make_shared<simdjson::dom::parser>();
  std::string text_;
  simdjson::dom::element root_;
};

struct Said {
  int status = 0;
  std::string headers;
  Json json;
  HttpReply::Fate fate = HttpReply::Fate::answered;
  std::string header(std::string_view name) const {
    return std::string{header_value(headers, name)};
  }
};

inline ExchangeSettings round_exchange() {
  auto settings = example_exchange();
  auto& market = settings.markets[0];
  market.depth = {};
  market.instrument.lot_size = Quantity{*Decimal::parse("0.001")};
  market.instrument.quantity_min = market.instrument.lot_size;
  settings.accounts[0].deposits = {{Asset{"BTC"}, Decimal{10}}, {Asset{"USDT"}, Decimal{10'000}}};
  settings.accounts[0].maker_fee = *Decimal::parse("0.001");
  settings.accounts[0].taker_fee = *Decimal::parse("0.002");
  return settings;
}

/// A client of the dialect that signs by itself, and writes down what its websockets hear. Prices
/// are around 100 to keep the sums in one's head.
struct VenueClient : DialectSink {
  explicit VenueClient(ExchangeSettings settings = round_exchange())
      : exchange(settings, now),
        key(settings.accounts[0].api_key),
        secret(settings.accounts[0].secret) {
    exchange.binance.set_sink(this);
    top("99", "5", "101", "5");
    exchange.engine.print(MarketId{0}, price("100"), qty("1"), false, now);
  }
  static Price price(std::string_view t) { return Price{Decimal::parse(t).value()}; }
  static Quantity qty(std::string_view t) { return Quantity{Decimal::parse(t).value()}; }

  void top(std::string_view bid, std::string_view bid_q, std::string_view ask,
           std::string_view ask_q) {
    exchange.engine.set_top(MarketId{0}, {price(bid), qty(bid_q), price(ask), qty(ask_q)}, now);
  }
  void move_to(std::string_view p) {
    exchange.engine.move_to(MarketId{0}, price(p), qty("5"), now);
  }
  std::int64_t now_ms() const { return ns(now) / 1'000'000; }

  Said raw(std::string_view method, std::string_view target, std::string_view headers = {},
           std::string_view body = {}) {
    const auto reply = exchange.binance.http({method, target, headers, body, peer}, now);
    Said said;
    said.status = reply.status;
    said.headers = reply.headers;
    said.fate = reply.fate;
    if (reply.fate == HttpReply::Fate::answered) said.json = Json{reply.body};
    return said;
  }
  Said get(std::string_view target) { return raw("GET", target); }

  std::string signed_form(std::string params) const {
    if (!params.empty()) params += '&';
    params += "timestamp=" + std::to_string(now_ms());
    return params + "&signature=" + binance::hmac_sha256_hex(secret, params);
  }
  Said call(std::string_view method, const std::string& path, const std::string& params = {}) {
    return raw(method, path + "?" + signed_form(params), "X-MBX-APIKEY: " + key + "\r\n");
  }
  Said place(const std::string& params) {
    return call("POST", "/api/v3/order", "symbol=BTCUSDT&" + params);
  }

  SessionId open(std::string_view target) {
    const auto id = exchange.binance.open(target, peer, now);
    REQUIRE(id);
    return *id;
  }
  void say(SessionId id, std::string_view frame) { exchange.binance.frame(id, frame, now); }
  /// A WS-API request, signed over its sorted parameters.
  Json ask(SessionId id, std::string_view method, std::map<std::string, std::string> params,
           bool sign = true) {
    params["timestamp"] = std::to_string(now_ms());
    if (sign) {
      params["apiKey"] = key;
      std::string payload;
      for (const auto& [name, value] : params)
        payload += (payload.empty() ? "" : "&") + name + "=" + value;
      params["signature"] = binance::hmac_sha256_hex(secret, payload);
    }
    std::string json;
    for (const auto& [name, value] : params) {
      if (!json.empty()) json += ',';
      json +=
          name == "timestamp" ? "\"" + name + "\":" + value : "\"" + name + "\":\"" + value + "\"";
    }
    const auto before = heard[id].size();
    say(id, R"({"id":"q1","method":")" + std::string{method} + R"(","params":{)" + json + "}}");
    for (auto i = before; i < heard[id].size(); ++i)
      if (Json answer{heard[id][i]}; answer.has("/status")) return answer;
    FAIL("no answer to " << method);
    return {};
  }
  SessionId user_stream() {
    const auto id = open("/ws-api/v3");
    REQUIRE(ask(id, "userDataStream.subscribe.signature", {})["/status"] == "200");
    heard[id].clear();
    return id;
  }
  /// Events of the account, without answers to requests.
  std::vector<Json> events(SessionId id, std::string_view type = {}) const {
    std::vector<Json> found;
    if (heard.count(id) == 0) return found;
    for (const auto& frame : heard.at(id)) {
      Json json{frame};
      if (json.has("/event") && (type.empty() || json["/event/e"] == type)) found.push_back(json);
    }
    return found;
  }

  void on_frame(SessionId id, std::string_view frame, Duration) override {
    heard[id].emplace_back(frame);
  }
  void on_close(SessionId id, std::uint16_t, std::string_view) override { closed.push_back(id); }

  WallTime now = wall_from_ns(1'700'000'000'000'000'000);
  std::string peer = "127.0.0.1";
  Exchange exchange;
  std::string key, secret;
  std::map<SessionId, std::vector<std::string>> heard;
  std::vector<SessionId> closed;
};

}  // namespace signalbox::simulator::test
