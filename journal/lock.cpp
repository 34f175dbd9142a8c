#include "journal/lock.hpp"

#include <fcntl.h>
#include <sys/file.h>

#include <array>
#include <cerrno>
#include <string>

namespace signalbox {
namespace {

/// Only for people: the lock is the flock, whatever the file says.
std::string holder_in(int file) {
  std::array<char, 24> text{};
  const ssize_t n = ::pread(file, text.data(), text.size(), 0);
  const std::string pid{text.data(), n > 0 ? static_cast<std::size_t>(n) : 0};
  const auto end = pid.find_first_not_of("0123456789");
  return end == 0 || pid.empty() ? "another process" : "process " + pid.substr(0, end);
}

}  // namespace

Result<JournalLock> JournalLock::take(const std::filesystem::path& directory) {
  const auto path = directory / "journal.lock";
  FileHandle file{::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
  if (!file) return system_failure("open", path, errno);
  if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return system_failure("lock", path, errno);
    return failed(Fault::refused, "the journal in " + directory.string() + " is in use by " +
                                      holder_in(file.get()) +
                                      ": stop that engine first, or give this one a journal "
                                      "directory of its own");
  }
  const std::string pid = std::to_string(::getpid()) + "\n";
  const auto length = static_cast<ssize_t>(pid.size());
  if (::ftruncate(file.get(), 0) != 0 || ::pwrite(file.get(), pid.data(), pid.size(), 0) != length)
    return system_failure("write", path, errno);
  return JournalLock{std::move(file)};
}

}  // namespace signalbox
