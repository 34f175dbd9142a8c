#include "journal/disk_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

namespace signalbox {

Result<DiskFile> DiskFile::open(const std::filesystem::path& path) {
  constexpr mode_t owner_only = 0600;
  std::error_code failure;
  if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), failure);
  if (failure) return system_failure("make", path.parent_path(), failure.value());
  const bool is_new = !std::filesystem::exists(path, failure);
  FileHandle handle{::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, owner_only)};
  if (!handle) return system_failure("open", path, errno);
  if (is_new)
    if (auto synced = sync_directory(path.has_parent_path() ? path.parent_path() : "."); !synced)
      return tl::unexpected<Error>(synced.error());
  return DiskFile{std::move(handle), path};
}

Result<std::uint64_t> DiskFile::size() const {
  struct stat about {};
  if (::fstat(handle_.get(), &about) != 0) return system_failure("read", path_, errno);
  return static_cast<std::uint64_t>(about.st_size);
}

Result<std::size_t> DiskFile::read(std::uint64_t offset, std::span<std::byte> into) const {
  std::size_t have = 0;
  while (have < into.size()) {
    const auto n = ::pread(handle_.get(), into.data() + have, into.size() - have,
                           static_cast<off_t>(offset + have));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return system_failure("read", path_, errno);
    if (n == 0) break;
    have += static_cast<std::size_t>(n);
  }
  return have;
}

Result<void> DiskFile::write(std::uint64_t offset, std::span<const std::byte> bytes) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const auto n = ::pwrite(handle_.get(), bytes.data() + done, bytes.size() - done,
                            static_cast<off_t>(offset + done));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return system_failure("write", path_, errno);
    done += static_cast<std::size_t>(n);
  }
  return {};
}

Result<void> DiskFile::sync() {
  if (::fdatasync(handle_.get()) != 0) return system_failure("write", path_, errno);
  return {};
}

Result<void> DiskFile::truncate(std::uint64_t size) {
  if (::ftruncate(handle_.get(), static_cast<off_t>(size)) != 0)
    return system_failure("shorten", path_, errno);
  return {};
}

}  // namespace signalbox
