#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>

#include "journal/journal.hpp"
#include "messages/value.hpp"

namespace signalbox {

/// Which journal this is: 32 hexadecimal digits, drawn when it was created.
using JournalId = Name<struct JournalIdTag, 32>;
/// Which boot of the machine: a ring of another boot may have lost its last pages with the power.
using BootId = Name<struct BootIdTag, 40>;

// The ring as a file: one page of header, then the data, used round and round. A position counts
// bytes since the ring was made and never wraps; position p lies at p % data_bytes. The header's
// front never changes; `published` and `freed` are the two positions that do.

inline constexpr std::uint32_t ring_version = 1;
inline constexpr std::size_t ring_header_bytes = 4096;
inline constexpr std::size_t ring_published_at = 256;  // u64, own cache line
inline constexpr std::size_t ring_freed_at = 512;      // u64, own cache line
inline constexpr std::size_t ring_record_alignment = 8;

struct RingHeader {
  JournalId journal;
  BootId boot;
  Epoch epoch = Epoch::none;
  std::uint64_t data_bytes = 0;

  friend bool operator==(const RingHeader&, const RingHeader&) = default;
};

constexpr std::uint64_t ring_footprint(std::size_t encoded_bytes) {
  return (encoded_bytes + ring_record_alignment - 1) / ring_record_alignment *
         ring_record_alignment;
}

/// How far this use may fill a ring: a quarter is kept for exits.
constexpr std::uint64_t ring_share(std::uint64_t data_bytes, RecordUse use) {
  return use == RecordUse::exit ? data_bytes : data_bytes - data_bytes / 4;
}

/// Fills the fixed front of a header page; the positions stay as they are.
void encode_ring_header(const RingHeader& header, std::span<std::byte, ring_header_bytes> page);
/// `corrupt` when these bytes are no ring's header, `refused` when a newer build made the ring.
Result<RingHeader> decode_ring_header(std::span<const std::byte> file);

/// What a ring still held.
struct RingTail {
  std::uint64_t records = 0;
  LogNumber last = LogNumber::none;
  /// Why reading stopped before the published end: from there on records are lost.
  std::optional<std::string> damage;
};

/// Calls `each` with every record that was published and not freed, oldest first, and stops at
/// the first one that is torn, corrupt or out of order. Errors are only those of `each`.
/// `file` may be cut short anywhere behind the header. Pure.
Result<RingTail> read_ring_tail(const RingHeader& header, std::span<const std::byte> file,
                                const std::function<Result<void>(const RecordView&)>& each);

}  // namespace signalbox
