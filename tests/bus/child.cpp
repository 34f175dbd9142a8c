#include "tests/bus/child.hpp"

#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <stdexcept>

namespace signalbox::test {

Child::Child(const std::vector<std::string>& command) {
  std::vector<char*> arguments;
  for (const auto& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  if (posix_spawn(&pid_, arguments[0], nullptr, nullptr, arguments.data(), environ) != 0)
    throw std::runtime_error("cannot start " + command.front());
}

Child::~Child() {
  if (ended()) return;
  kill();
  int status = 0;
  waitpid(pid_, &status, 0);
}

std::optional<int> Child::ended() {
  int status = 0;
  if (!status_ && waitpid(pid_, &status, WNOHANG) == pid_)
    status_ = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return status_;
}

void Child::kill() { ::kill(pid_, SIGKILL); }

}  // namespace signalbox::test
