#pragma once

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "simulator/dialect.hpp"
#include "simulator/engine/engine.hpp"
#include "simulator/faults.hpp"
#include "simulator/okx/algos.hpp"
#include "simulator/okx/body.hpp"
#include "simulator/okx/words.hpp"

namespace signalbox::simulator::okx {

struct ApiKey {
  std::string key;
  std::string secret;
  std::string passphrase;
  AccountId account{};
  std::string rights = "read_only,trade";
};

struct Settings {
  std::vector<ApiKey> keys;
  /// What keys are of the demo world: their requests need the header that says so.
  bool demo = false;
  int account_level = 1;
  bool hedged = false;
  /// Exits attached to an entry that was partly filled and then cancelled: the documents say none;
  /// a later announcement says they are placed for what filled.
  bool attach_after_partial = false;
  /// `tdMode` cash for TP/SL on spot: the documents take it, some accounts do not.
  bool refuses_cash_exits = false;
  std::uint32_t writes_per_window = 60;  ///< per account, symbol and endpoint, in 2 s
};

/// OKX v5, spot: REST, the public, private and business websockets, order entry over the private
/// one. What its documents leave open is a setting, or told in README.md.
class OkxDialect final : public Dialect, private EngineSink {
 public:
  static constexpr std::size_t sessions_max = 2'000;            // open websockets
  static constexpr std::size_t channels_per_session_max = 480;  // the venue's own bound of an hour
  static constexpr Duration idle_max = std::chrono::seconds{30};

  OkxDialect(Engine& engine, FaultPlan& faults, Settings settings);
  ~OkxDialect() override;

  void set_sink(DialectSink* sink) override { sink_ = sink; }
  HttpReply http(const HttpRequest& request, WallTime now) override;
  tl::expected<SessionId, int> open(std::string_view target, std::string_view peer,
                                    WallTime now) override;
  void frame(SessionId session, std::string_view bytes, WallTime now) override;
  void closed(SessionId session) override { sessions_.erase(session); }

  /// Closes every websocket that carries this account's events, without a goodbye.
  void cut_user_streams(AccountId account);
  /// Keeps them open and says nothing on them any more.
  void mute_user_streams(AccountId account);
  /// Tells every websocket that it will be closed for an upgrade, and closes it.
  void shut_down_streams();
  /// A frame that is none, on every websocket of the account.
  void babble(AccountId account, std::string_view bytes);
  std::uint64_t requests_while_banned() const { return while_banned_; }
  Settings& settings() { return settings_; }
  std::size_t writes_over_stream() const { return over_stream_; }

 private:
  struct Answer {
    std::string rows;
    std::optional<ApiError> error;
    HttpReply::Fate fate = HttpReply::Fate::answered;
    Duration delay{};
  };
  struct Call {
    const Body& query;
    const std::vector<Body>& bodies;
    AccountId account{};
    WallTime now{};
    const Body& body() const { return bodies.empty() ? query : bodies.front(); }
  };
  struct Endpoint {
    std::string_view verb, path;
    bool is_signed = false;
    RequestKind kind = RequestKind::query;
    Answer (OkxDialect::*run)(const Call&) = nullptr;
  };
  struct Table;

  enum class Way : std::uint8_t { open = 1, private_, business };
  struct Session {
    Way way = Way::open;
    std::string peer;
    std::set<std::string> channels;
    std::optional<AccountId> account;
    WallTime heard{};
    bool muted = false;
  };
  /// Accepted by the venue and cancelled at once, without ever having been in the book.
  struct Ghost {
    std::uint64_t number = 0;
    AccountId account{};
    MarketId market{};
    std::string client_id;
    Side side = Side::buy;
    Quantity quantity;
    Price price;
    WallTime time{};
  };
  static constexpr std::uint64_t first_ghost = 800'000'000'000;

  static Answer refuse(ApiError error);
  static Answer refuse(int code, std::string text, int status = 200) {
    return refuse(ApiError{status, code, std::move(text), false});
  }
  static Answer refuse_row(int code, std::string text) {
    return refuse(ApiError{200, code, std::move(text), true});
  }

