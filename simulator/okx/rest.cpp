#include <fmt/format.h>

#include <algorithm>

#include "seams/http_lane.hpp"
#include "simulator/okx/okx_dialect.hpp"

namespace signalbox::simulator::okx {
namespace {

constexpr Duration stamp_window = std::chrono::seconds{30};
constexpr Duration limit_window = std::chrono::seconds{2};

std::pair<std::string_view, std::string_view> split(std::string_view s, char at) {
  const auto where = s.find(at);
  return where == s.npos ? std::pair{s, std::string_view{}}
                         : std::pair{s.substr(0, where), s.substr(where + 1)};
}

ApiError denied(int code, std::string text) { return {401, code, std::move(text), false}; }

}  // namespace

struct OkxDialect::Table {
  static constexpr auto order = RequestKind::place;
  static constexpr auto read = RequestKind::query;
  static constexpr auto open = RequestKind::market;
  static constexpr Endpoint all[] = {
      {"GET", "/api/v5/public/time", false, open, &OkxDialect::time},
      {"GET", "/api/v5/public/instruments", false, open, &OkxDialect::instruments},
      {"GET", "/api/v5/market/ticker", false, open, &OkxDialect::ticker},
      {"GET", "/api/v5/market/books", false, open, &OkxDialect::books},
      {"GET", "/api/v5/account/config", true, read, &OkxDialect::config},
      {"GET", "/api/v5/account/trade-fee", true, read, &OkxDialect::trade_fee},
      {"GET", "/api/v5/account/balance", true, read, &OkxDialect::balance},
      {"GET", "/api/v5/account/positions", true, read, &OkxDialect::positions},
      {"POST", "/api/v5/trade/order", true, order, &OkxDialect::place},
      {"POST", "/api/v5/trade/cancel-order", true, RequestKind::cancel, &OkxDialect::cancel},
      {"POST", "/api/v5/trade/amend-order", true, RequestKind::amend, &OkxDialect::amend},
      {"GET", "/api/v5/trade/order", true, read, &OkxDialect::order},
      {"GET", "/api/v5/trade/orders-pending", true, read, &OkxDialect::open_orders},
      {"GET", "/api/v5/trade/orders-history", true, read, &OkxDialect::ended_orders},
      {"GET", "/api/v5/trade/fills", true, read, &OkxDialect::fills},
      {"GET", "/api/v5/trade/fills-history", true, read, &OkxDialect::fills},
      {"POST", "/api/v5/trade/order-algo", true, order, &OkxDialect::place_algo},
      {"POST", "/api/v5/trade/cancel-algos", true, RequestKind::cancel, &OkxDialect::cancel_algos},
      {"POST", "/api/v5/trade/amend-algos", true, RequestKind::amend, &OkxDialect::amend_algo},
      {"GET", "/api/v5/trade/order-algo", true, read, &OkxDialect::algo},
      {"GET", "/api/v5/trade/orders-algo-pending", true, read, &OkxDialect::open_algos},
      {"GET", "/api/v5/trade/orders-algo-history", true, read, &OkxDialect::ended_algos},
  };
};

OkxDialect::OkxDialect(Engine& engine, FaultPlan& faults, Settings settings)
    : engine_(engine), faults_(faults), settings_(std::move(settings)) {
  engine_.add_sink(*this);
  for (std::size_t i = 0; i < engine.market_count(); ++i)
    wires_.push_back(wire_name(engine.spec(static_cast<MarketId>(i)).instrument));
}

OkxDialect::~OkxDialect() { engine_.remove_sink(*this); }

OkxDialect::Answer OkxDialect::refuse(ApiError error) {
  Answer answer;
  answer.error = std::move(error);
  return answer;
}

std::optional<MarketId> OkxDialect::find_market(std::string_view wire) const {
  for (std::size_t i = 0; i < wires_.size(); ++i)
    if (wires_[i] == wire) return static_cast<MarketId>(i);
  return std::nullopt;
}

HttpReply OkxDialect::http(const HttpRequest& request, WallTime now) {
  sweep(now);
  HttpReply reply;
  if (const auto ban = banned_until_.find(request.peer);
      ban != banned_until_.end() && now < ban->second) {
    ++while_banned_;
    reply.status = 403;
    reply.body = "Forbidden";
    return reply;
  }
  const auto [path, query] = split(request.target, '?');
  const Endpoint* found = nullptr;
  for (const auto& each : Table::all)
    if (each.verb == request.method && each.path == path) found = &each;
  auto answer = found ? call(*found, request, query, now)
                      : refuse(50404, "The requested endpoint does not exist.", 404);
  reply.fate = answer.fate;
  reply.delay = answer.delay;
  if (answer.error) {
    reply.status = answer.error->status;
    reply.body = to_json(*answer.error);
  } else {
    reply.body = envelope(answer.rows);
  }
  return reply;
}

OkxDialect::Answer OkxDialect::call(const Endpoint& endpoint, const HttpRequest& request,
                                    std::string_view query, WallTime now) {
  AccountId account{};
  if (endpoint.is_signed)
    if (const auto wrong = why_not(request, account, now)) return refuse(*wrong);
  const auto parameters = parse_query(query);
  std::vector<Body> bodies;
  if (request.method == "POST") {
    auto parsed = parse_body(request.body);
    if (!parsed || parsed->empty()) return refuse(50002, "JSON syntax error", 400);
    bodies = std::move(*parsed);
  }
  const auto late = header_value(request.headers, "expTime");
  if (!late.empty() && Decimal::parse(late).value_or(Decimal{}) < Decimal{ms(now)})
    return refuse(50036, "The expTime can't be earlier than the current system time.");
  return run(endpoint, {parameters, bodies, account, now}, request.peer);
}

OkxDialect::Answer OkxDialect::run(const Endpoint& endpoint, const Call& call,
                                   std::string_view peer) {
  if (over_limit(endpoint, call))
    return refuse(50011, "Rate limit reached. Please refer to API documentation", 429);
  RequestFacts facts{.kind = endpoint.kind};
  if (endpoint.is_signed) facts.account = call.account;
  facts.stop = call.body().has("slTriggerPx");
  const auto fault = faults_.on_request(facts, call.now);
  Answer answer;
  if (!fault || fault->executed || fault->kind == FaultKind::slow)
    answer = (this->*endpoint.run)(call);
  if (!fault) return answer;
  answer.delay = fault->delay;
  if (fault->kind == FaultKind::lost) answer.fate = HttpReply::Fate::lost;
  if (fault->kind == FaultKind::silent) answer.fate = HttpReply::Fate::silent;
  if (const auto said = injected(*fault, peer, call.now)) answer.error = *said;
  return answer;
}

std::optional<ApiError> OkxDialect::why_not(const HttpRequest& request, AccountId& account,
                                            WallTime now) {
  const auto header = [&](std::string_view name) { return header_value(request.headers, name); };
  const auto key = header("OK-ACCESS-KEY");
  if (key.empty()) return denied(50103, "Request header OK-ACCESS-KEY can not be empty.");
  const auto stamp = header("OK-ACCESS-TIMESTAMP");
  const auto sign = header("OK-ACCESS-SIGN");
  if (stamp.empty()) return denied(50107, "Request header OK-ACCESS-TIMESTAMP can not be empty.");
  if (sign.empty()) return denied(50106, "Request header OK-ACCESS-SIGN can not be empty.");
  const auto known = std::find_if(settings_.keys.begin(), settings_.keys.end(),
                                  [&](const ApiKey& each) { return each.key == key; });
  if (known == settings_.keys.end()) return denied(50111, "Invalid OK-ACCESS-KEY");
  if ((header("x-simulated-trading") == "1") != settings_.demo)
    return denied(50101, "APIKey does not match current environment.");
  WallTime sent{};
  if (!read_iso(stamp, sent)) return denied(50112, "Invalid OK-ACCESS-TIMESTAMP");
  if (sent > now + stamp_window || now > sent + stamp_window)
    return denied(50102, "Timestamp request expired");
  if (header("OK-ACCESS-PASSPHRASE") != known->passphrase)
    return denied(50105, "Request header OK-ACCESS-PASSPHRASE incorrect.");
  const auto payload = fmt::format("{}{}{}{}", stamp, request.method, request.target, request.body);
  if (sign != signature(known->secret, payload)) return denied(50113, "Invalid Sign");
  account = known->account;
  return std::nullopt;
}

std::optional<ApiError> OkxDialect::injected(const RequestFault& fault, std::string_view peer,
                                             WallTime now) {
  switch (fault.kind) {
    case FaultKind::unavailable:
    case FaultKind::maintenance:
      return ApiError{410, 50005, "API is offline or unavailable.", false};
    case FaultKind::server_error:
      return ApiError{500, 50026, "System error. Try again later", false};
    case FaultKind::status_unknown: return ApiError{400, 50004, "Endpoint request timeout.", false};
    case FaultKind::rate_limited:
      return ApiError{200, 50011, "Rate limit reached. Please refer to API documentation", false};
    case FaultKind::banned:
      banned_until_.insert_or_assign(std::string{peer},
                                     now + std::chrono::seconds{std::max(1U, fault.retry_after_s)});
      return ApiError{403, 0, "Forbidden", false};
    case FaultKind::refused: return to_error(fault.reject, false);
    case FaultKind::lost:
    case FaultKind::silent:
    case FaultKind::slow: break;
  }
  return std::nullopt;
}

bool OkxDialect::over_limit(const Endpoint& endpoint, const Call& call) {
  if (endpoint.kind != RequestKind::place && endpoint.kind != RequestKind::cancel &&
      endpoint.kind != RequestKind::amend)
    return false;
  auto& sent = writes_[fmt::format("{} {} {}", static_cast<std::uint32_t>(call.account),
                                   call.body().text("instId"), endpoint.path)];
  while (!sent.empty() && sent.front() + limit_window <= call.now) sent.pop_front();
  if (sent.size() >= settings_.writes_per_window) return true;
  sent.push_back(call.now);
  return false;
}

}  // namespace signalbox::simulator::okx
