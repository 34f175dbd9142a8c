#pragma once

#include <unistd.h>

#include <filesystem>
#include <string_view>
#include <utility>
#include <vector>

#include "messages/result.hpp"

namespace signalbox {

/// Owns a file descriptor. Closing it gives up every flock taken through it.
class FileHandle {
 public:
  FileHandle() = default;
  explicit FileHandle(int fd) : fd_(fd) {}
  FileHandle(FileHandle&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileHandle& operator=(FileHandle&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~FileHandle() {
    if (fd_ >= 0) ::close(fd_);
  }

  explicit operator bool() const { return fd_ >= 0; }
  int get() const { return fd_; }

 private:
  int fd_ = -1;
};

/// "cannot <what> <path>: <the system's words>", as `unavailable`.
tl::unexpected<Error> system_failure(std::string_view what, const std::filesystem::path& path,
                                     int error);

/// A new, renamed or removed name in a directory survives a power loss only after this.
Result<void> sync_directory(const std::filesystem::path& directory);

/// `full` when the file is longer than `bytes_max`, `not_found` when it is not there.
Result<std::vector<std::byte>> read_file(const std::filesystem::path& path, std::size_t bytes_max);

}  // namespace signalbox
