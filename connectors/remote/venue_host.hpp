#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>

#include "connectors/remote/frame_port.hpp"
#include "connectors/remote/results.hpp"
#include "connectors/venue.hpp"
#include "messages/connection_port.hpp"
#include "seams/clock.hpp"
#include "seams/timers.hpp"

namespace signalbox {

struct VenueHostOptions {
  AccountName account;
  bool testnet = false;
  std::uint64_t process = 0;  ///< drawn once in a process's life
  Duration hello_every = std::chrono::seconds{1};
  Duration clock_every = std::chrono::seconds{1};
  /// For people; holds no secret. May be empty.
  std::function<void(std::string_view)> log = {};
};

struct VenueHostCounts {
  std::uint64_t requests = 0;        ///< handed to the venue
  std::uint64_t stale_requests = 0;  ///< of an earlier generation, or of none
  std::uint64_t late_requests = 0;   ///< their time was over when they came in
  std::uint64_t fenced = 0;          ///< writes of another epoch
  std::uint64_t malformed = 0;
  std::uint64_t ticks_dropped = 0;
};

/// Hosts one venue for an engine in another process (see RemoteVenue): requests in, results and
/// reports out.
///
/// The venue stays connected while the engine is away, so its stops are watched by the exchange
/// and its stream misses nothing; no request is taken then. After the next welcome the engine is
/// told the instruments, the last `fills_kept` fills (it knows them by their ids) and the state of
/// the connection, and reconciles. Results that nobody waits for any more are dropped: the engine
/// took those requests for unknown and asks. When a report cannot be sent because the engine does
/// not read, the session is begun anew for the same reason; a tick is simply dropped.
///
/// A write is refused unless its epoch is that of the newest welcome, and a request that was held
/// up on its way loses that time: of its deadline and of the order's own validity.
///
/// Loop thread only; silent once destroyed. The venue outlives it, or is stopped before.
class VenueHost final : private VenueSink {
 public:
  static constexpr std::size_t pending_max = 10'000;  // requests at the venue
  static constexpr std::size_t fills_kept = 256;
  static constexpr std::size_t instruments_per_report = 500;
  static constexpr Duration within_max = std::chrono::minutes{5};  // of one request

  VenueHost(VenueHostOptions options, Venue& venue, FramePort& port, const Clock& clock,
            Timers& timers);
  ~VenueHost() override;
  VenueHost(const VenueHost&) = delete;
  VenueHost& operator=(const VenueHost&) = delete;

  /// Connects the venue, whether or not an engine is there.
  void start() { venue_.start(*this); }
  void stop() { venue_.stop(); }

  // The port's calls, from the loop.
  void on_up();
  void on_frame(std::string_view type, std::string_view body);
  void on_lost(std::string_view why);

  bool welcomed() const { return welcomed_; }
  const VenueHostCounts& counts() const { return counts_; }

 private:
  struct Asked {
    RequestId by_engine;
    std::uint64_t generation;
  };

  void on(const WriteResult& r) override { settle(r); }
  void on(const OrdersResult& r) override { settle(r); }
  void on(const FillsResult& r) override { settle(r); }
  void on(const BalancesResult& r) override { settle(r); }
  void on(const PositionsResult& r) override { settle(r); }
  void on(const TickerResult& r) override { settle(r); }
  void on(const LinkReport& r) override;
  void on(const InstrumentsReport& r) override;
  void on(const OrderReport& r) override { report(r); }
  void on(const FillReport& r) override;
  void on(const BalancesReport& r) override { report(r); }
  void on(const Tick& tick) override;

  void say_hello();
  void begin_again();
  void welcome(const ConnectionWelcome& welcome);
  void refused(const ConnectionRefused& refused);
  void tell_everything();
  void tell_instruments(const std::vector<Instrument>& all);
  void tick_clock();

  template <class Message, class F>
  void read(std::string_view type, std::string_view body, F&& take_it);
  template <class Request>
  void take(PortRequest<Request>& message);
  /// Why it must not go to the venue: empty when it may.
  template <class Request>
  std::string_view late(PortRequest<Request>& message, Duration age);
  template <class Request>
  void refuse(const Request& request, Refusal refusal, std::string_view why);
  void ask(const PlaceOrders& r, MonoTime deadline) { venue_.place(r, deadline); }
  void ask(const AmendOrder& r, MonoTime deadline) { venue_.amend(r, deadline); }
  void ask(const CancelOrder& r, MonoTime deadline) { venue_.cancel(r, deadline); }
  void ask(const SubscribeTicker& r, MonoTime deadline) { venue_.subscribe(r, deadline); }
  template <class Query>
  void ask(const Query& r, MonoTime deadline) {
    venue_.query(r, deadline);
  }

  template <class R>
  void settle(const R& result);
  template <class Report>
  void report(const Report& said);
  template <class Message>
  bool send(std::string_view type, const Message& message);
  void log(std::string_view text);
  void malformed(std::string_view type, std::string_view why);

  VenueHostOptions options_;
  Venue& venue_;
  FramePort& port_;
  const Clock& clock_;
  Timers& timers_;

  bool up_ = false;
  bool welcomed_ = false;
  std::uint64_t session_ = 0;
  std::uint64_t epoch_ = 0;       ///< the newest
  std::uint64_t generation_ = 0;  ///< the newest
  std::string last_refusal_;
  TimerId timer_ = TimerId::none;  ///< the next hello, or the next clock

  std::uint64_t last_request_ = 0;  ///< our own numbers: those of two engines may meet
  std::unordered_map<RequestId, Asked> asked_;

  LinkReport link_;
  std::map<Symbol, Instrument> instruments_;
  std::deque<FillReport> fills_;
  std::string frame_;  // reused
  VenueHostCounts counts_;
};

}  // namespace signalbox
