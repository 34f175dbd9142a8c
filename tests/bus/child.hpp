#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

namespace signalbox::test {

/// A program started by a test and ended with it at the latest.
class Child {
 public:
  explicit Child(const std::vector<std::string>& command);
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  /// Its exit status once it has ended; does not wait. -1: by a signal.
  std::optional<int> ended();
  void kill();
  pid_t pid() const { return pid_; }

 private:
  pid_t pid_ = -1;
  std::optional<int> status_;
};

}  // namespace signalbox::test
