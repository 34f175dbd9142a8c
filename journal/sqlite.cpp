#include "journal/sqlite.hpp"

#include <sqlite3.h>

namespace signalbox {
namespace {

tl::unexpected<Error> sqlite_failure(sqlite3* db) {
  const int code = sqlite3_extended_errcode(db);
  const int primary = code & 0xff;
  const char* const file = sqlite3_db_filename(db, "main");
  const Fault fault = primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB ? Fault::corrupt
                      : primary == SQLITE_ERROR                             ? Fault::internal
                                                                            : Fault::unavailable;
  return failed(fault, std::string{file != nullptr ? file : "database"} + ": " +
                           sqlite3_errmsg(db) + " (SQLite " + std::to_string(code) + ")");
}

}  // namespace

void Statement::Finalize::operator()(sqlite3_stmt* s) const { sqlite3_finalize(s); }

Statement& Statement::bind(int index, std::int64_t value) {
  const int rc = sqlite3_bind_int64(statement_.get(), index, value);
  if (bound_ == SQLITE_OK) bound_ = rc;
  return *this;
}

Statement& Statement::bind(int index, std::string_view text) {
  const int rc = sqlite3_bind_text64(statement_.get(), index, text.empty() ? "" : text.data(),
                                     text.size(), SQLITE_STATIC, SQLITE_UTF8);
  if (bound_ == SQLITE_OK) bound_ = rc;
  return *this;
}

Statement& Statement::bind(int index, std::span<const std::byte> b) {
  // A null pointer would bind NULL, not a blob of no bytes.
  const void* const data = b.empty() ? static_cast<const void*>("") : b.data();
  const int rc = sqlite3_bind_blob64(statement_.get(), index, data, b.size(), SQLITE_STATIC);
  if (bound_ == SQLITE_OK) bound_ = rc;
  return *this;
}

Result<bool> Statement::step() {
  sqlite3* const db = sqlite3_db_handle(statement_.get());
  if (bound_ != SQLITE_OK) return sqlite_failure(db);
  const int rc = sqlite3_step(statement_.get());
  if (rc == SQLITE_ROW) return true;
  if (rc == SQLITE_DONE) return false;
  return sqlite_failure(db);
}

Result<void> Statement::run() {
  auto stepped = step();
  reset();
  if (!stepped) return tl::unexpected<Error>(std::move(stepped.error()));
  return {};
}

void Statement::reset() {
  sqlite3_reset(statement_.get());
  sqlite3_clear_bindings(statement_.get());
  bound_ = SQLITE_OK;
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

std::string_view Statement::text(int column) const {
  const auto* const at = sqlite3_column_text(statement_.get(), column);
  if (at == nullptr) return {};
  return {reinterpret_cast<const char*>(at),
          static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

std::span<const std::byte> Statement::blob(int column) const {
  const void* const at = sqlite3_column_blob(statement_.get(), column);
  if (at == nullptr) return {};
  return {static_cast<const std::byte*>(at),
          static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

void Database::Close::operator()(sqlite3* db) const { sqlite3_close_v2(db); }

Result<Database> Database::open(const std::filesystem::path& path, Access access) {
  // Each connection belongs to one thread at a time, so SQLite need not lock.
  const int flags = (access == Access::read ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE) |
                    SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  sqlite3* raw = nullptr;
  const int rc = sqlite3_open_v2(path.c_str(), &raw, flags, nullptr);
  Database database{raw};
  if (raw == nullptr) return failed(Fault::unavailable, "no memory for " + path.string());
  if (rc != SQLITE_OK) return sqlite_failure(raw);
  return database;
}

Result<void> Database::run(const char* sql) {
  if (sqlite3_exec(db_.get(), sql, nullptr, nullptr, nullptr) == SQLITE_OK) return {};
  return sqlite_failure(db_.get());
}

Result<Statement> Database::prepare(std::string_view sql) {
  sqlite3_stmt* raw = nullptr;
  const int rc = sqlite3_prepare_v3(db_.get(), sql.data(), static_cast<int>(sql.size()),
                                    SQLITE_PREPARE_PERSISTENT, &raw, nullptr);
  if (rc != SQLITE_OK) return sqlite_failure(db_.get());
  return Statement{raw};
}

Result<std::string> Database::value_of(std::string_view sql) {
  auto statement = prepare(sql);
  if (!statement) return tl::unexpected<Error>(std::move(statement.error()));
  auto row = statement->step();
  if (!row) return tl::unexpected<Error>(std::move(row.error()));
  if (!*row) return failed(Fault::not_found, "no row for: " + std::string{sql});
  return std::string{statement->text(0)};
}

}  // namespace signalbox
