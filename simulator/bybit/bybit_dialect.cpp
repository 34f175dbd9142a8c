#include "simulator/bybit/bybit_dialect.hpp"

#include <algorithm>
#include <charconv>

#include "seams/http_lane.hpp"

namespace signalbox::simulator::bybit {
namespace {

std::pair<std::string_view, std::string_view> split(std::string_view s, char at) {
  const auto where = s.find(at);
  return where == s.npos ? std::pair{s, std::string_view{}}
                         : std::pair{s.substr(0, where), s.substr(where + 1)};
}

/// The venue repeats texts of its client only where they need no escaping.
std::string plain(std::string_view text) {
  std::string out{text.substr(0, 64)};
  std::replace_if(
      out.begin(), out.end(), [](char c) { return c < ' ' || c > '~' || c == '"' || c == '\\'; },
      '?');
  return out;
}

std::string body_of(const Answer& answer, WallTime now) {
  return fmt::format(R"({{"retCode":{},"retMsg":"{}","result":{},"retExtInfo":{{}},"time":{}}})",
                     answer.code, answer.text, answer.result, ms(now));
}

bool is_topic(std::string_view topic) {
  return !topic.empty() && topic.size() <= 64 &&
         std::all_of(topic.begin(), topic.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                  c == '.' || c == '_' || c == '-';
         });
}

}  // namespace

BybitDialect::BybitDialect(Engine& engine, FaultPlan& faults, Settings settings)
    : engine_(engine), faults_(faults), api_(engine, faults, std::move(settings)) {
  engine_.add_sink(*this);
  api_.on_ghost = [this](const Ghost& ghost) {
    tell(ghost.account, "order", api_.ghost_json(ghost), ghost.time);
  };
}

BybitDialect::~BybitDialect() { engine_.remove_sink(*this); }

HttpReply BybitDialect::reply_of(const Outcome& outcome, WallTime now) const {
  HttpReply reply;
  reply.fate = outcome.fate;
  reply.delay = outcome.delay;
  reply.status = outcome.status;
  reply.body = outcome.raw.empty() ? body_of(outcome.answer, now) : outcome.raw;
  if (outcome.left.quota != 0)
    reply.headers = fmt::format(
        "X-Bapi-Limit: {}\r\nX-Bapi-Limit-Status: {}\r\nX-Bapi-Limit-Reset-Timestamp: {}\r\n",
        outcome.left.quota, outcome.left.left, outcome.left.reset_ms);
  return reply;
}

HttpReply BybitDialect::http(const HttpRequest& request, WallTime now) {
  Outcome outcome;
  const auto refuse = [&](Answer answer) {
    outcome.answer = std::move(answer);
    return reply_of(outcome, now);
  };
  if (!api_.limits().admit(request.peer, now)) {
    outcome.status = 403;
    outcome.raw = "access too frequent";
    return reply_of(outcome, now);
  }
  const auto [path, query] = split(request.target, '?');
  const auto* endpoint = Api::find(request.method, path);
  if (!endpoint) {
    outcome.status = 404;
    outcome.raw = "Not Found";
    return reply_of(outcome, now);
  }
  const bool get = request.method == "GET";
  const auto params = get ? Params::from_query(query) : Params::from_json(request.body);
  if (!params) return refuse(no(10001, "Request parameter error."));
  std::optional<AccountId> account;
  if (endpoint->is_signed) {
    const auto key = header_value(request.headers, "X-BAPI-API-KEY");
    const auto time = header_value(request.headers, "X-BAPI-TIMESTAMP");
    const auto window = header_value(request.headers, "X-BAPI-RECV-WINDOW");
    const auto payload = fmt::format("{}{}{}{}", time, key, window, get ? query : request.body);
    AccountId signer{};
    if (auto bad = api_.why_not_signed(key, time, window, payload,
                                       header_value(request.headers, "X-BAPI-SIGN"), now, signer))
      return refuse(std::move(*bad));
    account = signer;
  }
  return reply_of(api_.call(*endpoint, *params, account, request.peer, now), now);
}

// ---- websockets ----

tl::expected<SessionId, int> BybitDialect::open(std::string_view target, std::string_view peer,
                                                WallTime now) {
  if (sessions_.size() == sessions_max) return tl::unexpected(503);
  if (!api_.limits().admit(peer, now)) return tl::unexpected(403);
  const auto path = split(target, '?').first;
  Session session;
  session.peer = peer;
  if (path == "/v5/private")
    session.way = Way::account;
  else if (path == "/v5/trade")
    session.way = Way::trade;
  else if (path == "/v5/public/linear")
    session.spot = false;
  else if (path != "/v5/public/spot")
    return tl::unexpected(404);
  const SessionId id{++last_session_};
  sessions_.emplace(id, std::move(session));
  return id;
}

