#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "seams/file.hpp"

namespace signalbox {

/// A file in memory that knows which of its bytes were synced, for tests and simulation. It
/// outlives the journal on it, as a disk outlives a process. One thread.
class MemoryFile final : public File {
 public:
  Result<std::uint64_t> size() const override;
  Result<std::size_t> read(std::uint64_t offset, std::span<std::byte> into) const override;
  Result<void> write(std::uint64_t offset, std::span<const std::byte> bytes) override;
  Result<void> sync() override;
  Result<void> truncate(std::uint64_t size) override;

  /// From now on `sync` fails: a disk that is full or broken, while memory still takes writes.
  void refuse_sync(bool refuse) { refuse_sync_ = refuse; }

  /// The power goes: of what was appended since the last sync only the first `kept` bytes stay,
  /// and changes in place are undone.
  void lose_power(std::uint64_t kept = 0);

  std::vector<std::byte>& bytes() { return bytes_; }

 private:
  std::vector<std::byte> bytes_;
  std::vector<std::byte> synced_;
  bool refuse_sync_ = false;
};

}  // namespace signalbox
