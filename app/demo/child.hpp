#pragma once

#include <sys/types.h>
#include <string>
#include <vector>

#include "messages/result.hpp"
#include "messages/time.hpp"

namespace signalbox::demo {

/// One of the demo's own processes. Ended with its owner: asked by SIGINT, then killed.
class Child {
 public:
  /// Its output goes to `log`, or is thrown away when that is empty.
  static Result<Child> start(std::string name, const std::vector<std::string>& command,
                             const std::string& log);
  Child(Child&& other) noexcept;
  Child& operator=(Child&&) = delete;
  ~Child();

  const std::string& name() const { return name_; }
  bool running();
  void signal(int number) const;
  /// Its exit code, 128 + signal if one ended it, or -1 when it still runs after `within`.
  int wait(Duration within);

 private:
  Child(std::string name, pid_t pid) : name_(std::move(name)), pid_(pid) {}
  std::string name_;
  pid_t pid_ = -1;
  int code_ = -1;
};

}  // namespace signalbox::demo
