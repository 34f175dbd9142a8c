#include <catch2/catch.hpp>

#include "journal/sqlite.hpp"
#include "tests/journal/support.hpp"

using namespace signalbox;
using namespace signalbox::test;
using namespace std::chrono_literals;

SCENARIO("what was appended is replayed in order, over several starts") {
  Desk desk;
  std::vector<Saved> all;
  for (std::uint64_t epoch = 1; epoch <= 3; ++epoch) {
    auto journal = desk.open();
    CHECK(journal->epoch() == Epoch{epoch});
    CHECK(journal->ring_was_intact());
    CHECK(*replayed(*journal) == all);
    for (int i = 0; i < 200; ++i) all.push_back(expected(all.size() + 1, epoch));
    append_next(*journal, 200);
  }
  auto journal = desk.open();
  CHECK(*replayed(*journal) == all);
  CHECK(journal->health().recorded == LogNumber{600});
  CHECK(journal->health().committed == LogNumber{600});
}

SCENARIO("a journal keeps its book and its identity") {
  Desk desk;
  auto journal = desk.open();
  const Book book = journal->book();
  const JournalId id = journal->id();
  CHECK(book.size() == 4);
  CHECK(book.view().find_first_not_of("0123456789abcdefghijklmnopqrstuvwxyz") == std::string::npos);
  journal.reset();
  journal = desk.open();
  CHECK(journal->book() == book);
  CHECK(journal->id() == id);

  Desk other;
  other.random = SeededRandom{8};
  CHECK(other.open()->book() != book);
}

SCENARIO("replay stops at the first error it is given") {
  Desk desk;
  auto journal = desk.open();
  append_next(*journal, 10);
  REQUIRE(journal->flush(10s));
  int seen = 0;
  const auto done = journal->replay([&](const RecordView&) -> Result<void> {
    if (++seen == 4) return failed(Fault::bad_input, "enough");
    return {};
  });
  CHECK(done.error() == Error{Fault::bad_input, "enough"});
  CHECK(seen == 4);
}

SCENARIO("flush makes everything recorded committed, and the owner hears of it in order") {
  Desk desk;
  auto journal = desk.open();
  std::vector<LogNumber> told;
  journal->on_committed([&](LogNumber n) { told.push_back(n); });
  append_next(*journal, 3);
  CHECK(journal->health().recorded == LogNumber{3});
  REQUIRE(journal->flush(10s));
  CHECK(journal->health().committed == LogNumber{3});
  CHECK(journal->health().ring_used == 0);
  CHECK(told.back() == LogNumber{3});
  append_next(*journal, 2);
  REQUIRE(journal->flush(10s));
  CHECK(told.back() == LogNumber{5});
  CHECK(std::is_sorted(told.begin(), told.end()));
}

SCENARIO("records that come during a commit are committed together") {
  Desk desk;
  auto journal = desk.open();
  HeldCommits held{*journal};
  append_next(*journal, 300);
  CHECK(journal->health().committed == LogNumber{1});
  held.release();
  REQUIRE(journal->flush(10s));
  CHECK(held.commits() == std::vector{LogNumber{1}, LogNumber{301}});
}

SCENARIO("one transaction holds at most records_max records") {
  Desk desk;
  desk.config.commit.records_max = 100;
  auto journal = desk.open();
  HeldCommits held{*journal};
  append_next(*journal, 250);
  held.release();
  REQUIRE(journal->flush(10s));
  CHECK(held.commits() ==
        std::vector{LogNumber{1}, LogNumber{101}, LogNumber{201}, LogNumber{251}});
}

SCENARIO("a full ring refuses entries while exits still get through") {
  Desk desk;
  auto journal = desk.open();
  HeldCommits held{*journal};
  Result<LogNumber> last;
  do {
    last = append(*journal, expected(1, 1));
  } while (last);
  CHECK(last.error().fault == Fault::full);
  const auto health = journal->health();
  CHECK(health.ring_used <= health.ring_size * 3 / 4);
  const auto exit = append(*journal, expected(1, 1), RecordUse::exit);
  REQUIRE(exit);
  CHECK(static_cast<std::uint64_t>(*exit) == static_cast<std::uint64_t>(health.recorded) + 1);

  WHEN("the ring has been committed") {
    held.release();
    REQUIRE(journal->flush(10s));
    THEN("entries are taken again and no number was lost") {
      REQUIRE(append(*journal, expected(1, 1)));
      REQUIRE(journal->flush(10s));
      const auto all = replayed(*journal);
      REQUIRE(all);
      CHECK(all->back().number == static_cast<std::uint64_t>(*exit) + 1);
    }
  }
}

