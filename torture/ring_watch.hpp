#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <string>

#include "torture/tracee.hpp"

namespace signalbox::torture {

/// Breakpoints in the journal ring's `append`, which calls no system: the very program that is
/// shipped is stopped before the record is written (`empty`), with its payload but no checksum
/// (`payload`), with the checksum but not yet published (`checksum`), and published (`published`).
/// x86-64, and a program with symbols; elsewhere nothing is watched.
class RingWatch {
 public:
  explicit RingWatch(Tracee& tracee) : tracee_(tracee) {}

  /// Sets the breakpoints in a program that has just been loaded. False: there is nothing to watch.
  bool start(const std::filesystem::path& program);

  /// A thread stopped with a SIGTRAP. Whether it was ours; `stage` says how far the record is, or
  /// is empty where that is no place to kill at. The thread must then `step_over`.
  bool stopped(pid_t thread, std::string& stage);
  /// Executes what the breakpoint hides. A signal that arrived instead is returned, to be
  /// delivered.
  int step_over(pid_t thread);

 private:
  enum class Stage : std::uint8_t { append, encode, crc, encoded, appended };
  bool set(std::uint64_t address, Stage stage);

  struct Break {
    Stage stage;
    std::uint8_t hidden;  // the byte that was there
  };
  Tracee& tracee_;
  std::map<std::uint64_t, Break> breaks_;
  std::set<pid_t> appending_;  // others make checksums too
};

}  // namespace signalbox::torture
