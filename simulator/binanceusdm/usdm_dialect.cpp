#include "simulator/binanceusdm/usdm_dialect.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "seams/http_lane.hpp"
#include "simulator/binance/frame.hpp"
#include "simulator/binance/signature.hpp"
#include "simulator/binance/words.hpp"

namespace signalbox::simulator::binanceusdm {
namespace {

using binance::error;

std::pair<std::string_view, std::string_view> split(std::string_view s, char at) {
  const auto where = s.find(at);
  return where == s.npos ? std::pair{s, std::string_view{}}
                         : std::pair{s.substr(0, where), s.substr(where + 1)};
}

std::string_view without_signature(std::string_view form) {
  const auto at = form.rfind("signature=");
  if (at == form.npos || form.find('&', at) != form.npos) return form;
  return form.substr(0, at == 0 ? 0 : at - 1);
}

constexpr std::string_view private_path = "/private/ws/";

}  // namespace

UsdmDialect::UsdmDialect(Engine& engine, FaultPlan& faults, Settings settings)
    : engine_(engine), faults_(faults), settings_(std::move(settings)) {
  engine_.add_sink(*this);
  for (std::size_t i = 0; i < engine_.market_count(); ++i)
    symbols_.push_back(
        binance::wire_symbol(engine_.spec(MarketId{static_cast<std::uint32_t>(i)}).instrument));
}

UsdmDialect::~UsdmDialect() { engine_.remove_sink(*this); }

const UsdmDialect::Endpoint* UsdmDialect::find(std::string_view verb, std::string_view path) {
  using D = UsdmDialect;
  using K = RequestKind;
  static const Endpoint table[] = {
      {"GET", "/fapi/v1/time", false, K::market, &D::time},
      {"GET", "/fapi/v1/exchangeInfo", false, K::market, &D::exchange_info},
      {"GET", "/fapi/v1/ticker/bookTicker", false, K::market, &D::book_ticker},
      {"GET", "/fapi/v3/account", true, K::query, &D::account},
      {"GET", "/fapi/v3/positionRisk", true, K::query, &D::positions},
      {"GET", "/fapi/v1/positionSide/dual", true, K::query, &D::position_mode},
      {"GET", "/fapi/v1/symbolConfig", true, K::query, &D::symbol_modes},
      {"GET", "/fapi/v1/commissionRate", true, K::query, &D::fees},
      {"POST", "/fapi/v1/leverage", true, K::query, &D::set_leverage},
      {"POST", "/fapi/v1/marginType", true, K::query, &D::set_margin},
      {"POST", "/fapi/v1/listenKey", false, K::stream, &D::listen_key},
      {"PUT", "/fapi/v1/listenKey", false, K::stream, &D::keep_listen_key},
      {"POST", "/fapi/v1/order", true, K::place, &D::place},
      {"DELETE", "/fapi/v1/order", true, K::cancel, &D::cancel},
      {"GET", "/fapi/v1/order", true, K::query, &D::query},
      {"GET", "/fapi/v1/openOrders", true, K::query, &D::open_orders},
      {"DELETE", "/fapi/v1/allOpenOrders", true, K::cancel, &D::cancel_open_orders},
      {"GET", "/fapi/v1/userTrades", true, K::query, &D::user_trades},
      {"POST", "/fapi/v1/algoOrder", true, K::place, &D::place_algo},
      {"DELETE", "/fapi/v1/algoOrder", true, K::cancel, &D::cancel_algo},
      {"GET", "/fapi/v1/algoOrder", true, K::query, &D::query_algo},
      {"GET", "/fapi/v1/openAlgoOrders", true, K::query, &D::open_algos},
      {"DELETE", "/fapi/v1/algoOpenOrders", true, K::cancel, &D::cancel_open_algos},
  };
  for (const auto& each : table)
    if (each.verb == verb && each.path == path) return &each;
  return nullptr;
}

tl::expected<const ApiKey*, ApiError> UsdmDialect::known_key(std::string_view name) const {
  const auto key = std::find_if(settings_.keys.begin(), settings_.keys.end(),
                                [&](const ApiKey& k) { return k.key == name; });
  if (key == settings_.keys.end())
    return error(-2015, "Invalid API-key, IP, or permissions for action.", 401);
  return &*key;
}

tl::expected<AccountId, ApiError> UsdmDialect::prove(const ApiKey& key, const std::string& payload,
                                                     binance::Params& params, WallTime now) {
  const auto signature = params.take("signature").value_or("");
  const bool right =
      key.ed25519_public.empty()
          ? binance::same_hex(signature, binance::hmac_sha256_hex(key.secret, payload))
          : binance::ed25519_verifies(key.ed25519_public, payload, signature);
  if (!right) return error(-1022, "Signature for this request is not valid.");
  binance::Reader reader{params};
  const auto timestamp = reader.integer("timestamp", true).value_or(0);
  const auto window = reader.integer("recvWindow").value_or(5000);
  const auto server = binance::ms(now);
  if (timestamp >= server + 1000)
    return error(-1021, "Timestamp for this request was 1000ms ahead of the server's time.");
  if (server - timestamp > window)
    return error(-1021, "Timestamp for this request is outside of the recvWindow.");
  return key.account;
}

tl::expected<AccountId, ApiError> UsdmDialect::authenticate(const HttpRequest& request,
                                                            binance::Params& params, bool is_signed,
                                                            WallTime now) const {
  const auto key = known_key(header_value(request.headers, "X-MBX-APIKEY"));
  if (!key) return tl::unexpected(key.error());
  if (!is_signed) return (*key)->account;
  const auto query = split(request.target, '?').second;
  std::string payload{without_signature(query)};
  payload += without_signature(request.method == "GET" ? "" : request.body);
  return prove(**key, payload, params, now);
}

HttpReply UsdmDialect::banned(WallTime now) const {
  const auto left = std::chrono::ceil<std::chrono::seconds>(banned_until_ - now).count();
  return reply_of(tl::unexpected(ApiError{
      418,
      -1003,
      fmt::format("Way too many requests; IP banned until {}.", binance::ms(banned_until_)),
      {},
      static_cast<std::uint32_t>(left)}));
}

std::optional<HttpReply> UsdmDialect::while_banned(WallTime now) {
  if (now >= banned_until_) return std::nullopt;
  ++requests_while_banned_;
  return banned(now);
}

HttpReply UsdmDialect::reply_of(Answer answer) {
  HttpReply reply;
  if (answer) {
    reply.body = std::move(*answer);
    return reply;
  }
  reply.status = answer.error().status;
  reply.body = binance::to_json(answer.error());
  if (answer.error().retry_after)
    reply.headers = fmt::format("Retry-After: {}\r\n", answer.error().retry_after);
  return reply;
}

/// What becomes of an answer; nothing: it only comes late.
std::optional<HttpReply> UsdmDialect::spoiled(const RequestFault& fault, WallTime now) {
  const auto with = [](int status, int code, std::string text, std::uint32_t retry = 0) {
    return reply_of(tl::unexpected(ApiError{status, code, std::move(text), {}, retry}));
  };
  HttpReply reply;
  switch (fault.kind) {
    case FaultKind::slow: return std::nullopt;
    case FaultKind::lost: reply.fate = HttpReply::Fate::lost; break;
    case FaultKind::silent: reply.fate = HttpReply::Fate::silent; break;
    case FaultKind::unavailable:
      reply.status = 503;
      reply.body = "Service Unavailable.";
      break;
    case FaultKind::server_error:
      reply.status = 502;
      reply.body = "<html>502 Bad Gateway</html>";
      break;
    case FaultKind::status_unknown:
      reply = with(503, -1007,
                   "Timeout waiting for response from backend server. Send status unknown; "
                   "execution status unknown.");
      break;
    case FaultKind::rate_limited:
      reply = with(429, -1003, "Too many requests.", std::max(fault.retry_after_s, 1U));
      break;
    case FaultKind::banned: {
      banned_until_ = now + std::chrono::seconds{std::max(fault.retry_after_s, 1U)};
      reply = banned(now);
      break;
    }
    case FaultKind::maintenance:
      reply = with(503, -1016, "This service is no longer available.");
      break;
    case FaultKind::refused: reply = with(400, -2019, "Margin is insufficient."); break;
  }
  reply.delay = fault.delay;
  return reply;
}

HttpReply UsdmDialect::http(const HttpRequest& request, WallTime now) {
  settle(now);
  if (auto shut_out = while_banned(now)) return *shut_out;
  const auto [path, query] = split(request.target, '?');
  const auto* endpoint = find(request.method, path);
  if (!endpoint) return reply_of(error(-1020, "This operation is not supported.", 404));
  auto params = binance::Params::from_form(query, request.method == "GET" ? "" : request.body);
  if (!params) return reply_of(tl::unexpected(params.error()));
  std::optional<AccountId> account;
  if (endpoint->is_signed || endpoint->kind == RequestKind::stream) {
    const auto known = authenticate(request, *params, endpoint->is_signed, now);
    if (!known) return reply_of(tl::unexpected(known.error()));
    account = *known;
  }
  return run(*endpoint, *params, account, now);
}

HttpReply UsdmDialect::run(const Endpoint& endpoint, binance::Params& params,
                           std::optional<AccountId> account, WallTime now) {
  const auto fault = faults_.on_request(
      {.kind = endpoint.kind,
       .account = account,
       .stop = is_stop(params.peek("type").value_or("")),
       .client_id =
           params.peek("newClientOrderId").value_or(params.peek("clientAlgoId").value_or(""))},
      now);
  if (fault && !fault->executed)
    if (auto reply = spoiled(*fault, now)) return *reply;
  binance::Reader reader{params};
  Call call{params, reader, account.value_or(AccountId{}), now};
  auto reply = reply_of((this->*endpoint.run)(call));
  settle(now);
  if (!fault) return reply;
  if (auto instead = spoiled(*fault, now)) return *instead;
  reply.delay = fault->delay;
  return reply;
}

// ---- websockets ----

tl::expected<SessionId, int> UsdmDialect::open(std::string_view target, std::string_view,
                                               WallTime now) {
  if (sessions_.size() == sessions_max) return tl::unexpected(503);
  if (while_banned(now)) return tl::unexpected(418);
  const auto [path, query] = split(target, '?');
  Session session;
  if (path.starts_with(private_path)) {
    const auto key = listen_keys_.find(std::string{path.substr(private_path.size())});
    // The venue lets anybody in and says nothing to whoever has no key.
    if (key != listen_keys_.end()) session.account = key->second;
  } else if (path == "/ws-fapi/v1") {
    session.api = true;
  } else if (path == "/public/stream" || path == "/public/ws") {
    session.combined = path == "/public/stream";
    auto params = binance::Params::from_form(query, {});
    auto rest = params ? params->peek("streams").value_or("") : std::string_view{};
    while (!rest.empty()) {
      const auto [first, others] = split(rest, '/');
      session.streams.emplace(first);
      rest = others;
    }
  } else {
    return tl::unexpected(404);
  }
  const SessionId id{++last_session_};
  sessions_.emplace(id, std::move(session));
  return id;
}

void UsdmDialect::frame(SessionId id, std::string_view bytes, WallTime now) {
  const auto found = sessions_.find(id);
  if (found == sessions_.end() || !sink_) return;
  if (found->second.api) return api_frame(id, bytes, now);
  const auto frame = binance::parse_frame(bytes);
  if (!frame || frame->method != "SUBSCRIBE")
    return sink_->on_frame(id, R"({"code":2,"msg":"Invalid request"})", {});
  for (const auto& name : frame->list) found->second.streams.insert(name);
  sink_->on_frame(id, fmt::format(R"({{"result":null,"id":{}}})", frame->id), {});
}

std::optional<MarketId> UsdmDialect::find_symbol(std::string_view symbol) const {
  const auto at = std::find(symbols_.begin(), symbols_.end(), symbol);
  if (at == symbols_.end()) return std::nullopt;
  return MarketId{static_cast<std::uint32_t>(at - symbols_.begin())};
}

std::optional<MarketId> UsdmDialect::market(Call& call, bool required) {
  const auto name = call.reader.symbol(required);
  if (name.empty()) return std::nullopt;
  const auto found = find_symbol(name);
  if (!found) call.reader.fail(-1121, "Invalid symbol.");
  return found;
}

Quantity UsdmDialect::position(AccountId account, MarketId market) const {
  const auto found = positions_.find({account, market});
  return found == positions_.end() ? Quantity{} : found->second.quantity;
}

std::size_t UsdmDialect::waiting_algos(AccountId account) const {
  return static_cast<std::size_t>(std::count_if(algos_.begin(), algos_.end(), [&](const Algo& a) {
    return a.account == account && a.state == AlgoState::waiting;
  }));
}

}  // namespace signalbox::simulator::binanceusdm
