#include <sys/mman.h>
#include <catch2/catch.hpp>

#include "tests/journal/support.hpp"

using namespace signalbox;
using namespace signalbox::test;
using namespace std::chrono_literals;

namespace {

/// What a child process tells its parent before it is killed.
class SharedCounters {
 public:
  struct Values {
    std::atomic<std::uint64_t> appended{0};  // append has returned for this record
    std::atomic<std::uint64_t> epoch_of_first{0};
    std::atomic<std::uint64_t> opened{0};  // how often a journal was opened
  };
  SharedCounters() {
    void* const page =
        ::mmap(nullptr, sizeof(Values), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    values_ = new (page) Values;
  }
  ~SharedCounters() { ::munmap(values_, sizeof(Values)); }
  SharedCounters(const SharedCounters&) = delete;
  SharedCounters& operator=(const SharedCounters&) = delete;
  Values* operator->() const { return values_; }

 private:
  Values* values_;
};

template <class Work>
pid_t start_child(Work work) {
  const pid_t child = ::fork();
  if (child != 0) return child;
  try {
    work();
  } catch (const std::exception& e) {
    const std::string_view what = e.what();
    static_cast<void>(!::write(2, what.data(), what.size()));
  }
  ::_exit(99);
}

/// False when it had ended by itself: the child met an error.
bool kill_child(pid_t child) {
  ::kill(child, SIGKILL);
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFSIGNALED(status);
}

/// Every record as it was appended, once, in order, in epochs that only rise.
bool gapless(const std::vector<Saved>& all) {
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i] != expected(i + 1, all[i].epoch)) return false;
    if (i > 0 && all[i - 1].epoch > all[i].epoch) return false;
  }
  return true;
}

}  // namespace

SCENARIO("SIGKILL between any two appends loses and doubles nothing", "[kill]") {
  Desk desk;
  const SharedCounters shared;
  std::mt19937 random{11};
  std::uint64_t total = 0;
  for (int round = 0; round < 40; ++round) {
    const std::uint64_t target = total + 1 + random() % 400;
    const pid_t child = start_child([&] {
      auto journal = desk.open();
      for (std::uint64_t n = total + 1;; ++n) {
        const auto s = expected(n, static_cast<std::uint64_t>(journal->epoch()));
        // The ring is small, so the child often waits for the commit thread.
        while (!append(*journal, s, n % 2 == 0 ? RecordUse::exit : RecordUse::entry))
          std::this_thread::yield();
        shared->appended = n;
      }
    });
    REQUIRE(eventually([&] { return shared->appended >= target; }));
    REQUIRE(kill_child(child));

    const std::uint64_t promised = shared->appended;
    auto journal = desk.open();
    CHECK(journal->ring_was_intact());
    const auto all = replayed(*journal);
    REQUIRE(all);
    // At most one more: the append that was interrupted before it could return.
    REQUIRE(all->size() >= promised);
    REQUIRE(all->size() <= promised + 1);
    CHECK(gapless(*all));
    total = all->size();
    shared->appended = total;
  }
}

