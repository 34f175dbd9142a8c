#pragma once

#include <array>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "simulator/dialect.hpp"
#include "simulator/engine/engine.hpp"
#include "simulator/faults.hpp"
#include "simulator/kraken/limits.hpp"
#include "simulator/kraken/params.hpp"
#include "simulator/kraken/words.hpp"

namespace signalbox::simulator::kraken {

struct ApiKey {
  std::string key;
  std::string secret;  ///< base64
  AccountId account{};
};

struct Settings {
  std::vector<ApiKey> keys;
  LimitSettings limits;
  bool keys_may_withdraw = false;
  /// Accounts whose venue does not know the question for a key's rights yet.
  bool key_info_unknown = false;
  /// A post-only order that would take: accepted, then taken out again on the stream, instead of
  /// refused. Both are reported.
  bool post_only_ends_on_stream = false;
  /// A stop that the market has passed already: it fires at once instead of being refused.
  bool late_stops_fire = false;
  /// Close orders of fills below the pair's minimum: made all the same, instead of not.
  bool small_closes_stand = false;
};

/// Kraken spot: REST, and the websockets of version 2 with orders over them. Signatures, nonces,
/// tokens, counters, filters and texts are the venue's; what its documents leave open is a setting,
/// or told in simulator/kraken/README.md.
class KrakenDialect final : public Dialect, private EngineSink {
 public:
  static constexpr std::size_t sessions_max = 2'000;  // open websockets
  static constexpr std::size_t tokens_max = 10'000;

  KrakenDialect(Engine& engine, FaultPlan& faults, Settings settings);
  ~KrakenDialect() override;

  void set_sink(DialectSink* sink) override { sink_ = sink; }
  HttpReply http(const HttpRequest& request, WallTime now) override;
  tl::expected<SessionId, int> open(std::string_view target, std::string_view peer,
                                    WallTime now) override;
  void frame(SessionId session, std::string_view bytes, WallTime now) override;
  void closed(SessionId session) override { sessions_.erase(session); }

  /// Makes the close orders of fills that happened since: the engine cannot be asked from inside an
  /// event of its own. Every request does it too.
  void settle(WallTime now);

  /// Closes every websocket that carries this account's events.
  void cut_user_streams(AccountId account);
  /// Keeps them open and says nothing on them any more, not even pongs.
  void mute_user_streams(AccountId account);
  /// Says something on them that no one can read.
  void garble_user_streams(AccountId account);

  /// As if another request of each key had come with this nonce.
  void saw_nonce(std::uint64_t nonce);

  const Limits& limits() const { return limits_; }
  std::size_t orders_over_stream() const { return over_stream_; }
  std::uint64_t late_nonces() const { return late_nonces_; }

 private:
  enum Channel : std::uint8_t { executions = 0, balances = 1 };
  struct Session {
    std::string peer;
    bool greeted = false;
    bool muted = false;
    std::set<MarketId> tickers;
    std::optional<AccountId> account;
    std::array<bool, 2> subscribed{};
    std::array<std::uint64_t, 2> sequence{};
  };
  /// The one order made for each fill of another.
  struct Close {
    OrderType type = OrderType::stop_loss;
    Price stop_price;
    Price price;
  };
  /// What a request asks to place, in either way's words.
  struct Wanted {
    MarketId market{};
    NewOrder order;
    std::optional<Close> close;
    std::optional<WallTime> deadline;
    bool validate = false;
  };
  struct Fill {
    OrderId parent = OrderId::none;
    Quantity quantity;
  };
  /// An order that was accepted and never stood.
  struct Ghost {
    OrderId id = OrderId::none;
    AccountId account{};
    MarketId market{};
    NewOrder order;
    WallTime time{};
  };
  /// An answer and what planned faults make of it on its way.
  struct Outcome {
    Answer answer;
    int status = 200;
    std::string raw;  ///< instead of the answer: what stands before the venue speaks
    HttpReply::Fate fate = HttpReply::Fate::answered;
    Duration delay{};
  };
  struct Asked {
    RequestKind kind = RequestKind::query;
    std::optional<AccountId> account;
    bool stop = false;
    std::string_view peer;
    WallTime now{};
  };
  Outcome guarded(const Asked& asked, const std::function<Answer()>& run);
  void spoil(const RequestFault& fault, const Asked& asked, Outcome& outcome);

