#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <vector>

#include "journal/journal.hpp"
#include "journal/ring_format.hpp"
#include "journal/sqlite.hpp"

namespace signalbox {

inline constexpr int store_schema = 1;

/// The one row of the database that is about the journal itself.
struct StoreMeta {
  JournalId journal;
  Book book;
  Epoch epoch = Epoch::none;      ///< the last one that was started
  bool clean = true;              ///< it was stopped in order: nothing was left in a ring
  Epoch ring_lost = Epoch::none;  ///< whose ring was lost and not settled yet

  friend bool operator==(const StoreMeta&, const StoreMeta&) = default;
};

/// The database: SQLite in WAL mode, every commit synced, one table of records keyed by log
/// number. Operators may read it with the sqlite3 program while an engine runs. Nothing is ever
/// deleted from it. Errors name the file; `corrupt` for a damaged one. One thread at a time.
class SqliteStore {
 public:
  /// Makes a new database, complete or not at all.
  static Result<void> create(const std::filesystem::path& path, const JournalId& journal,
                             const Book& book);
  /// `refused` for a schema that is newer than this build, `corrupt` for what is no journal.
  static Result<SqliteStore> open(const std::filesystem::path& path);

  const StoreMeta& meta() const { return meta_; }
  /// The last record of the last commit.
  LogNumber last() const { return last_; }

  Result<void> begin();
  /// Adds an encoded record to the open transaction. It must be the next number: a log with a gap
  /// is never written.
  Result<void> add(const RecordView& record, std::uint32_t checksum);
  Result<void> commit();
  /// Forgets the open transaction.
  void rollback();

  Result<void> start_epoch(Epoch epoch);
  Result<void> mark_clean();
  /// `Epoch::none` settles it. Part of the open transaction if there is one.
  Result<void> set_ring_lost(Epoch epoch);

 private:
  SqliteStore(Database db, Statement insert) : db_(std::move(db)), insert_(std::move(insert)) {}
  Result<void> update_meta(std::string_view sql, std::int64_t value);

  Database db_;
  Statement insert_;
  StoreMeta meta_;
  LogNumber last_ = LogNumber::none;     // committed
  LogNumber pending_ = LogNumber::none;  // the end of the open transaction
};

/// Reads the committed records of a database in log order over a connection of its own, one row in
/// memory at a time: beside an engine that writes, too. One thread at a time.
class StoreReader {
 public:
  using Each = std::function<Result<void>(const RecordView&)>;

  static Result<StoreReader> open(const std::filesystem::path& path);

  /// The next records, `rows_max` at most; false once there are no more. Stops at the first error
  /// of `each`; `corrupt` at a gap or a checksum that does not match.
  Result<bool> read(std::size_t rows_max, const Each& each);

 private:
  StoreReader(std::filesystem::path path, Database db, Statement rows)
      : path_(std::move(path)), db_(std::move(db)), rows_(std::move(rows)) {}

  std::filesystem::path path_;
  Database db_;
  Statement rows_;
  std::int64_t expected_ = 1;
  std::vector<std::byte> scratch_;
};

/// What a database says of itself, read beside whoever has it. As `SqliteStore::open` otherwise.
Result<StoreMeta> read_store_meta(const std::filesystem::path& path);

/// All of it at once.
Result<void> replay_store(const std::filesystem::path& path,
                          const std::function<Result<void>(const RecordView&)>& each);

}  // namespace signalbox
