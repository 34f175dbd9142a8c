#include "simulator/bybit/api.hpp"

#include <algorithm>
#include <charconv>

namespace signalbox::simulator::bybit {
namespace {

std::optional<std::int64_t> whole(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool mentions_stop(const Params& params) {
  return params.has("triggerPrice") || params.has("stopLoss");
}

}  // namespace

struct Table {
  using K = RequestKind;
  static constexpr Endpoint all[] = {
      {"GET", "/v5/market/time", "", false, K::market, Pool::none, &Api::time},
      {"GET", "/v5/market/instruments-info", "", false, K::market, Pool::none, &Api::instruments},
      {"GET", "/v5/market/tickers", "", false, K::market, Pool::none, &Api::tickers},
      {"GET", "/v5/market/orderbook", "", false, K::market, Pool::none, &Api::order_book},
      {"POST", "/v5/order/create", "order.create", true, K::place, Pool::create, &Api::create},
      {"POST", "/v5/order/amend", "order.amend", true, K::amend, Pool::amend, &Api::amend},
      {"POST", "/v5/order/cancel", "order.cancel", true, K::cancel, Pool::cancel, &Api::cancel},
      {"POST", "/v5/order/cancel-all", "", true, K::cancel, Pool::cancel_all, &Api::cancel_all},
      {"GET", "/v5/order/realtime", "", true, K::query, Pool::read, &Api::orders},
      {"GET", "/v5/order/history", "", true, K::query, Pool::read, &Api::history},
      {"GET", "/v5/execution/list", "", true, K::query, Pool::read, &Api::executions},
      {"GET", "/v5/account/wallet-balance", "", true, K::query, Pool::read, &Api::wallet},
      {"GET", "/v5/position/list", "", true, K::query, Pool::read, &Api::positions},
      {"GET", "/v5/account/info", "", true, K::query, Pool::read, &Api::account_info},
      {"GET", "/v5/user/query-api", "", true, K::query, Pool::read, &Api::key_info},
      {"GET", "/v5/account/fee-rate", "", true, K::query, Pool::read, &Api::fee_rate},
  };
};

const Endpoint* Api::find(std::string_view verb, std::string_view path) {
  for (const auto& e : Table::all)
    if (e.verb == verb && e.path == path) return &e;
  return nullptr;
}

const Endpoint* Api::find_operation(std::string_view operation) {
  for (const auto& e : Table::all)
    if (!e.operation.empty() && e.operation == operation) return &e;
  return nullptr;
}

Api::Api(Engine& engine, FaultPlan& faults, Settings settings)
    : engine_(engine), faults_(faults), settings_(std::move(settings)), limits_(settings_.limits) {
  for (std::size_t i = 0; i < engine.market_count(); ++i)
    symbols_.push_back(wire_symbol(engine.spec(static_cast<MarketId>(i)).instrument));
}

std::optional<MarketId> Api::find_symbol(std::string_view symbol) const {
  for (std::size_t i = 0; i < symbols_.size(); ++i)
    if (symbols_[i] == symbol) return static_cast<MarketId>(i);
  return std::nullopt;
}

const ApiKey* Api::find_key(std::string_view key) const {
  const auto found = std::find_if(settings_.keys.begin(), settings_.keys.end(),
                                  [&](const auto& k) { return k.key == key; });
  return found == settings_.keys.end() ? nullptr : &*found;
}

std::optional<Answer> Api::why_not_in_time(std::string_view time, std::string_view window,
                                           WallTime now) {
  const auto sent = whole(time);
  const auto width = window.empty() ? std::optional<std::int64_t>{5000} : whole(window);
  if (!sent || !width) return no(10001, "Request parameter error.");
  const auto server = ms(now);
  if (server - *width <= *sent && *sent < server + 1000) return std::nullopt;
  return no(10002, fmt::format("invalid request, please check your server timestamp or recv_window "
                               "param. req_timestamp[{}],server_timestamp[{}],recv_window[{}]",
                               *sent, server, *width));
}

std::optional<Answer> Api::why_not_signed(std::string_view key, std::string_view time,
                                          std::string_view window, std::string_view payload,
                                          std::string_view signature, WallTime now,
                                          AccountId& account) const {
  const auto* known = find_key(key);
  if (!known) return no(10003, "API key is invalid.");
  if (!same_text(hmac_sha256_hex(known->secret, payload), signature))
    return no(10004, "error sign! origin_string[withheld]");
  account = known->account;
  return why_not_in_time(time, window, now);
}

/// True: the request ends here, whatever it would have been answered.
bool Api::injected(const RequestFault& fault, std::string_view peer, WallTime now,
                   Outcome& outcome) {
  const auto pause = std::chrono::seconds{fault.retry_after_s};
  switch (fault.kind) {
    case FaultKind::unavailable:
    case FaultKind::maintenance:
      outcome.answer = no(10019, "ws trade service is restarting");
      break;
    case FaultKind::server_error:
      outcome.status = 502;
      outcome.raw = "<html>502 Bad Gateway</html>";
      break;
    case FaultKind::status_unknown: outcome.answer = no(10000, "Server Timeout"); break;
    case FaultKind::rate_limited:
      outcome.answer = no(10006, "Too many visits!");
      outcome.left = {10, 0, true, ms(now + std::max(pause, std::chrono::seconds{1}))};
      break;
    case FaultKind::banned:
      limits_.ban(peer, fault.retry_after_s == 0 ? settings_.limits.ban : Duration{pause}, now);
      outcome.status = 403;
      outcome.raw = "access too frequent";
      break;
    case FaultKind::refused: {
      const NewOrder none;
      outcome.answer = refusal(fault.reject, none, engine_.spec(MarketId{0}).instrument);
      break;
    }
    case FaultKind::lost:
    case FaultKind::silent:
    case FaultKind::slow: return false;
  }
  return true;
}

Outcome Api::call(const Endpoint& endpoint, const Params& params, std::optional<AccountId> account,
                  std::string_view peer, WallTime now) {
  Outcome outcome;
  if (account) outcome.left = limits_.take(*account, endpoint.pool, now);
  if (outcome.left.refused) {
    outcome.answer = no(10006, "Too many visits!");
    return outcome;
  }
  const auto fault = faults_.on_request(
      {.kind = endpoint.kind, .account = account, .stop = mentions_stop(params)}, now);
  if (fault) outcome.delay = fault->delay;
  Call call{params, account.value_or(AccountId{}), now};
  if (!fault || fault->executed || fault->kind == FaultKind::slow)
    outcome.answer = (this->*endpoint.run)(call);
  if (!fault) return outcome;
  if (fault->kind == FaultKind::lost) outcome.fate = HttpReply::Fate::lost;
  if (fault->kind == FaultKind::silent) outcome.fate = HttpReply::Fate::silent;
  static_cast<void>(injected(*fault, peer, now, outcome));
  return outcome;
}

}  // namespace signalbox::simulator::bybit
