// What a start keeps of a long journal.
#include "actors/recovery.hpp"
#include "tests/shard/judge.hpp"
#include "tests/support/recorded_bracket.hpp"

using namespace signalbox;
using namespace signalbox::test;
using namespace std::chrono_literals;

namespace {

struct SetClock final : Clock {
  MonoTime mono() const override { return mono_from_ns(1); }
  WallTime wall() const override { return now; }
  WallTime now = wall_from_ns(1'700'000'000'000'000'000);
};

ShardSetup one_account() {
  AccountSetup account{.account = RecordedBrackets::account, .venue = VenueName{"paper"}};
  account.symbols = {RecordedBrackets::symbol};
  account.capabilities = simulator::paper_capabilities();
  return {.accounts = {account}};
}

}  // namespace

TEST_CASE("of a journal of months a start remembers what is open, and the last days",
          "[recovery][I9]") {
  MemoryFile file;
  SetClock clock;
  auto journal = std::move(*MemoryJournal::open(
      file, {.commit = MemoryJournalConfig::Commit::on_demand, .ring_bytes = 64u * 1024 * 1024}));
  RecordedBrackets write{*journal, clock};
  REQUIRE(write.open("old", clock.now));
  for (int day = 0; day < 40; ++day) {
    clock.now += 24h;
    for (int n = 0; n < 200; ++n) {
      const auto id = std::to_string(day) + "-" + std::to_string(n);
      REQUIRE((n % 2 == 0 ? write.refused(id, clock.now) : write.closed(id, clock.now)));
    }
  }
  REQUIRE(journal->flush(1s));
  const auto recovered = recover(one_account(), *journal, Now{clock.mono(), clock.wall() + 1h});
  REQUIRE(recovered);
  // 8,000 signals; some 400 of them in the time that is kept, and what came since it was looked
  // through last.
  CHECK(recovered->risk->remembered() < 1'600);
  CHECK(recovered->brackets->open_count() == 1);
  CHECK(recovered->brackets->find(RecordedBrackets::key_of("old"))->covered() == Quantity{1});
  CHECK(recovered->risk->state_of(RecordedBrackets::key_of("old")).verdict);
  CHECK(recovered->risk->state_of(RecordedBrackets::key_of("39-199")).outcome);
  // Too old to be told from its repeat, and so it is not traded again.
  const auto first = RecordedBrackets::signal("0-0", clock.now - 39 * 24h);
  CHECK(recovered->risk->beyond_memory(first, clock.now));
}
