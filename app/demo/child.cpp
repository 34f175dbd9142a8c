#include "app/demo/child.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>

#include <csignal>
#include <thread>

extern char** environ;

namespace signalbox::demo {
namespace {

constexpr Duration polite_end_within = std::chrono::seconds{10};
constexpr std::chrono::milliseconds look_every{5};

}  // namespace

Result<Child> Child::start(std::string name, const std::vector<std::string>& command,
                           const std::string& log) {
  std::vector<char*> arguments;
  for (const auto& each : command) arguments.push_back(const_cast<char*>(each.c_str()));
  arguments.push_back(nullptr);

  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  const std::string out = log.empty() ? "/dev/null" : log;
  posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&files, 1, out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  posix_spawn_file_actions_adddup2(&files, 1, 2);
  // A group of its own, so that Ctrl-C reaches the demo only, which ends the others in order; and
  // none of the signals that the demo waits for is blocked in it.
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);

  pid_t pid = -1;
  const int error = posix_spawn(&pid, arguments[0], &files, &attributes, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&files);
  posix_spawnattr_destroy(&attributes);
  if (error != 0) return failed(Fault::unavailable, "cannot start " + command[0]);
  return Child{std::move(name), pid};
}

Child::Child(Child&& other) noexcept
    : name_(std::move(other.name_)), pid_(std::exchange(other.pid_, -1)), code_(other.code_) {}

Child::~Child() {
  if (pid_ < 0) return;
  signal(SIGINT);
  if (wait(polite_end_within) >= 0) return;
  signal(SIGKILL);
  static_cast<void>(wait(polite_end_within));
}

bool Child::running() { return wait(Duration{}) < 0; }

void Child::signal(int number) const {
  if (pid_ > 0) kill(pid_, number);
}

int Child::wait(Duration within) {
  const auto until = std::chrono::steady_clock::now() + within;
  while (pid_ > 0) {
    int status = 0;
    if (waitpid(pid_, &status, WNOHANG) == pid_) {
      pid_ = -1;
      code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
      break;
    }
    if (std::chrono::steady_clock::now() >= until) return -1;
    std::this_thread::sleep_for(look_every);
  }
  return code_;
}

}  // namespace signalbox::demo
