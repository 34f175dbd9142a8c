#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "simulator/binance/limits.hpp"
#include "simulator/binance/market_stats.hpp"
#include "simulator/binance/order_json.hpp"
#include "simulator/binance/params.hpp"
#include "simulator/dialect.hpp"
#include "simulator/engine/engine.hpp"
#include "simulator/faults.hpp"

namespace signalbox::simulator::binance {

/// One API key: HMAC with a secret, or Ed25519 with a public key (base64 of its SPKI).
struct ApiKey {
  std::string key;
  std::string secret;
  std::string ed25519_public;
  AccountId account{};
  bool may_withdraw = false;
};

struct Settings {
  std::vector<ApiKey> keys;
  LimitSettings limits;
};

/// What proves who is calling. Either a signed request, or a session that has logged on.
struct Credentials {
  std::string_view api_key;
  std::string payload;           ///< the bytes that must have been signed
  bool payload_is_clean = true;  ///< false: it held bytes that had to be percent-encoded
  std::string signature;
  std::optional<AccountId> session;
};

struct Call {
  Params& params;
  Reader& reader;
  AccountId account{};
  WallTime now{};
  std::string_view api_key = {};
};

class Api;

/// One operation under its REST and its WS name; either may be empty.
struct Endpoint {
  std::string_view verb;
  std::string_view path;
  std::string_view method;
  bool is_signed = false;
  RequestKind kind = RequestKind::query;
  std::uint32_t (*weight)(const Params&) = nullptr;
  Answer (Api::*run)(Call&) = nullptr;
};

/// An answer and what planned faults make of it on its way.
struct Outcome {
  Answer answer;
  HttpReply::Fate fate = HttpReply::Fate::answered;
  Duration delay{};
  std::optional<AccountId> account;  ///< whose order counts go into the headers
};

/// The venue's operations, whichever way they are asked for. Checks come in the venue's order:
/// limits, signature and time, planned faults, parameters, then the matching engine.
class Api {
 public:
  Api(Engine& engine, FaultPlan& faults, Settings settings);

  static const Endpoint* find(std::string_view verb, std::string_view path);
  static const Endpoint* find_method(std::string_view method);
  static bool knows_path(std::string_view path);

  Outcome call(const Endpoint& endpoint, Params& params, const Credentials& credentials,
               std::string_view peer, WallTime now);
  /// Who signed this; marks the parameters that belong to signing as read.
  tl::expected<AccountId, ApiError> authenticate(Reader& reader, const Credentials& credentials,
                                                 WallTime now);

  Limits& limits() { return limits_; }
  const Limits& limits() const { return limits_; }
  MarketStats& stats() { return stats_; }
  const std::vector<std::string>& symbols() const { return symbols_; }
  const Engine& engine() const { return engine_; }
  const OrderJson& json() const { return json_; }
  std::optional<MarketId> find_symbol(std::string_view symbol) const;

 private:
  friend struct Table;

  // market_calls.cpp
  Answer ping(Call&);
  Answer time(Call&);
  Answer exchange_info(Call&);
  Answer depth(Call&);
  Answer book_ticker(Call&);
  Answer price_ticker(Call&);
  Answer day_ticker(Call&);
  Answer average_price(Call&);

  // order_calls.cpp
  Answer place(Call&);
  Answer place_test(Call&);
  Answer cancel(Call&);
  Answer query(Call&);
  Answer amend(Call&);
  Answer open_orders(Call&);
  Answer cancel_open_orders(Call&);
  Answer all_orders(Call&);

  // list_calls.cpp
  Answer place_oco(Call&);
  Answer place_oto(Call&);
  Answer place_otoco(Call&);
  Answer cancel_list(Call&);
  Answer query_list(Call&);
  Answer open_lists(Call&);
  Answer all_lists(Call&);

  // account_calls.cpp
  Answer account(Call&);
  Answer my_trades(Call&);
  Answer commission(Call&);
  Answer order_rate(Call&);
  Answer coins(Call&);
  Answer trade_fee(Call&);
  Answer key_rights(Call&);

  Answer place_list(Call&, ListKind);
  Answer cancelled_list(const OrderList&, const ClientId& cancel_id) const;
  std::optional<MarketId> market(Call&, bool required = true);
  const Order* named_order(Call&, std::string_view client_id_parameter);
  const OrderList* named_list(Call&, std::string_view client_id_parameter);
  Answer each_symbol(Call&, std::string (Api::*one)(MarketId, WallTime) const);
  std::string book_ticker_of(MarketId, WallTime) const;
  std::string price_ticker_of(MarketId, WallTime) const;
  std::string day_ticker_of(MarketId, WallTime) const;
  std::string symbol_info_of(MarketId, WallTime) const;
  std::optional<ApiError> injected(const RequestFault&, std::string_view peer, WallTime now);

  Engine& engine_;
  FaultPlan& faults_;
  Settings settings_;
  Limits limits_;
  MarketStats stats_;
  std::vector<std::string> symbols_;
  OrderJson json_;
};

}  // namespace signalbox::simulator::binance
