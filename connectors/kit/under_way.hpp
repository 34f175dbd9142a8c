#pragma once

#include <algorithm>
#include <functional>
#include <string_view>
#include <utility>
#include <vector>

#include "connectors/kit/own_timer.hpp"

namespace signalbox::kit {

/// Requests that were sent over a websocket and are not answered yet. Each `done` is called once:
/// with the answer, or with nothing when none came before its deadline or the loss of the socket;
/// what became of the request is unknown then. A request more costs no allocation once as many were
/// under way before, and no timer while the one that is set fires early enough. Loop thread only.
template <class Id, class Answer>
class UnderWay {
 public:
  static constexpr std::size_t most = 256;  // requests

  /// Nothing: no answer came, and `why` says it for people.
  using Done = std::function<void(const Answer*, std::string_view why)>;

  /// `late`: called after those whose deadline passed.
  UnderWay(const Clock& clock, Timers& timers, std::function<void()> late = {})
      : clock_(clock), late_(std::move(late)), timer_(timers) {}

  bool empty() const { return count_ == 0; }
  bool full() const { return count_ >= most; }
  void add(const Id& id, MonoTime deadline, Done done) {
    auto slot = std::find_if(slots_.begin(), slots_.end(), [](const Slot& s) { return !s.used; });
    if (slot == slots_.end()) slot = slots_.emplace(slots_.end());
    slot->used = true;
    slot->id = id;
    slot->deadline = deadline;
    slot->done = std::move(done);
    ++count_;
    if (timer_.is_set() && armed_for_ <= deadline) return;
    watch(deadline);
  }
  /// False: nobody waits for it.
  bool answer(const Id& id, const Answer& answer) {
    const auto slot = std::find_if(slots_.begin(), slots_.end(),
                                   [&](const Slot& s) { return s.used && s.id == id; });
    if (slot == slots_.end()) return false;
    const auto done = release(*slot);
    done(&answer, {});
    return true;
  }
  /// The calls come from inside.
  void end_all(std::string_view why) {
    timer_.cancel();
    for (const auto& done : release_if([](const Slot&) { return true; })) done(nullptr, why);
  }
  /// Without a call: whoever listened is gone.
  void forget_all() {
    timer_.cancel();
    release_if([](const Slot&) { return true; });
  }

 private:
  struct Slot {
    bool used = false;
    Id id{};
    MonoTime deadline{};
    Done done;
  };

  Done release(Slot& slot) {
    slot.used = false;
    --count_;
    return std::exchange(slot.done, {});
  }
  template <class Condition>
  std::vector<Done> release_if(Condition condition) {
    std::vector<Done> released;
    for (auto& slot : slots_)
      if (slot.used && condition(slot)) released.push_back(release(slot));
    return released;
  }
  void watch(MonoTime first) {
    armed_for_ = first;
    timer_.set(first, [this] { expire(); });
  }
  void expire() {
    const auto now = clock_.mono();
    const auto ended = release_if([&](const Slot& slot) { return slot.deadline <= now; });
    const Slot* next = nullptr;
    for (const auto& slot : slots_)
      if (slot.used && (!next || slot.deadline < next->deadline)) next = &slot;
    if (next) watch(next->deadline);
    for (const auto& done : ended) done(nullptr, "no answer in time");
    if (!ended.empty() && late_) late_();
  }

  const Clock& clock_;
  std::function<void()> late_;
  std::vector<Slot> slots_;
  std::size_t count_ = 0;
  MonoTime armed_for_{};
  OwnTimer timer_;
};

}  // namespace signalbox::kit
