#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "torture/points.hpp"
#include "torture/ring_watch.hpp"
#include "torture/tracee.hpp"

namespace signalbox::torture {

struct TracerSettings {
  std::vector<std::string> program;  ///< and its arguments
  std::vector<std::string> states;
  std::filesystem::path state_file;  ///< its first byte: which of `states` the session is in
  std::filesystem::path report_file;
  std::optional<KillPoint> kill;
};

/// Runs a program under ptrace and stops it at every system call on its journal and its sockets and
/// at every store in its journal ring; counts them, and kills the process at the one it was told.
/// A SIGINT or SIGTERM to the tracer goes to the program, a SIGUSR1 kills it. When the tracer dies
/// so does the program.
class Tracer {
 public:
  explicit Tracer(TracerSettings settings);

  /// Until the program is gone. Its exit code, 128 + signal if one ended it, 3 if it could not be
  /// traced.
  int run();

 private:
  void follow(pid_t thread, int status);
  void entered(pid_t thread);
  void left(pid_t thread);
  bool trapped(pid_t thread);
  void reached(pid_t thread, const std::string& site, const std::string& when);
  const std::string& state() const;
  void report(const std::string& end) const;

  const TracerSettings settings_;
  const volatile std::uint8_t* state_ = nullptr;
  Places places_;
  pid_t process_ = -1;
  std::optional<Tracee> tracee_;
  std::optional<RingWatch> ring_;
  bool ring_watched_ = false;
  bool killed_ = false;
  std::map<pid_t, std::string> inside_;  // threads in a watched call: what it works on
};

}  // namespace signalbox::torture
