#include "simulator/coinbase/api.hpp"

#include <algorithm>
#include <span>

namespace signalbox::simulator::coinbase {

struct Table {
  using K = RequestKind;
  static constexpr Endpoint all[] = {
      {"GET", "/time", false, false, K::market, &Api::time},
      {"GET", "/market/products", false, false, K::market, &Api::products},
      {"GET", "/market/products", true, false, K::market, &Api::ticker},
      {"GET", "/market/product_book", false, false, K::market, &Api::book},
      {"GET", "/products", false, true, K::market, &Api::products},
      {"GET", "/best_bid_ask", false, true, K::market, &Api::best_bid_ask},
      {"POST", "/orders", false, true, K::place, &Api::create},
      {"POST", "/orders/batch_cancel", false, true, K::cancel, &Api::cancel},
      {"POST", "/orders/edit", false, true, K::amend, &Api::edit},
      {"GET", "/orders/historical/batch", false, true, K::query, &Api::orders},
      {"GET", "/orders/historical/fills", false, true, K::query, &Api::fills},
      {"GET", "/orders/historical", true, true, K::query, &Api::order},
      {"GET", "/accounts", false, true, K::query, &Api::accounts},
      {"GET", "/key_permissions", false, true, K::query, &Api::rights},
      {"GET", "/transaction_summary", false, true, K::query, &Api::fees},
  };
  // The venue's other interface: what common clients ask it when they load markets.
  static constexpr Endpoint of_wallet[] = {
      {"GET", "/time", false, false, K::market, &Api::wallet_time},
      {"GET", "/currencies", false, false, K::market, &Api::currencies},
      {"GET", "/currencies/crypto", false, false, K::market, &Api::coins},
      {"GET", "/exchange-rates", false, false, K::market, &Api::exchange_rates},
  };
};

namespace {

const Endpoint* find_in(std::span<const Endpoint> table, std::string_view verb,
                        std::string_view path, std::string_view& rest) {
  for (const auto& e : table) {
    if (e.verb != verb) continue;
    if (!e.has_rest && e.path == path) return &e;
    if (!e.has_rest || !path.starts_with(e.path)) continue;
    rest = path.substr(e.path.size());
    if (rest.size() < 2 || rest[0] != '/') continue;
    rest.remove_prefix(1);
    return &e;
  }
  return nullptr;
}

}  // namespace

const Endpoint* Api::find(std::string_view verb, std::string_view path, std::string_view& rest) {
  constexpr std::string_view trading = "/api/v3/brokerage", wallet = "/v2";
  if (path.starts_with(trading))
    return find_in(Table::all, verb, path.substr(trading.size()), rest);
  if (path.starts_with(wallet))
    return find_in(Table::of_wallet, verb, path.substr(wallet.size()), rest);
  return nullptr;
}

Api::Api(Engine& engine, FaultPlan& faults, Settings settings)
    : engine_(engine), faults_(faults), settings_(std::move(settings)), tokens_(settings_.keys) {
  for (std::size_t i = 0; i < engine.market_count(); ++i)
    wires_.push_back(wire_name(engine.spec(static_cast<MarketId>(i)).instrument));
}

std::optional<MarketId> Api::find_wire(std::string_view wire) const {
  for (std::size_t i = 0; i < wires_.size(); ++i)
    if (wires_[i] == wire) return static_cast<MarketId>(i);
  return std::nullopt;
}

std::optional<Answer> Api::why_not_now(std::optional<AccountId> account, std::string_view peer,
                                       WallTime now) {
  const auto banned = banned_.find(std::string{peer});
  if (banned != banned_.end() && now < banned->second) {
    ++while_banned_;
    return Answer{403, "<html><head><title>403 Forbidden</title></head></html>"};
  }
  const auto second = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
  auto& window = account ? of_account_[*account] : of_address_[std::string{peer}];
  if (window.number != second) window = {second, 0};
  const auto most = account ? settings_.requests_per_second : settings_.public_requests_per_second;
  if (++window.used <= most) return std::nullopt;
  return Answer{429, "<html><head><title>429 Too Many Requests</title></head></html>"};
}

Outcome Api::call(const Endpoint& endpoint, Call call, std::optional<AccountId> account,
                  std::string_view peer) {
  Outcome outcome;
  call.account = account.value_or(AccountId{});
  const bool stop = call.params.has("order_configuration.stop_limit_stop_limit_gtc.stop_price") ||
                    !call.params.inside("attached_order_configuration").empty();
  const auto fault =
      faults_.on_request({.kind = endpoint.kind, .account = account, .stop = stop}, call.now);
  if (fault) outcome.delay = fault->delay;
  if (!fault || fault->executed || fault->kind == FaultKind::slow)
    outcome.answer = (this->*endpoint.run)(call);
  if (!fault) return outcome;
  switch (fault->kind) {
    case FaultKind::lost: outcome.fate = HttpReply::Fate::lost; break;
    case FaultKind::silent: outcome.fate = HttpReply::Fate::silent; break;
    case FaultKind::slow: break;
    case FaultKind::server_error:
      outcome.answer = {502, "<html><head><title>502 Bad Gateway</title></head></html>"};
      break;
    case FaultKind::status_unknown: outcome.answer = {500, R"({"error":"INTERNAL"})"}; break;
    case FaultKind::unavailable: outcome.answer = {503, "Service Unavailable"}; break;
    case FaultKind::maintenance:
      outcome.answer = no(400, "ORDER_ENTRY_DISABLED", "order entry is disabled");
      break;
    case FaultKind::rate_limited:
      outcome.answer = {
          429, R"({"errors":[{"id":"rate_limit_exceeded","message":"Too many requests"}]})"};
      break;
    case FaultKind::banned:
      banned_[std::string{peer}] =
          call.now + (fault->retry_after_s == 0
                          ? settings_.ban
                          : Duration{std::chrono::seconds{fault->retry_after_s}});
      outcome.answer = {403, "<html><head><title>403 Forbidden</title></head></html>"};
      break;
    case FaultKind::refused: {
      const NewOrder none;
      const auto why = refusal(fault->reject, none, engine_.spec(MarketId{0}).instrument);
      outcome.answer = refused(call, MarketId{0}, none, why);
      break;
    }
  }
  return outcome;
}

}  // namespace signalbox::simulator::coinbase