void BybitDialect::frame(SessionId id, std::string_view bytes, WallTime now) {
  const auto found = sessions_.find(id);
  if (found == sessions_.end() || found->second.muted) return;
  auto& session = found->second;
  const auto frame = parse_frame(bytes);
  if (!frame)
    return send(id, R"({"success":false,"ret_msg":"Params Error","conn_id":"1","op":""})");
  if (frame->operation == "ping") {
    if (session.way == Way::trade)
      return send(
          id, fmt::format(R"({{"retCode":0,"retMsg":"OK","op":"pong","data":["{}"],"connId":"1"}})",
                          ms(now)));
    if (session.way == Way::account)
      return send(id, fmt::format(R"({{"req_id":"{}","op":"pong","args":["{}"],"conn_id":"1"}})",
                                  plain(frame->id), ms(now)));
    return acknowledge(id, *frame, true, "pong");
  }
  if (frame->operation == "auth" && session.way != Way::market)
    return log_on(id, session, *frame, now);
  if (session.way == Way::trade) return trade(id, *frame, now);
  if (frame->operation == "subscribe") return subscribe(id, session, *frame, now);
  if (frame->operation == "unsubscribe") {
    for (const auto& topic : frame->list) session.topics.erase(topic);
    return acknowledge(id, *frame, true, "");
  }
  acknowledge(id, *frame, false, "error:unknown op");
}

void BybitDialect::acknowledge(SessionId id, const Frame& frame, bool success,
                               std::string_view text) {
  send(id, fmt::format(R"({{"success":{},"ret_msg":"{}","conn_id":"1","req_id":"{}","op":"{}"}})",
                       success, text, plain(frame.id), plain(frame.operation)));
}

void BybitDialect::log_on(SessionId id, Session& session, const Frame& frame, WallTime now) {
  const auto fault = faults_.on_request({.kind = RequestKind::stream}, now);
  if (fault && fault->kind == FaultKind::silent) return;
  if (fault && fault->kind == FaultKind::lost) return close(id);
  const auto* key = frame.list.size() == 3 ? api_.find_key(frame.list[0]) : nullptr;
  std::int64_t expires = 0;
  if (key) {
    const auto& text = frame.list[1];
    static_cast<void>(std::from_chars(text.data(), text.data() + text.size(), expires));
  }
  Answer answer;
  if (!key)
    answer = no(10003, "API key is invalid.");
  else if (!same_text(hmac_sha256_hex(key->secret, "GET/realtime" + frame.list[1]), frame.list[2]))
    answer = no(10004, "error sign!");
  else if (expires <= ms(now))
    answer = no(10002, "Your request expired");
  else if (fault && fault->kind != FaultKind::slow)
    answer = no(10016, "Internal server error");
  if (answer.code == 0) session.logged_on = key->account;
  if (session.way == Way::trade)
    return send(id, fmt::format(R"({{"retCode":{},"retMsg":"{}","op":"auth","connId":"1"}})",
                                answer.code, answer.text));
  acknowledge(id, frame, answer.code == 0, answer.code == 0 ? "" : answer.text);
}

void BybitDialect::subscribe(SessionId id, Session& session, const Frame& frame, WallTime now) {
  constexpr std::size_t spot_arguments_max = 10;
  if (session.way == Way::account && !session.logged_on)
    return acknowledge(id, frame, false, "Request not authorized");
  if (session.way == Way::market && session.spot && frame.list.size() > spot_arguments_max)
    return acknowledge(id, frame, false, "args size >10");
  for (const auto& topic : frame.list) {
    if (!is_topic(topic) || session.topics.size() == topics_max)
      return acknowledge(id, frame, false, "error:handler not found");
    session.topics.insert(topic);
  }
  acknowledge(id, frame, true, "");
  if (session.way != Way::market || session.spot == api_.is_linear()) return;
  for (std::size_t i = 0; i < engine_.market_count(); ++i) {
    const auto market = static_cast<MarketId>(i);
    if (session.topics.contains("orderbook.1." + api_.symbol(market)))
      send(id, book_frame(market, now));
  }
}

void BybitDialect::trade(SessionId id, const Frame& frame, WallTime now) {
  const auto& session = sessions_.at(id);
  Outcome outcome;
  const auto* endpoint = Api::find_operation(frame.operation);
  if (!session.logged_on)
    outcome.answer = no(10004, "Request not authorized");
  else if (!endpoint || !frame.has_order)
    outcome.answer = no(10404, "op type is not found");
  else if (auto late = Api::why_not_in_time(frame.header.text("X-BAPI-TIMESTAMP"),
                                            frame.header.text("X-BAPI-RECV-WINDOW"), now))
    outcome.answer = std::move(*late);
  else
    outcome = api_.call(*endpoint, frame.order, session.logged_on, session.peer, now);
  // Events of this very request may have cut the connection.
  if (!sessions_.contains(id) || outcome.fate == HttpReply::Fate::silent) return;
  if (outcome.fate == HttpReply::Fate::lost || !outcome.raw.empty()) return close(id);
  send(id,
       fmt::format(
           R"({{"reqId":"{}","retCode":{},"retMsg":"{}","op":"{}","data":{},"retExtInfo":{{}},)"
           R"("header":{{"X-Bapi-Limit":"{}","X-Bapi-Limit-Status":"{}",)"
           R"("X-Bapi-Limit-Reset-Timestamp":"{}","Timenow":"{}"}},"connId":"1"}})",
           plain(frame.id), outcome.answer.code, outcome.answer.text, plain(frame.operation),
           outcome.answer.result, outcome.left.quota, outcome.left.left, outcome.left.reset_ms,
           ms(now)),
       outcome.delay);
}

void BybitDialect::send(SessionId id, std::string_view frame, Duration delay) {
  if (sink_) sink_->on_frame(id, frame, delay);
}

void BybitDialect::close(SessionId id) {
  sessions_.erase(id);
  if (sink_) sink_->on_close(id, 0, "cut");
}

}  // namespace signalbox::simulator::bybit
