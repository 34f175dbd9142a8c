#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "actors/outlet.hpp"
#include "app/portfolio.hpp"
#include "bus/publish_socket.hpp"
#include "bus/sequencer.hpp"
#include "bus/tick_conflator.hpp"
#include "journal/journal.hpp"
#include "messages/commands.hpp"
#include "seams/clock.hpp"
#include "seams/timers.hpp"

namespace signalbox {

/// The cold loop's end of the bus: numbers events, keeps the portfolio, encodes and publishes.
/// Cold loop only.
class Publisher {
 public:
  struct Sockets {
    std::unique_ptr<EventSocket> events;
    std::unique_ptr<TickSocket> ticks;
  };
  Publisher(Sockets sockets, std::vector<AccountInfo> accounts, Epoch epoch, Duration tick_interval,
            const Clock& clock, Timers& timers);
  ~Publisher();

  /// Sees every event as it is published; set before the first.
  void on_event(std::function<void(const Event&)> seen) { seen_ = std::move(seen); }
  void publish(const Event& event);
  void tick(const AccountName& account, const Tick& tick);
  /// Events that could not be handed over in time; told in the health stream.
  void lost(std::uint64_t count);

  Portfolio& portfolio() { return portfolio_; }
  SnapshotAnswer snapshot(const Snapshot& command) const;
  StatusAnswer status(const SignalId& command, JournalHealth health) const;

 private:
  template <class T>
  void send(PublishSocket& socket, std::string_view stream, std::string_view rest,
            std::string_view type, const T& body);
  void publish_known(const Event& event);
  template <class T>
  void publish_one(const T& event);
  void publish_tick(std::string_view stream, const Tick& tick);
  void publish_sequences();
  void release_ticks();
  std::vector<StreamSequence> sequences() const;

  Sockets sockets_;
  Portfolio portfolio_;
  Epoch epoch_;
  const Clock& clock_;
  Timers& timers_;
  Sequencer sequencer_;
  TickConflator conflator_;
  TimerId second_ = TimerId::none;
  TimerId ticks_due_ = TimerId::none;
  std::function<void(const Event&)> seen_;
  std::string header_, body_;  ///< reused
};

}  // namespace signalbox
