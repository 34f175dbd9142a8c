#include "simulator/binance/binance_dialect.hpp"
#include "simulator/binance/words.hpp"

namespace signalbox::simulator::binance {
namespace {

constexpr std::string_view bad_frame =
    R"({"id":null,"status":400,"error":{"code":-1135,"msg":"Invalid JSON Request"}})";

}  // namespace

Credentials BinanceDialect::credentials_of(const Session& session, const Frame& frame) const {
  Credentials c;
  c.api_key = frame.params.peek("apiKey").value_or("");
  c.payload = frame.params.sorted_payload();
  c.signature = frame.params.peek("signature").value_or("");
  // A session that has logged on need not sign; one that signs anyway is held to it.
  if (session.logged_on && c.api_key.empty() && c.signature.empty()) c.session = session.logged_on;
  return c;
}

std::string BinanceDialect::envelope(const Frame& frame, const Outcome& outcome,
                                     const Session& session, bool orders, WallTime now) {
  const auto& l = api_.limits().settings();
  auto limits = fmt::format(
      R"([{{"rateLimitType":"REQUEST_WEIGHT","interval":"MINUTE","intervalNum":1,"limit":{},"count":{}}})",
      l.weight_per_minute, api_.limits().used_weight(session.peer, now));
  if (orders && outcome.account)
    limits += fmt::format(
        R"(,{{"rateLimitType":"ORDERS","interval":"SECOND","intervalNum":10,"limit":{},"count":{}}},)"
        R"({{"rateLimitType":"ORDERS","interval":"DAY","intervalNum":1,"limit":{},"count":{}}})",
        l.orders_per_10s, api_.limits().orders_10s(*outcome.account, now), l.orders_per_day,
        api_.limits().orders_day(*outcome.account, now));
  limits += "]";
  if (outcome.answer)
    return fmt::format(R"({{"id":{},"status":200,"result":{},"rateLimits":{}}})", frame.id,
                       *outcome.answer, limits);
  auto wrong = outcome.answer.error();
  if (wrong.retry_after != 0)
    wrong.data = fmt::format(R"({{"serverTime":{},"retryAfter":{}}})", ms(now),
                             ms(now) + std::int64_t{wrong.retry_after} * 1000);
  return fmt::format(R"({{"id":{},"status":{},"error":{},"rateLimits":{}}})", frame.id,
                     wrong.status, to_json(wrong), limits);
}

/// What concerns the connection itself and has no REST counterpart.
Answer BinanceDialect::session_call(Session& session, Frame& frame, WallTime now, bool& known) {
  Reader reader{frame.params};
  const auto status = [&] {
    if (!session.logged_on)
      return fmt::format(R"({{"apiKey":null,"authorizedSince":null,"serverTime":{}}})", ms(now));
    return fmt::format(R"({{"authorizedSince":{},"connectedSince":{},"returnRateLimits":true,)"
                       R"("serverTime":{},"userDataStream":{}}})",
                       ms(session.logged_on_since), ms(session.logged_on_since), ms(now),
                       !session.subscriptions.empty());
  };
  const auto subscribe = [&](AccountId account) -> Answer {
    if (carries(session, account))
      return error(-2035, "User Data Stream subscription is already active.");
    const auto number = session.next_subscription++;
    session.subscriptions.emplace(number, account);
    return fmt::format(R"({{"subscriptionId":{}}})", number);
  };

  if (frame.method == "session.logon") {
    const auto account = api_.authenticate(reader, credentials_of({}, frame), now);
    if (!account) return tl::unexpected(account.error());
    if (const auto wrong = reader.finish()) return tl::unexpected(*wrong);
    session.logged_on = *account;
    session.logged_on_since = now;
    return status();
  }
  if (frame.method == "session.status") return status();
  if (frame.method == "session.logout") {
    session.logged_on.reset();
    return status();
  }
  if (frame.method == "userDataStream.subscribe") {
    if (!session.logged_on)
      return error(-2015, "Invalid API-key, IP, or permissions for action.", 401);
    return subscribe(*session.logged_on);
  }
  if (frame.method == "userDataStream.subscribe.signature") {
    const auto account = api_.authenticate(reader, credentials_of({}, frame), now);
    if (!account) return tl::unexpected(account.error());
    if (const auto wrong = reader.finish()) return tl::unexpected(*wrong);
    return subscribe(*account);
  }
  if (frame.method == "userDataStream.unsubscribe") {
    const auto number = reader.integer("subscriptionId");
    if (const auto wrong = reader.finish()) return tl::unexpected(*wrong);
    if (number)
      session.subscriptions.erase(static_cast<std::uint32_t>(*number));
    else
      session.subscriptions.clear();
    return "{}";
  }
  if (frame.method == "session.subscriptions") {
    std::string all;
    for (const auto& [number, account] : session.subscriptions)
      all += fmt::format(R"({}{{"subscriptionId":{}}})", all.empty() ? "" : ",", number);
    return fmt::format("[{}]", all);
  }
  known = false;
  return error(-1020, "This operation is not supported.");
}

void BinanceDialect::api_frame(SessionId id, std::string_view bytes, WallTime now) {
  auto parsed = parse_frame(bytes);
  if (!parsed) return send(id, bad_frame);
  auto& frame = *parsed;
  auto& session = sessions_.at(id);
  // A wish about the answer's shape, on every method.
  static_cast<void>(frame.params.take("returnRateLimits"));

  const auto* endpoint = Api::find_method(frame.method);
  if (!endpoint) {
    bool known = true;
    Outcome outcome;
    const auto over = api_.limits().charge(session.peer, 2, now);
    const auto fault = over ? std::nullopt : faults_.on_request({.kind = RequestKind::stream}, now);
    if (over)
      outcome.answer = tl::unexpected(*over);
    else if (fault && fault->kind == FaultKind::lost)
      outcome.fate = HttpReply::Fate::lost;
    else if (fault && fault->kind == FaultKind::silent)
      return;
    else if (fault && fault->kind != FaultKind::slow)
      outcome.answer = error(-1008, "Server is currently overloaded with other requests.", 503);
    else
      outcome.answer = session_call(session, frame, now, known);
    if (outcome.fate == HttpReply::Fate::lost) {
      sessions_.erase(id);
      if (sink_) sink_->on_close(id, 0, "cut");
      return;
    }
    return send(id, envelope(frame, outcome, session, false, now),
                fault ? fault->delay : Duration{});
  }

  if (endpoint->kind == RequestKind::place) ++orders_over_stream_;
  const auto credentials = credentials_of(session, frame);
  const auto peer = session.peer;
  const auto outcome = api_.call(*endpoint, frame.params, credentials, peer, now);
  // Events of this very request may have cut the connection.
  const auto still = sessions_.find(id);
  if (still == sessions_.end() || outcome.fate == HttpReply::Fate::silent) return;
  if (outcome.fate == HttpReply::Fate::lost) {
    sessions_.erase(still);
    if (sink_) sink_->on_close(id, 0, "cut");
    return;
  }
  send(id, envelope(frame, outcome, still->second, endpoint->kind == RequestKind::place, now),
       outcome.delay);
}

}  // namespace signalbox::simulator::binance
