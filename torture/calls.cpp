#include "torture/calls.hpp"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <algorithm>
#include <cstddef>
#include <vector>

namespace signalbox::torture {
namespace {

using enum Call::Kind;
using enum Call::Object;

constexpr Call calls[] = {
    {SYS_write, "write", write},         {SYS_writev, "writev", write},
    {SYS_pwrite64, "pwrite64", write},   {SYS_fsync, "fsync", write},
    {SYS_fdatasync, "fdatasync", write}, {SYS_ftruncate, "ftruncate", write},
    {SYS_fallocate, "fallocate", write}, {SYS_rename, "rename", write, path},
    {SYS_link, "link", write, path},     {SYS_unlink, "unlink", write, path},
    {SYS_connect, "connect", write},     {SYS_sendmsg, "sendmsg", write},
    {SYS_sendto, "sendto", write},       {SYS_read, "read", read},
    {SYS_recvmsg, "recvmsg", read},      {SYS_recvfrom, "recvfrom", read},
};

}  // namespace

std::span<const Call> watched_calls() { return calls; }

const Call* find_call(std::uint64_t number) {
  const auto* const found = std::find_if(
      std::begin(calls), std::end(calls),
      [number](const Call& each) { return static_cast<std::uint64_t>(each.number) == number; });
  return found == std::end(calls) ? nullptr : found;
}

bool stop_at_watched_calls() {
  std::vector<sock_filter> program{
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<std::uint32_t>(offsetof(seccomp_data, nr)))};
  for (const auto& each : calls) {
    program.push_back(
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<std::uint32_t>(each.number), 0, 1));
    program.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE));
  }
  program.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
  const sock_fprog all{static_cast<unsigned short>(program.size()), program.data()};
  // An ordinary user may install a filter only for what can gain no rights.
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &all) == 0;
}

}  // namespace signalbox::torture
