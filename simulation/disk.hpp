#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <vector>

#include "seams/file.hpp"

namespace signalbox::simulation {

/// The journal's file on a disk that outlives processes, and that loses, tears or refuses what was
/// not synced. The journal appends; in place it changes only the header slots at the front, so no
/// more than these are kept twice. One thread.
class Disk final : public File {
 public:
  Result<std::uint64_t> size() const override { return bytes_.size(); }
  Result<std::size_t> read(std::uint64_t offset, std::span<std::byte> into) const override {
    if (offset >= bytes_.size()) return 0;
    const auto n = std::min<std::size_t>(into.size(), bytes_.size() - offset);
    std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(offset), n, into.begin());
    return n;
  }
  Result<void> write(std::uint64_t offset, std::span<const std::byte> bytes) override {
    if (bytes_.size() < offset + bytes.size()) bytes_.resize(offset + bytes.size());
    std::copy(bytes.begin(), bytes.end(), bytes_.begin() + static_cast<std::ptrdiff_t>(offset));
    return {};
  }
  Result<void> sync() override {
    if (refuses_) return failed(Fault::unavailable, "the disk refuses to sync");
    synced_ = bytes_.size();
    std::copy_n(bytes_.begin(), std::min(front_bytes, bytes_.size()), front_.begin());
    return {};
  }
  Result<void> truncate(std::uint64_t size) override {
    bytes_.resize(size);
    synced_ = std::min(synced_, bytes_.size());
    return {};
  }

  void refuse_sync(bool refuse) { refuses_ = refuse; }
  /// Of what was not synced, only the first `kept` bytes stay.
  void lose_power(std::size_t kept) {
    bytes_.resize(std::min(bytes_.size(), synced_ + kept));
    std::copy_n(front_.begin(), std::min({front_bytes, synced_, bytes_.size()}), bytes_.begin());
    synced_ = bytes_.size();
  }

 private:
  static constexpr std::size_t front_bytes = 64;

  std::vector<std::byte> bytes_;
  std::size_t synced_ = 0;
  std::array<std::byte, front_bytes> front_{};
  bool refuses_ = false;
};

}  // namespace signalbox::simulation
