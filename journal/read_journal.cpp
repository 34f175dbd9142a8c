#include "journal/read_journal.hpp"

#include "journal/file_io.hpp"
#include "journal/ring_format.hpp"
#include "journal/sqlite_journal.hpp"
#include "journal/sqlite_store.hpp"

namespace signalbox {
namespace {

std::uint64_t count(LogNumber n) { return static_cast<std::uint64_t>(n); }

/// The ring's bytes, or none when there is no ring.
Result<std::vector<std::byte>> ring_bytes(const std::filesystem::path& runtime_directory) {
  if (runtime_directory.empty()) return std::vector<std::byte>{};
  auto bytes = read_file(SqliteJournal::ring_in(runtime_directory),
                         SqliteJournalConfig::ring_bytes_max + ring_header_bytes);
  if (!bytes && bytes.error().fault == Fault::not_found) return std::vector<std::byte>{};
  return bytes;
}

Result<void> add_tail(const std::vector<std::byte>& ring, const std::string& journal,
                      const std::function<Result<void>(const RecordView&)>& each,
                      JournalSeen& seen) {
  const auto header = decode_ring_header(ring);
  if (!header && header.error().fault == Fault::corrupt) {
    seen.note = header.error().what;
    return {};
  }
  if (!header) return tl::unexpected<Error>(header.error());
  if (header->journal.view() != journal)
    return failed(Fault::refused, "the ring in the runtime directory is of another journal");
  const auto tail = read_ring_tail(*header, ring, [&](const RecordView& r) -> Result<void> {
    if (count(r.number) != seen.records + 1) return {};  // committed already
    ++seen.records;
    return each(r);
  });
  if (!tail) return tl::unexpected<Error>(tail.error());
  seen.note = tail->damage.value_or("");
  return {};
}

}  // namespace

Result<JournalSeen> read_journal(const std::filesystem::path& directory,
                                 const std::filesystem::path& runtime_directory,
                                 const std::function<Result<void>(const RecordView&)>& each) {
  // The ring first: what a running engine frees of it afterwards is in the database by then.
  const auto ring = ring_bytes(runtime_directory);
  if (!ring) return tl::unexpected<Error>(ring.error());
  const auto database = SqliteJournal::database_in(directory);
  if (!std::filesystem::exists(database))
    return failed(Fault::not_found, "there is no journal at " + database.string());
  const auto about = read_store_meta(database);
  if (!about) return tl::unexpected<Error>(about.error());
  JournalSeen seen{.clean = about->clean};
  const auto read = replay_store(database, [&](const RecordView& record) {
    ++seen.records;
    return each(record);
  });
  if (!read) return tl::unexpected<Error>(read.error());
  if (!ring->empty())
    if (auto added = add_tail(*ring, about->journal.str(), each, seen); !added)
      return tl::unexpected<Error>(added.error());
  return seen;
}

}  // namespace signalbox
