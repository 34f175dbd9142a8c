#include "journal/memory_file.hpp"

#include <algorithm>

namespace signalbox {

Result<std::uint64_t> MemoryFile::size() const { return bytes_.size(); }

Result<std::size_t> MemoryFile::read(std::uint64_t offset, std::span<std::byte> into) const {
  if (offset >= bytes_.size()) return 0;
  const std::size_t n = std::min<std::size_t>(into.size(), bytes_.size() - offset);
  std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(offset), n, into.begin());
  return n;
}

Result<void> MemoryFile::write(std::uint64_t offset, std::span<const std::byte> bytes) {
  if (bytes_.size() < offset + bytes.size()) bytes_.resize(offset + bytes.size());
  std::copy(bytes.begin(), bytes.end(), bytes_.begin() + static_cast<std::ptrdiff_t>(offset));
  return {};
}

Result<void> MemoryFile::sync() {
  if (refuse_sync_) return failed(Fault::unavailable, "the disk refuses to sync");
  synced_ = bytes_;
  return {};
}

Result<void> MemoryFile::truncate(std::uint64_t size) {
  bytes_.resize(size);
  return {};
}

void MemoryFile::lose_power(std::uint64_t kept) {
  std::vector<std::byte> after = synced_;
  if (bytes_.size() > after.size()) {
    const auto from = bytes_.begin() + static_cast<std::ptrdiff_t>(after.size());
    const auto n = std::min<std::uint64_t>(kept, bytes_.size() - after.size());
    after.insert(after.end(), from, from + static_cast<std::ptrdiff_t>(n));
  }
  bytes_ = after;
  synced_ = std::move(after);
}

}  // namespace signalbox
