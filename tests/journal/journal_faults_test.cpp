#include <sys/resource.h>
#include <catch2/catch.hpp>

#include "journal/record.hpp"
#include "journal/sqlite.hpp"
#include "journal/sqlite_store.hpp"
#include "tests/journal/support.hpp"

using namespace signalbox;
using namespace signalbox::test;
using namespace std::chrono_literals;

namespace {

/// While it lives, no file of this process can grow beyond `bytes`: what a full disk does, without
/// needing one.
class FullDisk {
 public:
  explicit FullDisk(std::uintmax_t bytes) {
    ::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &before_);
    rlimit limit = before_;
    limit.rlim_cur = bytes;
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FullDisk() { ::setrlimit(RLIMIT_FSIZE, &before_); }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

 private:
  rlimit before_{};
};

void in_database(const Desk& desk, const char* sql) {
  auto db = Database::open(desk.database(), Database::Access::write);
  REQUIRE(db);
  const auto done = db->run(sql);
  INFO((done ? "" : done.error().what));
  REQUIRE(done);
}

/// A journal with `n` committed records, stopped in order.
void make_journal(Desk& desk, std::uint64_t n) { append_next(*desk.open(), n); }

}  // namespace

SCENARIO("a full disk stops entries, keeps exits, and is over when there is room again") {
  Desk desk;
  auto journal = desk.open();
  append_next(*journal, 50);
  REQUIRE(journal->flush(10s));
  auto disk = std::make_unique<FullDisk>(fs::file_size(fs::path{desk.database()} += "-wal") + 1000);
  append_next(*journal, 100, RecordUse::exit);
  REQUIRE(eventually([&] { return journal->health().failed; }));
  CHECK(!journal->why_failed().empty());
  CHECK(journal->health().committed == LogNumber{50});

  const auto entry = append(*journal, expected(151, 1));
  REQUIRE(!entry);
  CHECK(entry.error().fault == Fault::unavailable);
  append_next(*journal, 20, RecordUse::exit);
  CHECK(journal->flush(1ms).error().fault == Fault::unavailable);
  CHECK(journal->health().failed);

  disk.reset();
  REQUIRE(journal->flush(20s));
  CHECK(!journal->health().failed);
  CHECK(journal->why_failed().empty());
  append_next(*journal, 5);
  REQUIRE(journal->flush(10s));
  const auto all = replayed(*journal);
  REQUIRE(all);
  REQUIRE(all->size() == 175);
  for (std::size_t i = 0; i < all->size(); ++i) CHECK((*all)[i] == expected(i + 1, 1));
}

SCENARIO("what a full disk kept from the database is there after the next start") {
  Desk desk;
  desk.config.close_within = 50ms;
  auto journal = desk.open();
  {
    const FullDisk disk{fs::file_size(fs::path{desk.database()} += "-wal") + 1000};
    append_next(*journal, 100, RecordUse::exit);
    REQUIRE(eventually([&] { return journal->health().failed; }));
    journal.reset();
  }
  journal = desk.open();
  CHECK(journal->ring_was_intact());
  CHECK(journal->recovery().imported == 100);
  CHECK(replayed(*journal)->size() == 100);
}

SCENARIO("a commit that reached the disk but was reported as failed is not done twice") {
  Desk desk;
  auto journal = desk.open();
  HeldCommits held{*journal};
  append_next(*journal, 5);
  {
    // What the lost answer leaves: records 2 to 4 are in the database, and the thread that wrote
    // them does not know it.
    auto store = SqliteStore::open(desk.database()).value();
    REQUIRE(store.begin());
    std::vector<std::byte> bytes(record_bytes_max);
    for (std::uint64_t n = 2; n <= 4; ++n) {
      const auto s = expected(n, 1);
      const auto record = view_of(s);
      REQUIRE(encode_record(record, bytes));
      REQUIRE(store.add(record, record_checksum(bytes)));
    }
    REQUIRE(store.commit());
  }
  held.release();
  REQUIRE(journal->flush(20s));
  append_next(*journal, 1);
  REQUIRE(journal->flush(10s));
  CHECK(!journal->health().failed);
  const auto all = replayed(*journal);
  REQUIRE(all);
  REQUIRE(all->size() == 7);
  for (std::size_t i = 0; i < all->size(); ++i) CHECK((*all)[i] == expected(i + 1, 1));
}

SCENARIO("a database that was taken away while running is not written to under another name") {
  Desk desk;
  desk.config.commit.retry_min = desk.config.commit.retry_max = 1ms;
  desk.config.close_within = 50ms;
  auto journal = desk.open();
  append_next(*journal, 3);
  REQUIRE(journal->flush(10s));
  const auto kept = desk.home.path() / "kept";
  fs::rename(desk.config.directory, kept);
  append_next(*journal, 3, RecordUse::exit);
  // SQLite notices by itself that its file has another name now.
  static_cast<void>(journal->flush(100ms));
  journal.reset();
  CHECK(!fs::exists(desk.database()));
  fs::rename(kept, desk.config.directory);
  journal = desk.open();
  CHECK(replayed(*journal)->size() == 6);
}

