#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "simulator/binance/api.hpp"
#include "simulator/binance/frame.hpp"
#include "simulator/dialect.hpp"

namespace signalbox::simulator::binance {

/// Binance spot: REST under /api/v3, market streams under /ws and /stream, orders and the user
/// stream over /ws-api/v3. Signatures, receive windows, weights, filters and error texts are the
/// venue's; what its documents leave open is in simulator/binance/README.md.
class BinanceDialect final : public Dialect, private EngineSink {
 public:
  static constexpr std::size_t sessions_max = 2'000;            // open websockets
  static constexpr std::size_t streams_per_session_max = 1024;  // the venue's own bound

  BinanceDialect(Engine& engine, FaultPlan& faults, Settings settings);
  ~BinanceDialect() override;

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
  /// Sends them what nobody can read.
  void garble_user_streams(AccountId account);
  /// Placements that came over a websocket.
  std::uint64_t orders_over_stream() const { return orders_over_stream_; }

  /// Tells every websocket that the server goes down, and closes it: what the venue does after a
  /// day, or before maintenance.
  void shut_down_streams(WallTime now);

  Api& api() { return api_; }
  const Api& api() const { return api_; }

 private:
  enum class Way : std::uint8_t { raw = 1, combined, api };
  struct Session {
    Way way = Way::raw;
    std::string peer;
    std::set<std::string> streams;
    std::optional<AccountId> logged_on;
    WallTime logged_on_since{};
    std::map<std::uint32_t, AccountId> subscriptions;
    std::uint32_t next_subscription = 0;
    bool muted = false;
  };

  // streams.cpp: market streams and where events go.
  /// Letters, digits and `@_-!.`: what needs no escaping anywhere. Whether anyone ever publishes
  /// under it is another matter.
  static bool is_stream_name(std::string_view name);
  void market_frame(SessionId id, Session& session, std::string_view bytes);
  void publish(std::string_view stream, const std::string& event);
  void tell(AccountId account, std::string event, WallTime now);
  void deliver(AccountId account, const std::string& event, Duration delay);
  void on_order(const OrderEvent& event) override;
  void on_list(const OrderList&, ListChange, WallTime) override;
  void on_balances(AccountId, const std::vector<AssetBalance>&, WallTime) override;
  void on_transfer(AccountId, const Asset&, Decimal delta, WallTime) override;
  void on_book(MarketId, const BookTop&, WallTime) override;
  void on_print(MarketId, const Print&, WallTime) override;
  bool carries(const Session& session, AccountId account) const;

  // ws_api.cpp: requests over a websocket.
  void api_frame(SessionId id, std::string_view bytes, WallTime now);
  Answer session_call(Session& session, Frame& frame, WallTime now, bool& known);
  Credentials credentials_of(const Session& session, const Frame& frame) const;
  std::string envelope(const Frame& frame, const Outcome& outcome, const Session& session,
                       bool orders, WallTime now);

  void send(SessionId id, std::string_view frame, Duration delay = {});
  std::string_view symbol(MarketId id) const {
    return api_.symbols()[static_cast<std::size_t>(id)];
  }

  Engine& engine_;
  FaultPlan& faults_;
  Api api_;
  DialectSink* sink_ = nullptr;
  std::map<SessionId, Session> sessions_;
  std::uint64_t last_session_ = 0;
  std::uint64_t executions_ = 0;
  std::uint64_t orders_over_stream_ = 0;
  std::map<AccountId, std::string> swapped_;
  std::vector<std::string> stream_names_;  // "btcusdt", by market
};

}  // namespace signalbox::simulator::binance