SCENARIO("the commit lag is the age of what is not committed") {
  Desk desk;
  auto journal = desk.open();
  desk.clock.pass(5s);
  CHECK(journal->health().commit_lag == 0s);
  HeldCommits held{*journal};
  CHECK(journal->health().commit_lag == 0s);
  append_next(*journal, 1);
  desk.clock.pass(2s);
  CHECK(journal->health().commit_lag >= 2s);
  held.release();
  REQUIRE(journal->flush(10s));
  CHECK(journal->health().commit_lag == 0s);
}

SCENARIO("a disk that hangs stops entries after a second, and exits never") {
  Desk desk;
  auto journal = desk.open();
  HeldCommits held{*journal};
  append_next(*journal, 1);
  desk.clock.pass(900ms);
  append_next(*journal, 1);
  desk.clock.pass(200ms);
  const auto entry = append(*journal, expected(4, 1));
  REQUIRE_FALSE(entry);
  CHECK(entry.error().fault == Fault::unavailable);
  CHECK(entry.error().what.find("ms behind") != std::string::npos);
  append_next(*journal, 3, RecordUse::exit);

  WHEN("it has caught up") {
    held.release();
    REQUIRE(journal->flush(10s));
    THEN("entries are taken again, and no number was lost") {
      append_next(*journal, 1);
      REQUIRE(journal->flush(10s));
      const auto all = replayed(*journal);
      REQUIRE(all);
      CHECK(all->size() == 7);
    }
  }
}

SCENARIO("only one engine has a journal") {
  Desk desk;
  auto journal = desk.open();
  const auto second = desk.open_error();
  CHECK(second.fault == Fault::refused);
  CHECK(second.what.find("is in use by process " + std::to_string(::getpid())) !=
        std::string::npos);
  journal.reset();
  CHECK(desk.open()->epoch() == Epoch{2});
}

SCENARIO("a lease is good for the epoch it was given in") {
  Desk desk;
  auto journal = desk.open();
  const Lease lease = journal->lease(AccountName{"main"});
  CHECK(lease.account == AccountName{"main"});
  CHECK(lease.holds(journal->epoch(), desk.clock.mono()));
  journal.reset();
  journal = desk.open();
  CHECK(!lease.holds(journal->epoch(), desk.clock.mono()));
  CHECK(!Lease{}.holds(Epoch::none, desk.clock.mono()));
}

SCENARIO("an operator can read the journal while the engine writes it") {
  Desk desk;
  auto journal = desk.open();
  append_next(*journal, 5);
  REQUIRE(journal->flush(10s));
  auto reader = Database::open(desk.database(), Database::Access::read);
  REQUIRE(reader);
  CHECK(reader->value_of("SELECT count(*) FROM records WHERE account = 'alpha'") == "2");
  append_next(*journal, 5);
  REQUIRE(journal->flush(10s));
  CHECK(reader->value_of("SELECT count(*) FROM records") == "10");
}

SCENARIO("what nobody else should read, nobody else can") {
  Desk desk;
  auto journal = desk.open();
  append_next(*journal, 1);
  REQUIRE(journal->flush(10s));
  for (const auto& path : {desk.database(), fs::path{desk.database()} += "-wal", desk.ring()})
    CHECK((fs::status(path).permissions() & fs::perms{077}) == fs::perms::none);
  for (const auto& path : {desk.config.directory, desk.config.runtime_directory})
    CHECK((fs::status(path).permissions() & fs::perms{077}) == fs::perms::none);
}

SCENARIO("a journal is not opened with impossible settings") {
  Desk desk;
  desk.config.ring_bytes = 1000;
  CHECK(desk.open_error().fault == Fault::bad_input);
  desk.config.ring_bytes = SqliteJournalConfig::ring_bytes_min;
  desk.config.runtime_directory.clear();
  CHECK(desk.open_error().fault == Fault::bad_input);
  CHECK(!fs::exists(desk.config.directory));
}