SCENARIO("a newer schema is refused and left alone") {
  Desk desk;
  make_journal(desk, 3);
  in_database(desk, "UPDATE meta SET schema = 2");
  const auto before = contents(desk.database());
  const auto error = desk.open_error();
  CHECK(error.fault == Fault::refused);
  CHECK(error.what.find("has schema 2, this build reads schema 1") != std::string::npos);
  CHECK(contents(desk.database()) == before);
}

SCENARIO("what is no journal is not made one") {
  Desk desk;
  fs::create_directories(desk.config.directory);
  SECTION("an empty file") {
    overwrite(desk.database(), {});
    const auto error = desk.open_error();
    CHECK(error.fault == Fault::corrupt);
    CHECK(error.what.find("is not a Signalbox journal") != std::string::npos);
    CHECK(fs::file_size(desk.database()) == 0);
  }
  SECTION("a text") {
    overwrite(desk.database(), bytes_of(std::string(5000, 'x')));
    const auto error = desk.open_error();
    CHECK(error.fault == Fault::corrupt);
    CHECK(error.what.find("not a database") != std::string::npos);
    CHECK(fs::file_size(desk.database()) == 5000);
  }
  SECTION("another program's database") {
    overwrite(desk.database(), {});
    in_database(desk, "CREATE TABLE letters (text TEXT)");
    const auto before = contents(desk.database());
    CHECK(desk.open_error().fault == Fault::corrupt);
    CHECK(contents(desk.database()) == before);
  }
  SECTION("a journal without its first half") {
    make_journal(desk, 3);
    auto file = contents(desk.database());
    std::fill_n(file.begin(), file.size() / 2, std::byte{});
    overwrite(desk.database(), file);
    CHECK(desk.open_error().fault == Fault::corrupt);
    CHECK(contents(desk.database()) == file);
  }
}

SCENARIO("a damaged record is never replayed") {
  Desk desk;
  make_journal(desk, 100);
  const auto error_of_replay = [&] {
    auto journal = desk.open();
    return replayed(*journal).error();
  };
  SECTION("another payload") {
    in_database(desk, "UPDATE records SET payload = x'00' WHERE number = 40");
    const auto error = error_of_replay();
    CHECK(error.fault == Fault::corrupt);
    CHECK(error.what.find("record 40 is not what was written") != std::string::npos);
  }
  SECTION("another account") {
    in_database(desk, "UPDATE records SET account = 'mallory' WHERE number = 40");
    CHECK(error_of_replay().what.find("record 40") != std::string::npos);
  }
  SECTION("a missing one") {
    in_database(desk, "DELETE FROM records WHERE number = 40");
    const auto error = error_of_replay();
    CHECK(error.fault == Fault::corrupt);
    CHECK(error.what.find("record 40 is missing") != std::string::npos);
  }
  SECTION("a page of the database") {
    auto file = contents(desk.database());
    const auto in_40 = expected(40, 1).payload.substr(100, 40);
    const auto at =
        std::search(file.begin(), file.end(), bytes_of(in_40).begin(), bytes_of(in_40).end());
    REQUIRE(at != file.end());
    const auto page = (at - file.begin()) / 4096 * 4096;
    std::fill_n(file.begin() + page, 4096, std::byte{0xa5});
    overwrite(desk.database(), file);
    CHECK(error_of_replay().fault == Fault::corrupt);
    CHECK(fs::file_size(desk.database()) == file.size());
  }
}

SCENARIO("the ring of another journal is neither imported nor replaced") {
  Desk desk;
  make_journal(desk, 3);
  Desk other;
  other.random = SeededRandom{8};
  in_a_process_that_dies([&] {
    auto journal = other.open();
    append_next(*journal, 2);
    static_cast<void>(journal.release());
  });
  fs::copy_file(other.ring(), desk.ring(), fs::copy_options::overwrite_existing);
  const auto before = contents(desk.ring());
  const auto error = desk.open_error();
  CHECK(error.fault == Fault::refused);
  CHECK(error.what.find("is the ring of another journal") != std::string::npos);
  CHECK(contents(desk.ring()) == before);

  WHEN("it is moved away") {
    fs::remove(desk.ring());
    THEN("the journal opens with what it had") { CHECK(replayed(*desk.open())->size() == 3); }
  }
}

SCENARIO("a lost database is not silently begun anew") {
  Desk desk;
  make_journal(desk, 3);
  fs::remove(desk.database());
  const auto error = desk.open_error();
  CHECK(error.fault == Fault::refused);
  CHECK(error.what.find("journal.db is not there") != std::string::npos);
  CHECK(!fs::exists(desk.database()));
}

SCENARIO("an older copy of the database does not take the ring of the newer one") {
  Desk desk;
  make_journal(desk, 3);
  const auto copy = contents(desk.database());

  SECTION("records are missing between the two") { die_with_records_in_the_ring(desk, 3); }
  SECTION("several starts are missing") {
    static_cast<void>(desk.open());
    static_cast<void>(desk.open());
  }
  fs::remove(fs::path{desk.database()} += "-wal");
  fs::remove(fs::path{desk.database()} += "-shm");
  overwrite(desk.database(), copy);
  const auto error = desk.open_error();
  CHECK(error.fault == Fault::refused);
  CHECK(error.what.find("an older copy of this journal") != std::string::npos);
  // Asking again does not wear the refusal down.
  CHECK(desk.open_error().fault == Fault::refused);
}
