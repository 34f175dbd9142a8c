#include "journal/sqlite_store.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <limits>
#include <string>
#include <vector>

#include "journal/file_io.hpp"
#include "journal/record.hpp"

namespace signalbox {
namespace {

// 'SBXJ': what `file` and `PRAGMA application_id` show.
constexpr const char* make_tables = R"(
PRAGMA application_id = 1396856906;
PRAGMA synchronous = FULL;
BEGIN;
CREATE TABLE meta (
  one       INTEGER PRIMARY KEY CHECK (one = 1),
  schema    INTEGER NOT NULL,
  journal   TEXT NOT NULL,
  book      TEXT NOT NULL,
  epoch     INTEGER NOT NULL,
  clean     INTEGER NOT NULL,
  ring_lost INTEGER NOT NULL
) STRICT;
CREATE TABLE records (
  number  INTEGER PRIMARY KEY,
  epoch   INTEGER NOT NULL,
  account TEXT NOT NULL,
  kind    INTEGER NOT NULL,
  time_ns INTEGER NOT NULL,
  payload BLOB NOT NULL,
  crc32c  INTEGER NOT NULL
) STRICT;
)";

// How long a commit waits for an operator's own write transaction, and what the write-ahead log
// is cut back to after a burst.
constexpr const char* set_up_writer = R"(
PRAGMA busy_timeout = 500;
PRAGMA journal_size_limit = 67108864;
PRAGMA synchronous = FULL;
)";

tl::unexpected<Error> passed_on(Error&& error) { return tl::unexpected<Error>(std::move(error)); }

std::int64_t integer(LogNumber n) { return static_cast<std::int64_t>(n); }
std::int64_t integer(Epoch e) { return static_cast<std::int64_t>(e); }

std::string text(LogNumber n) { return std::to_string(static_cast<std::uint64_t>(n)); }

Result<void> fill_new_database(const std::filesystem::path& path, const JournalId& journal,
                               const Book& book) {
  auto db = Database::open(path, Database::Access::write);
  if (!db) return passed_on(std::move(db.error()));
  if (auto made = db->run(make_tables); !made) return made;
  auto insert = db->prepare("INSERT INTO meta VALUES (1, ?, ?, ?, 0, 1, 0)");
  if (!insert) return passed_on(std::move(insert.error()));
  insert->bind(1, std::int64_t{store_schema}).bind(2, journal.view()).bind(3, book.view());
  if (auto inserted = insert->run(); !inserted) return inserted;
  return db->run("COMMIT");
}

Result<void> check_schema(const std::filesystem::path& path, Database& db) {
  auto schema = db.value_of("SELECT schema FROM meta");
  if (!schema) {
    const bool other = schema.error().fault == Fault::internal ||  // no such table
                       schema.error().fault == Fault::not_found;   // no row in it
    if (!other) return passed_on(std::move(schema.error()));
    return failed(Fault::corrupt,
                  path.string() + " is not a Signalbox journal (" + schema.error().what + ")");
  }
  if (*schema != std::to_string(store_schema))
    return failed(Fault::refused, path.string() + " has schema " + *schema +
                                      ", this build reads schema " + std::to_string(store_schema) +
                                      ": use the build that wrote it, or a newer one");
  return {};
}

Result<StoreMeta> meta_in(Database& db) {
  auto row_of = db.prepare("SELECT journal, book, epoch, clean, ring_lost FROM meta");
  if (!row_of) return passed_on(std::move(row_of.error()));
  auto row = row_of->step();
  if (!row) return passed_on(std::move(row.error()));
  if (!*row || row_of->text(0).size() != JournalId::capacity ||
      row_of->text(1).size() != Book::capacity)
    return failed(Fault::corrupt, "the journal's table meta has no journal or no book");
  return StoreMeta{.journal = JournalId{row_of->text(0)},
                   .book = Book{row_of->text(1)},
                   .epoch = Epoch{static_cast<std::uint64_t>(row_of->integer(2))},
                   .clean = row_of->integer(3) != 0,
                   .ring_lost = Epoch{static_cast<std::uint64_t>(row_of->integer(4))}};
}

Result<LogNumber> last_in(Database& db) {
  auto last = db.prepare("SELECT coalesce(max(number), 0) FROM records");
  if (!last) return passed_on(std::move(last.error()));
  if (auto found = last->step(); !found) return passed_on(std::move(found.error()));
  return LogNumber{static_cast<std::uint64_t>(last->integer(0))};
}

}  // namespace

Result<void> SqliteStore::create(const std::filesystem::path& path, const JournalId& journal,
                                 const Book& book) {
  // Under another name until it is whole, so that an empty or half-made file at `path` is never
  // our doing. A leftover of that name has never been used.
  auto unfinished = path;
  unfinished += ".new";
  ::unlink(unfinished.c_str());
  // SQLite gives its other files the mode of this one.
  if (!FileHandle{::open(unfinished.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600)})
    return system_failure("make", unfinished, errno);
  if (auto filled = fill_new_database(unfinished, journal, book); !filled) return filled;
  if (::rename(unfinished.c_str(), path.c_str()) != 0)
    return system_failure("put the journal in place at", path, errno);
  return sync_directory(path.parent_path());
}

