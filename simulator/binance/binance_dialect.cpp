#include "simulator/binance/binance_dialect.hpp"

#include <algorithm>

#include "seams/http_lane.hpp"
#include "simulator/binance/words.hpp"

namespace signalbox::simulator::binance {
namespace {

std::pair<std::string_view, std::string_view> split(std::string_view s, char at) {
  const auto where = s.find(at);
  return where == s.npos ? std::pair{s, std::string_view{}}
                         : std::pair{s.substr(0, where), s.substr(where + 1)};
}

/// The form without its signature, which must be its last parameter.
std::string_view without_signature(std::string_view form) {
  const auto at = form.rfind("signature=");
  if (at == form.npos || (at != 0 && form[at - 1] != '&')) return form;
  if (form.find('&', at) != form.npos) return form;  // not the last: it signs nothing then
  return form.substr(0, at == 0 ? 0 : at - 1);
}

/// Bytes that may stand in a query string: everything else must have been percent-encoded.
bool is_clean(std::string_view form) {
  return std::all_of(form.begin(), form.end(), [](char c) {
    return c > ' ' && c < '\x7f' &&
           std::string_view{"\"<>\\^`{|}"}.find(c) == std::string_view::npos;
  });
}

HttpReply refusal(int status, int code, std::string_view message) {
  HttpReply reply;
  reply.status = status;
  reply.body = to_json(ApiError{status, code, std::string{message}, {}, 0});
  return reply;
}

}  // namespace

BinanceDialect::BinanceDialect(Engine& engine, FaultPlan& faults, Settings settings)
    : engine_(engine), faults_(faults), api_(engine, faults, std::move(settings)) {
  engine_.add_sink(*this);
  for (auto name : api_.symbols()) {
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    stream_names_.push_back(std::move(name));
  }
}

BinanceDialect::~BinanceDialect() { engine_.remove_sink(*this); }

HttpReply BinanceDialect::http(const HttpRequest& request, WallTime now) {
  const auto [path, query] = split(request.target, '?');
  const auto* endpoint = Api::find(request.method, path);
  if (!endpoint) {
    return Api::knows_path(path) ? refusal(405, -1020, "This operation is not supported.")
                                 : refusal(404, -1020, "This operation is not supported.");
  }
  auto params = Params::from_form(query, request.method == "GET" ? "" : request.body);

  Outcome outcome;
  if (!params) {
    outcome.answer = tl::unexpected(params.error());
  } else {
    Credentials credentials;
    credentials.api_key = header_value(request.headers, "X-MBX-APIKEY");
    credentials.payload = without_signature(query);
    credentials.payload += without_signature(request.method == "GET" ? "" : request.body);
    credentials.payload_is_clean = is_clean(credentials.payload);
    credentials.signature = params->peek("signature").value_or("");
    outcome = api_.call(*endpoint, *params, credentials, request.peer, now);
  }

  HttpReply reply;
  reply.fate = outcome.fate;
  reply.delay = outcome.delay;
  reply.headers = fmt::format("X-MBX-USED-WEIGHT: {0}\r\nX-MBX-USED-WEIGHT-1M: {0}\r\n",
                              api_.limits().used_weight(request.peer, now));
  if (endpoint->kind == RequestKind::place && outcome.account)
    reply.headers += fmt::format("X-MBX-ORDER-COUNT-10S: {}\r\nX-MBX-ORDER-COUNT-1D: {}\r\n",
                                 api_.limits().orders_10s(*outcome.account, now),
                                 api_.limits().orders_day(*outcome.account, now));
  if (outcome.answer) {
    reply.body = std::move(*outcome.answer);
    return reply;
  }
  const auto& wrong = outcome.answer.error();
  reply.status = wrong.status;
  reply.body = to_json(wrong);
  if (wrong.retry_after != 0)
    reply.headers += fmt::format("Retry-After: {}\r\n", wrong.retry_after);
  return reply;
}

tl::expected<SessionId, int> BinanceDialect::open(std::string_view target, std::string_view peer,
                                                  WallTime now) {
  if (sessions_.size() == sessions_max) return tl::unexpected(503);
  const auto [path, query] = split(target, '?');
  Session session;
  session.peer = peer;
  std::string_view streams;
  if (path == "/ws-api/v3") {
    session.way = Way::api;
    if (const auto over = api_.limits().charge(peer, 2, now)) return tl::unexpected(over->status);
  } else if (path == "/ws" || path.starts_with("/ws/")) {
    session.way = Way::raw;
    streams = path.size() > 4 ? path.substr(4) : "";
  } else if (path == "/stream") {
    session.way = Way::combined;
    const auto params = Params::from_form(query, {});
    if (params)
      for (auto rest = params->peek("streams").value_or(""); !rest.empty();) {
        const auto [first, others] = split(rest, '/');
        session.streams.emplace(first);
        rest = others;
      }
  } else {
    return tl::unexpected(404);
  }
  while (!streams.empty()) {
    const auto [first, others] = split(streams, '/');
    session.streams.emplace(first);
    streams = others;
  }
  if (session.streams.size() > streams_per_session_max ||
      !std::all_of(session.streams.begin(), session.streams.end(), is_stream_name))
    return tl::unexpected(400);
  const SessionId id{++last_session_};
  sessions_.emplace(id, std::move(session));
  return id;
}

void BinanceDialect::frame(SessionId id, std::string_view bytes, WallTime now) {
  const auto found = sessions_.find(id);
  if (found == sessions_.end()) return;
  if (found->second.way == Way::api)
    api_frame(id, bytes, now);
  else
    market_frame(id, found->second, bytes);
}

void BinanceDialect::send(SessionId id, std::string_view frame, Duration delay) {
  if (sink_) sink_->on_frame(id, frame, delay);
}

}  // namespace signalbox::simulator::binance
