#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include "connectors/kit/own_timer.hpp"

namespace signalbox::kit {

/// Requests that were sent over a websocket and are not answered yet. Each `done` is called once:
/// with the answer, or with nothing when none came before its deadline or the loss of the socket;
/// what became of the request is unknown then. Loop thread only.
template <class Id, class Answer>
class UnderWay {
 public:
  static constexpr std::size_t most = 256;  // requests

  /// Nothing: no answer came, and `why` says it for people.
  using Done = std::function<void(const Answer*, std::string_view why)>;

  UnderWay(const Clock& clock, Timers& timers) : clock_(clock), timer_(timers) {}

  bool full() const { return waiting_.size() >= most; }
  void add(Id id, MonoTime deadline, Done done) {
    waiting_.insert_or_assign(std::move(id), Waiting{deadline, std::move(done)});
    watch();
  }
  /// False: nobody waits for it.
  bool answer(const Id& id, const Answer& answer) {
    const auto found = waiting_.find(id);
    if (found == waiting_.end()) return false;
    const auto done = std::move(found->second.done);
    waiting_.erase(found);
    done(&answer, {});
    return true;
  }
  /// The calls come from inside.
  void end_all(std::string_view why) {
    timer_.cancel();
    const auto ended = std::exchange(waiting_, {});
    for (const auto& [id, each] : ended) each.done(nullptr, why);
  }
  /// Without a call: whoever listened is gone.
  void forget_all() {
    timer_.cancel();
    waiting_.clear();
  }

 private:
  struct Waiting {
    MonoTime deadline{};
    Done done;
  };

  void watch() {
    if (waiting_.empty()) return timer_.cancel();
    const auto first = std::min_element(
        waiting_.begin(), waiting_.end(),
        [](const auto& a, const auto& b) { return a.second.deadline < b.second.deadline; });
    timer_.set(first->second.deadline, [this] { expire(); });
  }
  void expire() {
    std::vector<Done> late;
    for (auto each = waiting_.begin(); each != waiting_.end();) {
      if (each->second.deadline > clock_.mono()) {
        ++each;
        continue;
      }
      late.push_back(std::move(each->second.done));
      each = waiting_.erase(each);
    }
    watch();
    for (const auto& done : late) done(nullptr, "no answer in time");
  }

  const Clock& clock_;
  std::map<Id, Waiting> waiting_;
  OwnTimer timer_;
};

}  // namespace signalbox::kit
