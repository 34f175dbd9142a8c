#pragma once

#include <map>
#include <set>
#include <string>

#include "simulator/bybit/api.hpp"
#include "simulator/dialect.hpp"

namespace signalbox::simulator::bybit {

/// Bybit v5 for spot: REST, the public stream, the private stream and orders over a websocket.
/// Signatures, receive windows, limits, filters and codes are the venue's; what its documents leave
/// open is in simulator/bybit/README.md.
class BybitDialect final : public Dialect, private EngineSink {
 public:
  static constexpr std::size_t sessions_max = 2'000;  // open websockets
  static constexpr std::size_t topics_max = 1'024;    // of one session

  BybitDialect(Engine& engine, FaultPlan& faults, Settings settings);
  ~BybitDialect() override;

  void set_sink(DialectSink* sink) override { sink_ = sink; }
  HttpReply http(const HttpRequest& request, WallTime now) override;
  tl::expected<SessionId, int> open(std::string_view target, std::string_view peer,
                                    WallTime now) override;
  void frame(SessionId session, std::string_view bytes, WallTime now) override;
  void closed(SessionId session) override { sessions_.erase(session); }

  /// Closes every websocket that carries this account's events.
  void cut_user_streams(AccountId account);
  /// Keeps them open and says nothing on them any more, not even pongs.
  void mute_user_streams(AccountId account);
  /// Says something on them that no one can read.
  void garble_user_streams(AccountId account);

  Api& api() { return api_; }
  const Api& api() const { return api_; }

 private:
  enum class Way : std::uint8_t { market = 1, account, trade };
  struct Session {
    Way way = Way::market;
    bool spot = true;
    std::string peer;
    std::set<std::string> topics;
    std::optional<AccountId> logged_on;
    bool muted = false;
  };

  HttpReply reply_of(const Outcome& outcome, WallTime now) const;
  void log_on(SessionId id, Session& session, const Frame& frame, WallTime now);
  void subscribe(SessionId id, Session& session, const Frame& frame, WallTime now);
  void trade(SessionId id, const Frame& frame, WallTime now);
  void acknowledge(SessionId id, const Frame& frame, bool success, std::string_view text);
  void send(SessionId id, std::string_view frame, Duration delay = {});
  void close(SessionId id);

  void publish(std::string_view topic, MarketId market, const std::string& frame);
  bool carries(const Session& session, AccountId account, std::string_view topic) const;
  void tell(AccountId account, std::string_view topic, const std::string& row, WallTime now);
  void deliver(AccountId account, std::string_view topic, const std::string& frame, Duration delay);
  std::string book_frame(MarketId market, WallTime now) const;

  void on_order(const OrderEvent& event) override;
  void on_balances(AccountId, const std::vector<AssetBalance>&, WallTime) override;
  void on_book(MarketId, const BookTop&, WallTime) override;
  void on_print(MarketId, const Print&, WallTime) override;

  Engine& engine_;
  FaultPlan& faults_;
  Api api_;
  DialectSink* sink_ = nullptr;
  std::map<SessionId, Session> sessions_;
  std::uint64_t last_session_ = 0;
  struct Held {
    std::string topic;
    std::string frame;
  };
  std::map<AccountId, Held> swapped_;
};

}  // namespace signalbox::simulator::bybit
