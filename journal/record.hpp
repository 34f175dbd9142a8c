#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "journal/journal.hpp"
#include "messages/result.hpp"

namespace signalbox {

// The bytes of one record: the same in the ring, in files, and under the checksum that the
// database keeps. Little-endian.
//
//    0  u32  CRC-32C of everything behind it
//    4  u32  bytes of the record, header and payload
//    8  u8   version of this format
//    9  u8   length of the account name
//   10  u16  kind
//   12       account name, 24 bytes, the unused ones zero
//   36  u64  log number
//   44  u64  epoch
//   52  i64  wall time, ns since 1970 UTC
//   60       payload
//
// Checksum and size keep their place in every version.

inline constexpr std::uint8_t record_version = 1;
inline constexpr std::size_t record_header_bytes = 60;
inline constexpr std::size_t record_bytes_max = record_header_bytes + Journal::payload_max;

constexpr std::size_t record_bytes(std::size_t payload_bytes) {
  return record_header_bytes + payload_bytes;
}

/// Writes the record to the front of `out` and returns its size. `bad_input` for a payload over
/// the bound or a record without a number, `full` when `out` is too small. Allocates nothing
/// unless it fails. Pure; any thread.
Result<std::size_t> encode_record(const RecordView& record, std::span<std::byte> out);

/// Reads the record at the front of `bytes`; what follows it is not looked at. The payload is a
/// view into `bytes`. `corrupt` when it is cut short or not what was written, `refused` when a
/// newer build wrote it.
Result<RecordView> decode_record(std::span<const std::byte> bytes);

/// The size that an encoded record claims, not yet checked. Needs `record_header_bytes`.
std::size_t claimed_record_bytes(std::span<const std::byte> header);
/// The checksum of an encoded record, as it stands there.
std::uint32_t record_checksum(std::span<const std::byte> encoded);

}  // namespace signalbox
