#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "simulator/bybit/limits.hpp"
#include "simulator/bybit/params.hpp"
#include "simulator/bybit/words.hpp"
#include "simulator/dialect.hpp"
#include "simulator/engine/engine.hpp"
#include "simulator/faults.hpp"

namespace signalbox::simulator::bybit {

struct ApiKey {
  std::string key;
  std::string secret;
  AccountId account{};
};

struct Settings {
  std::vector<ApiKey> keys;
  LimitSettings limits;
  bool keys_may_withdraw = false;
  /// The markets are linear perpetuals instead of spot pairs. What an account holds of the base is
  /// its position: long only, paid for in full.
  bool linear = false;
  /// What a conditional order that the market has passed does: it waits for the price to come back
  /// instead of being refused.
  bool late_stops_wait = false;
};

/// An order that was acknowledged and never stood: what the venue takes out again at once.
struct Ghost {
  OrderId id = OrderId::none;
  AccountId account{};
  MarketId market{};
  NewOrder order;
  WallTime time{};
};

struct Call {
  const Params& params;
  AccountId account{};
  WallTime now{};
};

/// An answer and what planned faults make of it on its way.
struct Outcome {
  Answer answer;
  int status = 200;
  std::string raw;  ///< instead of the answer: what stands before the venue speaks
  HttpReply::Fate fate = HttpReply::Fate::answered;
  Duration delay{};
  Limits::Left left;
};

class Api;
struct Endpoint {
  std::string_view verb;
  std::string_view path;
  std::string_view operation;  ///< over the trading websocket; may be empty
  bool is_signed = false;
  RequestKind kind = RequestKind::query;
  Pool pool = Pool::none;
  Answer (Api::*run)(Call&) = nullptr;
};

/// The venue's operations for spot, whichever way they are asked for.
class Api {
 public:
  Api(Engine& engine, FaultPlan& faults, Settings settings);

  static const Endpoint* find(std::string_view verb, std::string_view path);
  static const Endpoint* find_operation(std::string_view operation);

  /// `account`: of whoever signed; nothing for public questions.
  Outcome call(const Endpoint& endpoint, const Params& params, std::optional<AccountId> account,
               std::string_view peer, WallTime now);
  /// Who signed `payload` (time, key, window and what follows), and whether in time.
  std::optional<Answer> why_not_signed(std::string_view key, std::string_view time,
                                       std::string_view window, std::string_view payload,
                                       std::string_view signature, WallTime now,
                                       AccountId& account) const;
  static std::optional<Answer> why_not_in_time(std::string_view time, std::string_view window,
                                               WallTime now);
  const ApiKey* find_key(std::string_view key) const;

  bool is_linear() const { return settings_.linear; }
  std::string_view category() const { return settings_.linear ? "linear" : "spot"; }

  Limits& limits() { return limits_; }
  const Limits& limits() const { return limits_; }
  const std::string& symbol(MarketId id) const { return symbols_[static_cast<std::size_t>(id)]; }
  std::optional<MarketId> find_symbol(std::string_view symbol) const;

  // JSON of rows, for answers and events alike.
  std::string order_json(const Order& order) const;
  std::string ghost_json(const Ghost& ghost) const;
  std::string execution_json(const Trade& trade) const;
  std::string wallet_json(AccountId account, const std::vector<AssetBalance>& balances) const;
  std::string level_json(MarketId id) const;
  /// One that its owner has never been told of: it waits for its parent.
  bool is_hidden(const Order& order) const;
  /// Which of the two books of conditional orders, or the plain one.
  std::string_view book_of(const Order& order) const;
  /// At what price the market stood when a conditional order came to be.
  void note_made(const Order& order);

  /// Told of each ghost.
  std::function<void(const Ghost&)> on_ghost = [](const Ghost&) {};

 private:
  friend struct Table;

  // market_calls.cpp
  /// Of a request for a product line; nothing: it is the one that is traded here.
  std::optional<Answer> wrong_category(const Params& params) const;
  std::string instrument_json(MarketId id) const;
  Answer time(Call&);
  Answer instruments(Call&);
  Answer tickers(Call&);
  Answer order_book(Call&);

  // order_calls.cpp
  Answer create(Call&);
  Answer amend(Call&);
  Answer cancel(Call&);
  Answer cancel_all(Call&);
  std::optional<Answer> read_order(Call&, MarketId, NewOrder& into) const;
  Answer place_attached(Call&, MarketId, const NewOrder& entry);
  Answer acknowledged(OrderId id, const ClientId& link_id) const;
  const Order* named_order(Call&) const;

  // read_calls.cpp
  Answer orders(Call&);
  Answer history(Call&);
  Answer executions(Call&);
  Answer wallet(Call&);
  Answer positions(Call&);
  Answer account_info(Call&);
  Answer key_info(Call&);
  Answer fee_rate(Call&);
  Answer order_list(Call&, bool open_only);

  bool injected(const RequestFault& fault, std::string_view peer, WallTime now, Outcome& outcome);

  Engine& engine_;
  FaultPlan& faults_;
  Settings settings_;
  Limits limits_;
  std::vector<std::string> symbols_;
  std::vector<Ghost> ghosts_;
  std::set<ClientId> stop_book_;  ///< conditional orders of the kind that holds nothing
  std::unordered_map<OrderId, Price> made_at_;
};

}  // namespace signalbox::simulator::bybit
