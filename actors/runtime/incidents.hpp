#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>

namespace signalbox {

/// Something an actor did that its author did not plan. `text` is for people: the types of an
/// unexpected message (never its content, which may hold a secret) or what an exception said.
struct Incident {
  enum class Kind : std::uint8_t { unexpected_message = 1, crashed = 2, unhandled_down = 3 };
  Kind kind = Kind::crashed;
  std::string actor;
  std::uint64_t actor_id = 0;
  std::string text;
};

struct IncidentCounts {
  std::uint64_t unexpected_messages = 0;
  std::uint64_t crashes = 0;
  std::uint64_t unhandled_downs = 0;
};

/// Counts incidents and hands each to one listener, on the thread it happened on. Any thread;
/// the listener must be quick and must not throw.
class Incidents {
 public:
  using Listener = std::function<void(const Incident&)>;

  explicit Incidents(Listener listener = {});

  void report(const Incident& incident);
  IncidentCounts counts() const;

 private:
  Listener listener_;
  std::atomic<std::uint64_t> unexpected_{0};
  std::atomic<std::uint64_t> crashes_{0};
  std::atomic<std::uint64_t> downs_{0};
};

}  // namespace signalbox
