#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "messages/time.hpp"

namespace signalbox {

/// The middle of some measurements, and what one in a hundred exceeds.
struct Spread {
  Duration p50{};
  Duration p99{};
};
Spread spread_of(std::vector<Duration> measured);

/// What a machine is and does, as far as latency depends on it. Empty texts: not told.
struct MachineFacts {
  unsigned cpus = 0;  ///< that this process may use
  std::string cpu_model;
  std::string cpu_quota;     ///< of its control group: "max", or micro-seconds in a period
  std::string smt_siblings;  ///< of CPU 0
  std::string isolated_cpus;
  std::string governor;  ///< of CPU 0
  std::string clock_source;
  double stolen = 0;  ///< by the host of a virtual machine, 0 to 1, while it was measured
  double others = 0;  ///< CPU time that other processes used, 0 to 1 of all
  bool runtime_in_memory = false;  ///< the runtime directory is a tmpfs
  bool journal_in_memory = false;
  Duration clock_read{};
  Spread sync;        ///< 4 KiB written and brought to the disk, in the journal's directory
  Spread wake;        ///< 8 bytes over a Unix socket to a sleeping thread, after 1 ms of quiet
  Spread wake_later;  ///< the same after 5 ms
  Spread hop;         ///< 300 bytes over a Unix socket to a thread that waits for them
};

/// One sentence for the operator. `hinders`: it costs latency or safety, and `text` says how.
struct Finding {
  bool hinders = false;
  std::string text;
};
/// Everything worth saying of a machine, what hinders first. Pure.
std::vector<Finding> judge(const MachineFacts& facts);

/// Takes about 8 ms for each sample. `journal` must be there; a file is written into it and
/// removed. The caller's thread and one of its own.
MachineFacts examine_machine(const std::filesystem::path& journal,
                             const std::filesystem::path& runtime, unsigned samples = 200);

}  // namespace signalbox