SCENARIO("SIGKILL at any moment of starting and stopping loses nothing", "[kill]") {
  Desk desk;
  const SharedCounters shared;
  std::mt19937 random{12};
  for (int round = 0; round < 30; ++round) {
    const std::uint64_t target = shared->opened + 1 + random() % 3;
    const auto moment = std::chrono::microseconds{random() % 20'000};
    const pid_t child = start_child([&] {
      for (;;) {
        auto journal = desk.open();
        if (!journal->ring_was_intact()) throw std::runtime_error("the ring was not intact");
        ++shared->opened;
        for (int i = 0; i < 3; ++i) {
          append_next(*journal, 1);
          shared->appended = static_cast<std::uint64_t>(journal->health().recorded);
        }
      }
    });
    REQUIRE(eventually([&] { return shared->opened >= target; }));
    std::this_thread::sleep_for(moment);  // the random moment itself: nothing is waited for
    REQUIRE(kill_child(child));
  }
  auto journal = desk.open();
  CHECK(journal->ring_was_intact());
  CHECK(static_cast<std::uint64_t>(journal->epoch()) > shared->opened);
  const auto all = replayed(*journal);
  REQUIRE(all);
  CHECK(all->size() >= shared->appended);
  CHECK(all->size() <= shared->appended + 1);
  CHECK(gapless(*all));
}

SCENARIO("what only the ring had is imported once") {
  Desk desk;
  die_with_records_in_the_ring(desk, 9);
  for (int again = 0; again < 2; ++again) {
    auto journal = desk.open();
    CHECK(journal->ring_was_intact());
    CHECK(journal->recovery().imported == (again == 0 ? 9 : 0));
    const auto all = replayed(*journal);
    REQUIRE(all);
    CHECK(all->size() == 10);
    CHECK(gapless(*all));
  }
}

SCENARIO("a dead engine's lock is free") {
  Desk desk;
  in_a_process_that_dies([&] { static_cast<void>(desk.open().release()); });
  CHECK(desk.open()->epoch() == Epoch{2});
}

SCENARIO("each start has an epoch of its own, however the last one ended") {
  Desk desk;
  for (std::uint64_t epoch = 1; epoch <= 3; ++epoch)
    in_a_process_that_dies([&] {
      auto journal = desk.open();
      if (journal->epoch() != Epoch{epoch}) throw std::runtime_error("wrong epoch");
      append_next(*journal, 1);
      static_cast<void>(journal.release());
    });
  auto journal = desk.open();
  CHECK(journal->epoch() == Epoch{4});
  const auto all = replayed(*journal);
  REQUIRE(all);
  CHECK(all->size() == 3);
  CHECK(all->back().epoch == 3);
}

SCENARIO("a ring that is gone after an unclean stop is a power loss") {
  Desk desk;
  in_a_process_that_dies([&] { static_cast<void>(desk.open().release()); });
  fs::remove(desk.ring());

  auto journal = desk.open();
  CHECK(!journal->ring_was_intact());
  CHECK(journal->recovery().note == "there was no ring");

  WHEN("the engine stops before its accounts are reconciled") {
    journal.reset();
    THEN("the next start knows of the loss") { CHECK(!desk.open()->ring_was_intact()); }
  }
  WHEN("it dies before that") {
    journal.reset();
    in_a_process_that_dies([&] { static_cast<void>(desk.open().release()); });
    THEN("the next start knows of the loss") { CHECK(!desk.open()->ring_was_intact()); }
  }
  WHEN("the loss is settled") {
    journal->ring_loss_settled();
    append_next(*journal, 1);
    REQUIRE(journal->flush(10s));
    journal.reset();
    THEN("the next start is an ordinary one") { CHECK(desk.open()->ring_was_intact()); }
  }
}

SCENARIO("after an orderly stop nobody needs the ring") {
  Desk desk;
  append_next(*desk.open(), 3);
  fs::remove(desk.ring());
  auto journal = desk.open();
  CHECK(journal->ring_was_intact());
  CHECK(replayed(*journal)->size() == 3);
}

SCENARIO("a torn ring is imported up to the tear, kept, and counted as a loss") {
  Desk desk;
  die_with_records_in_the_ring(desk, 7);
  auto file = contents(desk.ring());
  std::uint64_t sixth = ring_header_bytes;
  for (std::uint64_t n = 1; n < 6; ++n) sixth += ring_footprint(60 + expected(n, 1).payload.size());

  SECTION("by a changed byte") {
    file[sixth + 70] ^= std::byte{1};
    overwrite(desk.ring(), file);
  }
  SECTION("by its end missing") {
    file.resize(sixth + 30);
    overwrite(desk.ring(), file);
  }
  auto journal = desk.open();
  CHECK(!journal->ring_was_intact());
  CHECK(journal->recovery().imported == 4);
  CHECK(journal->recovery().note.find("after record 5") != std::string::npos);
  CHECK(contents(fs::path{desk.ring()} += ".damaged-1") == file);
  const auto all = replayed(*journal);
  REQUIRE(all);
  CHECK(all->size() == 5);
  append_next(*journal, 1);
  CHECK(journal->health().recorded == LogNumber{6});
}

SCENARIO("a ring whose header is unreadable is kept aside and counted as a loss") {
  Desk desk;
  in_a_process_that_dies([&] { static_cast<void>(desk.open().release()); });
  overwrite(desk.ring(), std::vector<std::byte>(8192));
  CHECK(!desk.open()->ring_was_intact());
  CHECK(fs::exists(fs::path{desk.ring()} += ".damaged-1"));
}

SCENARIO("a ring from before the last boot may have lost its end") {
  Desk desk;
  die_with_records_in_the_ring(desk, 2);
  auto file = contents(desk.ring());
  auto header = *decode_ring_header(file);
  header.boot = BootId{"yesterday"};
  encode_ring_header(header, std::span<std::byte, ring_header_bytes>{file.data(), 4096});
  overwrite(desk.ring(), file);

  auto journal = desk.open();
  CHECK(!journal->ring_was_intact());
  CHECK(journal->recovery().imported == 2);
}
