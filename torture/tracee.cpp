#include "torture/tracee.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <string_view>

namespace signalbox::torture {
namespace {

using Asked = int (*)(int, sockaddr*, socklen_t*);

/// The name of a bus socket, `tcp`, or nothing.
std::string name_by(Asked ask, int fd) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (ask(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) return {};
  if (address.ss_family == AF_INET || address.ss_family == AF_INET6) return "exchange";
  if (address.ss_family != AF_UNIX || size <= sizeof(sa_family_t)) return {};
  const auto* const local = reinterpret_cast<const sockaddr_un*>(&address);
  return std::filesystem::path{local->sun_path}.filename();
}

}  // namespace

Tracee::Tracee(pid_t process)
    : process_(process),
      proc_("/proc/" + std::to_string(process)),
      process_fd_(static_cast<int>(::syscall(SYS_pidfd_open, process, 0))),
      memory_(::open((proc_ / "mem").c_str(), O_RDWR | O_CLOEXEC)) {}

Tracee::~Tracee() {
  if (process_fd_ >= 0) ::close(process_fd_);
  if (memory_ >= 0) ::close(memory_);
}

std::string Tracee::role(pid_t thread) const {
  if (thread == process_) return "main";
  std::string name;
  std::getline(std::ifstream{proc_ / "task" / std::to_string(thread) / "comm"}, name);
  if (name.starts_with("ZMQbg/IO")) return "zmq-io";
  if (name.starts_with("ZMQbg")) return "zmq-reaper";
  std::replace(name.begin(), name.end(), ':', '-');
  return name;
}

std::string Tracee::descriptor(int fd) {
  std::error_code gone;
  const auto target =
      std::filesystem::read_symlink(proc_ / "fd" / std::to_string(fd), gone).string();
  if (gone || target.starts_with("anon_inode") || target.starts_with("pipe")) return {};
  if (!target.starts_with("socket:")) {
    const auto name = std::filesystem::path{target}.filename().string();
    // The log, libraries and settings are no part of the promise.
    return name.starts_with("journal") || name == "run" ? name : "";
  }
  auto& known = sockets_[target];
  if (known.empty()) known = socket_name(fd);
  return known;
}

std::string Tracee::socket_name(int fd) const {
  const int copy = static_cast<int>(::syscall(SYS_pidfd_getfd, process_fd_, fd, 0));
  if (copy < 0) return {};
  auto name = name_by(::getsockname, copy);
  if (name.empty()) name = name_by(::getpeername, copy);
  ::close(copy);
  return name;
}

std::string Tracee::path_at(std::uint64_t address) const {
  std::array<char, 512> text{};
  const auto got = ::pread(memory_, text.data(), text.size() - 1, static_cast<off_t>(address));
  return got <= 0 ? "" : std::filesystem::path{text.data()}.filename().string();
}

std::optional<std::uint64_t> Tracee::word_at(std::uint64_t address) const {
  std::uint64_t out = 0;
  if (::pread(memory_, &out, sizeof out, static_cast<off_t>(address)) != sizeof out)
    return std::nullopt;
  return out;
}

std::optional<std::uint8_t> Tracee::byte_at(std::uint64_t address) const {
  std::uint8_t out = 0;
  if (::pread(memory_, &out, 1, static_cast<off_t>(address)) != 1) return std::nullopt;
  return out;
}

bool Tracee::write_byte(std::uint64_t address, std::uint8_t value) const {
  return ::pwrite(memory_, &value, 1, static_cast<off_t>(address)) == 1;
}

std::optional<std::uint64_t> Tracee::base() const {
  std::error_code gone;
  const auto program = std::filesystem::read_symlink(proc_ / "exe", gone).string();
  std::ifstream maps{proc_ / "maps"};
  for (std::string line; !gone && std::getline(maps, line);) {
    if (!line.ends_with(program)) continue;
    std::uint64_t from = 0;
    std::from_chars(line.data(), line.data() + line.size(), from, 16);
    return from;
  }
  return std::nullopt;
}

}  // namespace signalbox::torture
