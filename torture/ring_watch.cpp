#include "torture/ring_watch.hpp"

#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>

#include <csignal>

#include "torture/symbols.hpp"

namespace signalbox::torture {
namespace {

constexpr std::uint8_t breakpoint = 0xcc;  // int3

}  // namespace

bool RingWatch::start(const std::filesystem::path& program) {
#if defined(__x86_64__)
  const auto base = tracee_.base();
  const auto append = find_function(program, "_ZN9signalbox4Ring6append");
  const auto encode = find_function(program, "_ZN9signalbox13encode_record");
  const auto crc = find_function(program, "_ZN9signalbox6crc32cE");
  return base && append && encode && crc && set(*base + *append, Stage::append) &&
         set(*base + *encode, Stage::encode) && set(*base + *crc, Stage::crc);
#else
  return program.empty();
#endif
}

bool RingWatch::set(std::uint64_t address, Stage stage) {
  if (breaks_.contains(address)) return true;
  const auto hidden = tracee_.byte_at(address);
  if (!hidden || !tracee_.write_byte(address, breakpoint)) return false;
  breaks_.emplace(address, Break{stage, *hidden});
  return true;
}

bool RingWatch::stopped(pid_t thread, std::string& stage) {
#if defined(__x86_64__)
  user_regs_struct registers{};
  if (::ptrace(PTRACE_GETREGS, thread, nullptr, &registers) != 0) return false;
  const auto at = breaks_.find(registers.rip - 1);
  if (at == breaks_.end()) return false;
  registers.rip -= 1;
  ::ptrace(PTRACE_SETREGS, thread, nullptr, &registers);
  stage.clear();
  const bool appending = appending_.contains(thread);
  switch (at->second.stage) {
    case Stage::append:
      appending_.insert(thread);
      stage = "empty";
      if (const auto back = tracee_.word_at(registers.rsp)) set(*back, Stage::appended);
      break;
    case Stage::encode:
      // On entry the stack holds where the call returns to.
      if (appending)
        if (const auto back = tracee_.word_at(registers.rsp)) set(*back, Stage::encoded);
      break;
    case Stage::crc:
      if (appending) stage = "payload";
      break;
    case Stage::encoded:
      if (appending) stage = "checksum";
      break;
    case Stage::appended:
      if (appending_.erase(thread) > 0) stage = "published";
      break;
  }
  return true;
#else
  return thread == 0 && !stage.empty();
#endif
}

int RingWatch::step_over(pid_t thread) {
  int signal = 0;
#if defined(__x86_64__)
  user_regs_struct registers{};
  if (::ptrace(PTRACE_GETREGS, thread, nullptr, &registers) != 0) return 0;
  const auto at = breaks_.find(registers.rip);
  if (at == breaks_.end()) return 0;
  tracee_.write_byte(at->first, at->second.hidden);
  int status = 0;
  if (::ptrace(PTRACE_SINGLESTEP, thread, nullptr, nullptr) == 0 &&
      ::waitpid(thread, &status, __WALL) == thread && WIFSTOPPED(status) &&
      WSTOPSIG(status) != SIGTRAP)
    signal = WSTOPSIG(status);
  tracee_.write_byte(at->first, breakpoint);
#else
  signal = thread == 0;
#endif
  return signal;
}

}  // namespace signalbox::torture
