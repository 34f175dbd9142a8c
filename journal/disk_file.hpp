#pragma once

#include <filesystem>

#include "journal/file_io.hpp"
#include "seams/file.hpp"

namespace signalbox {

/// A small file on disk, readable by its owner alone. `sync` waits for the disk. One thread.
class DiskFile final : public File {
 public:
  /// Makes it, and the folder it lies in, when they are not there; its name then survives a power
  /// loss.
  static Result<DiskFile> open(const std::filesystem::path& path);

  Result<std::uint64_t> size() const override;
  Result<std::size_t> read(std::uint64_t offset, std::span<std::byte> into) const override;
  Result<void> write(std::uint64_t offset, std::span<const std::byte> bytes) override;
  Result<void> sync() override;
  Result<void> truncate(std::uint64_t size) override;

 private:
  DiskFile(FileHandle handle, std::filesystem::path path)
      : handle_(std::move(handle)), path_(std::move(path)) {}

  FileHandle handle_;
  std::filesystem::path path_;
};

}  // namespace signalbox
