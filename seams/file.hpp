#pragma once

#include <cstdint>
#include <span>

#include "messages/result.hpp"

namespace signalbox {

/// A file as the journal's record format needs it. Written bytes are safe only after `sync`
/// returned; an implementation for simulation may lose, tear or refuse everything else.
/// One thread, the owner's.
class File {
 public:
  virtual ~File() = default;
  virtual Result<std::uint64_t> size() const = 0;
  /// Reads up to `into.size()` bytes from `offset`; fewer only at the end of the file.
  virtual Result<std::size_t> read(std::uint64_t offset, std::span<std::byte> into) const = 0;
  virtual Result<void> write(std::uint64_t offset, std::span<const std::byte> bytes) = 0;
  virtual Result<void> sync() = 0;
  virtual Result<void> truncate(std::uint64_t size) = 0;
};

}  // namespace signalbox
