#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "messages/result.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace signalbox {

/// A prepared statement. A failed `bind` is reported by the next `step`. Views of columns are
/// valid until the next `step` or `reset`. One thread at a time.
class Statement {
 public:
  Statement& bind(int index, std::int64_t value);
  Statement& bind(int index, std::string_view text);         // not copied: valid until reset
  Statement& bind(int index, std::span<const std::byte> b);  // not copied: valid until reset

  /// True when there is a row.
  Result<bool> step();
  /// For statements without rows: runs it and makes it ready for the next time.
  Result<void> run();
  void reset();

  std::int64_t integer(int column) const;
  std::string_view text(int column) const;
  std::span<const std::byte> blob(int column) const;

 private:
  friend class Database;
  struct Finalize {
    void operator()(sqlite3_stmt* s) const;
  };
  explicit Statement(sqlite3_stmt* s) : statement_(s) {}

  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  int bound_ = 0;  // the first error of bind
};

/// A connection. Errors are `corrupt` for a damaged file or one that is no database, `internal` for
/// a statement that does not fit the database, `unavailable` for the rest; they name the file.
/// One thread at a time.
class Database {
 public:
  enum class Access : std::uint8_t { read, write };

  /// The file must exist: a journal is never made by accident.
  static Result<Database> open(const std::filesystem::path& path, Access access);

  Result<void> run(const char* sql);
  Result<Statement> prepare(std::string_view sql);
  /// The first column of the first row.
  Result<std::string> value_of(std::string_view sql);

 private:
  struct Close {
    void operator()(sqlite3* db) const;
  };
  explicit Database(sqlite3* db) : db_(db) {}

  std::unique_ptr<sqlite3, Close> db_;
};

}  // namespace signalbox
