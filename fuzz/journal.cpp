// The journal's records and what a ring file still holds, from any bytes.
#include <array>
#include <cstring>
#include <vector>

#include "fuzz/input.hpp"
#include "journal/record.hpp"
#include "journal/ring_format.hpp"

using namespace signalbox;

namespace {

void try_record(std::span<const std::byte> bytes) {
  const auto record = decode_record(bytes);
  if (!record) return;
  std::vector<std::byte> again(record_bytes(record->payload.size()));
  const auto size = encode_record(*record, again);
  fuzz::must(size.has_value() && *size == again.size());
  fuzz::must(std::memcmp(again.data(), bytes.data(), again.size()) == 0);
}

void try_ring(std::span<const std::byte> file) {
  const auto header = decode_ring_header(file);
  if (!header) return;
  std::uint64_t told = 0;
  const auto tail = read_ring_tail(*header, file, [&](const RecordView&) {
    ++told;
    return Result<void>{};
  });
  if (tail) fuzz::must(tail->records == told);
}

/// Nobody guesses a checksum: a header that is good, and the positions from the input.
void try_ring_of(std::span<const std::byte> bytes) {
  constexpr std::size_t positions = 16;
  if (bytes.size() < positions) return;
  RingHeader header;
  header.journal = JournalId{"00000000000000000000000000000001"};
  header.epoch = Epoch{1};
  header.data_bytes = 4096;
  std::vector<std::byte> file(ring_header_bytes + header.data_bytes);
  encode_ring_header(header,
                     std::span<std::byte, ring_header_bytes>{file.data(), ring_header_bytes});
  std::memcpy(file.data() + ring_published_at, bytes.data(), 8);
  std::memcpy(file.data() + ring_freed_at, bytes.data() + 8, 8);
  const auto data = bytes.subspan(positions);
  const auto size = std::min<std::size_t>(data.size(), header.data_bytes);
  std::memcpy(file.data() + ring_header_bytes, data.data(), size);
  file.resize(ring_header_bytes + size);  // cut short as well
  file.shrink_to_fit();
  try_ring(file);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const fuzz::Input input{bytes, size};
  const auto all = std::as_bytes(std::span{input.text().data(), input.text().size()});
  try_record(all);
  try_ring(all);
  try_ring_of(all);
  return 0;
}
