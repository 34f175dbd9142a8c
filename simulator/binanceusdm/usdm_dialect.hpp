#pragma once

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "simulator/binance/api.hpp"
#include "simulator/binance/params.hpp"
#include "simulator/dialect.hpp"
#include "simulator/engine/engine.hpp"
#include "simulator/faults.hpp"

namespace signalbox::simulator::binanceusdm {

using binance::Answer;
using binance::ApiError;
using binance::ApiKey;

struct Settings {
  std::vector<ApiKey> keys;
  Decimal wallet{10'000};  ///< what each account starts with, in quote
  bool hedge_mode = false;
  std::int64_t leverage = 20;
  // What the venue's documents leave open; a test runs both.
  bool child_repeats_id = true;  ///< the order that a conditional one becomes carries its client id
  bool tells_algos = true;       ///< conditional orders have events of their own
  bool child_told_first = false;  ///< its events come before the one that says it was triggered
};

/// Binance USD-M: REST under /fapi, the account's events under /private/ws/<listen key>, tickers
/// under /public. One-way or hedge accounts of linear perpetuals on margin that is never called:
/// what is tested against it is the protocol, not a liquidation engine.
///
/// Plain orders stand in the matching engine; conditional orders stand here until `settle` finds
/// their price reached, and then become plain ones. The engine's accounts need inventory on both
/// sides; positions are counted here. One thread.
class UsdmDialect final : public Dialect, private EngineSink {
 public:
  static constexpr std::size_t sessions_max = 200;
  static constexpr std::size_t algos_max = 10'000;

  UsdmDialect(Engine& engine, FaultPlan& faults, Settings settings);
  ~UsdmDialect() override;

  void set_sink(DialectSink* sink) override { sink_ = sink; }
  HttpReply http(const HttpRequest& request, WallTime now) override;
  tl::expected<SessionId, int> open(std::string_view target, std::string_view peer,
                                    WallTime now) override;
  void frame(SessionId session, std::string_view bytes, WallTime now) override;
  void closed(SessionId session) override { sessions_.erase(session); }

  /// Fires what the market has reached. Whoever moves the market calls it.
  void settle(WallTime now);
  /// Keeps the accounts' streams open and says nothing on them any more.
  void mute_user_streams(AccountId account);
  /// Sends them what nobody can read.
  void garble_user_streams(AccountId account);
  /// Placements that came over a websocket.
  std::uint64_t orders_over_stream() const { return orders_over_stream_; }
  /// That a client must not have sent.
  std::uint64_t requests_while_banned() const { return requests_while_banned_; }

  /// Every listen key is gone, and those who listen are told.
  void expire_listen_keys(WallTime now);
  /// A second order book's worth of one account, for the judge.
  Quantity position(AccountId account, MarketId market) const;
  std::size_t waiting_algos(AccountId account) const;
  /// One step in the life of a conditional order: the matching engine's record knows them only once
  /// they have become plain orders.
  struct AlgoStep {
    enum What : std::uint8_t { waits = 1, fired, filled, ended };
    WallTime time{};
    What what = waits;
    std::int64_t id = 0;
    ClientId client_id;
    Side side = Side::buy;
    bool stop = false;
    Quantity quantity;
  };
  static constexpr std::size_t algo_steps_max = 1'000'000;
  const std::vector<AlgoStep>& algo_record() const { return algo_record_; }
  struct Waiting {
    std::int64_t id = 0;
    ClientId client_id;
    Price trigger;
    bool stop = false;
  };
  std::vector<Waiting> waiting(AccountId account) const;
  /// Empty: there is none of this number.
  ClientId algo_client_id(std::int64_t id) const;
  /// Cancelled by another hand. False: it does not wait any more.
  bool withdraw(std::int64_t id, WallTime now);

  Settings& settings() { return settings_; }

 private:
  enum class AlgoState : std::uint8_t { waiting = 1, triggered, finished, cancelled, expired };
  struct Algo {
    std::int64_t id = 0;
    ClientId client_id;
    AccountId account{};
    MarketId market{};
    Side side = Side::buy;
    std::string type;
    Quantity quantity;
    Price price, trigger;
    bool reduce_only = false;
    AlgoState state = AlgoState::waiting;
    OrderId child = OrderId::none;
    WallTime created{}, updated{};
    std::string why;
  };
  struct Session {
    std::optional<AccountId> account;
    std::set<std::string> streams;
    bool combined = false;
    bool muted = false;
    bool api = false;  // takes orders
    std::optional<AccountId> logged_on;
  };
  struct Position {
    Quantity quantity;
    Notional cost;  // of what is open, signed like the quantity
  };
  struct Call {
    binance::Params& params;
    binance::Reader& reader;
    AccountId account{};
    WallTime now{};
  };
  using Handler = Answer (UsdmDialect::*)(Call&);
  struct Endpoint {
    std::string_view verb, path;
    bool is_signed = false;
    RequestKind kind = RequestKind::query;
    Handler run = nullptr;
  };
  static const Endpoint* find(std::string_view verb, std::string_view path);

