#include "simulator/binance/api.hpp"

#include <algorithm>

#include "simulator/binance/order_params.hpp"
#include "simulator/binance/signature.hpp"
#include "simulator/binance/words.hpp"

namespace signalbox::simulator::binance {
namespace {

using namespace std::chrono_literals;

template <std::uint32_t W>
std::uint32_t always(const Params&) {
  return W;
}
template <std::uint32_t One, std::uint32_t All>
std::uint32_t by_symbol(const Params& p) {
  return p.has("symbol") ? One : All;
}
std::uint32_t by_depth(const Params& p) {
  const auto limit = p.peek("limit");
  if (!limit || limit->size() < 3) return 5;
  if (limit->size() == 3) return *limit == "100" ? 5 : *limit <= "500" ? 25 : 50;
  return *limit == "1000" ? 50 : 250;
}

}  // namespace

struct Table {
  static constexpr auto q = RequestKind::query;
  static constexpr auto m = RequestKind::market;
  static constexpr auto p = RequestKind::place;
  static constexpr auto c = RequestKind::cancel;

  static constexpr Endpoint all[] = {
      {"GET", "/api/v3/ping", "ping", false, m, always<1>, &Api::ping},
      {"GET", "/api/v3/time", "time", false, m, always<1>, &Api::time},
      {"GET", "/api/v3/exchangeInfo", "exchangeInfo", false, m, always<20>, &Api::exchange_info},
      {"GET", "/api/v3/depth", "depth", false, m, by_depth, &Api::depth},
      {"GET", "/api/v3/ticker/bookTicker", "ticker.book", false, m, by_symbol<2, 4>,
       &Api::book_ticker},
      {"GET", "/api/v3/ticker/price", "ticker.price", false, m, by_symbol<2, 4>,
       &Api::price_ticker},
      {"GET", "/api/v3/ticker/24hr", "ticker.24hr", false, m, by_symbol<2, 80>, &Api::day_ticker},
      {"GET", "/api/v3/avgPrice", "avgPrice", false, m, always<2>, &Api::average_price},
      {"GET", "/api/v3/account", "account.status", true, q, always<20>, &Api::account},
      {"GET", "/api/v3/account/commission", "account.commission", true, q, always<20>,
       &Api::commission},
      {"GET", "/api/v3/rateLimit/order", "account.rateLimits.orders", true, q, always<40>,
       &Api::order_rate},
      {"GET", "/api/v3/myTrades", "myTrades", true, q, by_symbol<20, 20>, &Api::my_trades},
      {"POST", "/api/v3/order", "order.place", true, p, always<1>, &Api::place},
      {"POST", "/api/v3/order/test", "order.test", true, q, always<1>, &Api::place_test},
      {"DELETE", "/api/v3/order", "order.cancel", true, c, always<1>, &Api::cancel},
      {"GET", "/api/v3/order", "order.status", true, q, always<4>, &Api::query},
      {"PUT", "/api/v3/order/amend/keepPriority", "order.amend.keepPriority", true,
       RequestKind::amend, always<4>, &Api::amend},
      {"GET", "/api/v3/openOrders", "openOrders.status", true, q, by_symbol<6, 80>,
       &Api::open_orders},
      {"DELETE", "/api/v3/openOrders", "openOrders.cancelAll", true, c, always<1>,
       &Api::cancel_open_orders},
      {"GET", "/api/v3/allOrders", "allOrders", true, q, always<20>, &Api::all_orders},
      // The wallet's own: what a key may do, and what common clients ask for with the markets.
      {"GET", "/sapi/v1/account/apiRestrictions", "", true, q, always<1>, &Api::key_rights},
      {"GET", "/sapi/v1/capital/config/getall", "", true, q, always<10>, &Api::coins},
      {"GET", "/sapi/v1/asset/tradeFee", "", true, q, always<1>, &Api::trade_fee},
      {"POST", "/api/v3/orderList/oco", "orderList.place.oco", true, p, always<1>, &Api::place_oco},
      {"POST", "/api/v3/orderList/oto", "orderList.place.oto", true, p, always<1>, &Api::place_oto},
      {"POST", "/api/v3/orderList/otoco", "orderList.place.otoco", true, p, always<1>,
       &Api::place_otoco},
      {"DELETE", "/api/v3/orderList", "orderList.cancel", true, c, always<1>, &Api::cancel_list},
      {"GET", "/api/v3/orderList", "orderList.status", true, q, always<4>, &Api::query_list},
      {"GET", "/api/v3/openOrderList", "openOrderLists.status", true, q, always<6>,
       &Api::open_lists},
      {"GET", "/api/v3/allOrderList", "allOrderLists", true, q, always<20>, &Api::all_lists},
  };
};

const Endpoint* Api::find(std::string_view verb, std::string_view path) {
  for (const auto& e : Table::all)
    if (e.verb == verb && e.path == path) return &e;
  return nullptr;
}

const Endpoint* Api::find_method(std::string_view method) {
  for (const auto& e : Table::all)
    if (e.method == method) return &e;
  return nullptr;
}

bool Api::knows_path(std::string_view path) {
  return std::any_of(std::begin(Table::all), std::end(Table::all),
                     [&](const auto& e) { return e.path == path; });
}

Api::Api(Engine& engine, FaultPlan& faults, Settings settings)
    : engine_(engine),
      faults_(faults),
      settings_(std::move(settings)),
      limits_(settings_.limits),
      json_(engine, symbols_) {
  for (std::size_t i = 0; i < engine.market_count(); ++i)
    symbols_.push_back(wire_symbol(engine.spec(static_cast<MarketId>(i)).instrument));
}

std::optional<MarketId> Api::find_symbol(std::string_view symbol) const {
  for (std::size_t i = 0; i < symbols_.size(); ++i)
    if (symbols_[i] == symbol) return static_cast<MarketId>(i);
  return std::nullopt;
}

std::optional<MarketId> Api::market(Call& call, bool required) {
  const auto symbol = call.reader.symbol(required);
  if (symbol.empty()) return std::nullopt;
  const auto found = find_symbol(symbol);
  if (!found) call.reader.fail(-1121, "Invalid symbol.");
  return found;
}

tl::expected<AccountId, ApiError> Api::authenticate(Reader& reader, const Credentials& credentials,
                                                    WallTime now) {
  const auto window_text = reader.text("recvWindow");
  const auto timestamp = reader.integer("timestamp", true);
  std::int64_t window_us = 5'000'000;
  if (window_text) {
    const auto window = Decimal::parse(*window_text);
    if (!window || !window->is_positive())
      return error(-1102,
                   "Mandatory parameter 'recvWindow' was not sent, was empty/null, or "
                   "malformed.");
    if (*window > Decimal{60'000}) return error(-1131, "'recvWindow' must be less than 60000.");
    window_us = static_cast<std::int64_t>(window->raw() / (Decimal::one_raw / 1000));
  }
  AccountId account{};
  if (credentials.session) {
    if (reader.failed()) return tl::unexpected(*reader.error());
    account = *credentials.session;
  } else {
    static_cast<void>(reader.text("apiKey"));
    static_cast<void>(reader.text("signature", true));
    const bool well_formed =
        !credentials.api_key.empty() && credentials.api_key.size() <= 128 &&
        std::all_of(credentials.api_key.begin(), credentials.api_key.end(), [](char c) {
          return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        });
    if (!well_formed) return error(-2014, "API-key format invalid.", 401);
    const auto key = std::find_if(settings_.keys.begin(), settings_.keys.end(),
                                  [&](const auto& k) { return k.key == credentials.api_key; });
    if (key == settings_.keys.end())
      return error(-2015, "Invalid API-key, IP, or permissions for action.", 401);
    if (reader.failed()) return tl::unexpected(*reader.error());
    const bool genuine =
        credentials.payload_is_clean &&
        (key->ed25519_public.empty()
             ? same_hex(hmac_sha256_hex(key->secret, credentials.payload), credentials.signature)
             : ed25519_verifies(key->ed25519_public, credentials.payload, credentials.signature));
    if (!genuine) return error(-1022, "Signature for this request is not valid.");
    account = key->account;
  }

  // Milliseconds, or microseconds when it is too large to be anything else.
  const bool micros = *timestamp > 100'000'000'000'000;
  const auto sent_us = micros ? *timestamp : *timestamp * 1000;
  const auto now_us = std::chrono::floor<std::chrono::microseconds>(now).time_since_epoch().count();
  if (sent_us >= now_us + 1'000'000)
    return error(-1021, "Timestamp for this request was 1000ms ahead of the server's time.");
  if (now_us - sent_us > window_us)
    return error(-1021, "Timestamp for this request is outside of the recvWindow.");
  return account;
}

std::optional<ApiError> Api::injected(const RequestFault& fault, std::string_view peer,
                                      WallTime now) {
  switch (fault.kind) {
    case FaultKind::unavailable: return to_error(Reject::full);
    case FaultKind::server_error:
      return ApiError{500, -1000, "An unknown error occurred while processing the request.", {}, 0};
    case FaultKind::status_unknown:
      return ApiError{504,
                      -1007,
                      "Timeout waiting for response from backend server. Send status "
                      "unknown; execution status unknown.",
                      {},
                      0};
    case FaultKind::rate_limited:
      return ApiError{
          429, -1003, "Too many requests queued.", {}, std::max(1U, fault.retry_after_s)};
    case FaultKind::banned: {
      const auto seconds = fault.retry_after_s == 0 ? 120 : fault.retry_after_s;
      return limits_.ban(peer, std::chrono::seconds{seconds}, now);
    }
    case FaultKind::maintenance:
      return ApiError{503, -1016, "This service is no longer available.", {}, 0};
    case FaultKind::refused: return to_error(fault.reject);
    case FaultKind::lost:
    case FaultKind::silent:
    case FaultKind::slow: break;
  }
  return std::nullopt;
}

Outcome Api::call(const Endpoint& endpoint, Params& params, const Credentials& credentials,
                  std::string_view peer, WallTime now) {
  const auto weight = endpoint.weight(params);
  if (const auto over = limits_.charge(peer, weight, now)) return {tl::unexpected(*over)};

  Reader reader{params};
  Call call{params, reader, AccountId{}, now, credentials.api_key};
  Outcome outcome;
  RequestFacts facts{.kind = endpoint.kind, .stop = mentions_stop(params)};
  if (endpoint.is_signed) {
    const auto account = authenticate(reader, credentials, now);
    if (!account) return {tl::unexpected(account.error())};
    call.account = *account;
    facts.account = *account;
    outcome.account = *account;
  }

  const auto fault = faults_.on_request(facts, now);
  if (fault) outcome.delay = fault->delay;
  const bool runs = !fault || fault->executed || fault->kind == FaultKind::slow;
  if (runs) {
    outcome.answer = (this->*endpoint.run)(call);
    const bool free_of_charge = endpoint.kind == RequestKind::place && outcome.answer;
    if (free_of_charge) limits_.refund(peer, weight);
  }
  if (!fault || fault->kind == FaultKind::slow) return outcome;
  if (fault->kind == FaultKind::lost) outcome.fate = HttpReply::Fate::lost;
  if (fault->kind == FaultKind::silent) outcome.fate = HttpReply::Fate::silent;
  if (const auto said = injected(*fault, peer, now)) outcome.answer = tl::unexpected(*said);
  return outcome;
}

}  // namespace signalbox::simulator::binance