  // orders.cpp
  tl::expected<Wanted, Answer> read_form(const Params& form) const;
  tl::expected<Wanted, Answer> read_frame(const Params& frame) const;
  tl::expected<OrderId, Answer> place(AccountId account, const Wanted& wanted, WallTime now);
  Answer amend(AccountId account, const Order* order, const Params& p, std::string_view prefix,
               WallTime now);
  Answer cancel(AccountId account, const Order* order, WallTime now);
  Answer cancel_all(AccountId account, WallTime now);
  const Order* named(AccountId account, std::string_view id, std::string_view client_id) const;
  std::optional<Answer> too_fast(AccountId account, MarketId market, std::int64_t cost,
                                 WallTime now);
  static std::int64_t age_cost(const Order& order, bool amend, WallTime now);

  // reads.cpp
  Answer public_call(std::string_view method, const Params& query, WallTime now) const;
  Answer private_call(std::string_view method, AccountId account, const Params& form, WallTime now);
  Answer add_order(AccountId account, const Params& form, WallTime now);
  Answer orders_where(const std::function<bool(const Order&)>& wanted, std::string_view name,
                      AccountId account, const Params& form) const;
  Answer query_orders(AccountId account, const Params& form) const;
  Answer trades(AccountId account, const Params& form) const;
  Answer balance(AccountId account, bool extended) const;
  Answer key_info(AccountId account) const;
  std::string order_json(const Order& order) const;
  std::string ghost_json(const Ghost& ghost) const;
  std::string pair_json(MarketId market) const;
  std::string ticker_json(MarketId market) const;

  // streams.cpp
  void subscribe(SessionId id, Session& session, const Params& frame, WallTime now);
  void subscribe_tickers(SessionId id, Session& session, const Params& frame, WallTime now);
  void trade(SessionId id, Session& session, const Params& frame, WallTime now);
  Answer trade_call(const Params& frame, AccountId account, WallTime now);
  void reply(SessionId id, const Params& frame, const Answer& answer, WallTime now,
             Duration delay = {});
  void tell(AccountId account, Channel channel, const std::string& row, WallTime now);
  void send(SessionId id, std::string_view frame, Duration delay = {});
  void close(SessionId id);
  std::string execution_json(const Order& order, std::string_view event, WallTime now) const;
  std::string trade_json(const Order& order, const Trade& trade) const;
  /// What a trade cost beside its price, in quote: the currency that every order of ours asks for.
  std::string fee_in_quote(const Trade& trade) const;
  std::string ticker_frame(MarketId market, std::string_view type, WallTime now) const;

  void on_order(const OrderEvent& event) override;
  void on_balances(AccountId, const std::vector<AssetBalance>&, WallTime) override;
  void on_book(MarketId, const BookTop&, WallTime) override;

  std::optional<MarketId> find_pair(std::string_view name) const;
  const PairNames& names(MarketId id) const { return names_[static_cast<std::size_t>(id)]; }
  std::optional<AccountId> account_of(std::string_view token) const;

  Engine& engine_;
  FaultPlan& faults_;
  Settings settings_;
  Limits limits_;
  DialectSink* sink_ = nullptr;
  std::vector<PairNames> names_;
  std::map<SessionId, Session> sessions_;
  std::uint64_t last_session_ = 0;
  std::map<std::string, AccountId, std::less<>> tokens_;
  std::map<std::string, std::uint64_t, std::less<>> nonces_;  // the highest of each key
  std::unordered_map<OrderId, Close> closes_;
  std::unordered_map<OrderId, OrderId> parents_;
  std::vector<Fill> fills_;  // whose close orders are still to be made
  std::vector<Ghost> ghosts_;
  using Frames = std::vector<std::pair<SessionId, std::string>>;
  std::map<AccountId, Frames> swapped_;
  std::size_t over_stream_ = 0;
  std::uint64_t late_nonces_ = 0;
};

}  // namespace signalbox::simulator::kraken