  tl::expected<AccountId, ApiError> authenticate(const HttpRequest& request,
                                                 binance::Params& params, bool is_signed,
                                                 WallTime now) const;
  tl::expected<const ApiKey*, ApiError> known_key(std::string_view name) const;
  static tl::expected<AccountId, ApiError> prove(const ApiKey& key, const std::string& payload,
                                                 binance::Params& params, WallTime now);
  static HttpReply reply_of(Answer answer);
  std::optional<HttpReply> spoiled(const RequestFault& fault, WallTime now);
  /// What a banned address is answered; each time counts.
  std::optional<HttpReply> while_banned(WallTime now);
  HttpReply banned(WallTime now) const;
  HttpReply run(const Endpoint& endpoint, binance::Params& params, std::optional<AccountId> account,
                WallTime now);

  // ws_api.cpp
  static const Endpoint* find_method(std::string_view method);
  HttpReply log_on(Session& session, binance::Params& params, WallTime now);
  void api_frame(SessionId session, std::string_view bytes, WallTime now);

  // market_calls.cpp
  Answer time(Call&);
  Answer exchange_info(Call&);
  Answer book_ticker(Call&);
  Answer account(Call&);
  Answer positions(Call&);
  Answer position_mode(Call&);
  Answer symbol_modes(Call&);
  Answer fees(Call&);
  Answer set_leverage(Call&);
  Answer set_margin(Call&);
  Answer listen_key(Call&);
  Answer keep_listen_key(Call&);

  // order_calls.cpp
  Answer place(Call&);
  Answer cancel(Call&);
  Answer query(Call&);
  Answer open_orders(Call&);
  Answer cancel_open_orders(Call&);
  Answer user_trades(Call&);
  const Order* named(Call&, MarketId market);
  std::string order_json(const Order& order) const;
  bool is_reduce_only(OrderId id) const { return reduce_only_.contains(id); }
  /// How much of it would only reduce the position.
  Quantity reducible(AccountId account, MarketId market, Side side, Quantity wanted) const;
  bool affordable(AccountId account, MarketId market, const NewOrder& order) const;

  // algo_calls.cpp
  Answer place_algo(Call&);
  Answer cancel_algo(Call&);
  Answer query_algo(Call&);
  Answer open_algos(Call&);
  Answer cancel_open_algos(Call&);
  Algo* named_algo(Call&, MarketId market);
  std::string algo_json(const Algo& algo) const;
  bool reached(const Algo& algo) const;
  void fire(std::size_t place, WallTime now);
  void end_algo(Algo& algo, AlgoState state, std::string why, WallTime now);
  void note(const Algo& algo, AlgoStep::What what, WallTime now);

  // events.cpp
  void on_order(const OrderEvent& event) override;
  void on_book(MarketId market, const BookTop& top, WallTime now) override;
  void tell_algo(const Algo& algo, WallTime now);
  void tell_account(AccountId account, WallTime now);
  void tell(AccountId account, std::string event, WallTime now);
  void deliver(AccountId account, const std::string& event, Duration delay);
  void cut_user_streams(AccountId account);

  std::optional<MarketId> find_symbol(std::string_view symbol) const;
  std::optional<MarketId> market(Call& call, bool required = true);
  static bool is_stop(std::string_view type) { return type.starts_with("STOP"); }
  static bool is_market(std::string_view type) { return type.ends_with("MARKET"); }

  Engine& engine_;
  FaultPlan& faults_;
  Settings settings_;
  DialectSink* sink_ = nullptr;
  std::vector<std::string> symbols_;
  std::deque<Algo> algos_;
  std::vector<AlgoStep> algo_record_;
  std::map<OrderId, std::size_t> parents_;  // child → its place in algos_
  std::set<OrderId> reduce_only_;
  std::map<std::pair<AccountId, MarketId>, Position> positions_;
  std::map<AccountId, Decimal> fees_paid_;
  std::map<std::string, AccountId> listen_keys_;
  std::map<SessionId, Session> sessions_;
  std::uint64_t last_session_ = 0;
  std::uint64_t made_ = 0;
  std::uint64_t orders_over_stream_ = 0;
  WallTime banned_until_{};
  std::uint64_t requests_while_banned_ = 0;
  std::map<AccountId, std::string> swapped_;
  std::optional<std::vector<std::pair<AccountId, std::string>>> kept_back_;  // while one fires
};

}  // namespace signalbox::simulator::binanceusdm
