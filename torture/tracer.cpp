#include "torture/tracer.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <fstream>

#include "torture/calls.hpp"

namespace signalbox::torture {
namespace {

constexpr int cannot_trace = 3;
std::atomic<pid_t> passes_signals_to{-1};

void pass_on(int signal) {
  if (const pid_t process = passes_signals_to; process > 0)
    ::kill(process, signal == SIGUSR1 ? SIGKILL : signal);
}

[[noreturn]] void become(const std::vector<std::string>& program) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  std::vector<char*> arguments;
  for (const auto& each : program) arguments.push_back(const_cast<char*>(each.c_str()));
  arguments.push_back(nullptr);
  if (::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0) ::_exit(cannot_trace);
  ::raise(SIGSTOP);
  if (!stop_at_watched_calls()) ::_exit(cannot_trace);
  ::execv(arguments[0], arguments.data());
  ::_exit(127);
}

constexpr int event_of(int status) { return status >> 16; }

}  // namespace

Tracer::Tracer(TracerSettings settings) : settings_(std::move(settings)), places_(settings_.kill) {}

int Tracer::run() {
  const int file = ::open(settings_.state_file.c_str(), O_RDONLY | O_CLOEXEC);
  void* const page = file < 0 ? MAP_FAILED : ::mmap(nullptr, 1, PROT_READ, MAP_SHARED, file, 0);
  if (page == MAP_FAILED) return cannot_trace;
  ::close(file);
  state_ = static_cast<const volatile std::uint8_t*>(page);

  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  process_ = ::fork();
  if (process_ < 0) return cannot_trace;
  if (process_ == 0) become(settings_.program);
  passes_signals_to = process_;
  struct sigaction passes {};
  passes.sa_handler = pass_on;
  ::sigaction(SIGINT, &passes, nullptr);
  ::sigaction(SIGTERM, &passes, nullptr);
  ::sigaction(SIGUSR1, &passes, nullptr);

  int status = 0;
  while (::waitpid(process_, &status, 0) < 0 && errno == EINTR) {
  }
  if (!WIFSTOPPED(status)) return cannot_trace;
  constexpr long options = PTRACE_O_TRACESECCOMP | PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE |
                           PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL;
  if (::ptrace(PTRACE_SETOPTIONS, process_, nullptr, options) != 0) return cannot_trace;
  ::ptrace(PTRACE_CONT, process_, nullptr, nullptr);

  while (true) {
    const pid_t thread = ::waitpid(-1, &status, __WALL);
    if (thread < 0 && errno == EINTR) continue;
    if (thread < 0) return cannot_trace;
    if (WIFSTOPPED(status)) {
      follow(thread, status);
    } else if (thread == process_) {
      const bool signalled = WIFSIGNALED(status);
      const int code = signalled ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
      report(killed_ ? "killed" : "ended " + std::to_string(code));
      return code;
    }
  }
}

void Tracer::follow(pid_t thread, int status) {
  const int signal = WSTOPSIG(status);
  if (signal == (SIGTRAP | 0x80)) {
    left(thread);
    ::ptrace(PTRACE_CONT, thread, nullptr, nullptr);
  } else if (signal == SIGTRAP && event_of(status) == PTRACE_EVENT_SECCOMP) {
    entered(thread);
    ::ptrace(inside_.contains(thread) ? PTRACE_SYSCALL : PTRACE_CONT, thread, nullptr, nullptr);
  } else if (signal == SIGTRAP && event_of(status) == PTRACE_EVENT_EXEC) {
    // Another program: another memory.
    tracee_.emplace(process_);
    ring_.emplace(*tracee_);
    ring_watched_ = ring_->start(settings_.program.front());
    ::ptrace(PTRACE_CONT, thread, nullptr, nullptr);
  } else if (signal == SIGTRAP && event_of(status) != 0) {
    ::ptrace(PTRACE_CONT, thread, nullptr, nullptr);
  } else if (signal == SIGTRAP && trapped(thread)) {
    const long late = ring_->step_over(thread);
    ::ptrace(PTRACE_CONT, thread, nullptr, late);
  } else {
    // A new thread starts with a SIGSTOP that is not meant for it.
    const long passed = signal == SIGSTOP ? 0 : signal;
    ::ptrace(PTRACE_CONT, thread, nullptr, passed);
  }
}

void Tracer::entered(pid_t thread) {
  user_regs_struct registers{};
  if (::ptrace(PTRACE_GETREGS, thread, nullptr, &registers) != 0) return;
  const Call* const call = find_call(registers.orig_rax);
  if (call == nullptr) return;
  const auto object = call->object == Call::Object::path
                          ? tracee_->path_at(registers.rdi)
                          : tracee_->descriptor(static_cast<int>(registers.rdi));
  if (object.empty()) return;
  auto site = std::string{call->name} + '(' + object + ')';
  if (call->kind == Call::Kind::write) reached(thread, site, "before");
  inside_[thread] = std::move(site);
}

void Tracer::left(pid_t thread) {
  const auto found = inside_.find(thread);
  if (found == inside_.end()) return;
  const auto site = std::move(found->second);
  inside_.erase(found);
  user_regs_struct registers{};
  if (::ptrace(PTRACE_GETREGS, thread, nullptr, &registers) != 0) return;
  const auto result = static_cast<long>(registers.rax);
  const Call* const call = find_call(registers.orig_rax);
  // What failed, or read nothing, has changed nothing.
  if (call == nullptr || result < 0 || (call->kind == Call::Kind::read && result == 0)) return;
  reached(thread, site, "after");
}

bool Tracer::trapped(pid_t thread) {
  std::string stage;
  if (!ring_->stopped(thread, stage)) return false;
  if (!stage.empty()) reached(thread, "store(ring)", stage);
  return true;
}

void Tracer::reached(pid_t thread, const std::string& site, const std::string& when) {
  if (killed_ || !places_.reached(tracee_->role(thread), site, state(), when)) return;
  killed_ = true;
  // The thread stands where it is: a call that it was about to make is not made any more.
  ::kill(process_, SIGKILL);
}

const std::string& Tracer::state() const {
  const std::size_t at = *state_;
  return settings_.states[at < settings_.states.size() ? at : 0];
}

void Tracer::report(const std::string& end) const {
  const auto aside = settings_.report_file.string() + ".new";
  std::ofstream{aside} << "end " << end << "\nring " << (ring_watched_ ? "watched" : "not watched")
                       << '\n'
                       << places_.text();
  std::filesystem::rename(aside, settings_.report_file);
}

}  // namespace signalbox::torture