Result<SqliteStore> SqliteStore::open(const std::filesystem::path& path) {
  auto db = Database::open(path, Database::Access::write);
  if (!db) return passed_on(std::move(db.error()));
  if (auto set = db->run(set_up_writer); !set) return passed_on(std::move(set.error()));
  // The schema first: nothing is changed in a file that is not ours.
  if (auto ours = check_schema(path, *db); !ours) return passed_on(std::move(ours.error()));
  auto mode = db->value_of("PRAGMA journal_mode = WAL");
  if (!mode) return passed_on(std::move(mode.error()));
  if (*mode != "wal")
    return failed(Fault::unavailable, path.string() +
                                          ": the file system has no room or no "
                                          "support for a write-ahead log");
  auto insert = db->prepare("INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?)");
  if (!insert) return passed_on(std::move(insert.error()));
  SqliteStore store{std::move(*db), std::move(*insert)};
  auto meta = meta_in(store.db_);
  if (!meta) return passed_on(std::move(meta.error()));
  auto last = last_in(store.db_);
  if (!last) return passed_on(std::move(last.error()));
  store.meta_ = *meta;
  store.last_ = *last;
  return store;
}

Result<void> SqliteStore::begin() {
  pending_ = last_;
  return db_.run("BEGIN IMMEDIATE");
}

Result<void> SqliteStore::add(const RecordView& record, std::uint32_t checksum) {
  if (integer(record.number) != integer(pending_) + 1)
    return failed(Fault::internal, "record " + text(record.number) + " cannot follow record " +
                                       text(pending_) + " in the journal");
  pending_ = record.number;
  return insert_.bind(1, integer(record.number))
      .bind(2, integer(record.epoch))
      .bind(3, record.account.view())
      .bind(4, std::int64_t{record.kind})
      .bind(5, ns(record.time))
      .bind(6, record.payload)
      .bind(7, std::int64_t{checksum})
      .run();
}

Result<void> SqliteStore::commit() {
  auto done = db_.run("COMMIT");
  if (done) last_ = pending_;
  return done;
}

void SqliteStore::rollback() {
  // After some errors SQLite has rolled back by itself; there is nothing to do about a failure.
  static_cast<void>(db_.run("ROLLBACK"));
  pending_ = last_;
}

Result<void> SqliteStore::update_meta(std::string_view sql, std::int64_t value) {
  auto statement = db_.prepare(sql);
  if (!statement) return passed_on(std::move(statement.error()));
  return statement->bind(1, value).run();
}

Result<void> SqliteStore::start_epoch(Epoch epoch) {
  auto done = update_meta("UPDATE meta SET epoch = ?, clean = 0", integer(epoch));
  if (done) meta_.epoch = epoch, meta_.clean = false;
  return done;
}

Result<void> SqliteStore::mark_clean() {
  auto done = update_meta("UPDATE meta SET clean = ?", 1);
  if (done) meta_.clean = true;
  return done;
}

Result<void> SqliteStore::set_ring_lost(Epoch epoch) {
  auto done = update_meta("UPDATE meta SET ring_lost = ?", integer(epoch));
  if (done) meta_.ring_lost = epoch;
  return done;
}

Result<StoreReader> StoreReader::open(const std::filesystem::path& path) {
  auto db = Database::open(path, Database::Access::read);
  if (!db) return passed_on(std::move(db.error()));
  auto rows = db->prepare(
      "SELECT number, epoch, account, kind, time_ns, payload, crc32c FROM records ORDER BY number");
  if (!rows) return passed_on(std::move(rows.error()));
  return StoreReader{path, std::move(*db), std::move(*rows)};
}

Result<bool> StoreReader::read(std::size_t rows_max, const Each& each) {
  scratch_.resize(record_bytes_max);
  for (std::size_t i = 0; i < rows_max; ++i, ++expected_) {
    auto row = rows_.step();
    if (!row) return passed_on(std::move(row.error()));
    if (!*row) return false;
    const auto damaged = [&](const char* how) {
      return failed(Fault::corrupt, path_.string() + ": record " + std::to_string(expected_) + how);
    };
    if (rows_.integer(0) != expected_) return damaged(" is missing");
    if (!AccountName::fits(rows_.text(2))) return damaged(" has an impossible account");
    const RecordView record{.number = LogNumber{static_cast<std::uint64_t>(expected_)},
                            .epoch = Epoch{static_cast<std::uint64_t>(rows_.integer(1))},
                            .account = AccountName{rows_.text(2)},
                            .kind = static_cast<RecordKind>(rows_.integer(3)),
                            .time = wall_from_ns(rows_.integer(4)),
                            .payload = rows_.blob(5)};
    // The checksum is of the record's bytes, so they are made again from the columns.
    const auto encoded = encode_record(record, scratch_);
    if (!encoded || std::int64_t{record_checksum(scratch_)} != rows_.integer(6))
      return damaged(" is not what was written: its checksum does not match");
    if (auto taken = each(record); !taken) return passed_on(std::move(taken.error()));
  }
  return true;
}

Result<StoreMeta> read_store_meta(const std::filesystem::path& path) {
  auto db = Database::open(path, Database::Access::read);
  if (!db) return passed_on(std::move(db.error()));
  if (auto ours = check_schema(path, *db); !ours) return passed_on(std::move(ours.error()));
  return meta_in(*db);
}

Result<void> replay_store(const std::filesystem::path& path,
                          const std::function<Result<void>(const RecordView&)>& each) {
  auto reader = StoreReader::open(path);
  if (!reader) return passed_on(std::move(reader.error()));
  auto read = reader->read(std::numeric_limits<std::size_t>::max(), each);
  if (!read) return passed_on(std::move(read.error()));
  return {};
}

}  // namespace signalbox
