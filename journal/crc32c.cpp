#include "journal/crc32c.hpp"

#include <array>

#include "journal/little_endian.hpp"

#if defined(__x86_64__)
#include <nmmintrin.h>
#endif

namespace signalbox {
namespace {

constexpr std::uint32_t polynomial = 0x82f63b78;  // Castagnoli, bits reversed

/// tables[k][b]: the checksum of byte b followed by k zero bytes, so eight bytes take eight
/// look-ups that do not wait for each other.
constexpr auto tables = [] {
  std::array<std::array<std::uint32_t, 256>, 8> all{};
  for (std::uint32_t b = 0; b < 256; ++b) {
    std::uint32_t crc = b;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? polynomial : 0);
    all[0][b] = crc;
  }
  for (std::size_t k = 1; k < all.size(); ++k)
    for (std::size_t b = 0; b < 256; ++b)
      all[k][b] = (all[k - 1][b] >> 8) ^ all[0][all[k - 1][b] & 0xff];
  return all;
}();

using Update = std::uint32_t (*)(std::uint32_t crc, std::span<const std::byte> bytes);

std::uint32_t update_by_tables(std::uint32_t crc, std::span<const std::byte> bytes) {
  for (; bytes.size() >= 8; bytes = bytes.subspan(8)) {
    const std::uint64_t word = load_le<std::uint64_t>(bytes.data()) ^ crc;
    crc = 0;
    for (std::size_t i = 0; i < 8; ++i) crc ^= tables[7 - i][(word >> (8 * i)) & 0xff];
  }
  for (const std::byte b : bytes)
    crc = (crc >> 8) ^ tables[0][(crc ^ static_cast<std::uint32_t>(b)) & 0xff];
  return crc;
}

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) std::uint32_t update_by_instruction(
    std::uint32_t crc, std::span<const std::byte> bytes) {
  std::uint64_t wide = crc;
  for (; bytes.size() >= 8; bytes = bytes.subspan(8))
    wide = _mm_crc32_u64(wide, load_le<std::uint64_t>(bytes.data()));
  crc = static_cast<std::uint32_t>(wide);
  for (const std::byte b : bytes) crc = _mm_crc32_u8(crc, static_cast<unsigned char>(b));
  return crc;
}

Update choose() {
  return __builtin_cpu_supports("sse4.2") != 0 ? update_by_instruction : update_by_tables;
}
#else
Update choose() { return update_by_tables; }
#endif

}  // namespace

std::uint32_t crc32c(std::span<const std::byte> bytes) {
  static const Update update = choose();
  return ~update(~std::uint32_t{0}, bytes);
}

std::uint32_t crc32c_portable(std::span<const std::byte> bytes) {
  return ~update_by_tables(~std::uint32_t{0}, bytes);
}

}  // namespace signalbox
