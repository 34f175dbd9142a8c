#pragma once

#include <caf/fwd.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

#include "actors/runtime/direct.hpp"
#include "actors/runtime/incidents.hpp"
#include "actors/runtime/loop.hpp"

namespace signalbox {

class LoopUnit;

struct RuntimeOptions {
  /// One per account shard group: command ingress, hot chain, connections and their sockets.
  std::vector<LoopOptions> hot{LoopOptions{.name = "hot"}};
  /// Projections, web, metrics, publishing.
  LoopOptions cold{.name = "cold"};
  /// How long `stop` waits for actors to end by themselves before it kills them.
  Duration stop_within = std::chrono::seconds{5};
  /// Null: direct delivery wherever it is legal.
  DirectPolicy* direct = nullptr;
  Incidents::Listener on_incident = {};
};

/// The actor system on our loops: one thread per loop and no other (no CAF worker, clock or
/// printer thread). Loops run from the constructor to `stop`, except external ones, which their
/// owner runs.
///
/// `system`, `hot`, `cold` and `counts`: any thread. `stop` and the destructor: the thread that
/// made it, never a loop; external loops must have left `run`, and `stop` turns them itself.
class Runtime {
 public:
  explicit Runtime(RuntimeOptions options);
  ~Runtime();
  Runtime(const Runtime&) = delete;
  Runtime& operator=(const Runtime&) = delete;

  caf::actor_system& system();
  /// Where to spawn and whose io_context to use: `hot(i)` runs on `hot_loop(i)`.
  LoopUnit* hot(std::size_t index = 0);
  LoopUnit* cold();
  Loop& hot_loop(std::size_t index = 0);
  Loop& cold_loop();

  IncidentCounts incidents() const;
  std::size_t running_actors() const;
  /// Actors whose memory is held, terminated or not.
  std::size_t actor_objects() const;

  /// Asks every actor to end, kills those that do not within `stop_within`, ends the loops and
  /// joins their threads. Afterwards nothing of ours runs; sockets on the loops may be destroyed
  /// before the runtime is. Handles stay valid until then. Idempotent.
  void stop();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace signalbox
