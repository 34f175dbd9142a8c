#pragma once

#include <caf/actor_clock.hpp>
#include <functional>
#include <memory>
#include <vector>

#include "actors/runtime/loop_unit.hpp"

namespace signalbox {

/// The one clock CAF asks for. What a loop's thread asks goes to that loop's own clock; what any
/// other thread asks goes to the cold loop. Any thread.
class RuntimeClock final : public caf::actor_clock {
 public:
  using Units = std::vector<std::unique_ptr<LoopUnit>>;

  /// `units` is not empty, outlives the clock and ends with the cold loop.
  explicit RuntimeClock(const Units& units) : units_(units) {}

  void set_ordinary_timeout(time_point due, caf::abstract_actor* self, caf::atom_value type,
                            std::uint64_t id) override;
  void set_multi_timeout(time_point due, caf::abstract_actor* self, caf::atom_value type,
                         std::uint64_t id) override;
  void set_request_timeout(time_point due, caf::abstract_actor* self, caf::message_id id) override;
  void cancel_ordinary_timeout(caf::abstract_actor* self, caf::atom_value type) override;
  void cancel_request_timeout(caf::abstract_actor* self, caf::message_id id) override;
  void cancel_timeouts(caf::abstract_actor* self) override;
  void schedule_message(time_point due, caf::strong_actor_ptr receiver,
                        caf::mailbox_element_ptr content) override;
  void schedule_message(time_point due, caf::group target, caf::strong_actor_ptr sender,
                        caf::message content) override;
  /// Only while no loop runs.
  void cancel_all() override;

 private:
  LoopClock* mine() const;
  void on_cold(std::function<void(LoopClock&)> call) const;

  const Units& units_;
};

}  // namespace signalbox
