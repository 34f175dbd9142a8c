#pragma once

#include <caf/actor_control_block.hpp>
#include <condition_variable>
#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <vector>

#include "messages/time.hpp"

namespace signalbox {

/// Who is alive: every pinned actor of a system. Shutdown asks it whom to stop; tests ask it
/// about leaks. Any thread.
class ActorRoster {
 public:
  /// Actors that have not terminated.
  std::vector<caf::strong_actor_ptr> running() const;
  std::size_t running_count() const;
  /// Actors whose memory is still held, terminated or not.
  std::size_t object_count() const;

  /// False when some still run after `within`.
  [[nodiscard]] bool wait_until_none_runs(Duration within) const;

 private:
  friend class RosterSeat;
  using Seats = std::list<caf::weak_actor_ptr>;

  Seats::iterator join(caf::actor_control_block& actor);
  void leave(Seats::iterator seat);
  void forget();

  mutable std::mutex mutex_;
  mutable std::condition_variable left_;
  Seats running_;
  std::size_t objects_ = 0;
};

/// An actor's own entry in its system's roster, taken when the actor is made and given up when
/// it terminates. Does nothing in a system without a roster.
class RosterSeat {
 public:
  explicit RosterSeat(caf::actor_control_block& actor);
  ~RosterSeat();
  RosterSeat(const RosterSeat&) = delete;
  RosterSeat& operator=(const RosterSeat&) = delete;

  void leave();

 private:
  std::shared_ptr<ActorRoster> roster_;  // shared: the memory may outlive the system
  ActorRoster::Seats::iterator seat_;
  bool seated_ = false;
};

}  // namespace signalbox
