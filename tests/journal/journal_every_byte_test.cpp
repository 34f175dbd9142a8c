// A machine that loses its power may cut the database's write-ahead log at any byte.
#include <algorithm>
#include <catch2/catch.hpp>

#include "journal/sqlite.hpp"
#include "tests/journal/dead_log.hpp"

using namespace signalbox;
using namespace signalbox::test;

SCENARIO("at every byte a write-ahead log says what it said at the end of its last whole frame",
         "[recovery]") {
  // With journal_prefix_test, which recovers at each of those ends, that is every first part.
  Desk desk;
  die_with_a_log(desk);
  auto log_path = desk.database();
  log_path += "-wal";
  auto shared_path = desk.database();
  shared_path += "-shm";
  const auto size = static_cast<std::size_t>(fs::file_size(log_path));
  REQUIRE(size > header + records * frame);

  // Only read and made shorter, so that nothing has to be written back. -1: there is no journal
  // yet.
  std::vector<std::int64_t> last_record(size + 1);
  for (std::size_t length = size + 1; length-- > 0;) {
    fs::resize_file(log_path, length);
    fs::remove(shared_path);
    auto database = Database::open(desk.database(), Database::Access::read);
    REQUIRE(database);
    const auto last = database->value_of("SELECT coalesce(max(number), 0) FROM records");
    last_record[length] = last ? std::stoll(*last) : -1;
  }
  std::size_t differ = 0;
  for (std::size_t length = 0; length <= size; ++length) {
    const auto whole = length < header ? 0 : header + (length - header) / frame * frame;
    differ += last_record[length] != last_record[whole];
  }
  CHECK(differ == 0);
  CHECK(last_record[size] == static_cast<std::int64_t>(records));
  CHECK(std::is_sorted(last_record.begin(), last_record.end()));
  // A commit is a frame of its own here: each record appears somewhere on the way.
  for (std::int64_t n = 1; n <= static_cast<std::int64_t>(records); ++n)
    CHECK(std::find(last_record.begin(), last_record.end(), n) != last_record.end());
}
