#include "journal/ring_format.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

#include "journal/crc32c.hpp"
#include "journal/little_endian.hpp"
#include "journal/record.hpp"

namespace signalbox {
namespace {

constexpr std::array<char, 8> magic{'S', 'B', 'X', '-', 'R', 'I', 'N', 'G'};
constexpr std::size_t magic_at = 0;
constexpr std::size_t version_at = 8;    // u32; magic and version keep their place in every version
constexpr std::size_t checksum_at = 12;  // u32, of everything behind it in the fixed front
constexpr std::size_t epoch_at = 16;
constexpr std::size_t data_bytes_at = 24;
constexpr std::size_t journal_at = 32;
constexpr std::size_t boot_at = journal_at + JournalId::capacity;
constexpr std::size_t front_bytes = boot_at + BootId::capacity;
static_assert(front_bytes <= ring_published_at);

std::uint32_t checksum_of(std::span<const std::byte> page) {
  return crc32c(page.subspan(epoch_at, front_bytes - epoch_at));
}

void put_text(std::byte* at, std::string_view text, std::size_t room) {
  std::memset(at, 0, room);
  std::memcpy(at, text.data(), std::min(text.size(), room));
}

std::string_view get_text(const std::byte* at, std::size_t room) {
  const std::string_view all{reinterpret_cast<const char*>(at), room};
  return all.substr(0, std::min(all.find('\0'), room));
}

/// The data of a ring file by position, however much of the file is there.
class RingBytes {
 public:
  RingBytes(std::span<const std::byte> file, std::uint64_t data_bytes)
      : data_(file.subspan(ring_header_bytes)), data_bytes_(data_bytes) {}

  /// Copies what starts at `position`; false when the file ends before all of it.
  bool copy(std::uint64_t position, std::span<std::byte> into) const {
    while (!into.empty()) {
      const std::uint64_t at = position % data_bytes_;
      const auto n = std::min<std::uint64_t>(into.size(), data_bytes_ - at);
      if (at + n > data_.size()) return false;
      std::memcpy(into.data(), data_.data() + at, n);
      into = into.subspan(n);
      position += n;
    }
    return true;
  }

 private:
  std::span<const std::byte> data_;
  std::uint64_t data_bytes_;
};

/// The record at `position`, which must end by `published`. The view points into `scratch`.
Result<RecordView> record_at(const RingBytes& bytes, std::uint64_t position,
                             std::uint64_t published, std::span<std::byte> scratch) {
  const auto cut_short = [] { return failed(Fault::corrupt, "a journal record is cut short"); };
  const std::uint64_t room = published - position;
  if (room < record_header_bytes) return cut_short();
  if (!bytes.copy(position, scratch.first(record_header_bytes))) return cut_short();
  const std::size_t size = claimed_record_bytes(scratch);
  if (size > record_bytes_max || size > room || size < record_header_bytes)
    return failed(Fault::corrupt, "a journal record claims an impossible size");
  if (!bytes.copy(position, scratch.first(size))) return cut_short();
  return decode_record(scratch.first(size));
}

}  // namespace

void encode_ring_header(const RingHeader& header, std::span<std::byte, ring_header_bytes> page) {
  std::byte* at = page.data();
  std::memcpy(at + magic_at, magic.data(), magic.size());
  store_le(at + version_at, ring_version);
  store_le(at + epoch_at, static_cast<std::uint64_t>(header.epoch));
  store_le(at + data_bytes_at, header.data_bytes);
  put_text(at + journal_at, header.journal.view(), JournalId::capacity);
  put_text(at + boot_at, header.boot.view(), BootId::capacity);
  store_le(at + checksum_at, checksum_of(page));
}

Result<RingHeader> decode_ring_header(std::span<const std::byte> file) {
  if (file.size() < ring_header_bytes)
    return failed(Fault::corrupt, "the ring is cut short: " + std::to_string(file.size()) +
                                      " bytes, its header alone has " +
                                      std::to_string(ring_header_bytes));
  const std::byte* at = file.data();
  if (std::memcmp(at + magic_at, magic.data(), magic.size()) != 0)
    return failed(Fault::corrupt, "this is not a ring: its first bytes are wrong");
  if (const auto version = load_le<std::uint32_t>(at + version_at); version > ring_version)
    return failed(Fault::refused, "the ring has format " + std::to_string(version) +
                                      "; this build reads up to " + std::to_string(ring_version));
  if (load_le<std::uint32_t>(at + version_at) != ring_version ||
      load_le<std::uint32_t>(at + checksum_at) != checksum_of(file.first(ring_header_bytes)))
    return failed(Fault::corrupt, "the checksum of the ring's header does not match");
  RingHeader header;
  header.epoch = Epoch{load_le<std::uint64_t>(at + epoch_at)};
  header.data_bytes = load_le<std::uint64_t>(at + data_bytes_at);
  header.journal = JournalId{get_text(at + journal_at, JournalId::capacity)};
  header.boot = BootId{get_text(at + boot_at, BootId::capacity)};
  if (header.data_bytes == 0)
    return failed(Fault::corrupt, "the ring's header claims a ring of no bytes");
  return header;
}

Result<RingTail> read_ring_tail(const RingHeader& header, std::span<const std::byte> file,
                                const std::function<Result<void>(const RecordView&)>& each) {
  const auto published = load_le<std::uint64_t>(file.data() + ring_published_at);
  auto position = load_le<std::uint64_t>(file.data() + ring_freed_at);
  RingTail tail;
  if (published < position || published - position > header.data_bytes ||
      published % ring_record_alignment != 0 || position % ring_record_alignment != 0) {
    tail.damage = "the ring's positions contradict each other";
    return tail;
  }

  const RingBytes bytes{file, header.data_bytes};
  std::vector<std::byte> scratch(record_bytes_max);
  while (position < published) {
    const auto record = record_at(bytes, position, published, scratch);
    if (!record) {
      tail.damage = record.error().what;
    } else if (record->epoch != header.epoch) {
      tail.damage = "a journal record is of another epoch than its ring";
    } else if (tail.records > 0 && static_cast<std::uint64_t>(record->number) !=
                                       static_cast<std::uint64_t>(tail.last) + 1) {
      tail.damage = "a journal record is out of order";
    }
    if (tail.damage) {
      *tail.damage += ", after record " + std::to_string(static_cast<std::uint64_t>(tail.last));
      return tail;
    }
    if (auto taken = each(*record); !taken) return tl::unexpected<Error>(std::move(taken.error()));
    tail.last = record->number;
    ++tail.records;
    position += ring_footprint(record_bytes(record->payload.size()));
  }
  return tail;
}

}  // namespace signalbox