  // rest.cpp: who asks, and what planned faults make of it.
  Answer call(const Endpoint& endpoint, const HttpRequest& request, std::string_view query,
              WallTime now);
  Answer run(const Endpoint& endpoint, const Call& call, std::string_view peer);
  std::optional<ApiError> why_not(const HttpRequest& request, AccountId& account, WallTime now);
  std::optional<ApiError> injected(const RequestFault& fault, std::string_view peer, WallTime now);
  bool over_limit(const Endpoint& endpoint, const Call& call);

  // market_calls.cpp
  Answer time(const Call&);
  Answer instruments(const Call&);
  Answer ticker(const Call&);
  Answer books(const Call&);
  std::string ticker_json(MarketId market, WallTime now) const;

  // account_calls.cpp
  Answer config(const Call&);
  Answer trade_fee(const Call&);
  Answer balance(const Call&);
  Answer positions(const Call&);
  Answer fills(const Call&);
  std::string balance_json(AccountId account, const std::vector<AssetBalance>& balances,
                           WallTime now) const;

  // order_calls.cpp
  Answer place(const Call&);
  Answer cancel(const Call&);
  Answer amend(const Call&);
  Answer order(const Call&);
  Answer open_orders(const Call&);
  Answer ended_orders(const Call&);
  Answer place_attached(const Call&, const NewOrder& entry, MarketId market, const Body& exits);
  std::optional<ApiError> read_order(const Body& body, MarketId market, NewOrder& to) const;
  const Order* named_order(const Body& body, AccountId account) const;
  const Ghost* named_ghost(const Body& body, AccountId account) const;
  void attach_rest(const Order& parent, WallTime now);

  // algo_calls.cpp
  Answer place_algo(const Call&);
  Answer cancel_algos(const Call&);
  Answer amend_algo(const Call&);
  Answer algo(const Call&);
  Answer open_algos(const Call&);
  Answer ended_algos(const Call&);
  Answer list_algos(const Call&, std::string_view state);
  std::optional<ApiError> read_exits(const Body& body, Algo& to) const;
  /// The legs as the matching engine takes them: the stop first.
  Bounded<NewOrder, 2> legs_of(const Algo& algo) const;
  Answer submit(Algo algo, WallTime now);

  // json.cpp
  std::string order_json(const Order& order, const Trade* trade = nullptr) const;
  std::string ghost_json(const Ghost& ghost) const;
  std::string algo_json(const Algo& algo, const AlgoState& state) const;
  std::string attached_json(const Order& order) const;

  // streams.cpp
  void private_frame(SessionId id, Session& session, std::string_view bytes, WallTime now);
  void login(SessionId id, Session& session, const Body& arg, WallTime now);
  void subscribe(SessionId id, Session& session, const Body& frame, WallTime now);
  void operation(SessionId id, Session& session, const Body& frame, WallTime now);
  void send(SessionId id, std::string_view frame, Duration delay = {});
  void push(AccountId account, std::string_view channel, const std::string& rows, WallTime now);
  void deliver(AccountId account, std::string_view channel, const std::string& rows,
               Duration delay);
  void sweep(WallTime now);
  void tell_plain(const Order& order, const Trade* trade, WallTime now);
  void tell_algo(const Algo& algo, WallTime now);
  void on_order(const OrderEvent& event) override;
  void on_balances(AccountId, const std::vector<AssetBalance>&, WallTime) override;
  void on_book(MarketId, const BookTop&, WallTime) override;

  std::optional<MarketId> find_market(std::string_view wire) const;
  std::string_view wire(MarketId id) const { return wires_[static_cast<std::size_t>(id)]; }
  static std::int64_t code_of(MarketId id) { return 1000 + static_cast<std::int64_t>(id); }

  Engine& engine_;
  FaultPlan& faults_;
  Settings settings_;
  DialectSink* sink_ = nullptr;
  std::vector<std::string> wires_;
  std::map<SessionId, Session> sessions_;
  std::uint64_t last_session_ = 0;
  Algos algos_;
  Algo* placing_ = nullptr;  // whose legs the engine is just accepting
  std::deque<Ghost> ghosts_;
  std::map<std::string, std::deque<WallTime>> writes_;  // by account, symbol, endpoint
  std::map<std::string, WallTime, std::less<>> banned_until_;
  std::uint64_t while_banned_ = 0;
  std::size_t over_stream_ = 0;
  std::map<AccountId, std::pair<std::string, std::string>> swapped_;
};

}  // namespace signalbox::simulator::okx
