// What an operator reads of a journal that nobody has, or that somebody else has.
#include "journal/read_journal.hpp"

#include <catch2/catch.hpp>

#include "tests/journal/support.hpp"

using namespace signalbox;
using namespace signalbox::test;

namespace {

struct Read {
  Result<JournalSeen> seen;
  std::vector<Saved> records;
};

Read read(const Desk& desk, bool with_ring) {
  Read done;
  done.seen =
      read_journal(desk.config.directory, with_ring ? desk.config.runtime_directory : fs::path{},
                   [&](const RecordView& r) -> Result<void> {
                     done.records.push_back(saved(r));
                     return {};
                   });
  return done;
}

void check_records(const Read& read, std::uint64_t count) {
  REQUIRE(read.seen);
  CHECK(read.seen->records == count);
  REQUIRE(read.records.size() == count);
  for (std::uint64_t i = 0; i < count; ++i) CHECK(read.records[i] == expected(i + 1, 1));
}

}  // namespace

SCENARIO("a journal is read without being taken", "[journal][why]") {
  Desk desk;
  GIVEN("an engine that stopped in order") {
    append_next(*desk.open(), 20);
    THEN("everything is in the database, with or without the ring") {
      for (const bool with_ring : {false, true}) {
        const auto all = read(desk, with_ring);
        check_records(all, 20);
        CHECK(all.seen->clean);
        CHECK(all.seen->note.empty());
      }
    }
  }
  GIVEN("an engine that was killed with records in its ring") {
    die_with_records_in_the_ring(desk, 7);
    const auto database = contents(desk.database());
    const auto ring = contents(desk.ring());
    THEN("the ring has the rest, and nothing is changed by looking") {
      const auto committed = read(desk, false);
      check_records(committed, 1);
      CHECK_FALSE(committed.seen->clean);
      check_records(read(desk, true), 8);
      check_records(read(desk, true), 8);
      CHECK(contents(desk.database()) == database);
      CHECK(contents(desk.ring()) == ring);
    }
    WHEN("the end of the ring is damaged") {
      auto torn = ring;
      for (auto at = torn.begin() + ring_header_bytes + 1'000; at != torn.end(); ++at)
        *at = std::byte{0x55};
      overwrite(desk.ring(), torn);
      THEN("what is whole is read and the rest is said to be missing") {
        const auto some = read(desk, true);
        REQUIRE(some.seen);
        CHECK(some.records.size() < 8);
        check_records(some, some.records.size());
        CHECK_FALSE(some.seen->note.empty());
      }
    }
    WHEN("the ring is another journal's") {
      Desk other{.random = SeededRandom{8}};
      die_with_records_in_the_ring(other, 3);
      overwrite(desk.ring(), contents(other.ring()));
      THEN("it is refused") {
        const auto none = read(desk, true);
        REQUIRE_FALSE(none.seen);
        CHECK(none.seen.error().fault == Fault::refused);
      }
    }
  }
  GIVEN("an engine that runs") {
    const auto engine = desk.open();
    append_next(*engine, 5);
    REQUIRE(engine->flush(std::chrono::seconds{5}));
    THEN("it is not disturbed") {
      check_records(read(desk, true), 5);
      append_next(*engine, 5);
      check_records(read(desk, true), 10);
    }
  }
  GIVEN("no journal at all") {
    const auto none = read(desk, true);
    REQUIRE_FALSE(none.seen);
    CHECK(none.seen.error().fault == Fault::not_found);
    CHECK_FALSE(fs::exists(desk.database()));
  }
}
