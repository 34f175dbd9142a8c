#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/engine_config.hpp"
#include "connectors/venue.hpp"
#include "messages/result.hpp"
#include "seams/clock.hpp"
#include "seams/random.hpp"
#include "seams/timers.hpp"

namespace signalbox {

/// What a venue of the engine may use; all of it belongs to the hot loop.
struct VenueSeams {
  Loop& loop;
  const Clock& clock;
  Timers& timers;
  Random& random;
};

/// How an account's venue is made; beside the registry's, a demo or a test may bring its own.
struct VenueMaker {
  Capabilities capabilities;
  std::function<Result<std::unique_ptr<Venue>>(const AccountConfig&, const VenueSeams&)> make;
};
using VenueMakers = std::function<Result<VenueMaker>(const AccountConfig&)>;

/// The wiring diagram: loops, journal, shard, bus and venues, joined by callbacks that send
/// messages. Made and stopped on one thread that is no loop.
class Engine {
 public:
  struct Addresses {
    std::vector<std::string> commands, events, ticks, connections;
  };

  /// Replays the journal and opens the bus; accounts become READY afterwards, on their own.
  /// Fails with the reason; nothing is left running then.
  /// What an operator should know goes to `log`, which outlives the engine; without one it is
  /// told nobody.
  /// `on_failed` is told, on a loop, when a defect of ours has ended a part that nothing but a new
  /// start brings back: the process should end at once and be started again. The journal has
  /// everything, and stops stand at the venues.
  static Result<std::unique_ptr<Engine>> start(EngineConfig config, VenueMakers makers,
                                               Log* log = nullptr,
                                               std::function<void()> on_failed = {});
  ~Engine();

  const Addresses& addresses() const;
  /// In order: no new entries, resting entries cancelled, journal flushed, loops ended. Stops stay
  /// at the venues. Idempotent.
  void stop();

 private:
  struct Impl;
  explicit Engine(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace signalbox
