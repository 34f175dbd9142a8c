#include <catch2/catch.hpp>

#include "journal/memory_file.hpp"
#include "journal/memory_journal.hpp"
#include "journal/record.hpp"
#include "tests/journal/support.hpp"

using namespace signalbox;
using namespace signalbox::test;

namespace {

constexpr MemoryJournalConfig on_demand{.commit = MemoryJournalConfig::Commit::on_demand};

std::unique_ptr<MemoryJournal> open(File& file, MemoryJournalConfig config = {}) {
  return MemoryJournal::open(file, config).value();
}

std::vector<Saved> expected_until(std::uint64_t n, std::uint64_t epoch) {
  std::vector<Saved> all;
  for (std::uint64_t i = 1; i <= n; ++i) all.push_back(expected(i, epoch));
  return all;
}

}  // namespace

SCENARIO("a journal in memory is replayed after a reopening, under a new epoch") {
  MemoryFile disk;
  {
    auto journal = open(disk, {.book = Book{"ab12"}});
    CHECK(journal->epoch() == Epoch{1});
    append_next(*journal, 20);
  }
  auto journal = open(disk);
  CHECK(journal->epoch() == Epoch{2});
  CHECK(journal->book() == Book{"ab12"});
  CHECK(journal->ring_was_intact());
  CHECK(*replayed(*journal) == expected_until(20, 1));
  append_next(*journal, 1);
  CHECK(journal->health().recorded == LogNumber{21});
}

SCENARIO("commits come inside append or when they are asked for") {
  MemoryFile disk;
  std::vector<LogNumber> told;
  SECTION("inside append") {
    auto journal = open(disk);
    journal->on_committed([&](LogNumber n) { told.push_back(n); });
    append_next(*journal, 3);
    CHECK(told == std::vector{LogNumber{1}, LogNumber{2}, LogNumber{3}});
  }
  SECTION("on demand") {
    auto journal = open(disk, on_demand);
    journal->on_committed([&](LogNumber n) { told.push_back(n); });
    append_next(*journal, 3);
    CHECK(told.empty());
    CHECK(replayed(*journal)->empty());
    REQUIRE(journal->commit());
    REQUIRE(journal->commit());
    CHECK(told == std::vector{LogNumber{3}});
    CHECK(replayed(*journal)->size() == 3);
  }
}

SCENARIO("a process that dies at any record leaves what was recorded by then") {
  MemoryFile disk;
  auto journal = open(disk, on_demand);
  append_next(*journal, 10);
  for (std::uint64_t n = 0; n <= 10; ++n) {
    MemoryFile after = disk;
    REQUIRE(after.truncate(journal->end_of(LogNumber{n})));
    auto next = open(after);
    CHECK(next->ring_was_intact());
    CHECK(*replayed(*next) == expected_until(n, 1));
  }
}

SCENARIO("every prefix of a journal's file gives a prefix of its records or a clear error") {
  MemoryFile disk;
  auto journal = open(disk);
  append_next(*journal, 6);
  for (std::uint64_t length = 0; length < disk.bytes().size(); ++length) {
    MemoryFile after = disk;
    REQUIRE(after.truncate(length));
    auto next = MemoryJournal::open(after);
    REQUIRE(next);
    const auto all = replayed(**next);
    REQUIRE(all);
    REQUIRE(*all == expected_until(all->size(), 1));
    // Only a cut between two records leaves no trace.
    const bool between = length <= 64 || length == journal->end_of(LogNumber{all->size()});
    REQUIRE((*next)->ring_was_intact() == between);
  }
}

SCENARIO("a power loss keeps what was committed and perhaps more") {
  MemoryFile disk;
  {
    auto journal = open(disk, on_demand);
    append_next(*journal, 4);
    REQUIRE(journal->commit());
    append_next(*journal, 4);
  }
  SECTION("nothing more") {
    disk.lose_power();
    auto journal = open(disk, {.power_was_lost = true});
    CHECK(!journal->ring_was_intact());
    CHECK(*replayed(*journal) == expected_until(4, 1));
  }
  SECTION("half of a record more") {
    disk.lose_power(record_bytes(expected(5, 1).payload.size()) + 30);
    auto journal = open(disk);
    CHECK(!journal->ring_was_intact());
    CHECK(journal->note().find("after record 5") != std::string::npos);
    CHECK(*replayed(*journal) == expected_until(5, 1));
    append_next(*journal, 1);
    CHECK(journal->health().recorded == LogNumber{6});
  }
}

SCENARIO("a start that dies while it writes its header costs nothing") {
  MemoryFile disk;
  append_next(*open(disk, {.book = Book{"ab12"}}), 3);
  MemoryFile torn = disk;
  static_cast<void>(open(torn));
  const auto changed =
      std::mismatch(disk.bytes().begin(), disk.bytes().end(), torn.bytes().begin());
  REQUIRE(changed.second != torn.bytes().end());
  *changed.second ^= std::byte{0xff};
  auto journal = open(torn);
  CHECK(journal->epoch() == Epoch{2});
  CHECK(journal->book() == Book{"ab12"});
  CHECK(*replayed(*journal) == expected_until(3, 1));
}

SCENARIO("a disk that refuses stops entries and not exits") {
  MemoryFile disk;
  auto journal = open(disk);
  append_next(*journal, 1);
  disk.refuse_sync(true);
  append_next(*journal, 1);  // recorded before anybody knew
  CHECK(journal->health().failed);
  CHECK(append(*journal, expected(3, 1)).error().fault == Fault::unavailable);
  append_next(*journal, 1, RecordUse::exit);
  CHECK(journal->health().committed == LogNumber{1});
  disk.refuse_sync(false);
  REQUIRE(journal->flush(Duration{}));
  CHECK(!journal->health().failed);
  append_next(*journal, 1);
  CHECK(replayed(*journal)->size() == 4);
}

SCENARIO("a full ring in memory keeps its quarter for exits too") {
  MemoryFile disk;
  auto config = on_demand;
  config.ring_bytes = 4096;
  auto journal = open(disk, config);
  while (append(*journal, expected(1, 1))) continue;
  CHECK(append(*journal, expected(1, 1)).error().fault == Fault::full);
  CHECK(append(*journal, expected(1, 1), RecordUse::exit));
  REQUIRE(journal->commit());
  CHECK(append(*journal, expected(1, 1)));
}

SCENARIO("a file that is no journal is refused") {
  MemoryFile disk;
  REQUIRE(disk.write(0, bytes_of(std::string(500, 'x'))));
  CHECK(MemoryJournal::open(disk).error().fault == Fault::corrupt);
  CHECK(disk.size() == 500);
}
