#pragma once

#include <functional>
#include <set>
#include <unordered_map>

#include "connectors/venue.hpp"
#include "seams/clock.hpp"
#include "seams/timers.hpp"
#include "simulator/delay_queue.hpp"
#include "simulator/engine/engine.hpp"
#include "simulator/faults.hpp"

namespace signalbox::simulator {

/// What the matching engine gives, as facts for the choice of protection. Pairs and held legs
/// behave as Binance spot's do.
Capabilities paper_capabilities();

struct PaperOptions {
  Duration latency_there{};  ///< until a request reaches the engine
  Duration latency_back{};   ///< until its answer, and any event, comes back
  FaultPlan* faults = nullptr;
  Capabilities capabilities = paper_capabilities();
  /// Base that was lent so that it can be sold short: what is beyond it is the position.
  Quantity lent{};
};

/// The venue `paper`: one account at the matching engine, without any exchange's way of speaking.
///
/// Every request has exactly one result, through the timers and so never from inside a call:
/// accepted or refused by the engine, `unknown` when the answer is lost or the deadline comes
/// first, `not_sent` before `start` and after `stop`. Answers and events keep their order unless a
/// fault delays one. One thread, that of the timers; it may be destroyed at any time, and is silent
/// from then on.
class PaperVenue final : public Venue, private EngineSink {
 public:
  static constexpr std::size_t pending_max = 10'000;  // requests without a result

  PaperVenue(Engine& engine, AccountId account, const Clock& clock, Timers& timers,
             PaperOptions options = {});
  ~PaperVenue() override;

  const Capabilities& capabilities() const override { return options_.capabilities; }
  void start(VenueSink& sink) override;
  void stop() override;

  void place(const PlaceOrders&, MonoTime deadline) override;
  void amend(const AmendOrder&, MonoTime deadline) override;
  void cancel(const CancelOrder&, MonoTime deadline) override;
  void query(const QueryOrder&, MonoTime deadline) override;
  void query(const QueryOpenOrders&, MonoTime deadline) override;
  void query(const QueryFills&, MonoTime deadline) override;
  void query(const QueryBalances&, MonoTime deadline) override;
  void query(const QueryPositions&, MonoTime deadline) override;
  void query(const QueryTicker&, MonoTime deadline) override;
  void subscribe(const SubscribeTicker&, MonoTime deadline) override;

  /// What a lost connection does: STALE, then READY again after `for_time`, with the fills that
  /// were missed before it.
  void cut(Duration for_time);

 private:
  /// What the engine said to one request, and how it is said to the sink.
  template <class Result>
  struct Call;
  template <class Result>
  void ask(RequestId id, const RequestFacts& facts, MonoTime deadline,
           std::function<Result()> execute);
  template <class Result>
  void arrive(RequestId id, const RequestFacts& facts, const std::function<Result()>& execute);
  template <class Result>
  void settle(RequestId id, Result result);
  /// In order, after the way back.
  void send_back(std::function<void()> run) { back_.push(options_.latency_back, std::move(run)); }
  void announce_ready();
  void backfill();
  void lose_stream();
  void report_link(LinkState state, std::string_view why);

  WriteResult execute(const PlaceOrders&, WallTime sent);
  WriteResult execute(const AmendOrder&);
  WriteResult execute(const CancelOrder&);
  WriteResult refused(RequestId id, Reject reject) const;
  const Order* find(const ClientOrderId& id, const VenueOrderId& venue_id) const;
  OrderReport report(OrderId id) const;

  void on_order(const OrderEvent&) override;
  void on_balances(AccountId, const std::vector<AssetBalance>&, WallTime) override;
  void on_book(MarketId, const BookTop&, WallTime) override;

  Engine& engine_;
  AccountId account_;
  const Clock& clock_;
  Timers& timers_;
  PaperOptions options_;
  VenueSink* sink_ = nullptr;
  bool up_ = false;
  bool streaming_ = false;
  std::uint64_t generation_ = 0;

  struct Pending {
    bool sent = false;
    TimerId deadline = TimerId::none;
    std::function<void(Outcome, Refusal, std::string_view)> give_up;
  };
  std::unordered_map<RequestId, Pending> pending_;
  DelayQueue there_, back_;
  std::set<MarketId> tickers_;
  std::optional<std::size_t> missed_from_;  // in the record's trades
  std::function<void()> swapped_;           // an event that shall come after the next one
};

}  // namespace signalbox::simulator
