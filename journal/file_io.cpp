#include "journal/file_io.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <system_error>

namespace signalbox {

tl::unexpected<Error> system_failure(std::string_view what, const std::filesystem::path& path,
                                     int error) {
  return failed(error == ENOENT ? Fault::not_found : Fault::unavailable,
                "cannot " + std::string{what} + " " + path.string() + ": " +
                    std::generic_category().message(error));
}

Result<void> sync_directory(const std::filesystem::path& directory) {
  const FileHandle handle{::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (!handle || ::fsync(handle.get()) != 0) return system_failure("write", directory, errno);
  return {};
}

Result<std::vector<std::byte>> read_file(const std::filesystem::path& path, std::size_t bytes_max) {
  const FileHandle file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (!file) return system_failure("open", path, errno);
  struct stat about {};
  if (::fstat(file.get(), &about) != 0) return system_failure("read", path, errno);
  if (static_cast<std::size_t>(about.st_size) > bytes_max)
    return failed(Fault::full,
                  path.string() + " is longer than " + std::to_string(bytes_max) + " bytes");
  std::vector<std::byte> bytes(static_cast<std::size_t>(about.st_size));
  std::size_t have = 0;
  while (have < bytes.size()) {
    const ssize_t n = ::read(file.get(), bytes.data() + have, bytes.size() - have);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return system_failure("read", path, errno);
    if (n == 0) break;
    have += static_cast<std::size_t>(n);
  }
  bytes.resize(have);
  return bytes;
}

}  // namespace signalbox
