#pragma once

#include <cstdint>
#include <memory>

#include "connectors/transport/pacer.hpp"
#include "seams/file.hpp"

namespace signalbox::kit {

/// The bans and pauses of one account, for whoever connects next: another connection of this
/// process, or of the next one where a file is given. A request during a ban makes the ban longer,
/// and a process that is started again and again would never see its end.
///
/// In the file two records take turns, each with a checksum: whatever is torn, the other stands. A
/// file of which nothing can be read is no ban: the venue says it again, at the price of one
/// request. One thread, that of the connections.
class PauseMemory {
 public:
  /// Shorter than this is not worth the disk: no process is back sooner.
  static constexpr Duration worth_keeping = std::chrono::seconds{1};

  PauseMemory() = default;
  explicit PauseMemory(std::unique_ptr<File> file);

  /// What is left of them; where the wall clock was set back meanwhile, no longer than they were.
  PacerMemory get(WallTime now) const;
  /// Waits for the disk when a ban or pause is new, and only then.
  void keep(const PacerMemory& memory, WallTime now);

 private:
  void load();

  std::unique_ptr<File> file_;
  PacerMemory memory_;
  WallTime known_at_{};  ///< when `memory_` was so
  PacerMemory written_;
  std::uint64_t next_slot_ = 0;
};

}  // namespace signalbox::kit
