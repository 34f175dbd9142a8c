#include "journal/ring_recovery.hpp"

#include <cerrno>
#include <cstdio>
#include <fstream>
#include <vector>

#include "journal/file_io.hpp"
#include "journal/record.hpp"

namespace signalbox {
namespace {

// Larger than any ring this program makes (see sqlite_journal.hpp).
constexpr std::size_t ring_file_bytes_max = 1024u * 1024 * 1024;

std::string text(Epoch e) { return std::to_string(static_cast<std::uint64_t>(e)); }
std::uint64_t count(LogNumber n) { return static_cast<std::uint64_t>(n); }
std::uint64_t count(Epoch e) { return static_cast<std::uint64_t>(e); }

tl::unexpected<Error> passed_on(Error&& error) { return tl::unexpected<Error>(std::move(error)); }

/// Adds to the store what it does not have yet. The transaction is left open.
Result<RingTail> import_tail(const RingHeader& header, std::span<const std::byte> file,
                             SqliteStore& store, std::uint64_t& imported) {
  std::vector<std::byte> scratch(record_bytes_max);
  LogNumber next{count(store.last()) + 1};
  return read_ring_tail(header, file, [&](const RecordView& record) -> Result<void> {
    if (record.number < next) return {};  // committed, but the ring was not told in time
    if (record.number > next)
      return failed(Fault::refused,
                    "the ring continues with record " + std::to_string(count(record.number)) +
                        ", but the database ends at " + std::to_string(count(next) - 1) +
                        ": it is an older copy of this journal. Put the newer "
                        "one back, or move the ring away to go on from here");
    const auto encoded = encode_record(record, scratch);
    if (!encoded) return tl::unexpected<Error>(encoded.error());
    next = LogNumber{count(next) + 1};
    ++imported;
    return store.add(record, record_checksum(scratch));
  });
}

/// Why this ring must not be touched, if so.
Result<void> check_ownership(const RingHeader& header, const StoreMeta& meta,
                             const std::filesystem::path& ring) {
  if (header.journal != meta.journal)
    return failed(Fault::refused, ring.string() + " is the ring of another journal (" +
                                      header.journal.str() + "; this one is " + meta.journal.str() +
                                      "): give each engine a runtime directory of its own");
  // One more is allowed: that start died between its ring and its first line in the database.
  if (count(header.epoch) > count(meta.epoch) + 1)
    return failed(Fault::refused, ring.string() + " is of epoch " + text(header.epoch) +
                                      ", but the database only of epoch " + text(meta.epoch) +
                                      ": it is an older copy of this journal. Put the newer one "
                                      "back, or move the ring away to go on from here");
  return {};
}

Result<void> set_aside(const std::filesystem::path& ring, Epoch epoch) {
  auto aside = ring;
  aside += ".damaged-" + text(epoch);
  if (::rename(ring.c_str(), aside.c_str()) != 0)
    return system_failure("set aside the damaged ring", ring, errno);
  return sync_directory(ring.parent_path());
}

/// Inside one transaction of the store, which the caller ends. True when the ring proves that
/// nothing was lost with the process.
Result<bool> take_over(const std::filesystem::path& ring, const BootId& boot, SqliteStore& store,
                       RingRecovery& recovery) {
  const auto damaged = [&](const std::string& how) {
    recovery.note = how;
    recovery.set_aside = true;
    return false;
  };
  auto file = read_file(ring, ring_file_bytes_max);
  if (!file && file.error().fault != Fault::not_found) return passed_on(std::move(file.error()));
  if (!file) {
    recovery.note = "there was no ring";
    return false;
  }
  recovery.found = true;
  auto header = decode_ring_header(*file);
  if (!header && header.error().fault != Fault::corrupt)
    return passed_on(std::move(header.error()));
  if (!header) return damaged(header.error().what);
  if (auto ours = check_ownership(*header, store.meta(), ring); !ours)
    return passed_on(std::move(ours.error()));
  auto tail = import_tail(*header, *file, store, recovery.imported);
  if (!tail) return passed_on(std::move(tail.error()));
  if (const auto& damage = tail->damage; damage) return damaged(*damage);
  if (header->epoch < store.meta().epoch) {
    recovery.note = "the ring is of epoch " + text(header->epoch) + ", the last start of " +
                    text(store.meta().epoch);
    return false;
  }
  if (header->boot != boot) {
    recovery.note = "the machine has been restarted since";
    return false;
  }
  return true;
}

}  // namespace

BootId boot_id() {
  std::ifstream file{"/proc/sys/kernel/random/boot_id"};
  std::string line;
  std::getline(file, line);
  return BootId{line};
}

Result<RingRecovery> recover_ring(const std::filesystem::path& ring, const BootId& boot,
                                  SqliteStore& store) {
  RingRecovery recovery;
  if (auto begun = store.begin(); !begun) return passed_on(std::move(begun.error()));
  const auto finished = [&]() -> Result<void> {
    auto whole = take_over(ring, boot, store, recovery);
    if (!whole) return passed_on(std::move(whole.error()));
    // After an orderly stop the database had everything, whatever became of the ring. A loss that
    // was found before stays one until it is settled.
    const bool lost = !*whole && !store.meta().clean;
    if (lost && store.meta().ring_lost == Epoch::none)
      if (auto set = store.set_ring_lost(store.meta().epoch); !set) return set;
    return store.commit();
  }();
  if (!finished) {
    store.rollback();
    return tl::unexpected<Error>(finished.error());
  }
  if (recovery.set_aside)
    if (auto moved = set_aside(ring, store.meta().epoch); !moved)
      return passed_on(std::move(moved.error()));
  return recovery;
}

}  // namespace signalbox
