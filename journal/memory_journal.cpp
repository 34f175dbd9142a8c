#include "journal/memory_journal.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "journal/crc32c.hpp"
#include "journal/little_endian.hpp"
#include "journal/record.hpp"
#include "journal/ring_format.hpp"

namespace signalbox {
namespace {

// Two header slots, then the records without padding. Each start writes the slot that the last one
// did not, so that a torn header never costs the one before.
constexpr std::size_t slot_bytes = 32;
constexpr std::uint64_t records_at = 2 * slot_bytes;
constexpr std::uint32_t file_version = 1;
constexpr std::array<char, 8> magic{'S', 'B', 'X', '-', 'F', 'I', 'L', 'E'};
// Within a slot: magic, u32 version, u32 checksum of what follows, u64 epoch, book.
constexpr std::size_t version_at = 8;
constexpr std::size_t checksum_at = 12;
constexpr std::size_t epoch_at = 16;
constexpr std::size_t book_at = 24;

using Slot = std::array<std::byte, slot_bytes>;

std::uint32_t checksum_of(const Slot& slot) { return crc32c(std::span{slot}.subspan(epoch_at)); }

std::uint64_t count(LogNumber n) { return static_cast<std::uint64_t>(n); }

tl::unexpected<Error> passed_on(Error&& error) { return tl::unexpected<Error>(std::move(error)); }

}  // namespace

Result<std::unique_ptr<MemoryJournal>> MemoryJournal::open(File& file, MemoryJournalConfig config) {
  std::unique_ptr<MemoryJournal> journal{new MemoryJournal{file, config}};
  journal->scratch_.resize(record_bytes_max);
  if (auto read = journal->read_header(); !read) return passed_on(std::move(read.error()));
  if (auto read = journal->read_records(); !read) return passed_on(std::move(read.error()));
  if (auto written = journal->write_header(); !written)
    return passed_on(std::move(written.error()));
  journal->committed_ = LogNumber{journal->ends_.size() - 1};
  return journal;
}

Result<void> MemoryJournal::read_header() {
  const auto size = file_.size();
  if (!size) return tl::unexpected<Error>(size.error());
  book_ = config_.book;
  for (std::uint64_t i = 0; i < 2; ++i) {
    Slot slot{};
    if (auto n = file_.read(i * slot_bytes, slot); !n) return passed_on(std::move(n.error()));
    if (std::memcmp(slot.data(), magic.data(), magic.size()) != 0) continue;
    const auto version = load_le<std::uint32_t>(slot.data() + version_at);
    if (version > file_version)
      return failed(Fault::refused, "the journal file has format " + std::to_string(version) +
                                        "; this build reads up to " + std::to_string(file_version));
    if (load_le<std::uint32_t>(slot.data() + checksum_at) != checksum_of(slot)) continue;
    const Epoch epoch{load_le<std::uint64_t>(slot.data() + epoch_at)};
    if (epoch < epoch_) continue;
    epoch_ = epoch;
    book_ = Book{
        std::string_view{reinterpret_cast<const char*>(slot.data() + book_at), Book::capacity}};
  }
  // A first start that died in its first write has no record to lose.
  if (epoch_ == Epoch::none && *size > records_at)
    return failed(Fault::corrupt, "the journal file has no readable header");
  ring_was_intact_ = !config_.power_was_lost;
  return {};
}

Result<void> MemoryJournal::write_header() {
  epoch_ = Epoch{static_cast<std::uint64_t>(epoch_) + 1};
  Slot slot{};
  std::memcpy(slot.data(), magic.data(), magic.size());
  store_le(slot.data() + version_at, file_version);
  store_le(slot.data() + epoch_at, static_cast<std::uint64_t>(epoch_));
  std::memcpy(slot.data() + book_at, book_.view().data(), book_.size());
  store_le(slot.data() + checksum_at, checksum_of(slot));
  const std::uint64_t at = static_cast<std::uint64_t>(epoch_) % 2 * slot_bytes;
  if (auto written = file_.write(at, slot); !written) return written;
  return file_.sync();
}

Result<void> MemoryJournal::read_records() {
  const auto size = file_.size();
  if (!size) return tl::unexpected<Error>(size.error());
  ends_ = {records_at};
  while (ends_.back() < *size) {
    const auto n = file_.read(ends_.back(), scratch_);
    if (!n) return tl::unexpected<Error>(n.error());
    const auto record = decode_record(std::span{scratch_}.first(*n));
    if (!record && record.error().fault != Fault::corrupt)
      return tl::unexpected<Error>(record.error());
    if (!record || count(record->number) != ends_.size()) {
      note_ = (record ? "a journal record is out of order" : record.error().what) +
              ", after record " + std::to_string(ends_.size() - 1);
      ring_was_intact_ = false;
      return file_.truncate(ends_.back());
    }
    ends_.push_back(ends_.back() + record_bytes(record->payload.size()));
  }
  return {};
}

Result<LogNumber> MemoryJournal::append(const AccountName& account, RecordKind kind, WallTime time,
                                        std::span<const std::byte> payload, RecordUse use) {
  if (use == RecordUse::entry && failed_)
    return failed(Fault::unavailable, "the journal's file refuses to sync: no new entries");
  const LogNumber number{ends_.size()};
  const auto bytes = encode_record({.number = number,
                                    .epoch = epoch_,
                                    .account = account,
                                    .kind = kind,
                                    .time = time,
                                    .payload = payload},
                                   scratch_);
  if (!bytes) return tl::unexpected<Error>(bytes.error());
  if (health().ring_used + *bytes > ring_share(config_.ring_bytes, use))
    return failed(Fault::full, "the journal ring is full");
  if (auto written = file_.write(ends_.back(), std::span{scratch_}.first(*bytes)); !written)
    return passed_on(std::move(written.error()));
  ends_.push_back(ends_.back() + *bytes);
  // A refused sync is the journal's trouble from the next record on: this one is recorded.
  if (config_.commit == MemoryJournalConfig::Commit::on_append) static_cast<void>(commit());
  return number;
}

Result<void> MemoryJournal::commit() {
  auto synced = file_.sync();
  failed_ = !synced;
  if (!synced) return synced;
  const LogNumber last{ends_.size() - 1};
  if (committed_ == last) return {};
  committed_ = last;
  if (call_) call_(last);
  return {};
}

JournalHealth MemoryJournal::health() const {
  JournalHealth health;
  health.recorded = LogNumber{ends_.size() - 1};
  health.committed = committed_;
  health.ring_used = static_cast<std::size_t>(ends_.back() - end_of(committed_));
  health.ring_size = config_.ring_bytes;
  health.failed = failed_;
  return health;
}

Result<void> MemoryJournal::replay(const std::function<Result<void>(const RecordView&)>& each) {
  std::vector<std::byte> bytes(record_bytes_max);
  for (std::uint64_t n = 1; n <= count(committed_); ++n) {
    const auto length = static_cast<std::size_t>(ends_[n] - ends_[n - 1]);
    const auto have = file_.read(ends_[n - 1], std::span{bytes}.first(length));
    if (!have) return tl::unexpected<Error>(have.error());
    const auto record = decode_record(std::span{bytes}.first(*have));
    if (!record) return tl::unexpected<Error>(record.error());
    if (auto taken = each(*record); !taken) return taken;
  }
  return {};
}

Result<void> MemoryJournal::flush(Duration) { return commit(); }

std::uint64_t MemoryJournal::end_of(LogNumber number) const {
  return ends_.at(static_cast<std::size_t>(number));
}

}  // namespace signalbox
