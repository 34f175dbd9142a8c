#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstring>

namespace signalbox {

/// Whole numbers as they lie in the ring and in files, on any machine.
template <std::unsigned_integral T>
void store_le(std::byte* out, T value) {
  if constexpr (std::endian::native == std::endian::little) {
    std::memcpy(out, &value, sizeof value);
  } else {
    for (std::size_t i = 0; i < sizeof value; ++i)
      out[i] = static_cast<std::byte>((value >> (8 * i)) & 0xff);
  }
}

template <std::unsigned_integral T>
T load_le(const std::byte* in) {
  T value{};
  if constexpr (std::endian::native == std::endian::little) {
    std::memcpy(&value, in, sizeof value);
  } else {
    for (std::size_t i = 0; i < sizeof value; ++i)
      value = static_cast<T>(value | static_cast<T>(static_cast<T>(in[i]) << (8 * i)));
  }
  return value;
}

}  // namespace signalbox
