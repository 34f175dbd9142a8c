#include "simulator/kraken/kraken_dialect.hpp"

#include <algorithm>

#include "seams/http_lane.hpp"

namespace signalbox::simulator::kraken {
namespace {

constexpr std::string_view public_root = "/0/public/";
constexpr std::string_view private_root = "/0/private/";

std::pair<std::string_view, std::string_view> split(std::string_view text, char at) {
  const auto place = text.find(at);
  if (place == text.npos) return {text, {}};
  return {text.substr(0, place), text.substr(place + 1)};
}

RequestKind kind_of(std::string_view method) {
  if (method == "AddOrder") return RequestKind::place;
  if (method == "AmendOrder") return RequestKind::amend;
  if (method.starts_with("Cancel")) return RequestKind::cancel;
  return method == "GetWebSocketsToken" ? RequestKind::stream : RequestKind::query;
}

/// Of the key's counter of calls: orders have one of their own.
std::int64_t cost_of(std::string_view method) {
  if (method == "AddOrder" || method == "AmendOrder" || method.starts_with("Cancel")) return 0;
  return method == "TradesHistory" ? 4 : 1;
}

std::string body_of(const Answer& answer) {
  if (!answer.error.empty()) return fmt::format(R"({{"error":["{}"]}})", plain(answer.error));
  return fmt::format(R"({{"error":[],"result":{}}})", answer.result);
}

}  // namespace

KrakenDialect::KrakenDialect(Engine& engine, FaultPlan& faults, Settings settings)
    : engine_(engine), faults_(faults), settings_(std::move(settings)), limits_(settings_.limits) {
  for (std::size_t i = 0; i < engine_.market_count(); ++i)
    names_.push_back(names_of(engine_.spec(static_cast<MarketId>(i)).instrument));
  engine_.add_sink(*this);
}

KrakenDialect::~KrakenDialect() { engine_.remove_sink(*this); }

std::optional<MarketId> KrakenDialect::find_pair(std::string_view name) const {
  for (std::size_t i = 0; i < names_.size(); ++i) {
    const auto& each = names_[i];
    if (name == each.id || name == each.alt || name == each.ws || name == each.old_ws)
      return static_cast<MarketId>(i);
  }
  return std::nullopt;
}

std::optional<AccountId> KrakenDialect::account_of(std::string_view token) const {
  const auto found = tokens_.find(token);
  return found == tokens_.end() ? std::nullopt : std::optional{found->second};
}

void KrakenDialect::saw_nonce(std::uint64_t nonce) {
  for (const auto& key : settings_.keys) nonces_[key.key] = std::max(nonces_[key.key], nonce);
}

std::string KrakenDialect::fee_in_quote(const Trade& trade) const {
  if (trade.fee_asset == engine_.spec(trade.market).instrument.quote) return trade.fee.str();
  return Decimal::mul(trade.fee, trade.price.decimal(), Rounding::half_even)
      .value_or(Decimal{})
      .str();
}

// ---- planned faults ----

void KrakenDialect::spoil(const RequestFault& fault, const Asked& asked, Outcome& outcome) {
  const auto pause = std::chrono::seconds{fault.retry_after_s};
  switch (fault.kind) {
    case FaultKind::unavailable: outcome.answer = no("EService:Unavailable"); break;
    case FaultKind::maintenance: outcome.answer = no("EService:Market in cancel_only mode"); break;
    case FaultKind::server_error:
      outcome.status = 520;
      outcome.raw = "<html>520: Web server is returning an unknown error</html>";
      break;
    case FaultKind::status_unknown: outcome.answer = no("EService:Timeout"); break;
    case FaultKind::rate_limited:
      outcome.answer =
          no(fault.retry_after_s == 0 ? std::string{"EAPI:Rate limit exceeded"}
                                      : fmt::format("EService: Throttled: {}",
                                                    std::chrono::ceil<std::chrono::seconds>(
                                                        (asked.now + pause).time_since_epoch())
                                                        .count()));
      break;
    case FaultKind::banned:
      limits_.lock(asked.peer, fault.retry_after_s == 0 ? limits_.settings().lockout : pause,
                   asked.now);
      outcome.answer = no("EGeneral:Temporary lockout");
      break;
    case FaultKind::refused: {
      const NewOrder none;
      outcome.answer = refusal(fault.reject, none, engine_.spec(MarketId{0}).instrument);
      break;
    }
    case FaultKind::lost: outcome.fate = HttpReply::Fate::lost; break;
    case FaultKind::silent: outcome.fate = HttpReply::Fate::silent; break;
    case FaultKind::slow: break;
  }
}

KrakenDialect::Outcome KrakenDialect::guarded(const Asked& asked,
                                              const std::function<Answer()>& run) {
  Outcome outcome;
  const auto fault = faults_.on_request(
      {.kind = asked.kind, .account = asked.account, .stop = asked.stop}, asked.now);
  if (fault) outcome.delay = fault->delay;
  if (!fault || fault->executed || fault->kind == FaultKind::slow) outcome.answer = run();
  if (fault) spoil(*fault, asked, outcome);
  return outcome;
}

// ---- REST ----

HttpReply KrakenDialect::http(const HttpRequest& request, WallTime now) {
  settle(now);
  const auto answered = [](const Outcome& outcome) {
    HttpReply reply;
    reply.status = outcome.status;
    reply.body = outcome.raw.empty() ? body_of(outcome.answer) : outcome.raw;
    reply.fate = outcome.fate;
    reply.delay = outcome.delay;
    return reply;
  };
  const auto refuse = [&](std::string error) {
    Outcome outcome;
    outcome.answer = no(std::move(error));
    return answered(outcome);
  };
  if (!limits_.admit(request.peer, now)) return refuse("EGeneral:Temporary lockout");
  const auto [path, query] = split(request.target, '?');
  if (path.starts_with(public_root)) {
    const auto params = Params::from_form(query);
    if (!params) return refuse("EGeneral:Invalid arguments");
    return answered(guarded({.kind = RequestKind::market, .peer = request.peer, .now = now}, [&] {
      return public_call(path.substr(public_root.size()), *params, now);
    }));
  }
  if (!path.starts_with(private_root) || request.method != "POST")
    return refuse("EGeneral:Unknown method");

  const auto method = path.substr(private_root.size());
  const auto type = header_value(request.headers, "Content-Type");
  const auto form = type.find("json") == type.npos ? Params::from_form(request.body)
                                                   : Params::from_json(request.body);
  if (!form) return refuse("EGeneral:Invalid arguments");
  const auto name = header_value(request.headers, "API-Key");
  const auto key = std::find_if(settings_.keys.begin(), settings_.keys.end(),
                                [&](const ApiKey& each) { return each.key == name; });
  if (key == settings_.keys.end()) return refuse("EAPI:Invalid key");
  const auto nonce = form->text("nonce");
  if (!same_text(signature(key->secret, path, nonce, request.body),
                 header_value(request.headers, "API-Sign")))
    return refuse("EAPI:Invalid signature");
  const auto number = form->integer("nonce");
  auto& highest = nonces_[key->key];
  if (!number || static_cast<std::uint64_t>(*number) <= highest) {
    ++late_nonces_;
    return refuse("EAPI:Invalid nonce");
  }
  highest = static_cast<std::uint64_t>(*number);
  if (!limits_.call(key->account, cost_of(method), now)) return refuse("EAPI:Rate limit exceeded");
  const bool stop = form->text("ordertype").starts_with("stop") || form->has("close[ordertype]");
  const Asked asked{.kind = kind_of(method),
                    .account = key->account,
                    .stop = stop,
                    .peer = request.peer,
                    .now = now};
  const auto outcome =
      guarded(asked, [&] { return private_call(method, key->account, *form, now); });
  settle(now);
  return answered(outcome);
}

// ---- websockets ----

tl::expected<SessionId, int> KrakenDialect::open(std::string_view target, std::string_view peer,
                                                 WallTime now) {
  if (sessions_.size() == sessions_max) return tl::unexpected(503);
  if (!limits_.admit(peer, now)) return tl::unexpected(403);
  const auto path = split(target, '?').first;
  if (path != "/v2" && path != "/v2/") return tl::unexpected(404);
  const SessionId id{++last_session_};
  Session session;
  session.peer = peer;
  sessions_.emplace(id, std::move(session));
  return id;
}

void KrakenDialect::frame(SessionId id, std::string_view bytes, WallTime now) {
  settle(now);
  const auto found = sessions_.find(id);
  if (found == sessions_.end() || found->second.muted) return;
  auto& session = found->second;
  if (!std::exchange(session.greeted, true))
    send(id, R"({"channel":"status","type":"update","data":[{"api_version":"v2",)"
             R"("connection_id":13834774380200032777,"system":"online","version":"2.0.0"}]})");
  const auto frame = Params::from_json(bytes);
  if (!frame) return send(id, R"({"error":"Invalid request","success":false})");
  const auto method = frame->text("method");
  if (method == "ping")
    return send(id,
                fmt::format(R"({{"method":"pong","req_id":{},"time_in":"{}","time_out":"{}"}})",
                            frame->integer("req_id").value_or(0), time_text(now), time_text(now)));
  if (method == "subscribe") return subscribe(id, session, *frame, now);
  trade(id, session, *frame, now);
  settle(now);
}

void KrakenDialect::reply(SessionId id, const Params& frame, const Answer& answer, WallTime now,
                          Duration delay) {
  const auto said = answer.error.empty()
                        ? fmt::format(R"("success":true,"result":{})", answer.result)
                        : fmt::format(R"("success":false,"error":"{}")", plain(answer.error));
  send(id,
       fmt::format(R"({{"method":"{}","req_id":{},{},"time_in":"{}","time_out":"{}"}})",
                   plain(frame.text("method")), frame.integer("req_id").value_or(0), said,
                   time_text(now), time_text(now)),
       delay);
}

void KrakenDialect::send(SessionId id, std::string_view frame, Duration delay) {
  if (sink_) sink_->on_frame(id, frame, delay);
}

void KrakenDialect::close(SessionId id) {
  sessions_.erase(id);
  if (sink_) sink_->on_close(id, 0, "cut");
}

}  // namespace signalbox::simulator::kraken
