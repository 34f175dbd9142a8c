#pragma once

#include <memory>

#include "tests/remote/port_pair.hpp"
#include "tests/shard/trading_stage.hpp"

namespace signalbox::test {

/// A whole shard whose one account is connected by another process: the paper venue lives at the
/// far end of a port, with a clock of its own. All in virtual time.
class RemoteStage {
 public:
  explicit RemoteStage(Duration latency = std::chrono::microseconds{100});
  ~RemoteStage();

  void start_process();
  /// SIGKILL: what it had under way is lost, what it had sent to the exchange is not.
  void kill_process();
  /// The connection between the two is lost; both live.
  void cut() { pair().cut(); }
  void connect() { pair().connect(); }
  /// The engine's process dies, and another takes over its journal.
  void kill_engine();
  void restart_engine();

  PortPair& pair() { return *pair_; }
  VenueHost& host() { return process_->host; }
  simulator::PaperVenue& venue_there() { return process_->venue; }

 private:
  struct Process {
    Process(TradingStage& t, PortPair& pair, std::uint64_t number);
    OtherClock clock;
    OtherTimers timers;
    simulator::PaperVenue venue;
    VenueHost host;
  };

  TradingStage::Options options(Duration latency);
  std::unique_ptr<Venue> make_venue(TradingStage& t, Duration latency);

  std::unique_ptr<PortPair> pair_;
  std::unique_ptr<Process> process_;
  std::uint64_t processes_ = 0;

 public:
  TradingStage t;
};

}  // namespace signalbox::test
