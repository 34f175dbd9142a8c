#pragma once

#include <map>
#include <set>
#include <string>

#include "simulator/coinbase/api.hpp"
#include "simulator/dialect.hpp"

namespace signalbox::simulator::coinbase {

/// Coinbase Advanced Trade for spot: REST, and the websockets of both its hosts with heartbeats,
/// user and ticker channels. Tokens, limits, filters and words are the venue's; what its documents
/// leave open is in simulator/coinbase/README.md.
class CoinbaseDialect final : public Dialect, private EngineSink {
 public:
  static constexpr std::size_t sessions_max = 2'000;  // open websockets
  static constexpr std::size_t snapshot_page = 50;    // orders
  static constexpr Duration subscribe_within = std::chrono::seconds{5};

  CoinbaseDialect(Engine& engine, FaultPlan& faults, Settings settings);
  ~CoinbaseDialect() override;

  void set_sink(DialectSink* sink) override { sink_ = sink; }
  HttpReply http(const HttpRequest& request, WallTime now) override;
  tl::expected<SessionId, int> open(std::string_view target, std::string_view peer,
                                    WallTime now) override;
  void frame(SessionId session, std::string_view bytes, WallTime now) override;
  void closed(SessionId session) override { sessions_.erase(session); }

  /// Once a second: heartbeats, and an end of connections that never subscribed.
  void beat(WallTime now);

  /// Closes every websocket that carries this account's events.
  void cut_user_streams(AccountId account);
  /// Keeps them open and says nothing on them any more, not even heartbeats.
  void mute_user_streams(AccountId account);
  /// Says nothing of orders on them any more, and goes on with the heartbeats.
  void hush_user_streams(AccountId account);
  /// Says something on them that no one can read.
  void garble_user_streams(AccountId account);
  /// The next message to them gets lost on the way, its number with it.
  void lose_user_message(AccountId account);

  Api& api() { return api_; }
  const Api& api() const { return api_; }

 private:
  struct Session {
    WallTime opened{};
    std::optional<AccountId> account;
    std::set<std::string, std::less<>> channels;
    std::set<std::string, std::less<>> tickers;
    std::map<std::string, std::int64_t, std::less<>> numbers;  // next, by channel or for all
    std::int64_t beats = 0;
    bool muted = false;
    bool hushed = false;
    bool loses_next = false;
  };

  static std::string events(std::string_view type, std::string_view name, std::string_view rows);
  void say(SessionId id, std::string_view channel, std::string_view events, WallTime now,
           Duration delay = {});
  void refuse(SessionId id, std::string_view why);
  void acknowledge(SessionId id, WallTime now);
  void picture(SessionId id, WallTime now);
  void close(SessionId id);
  void tell(AccountId account, const std::string& row, WallTime now);
  void deliver(AccountId account, const std::string& row, WallTime now, Duration delay = {});
  template <class Do>
  void for_user(AccountId account, Do&& each);

  void on_order(const OrderEvent& event) override;
  void on_book(MarketId, const BookTop&, WallTime) override;

  Engine& engine_;
  FaultPlan& faults_;
  Api api_;
  DialectSink* sink_ = nullptr;
  std::map<SessionId, Session> sessions_;
  std::uint64_t last_session_ = 0;
  std::map<AccountId, std::string> swapped_;
};

}  // namespace signalbox::simulator::coinbase
