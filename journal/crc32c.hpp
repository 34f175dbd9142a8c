#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace signalbox {

/// CRC-32C (Castagnoli), by the processor's own instruction where it has one. Any thread.
std::uint32_t crc32c(std::span<const std::byte> bytes);

/// The same by tables, for processors without the instruction and to test one against the other.
std::uint32_t crc32c_portable(std::span<const std::byte> bytes);

}  // namespace signalbox
