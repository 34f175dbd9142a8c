// A machine that loses its power leaves some first part of the database's write-ahead log.
#include <catch2/catch.hpp>

#include "tests/journal/dead_log.hpp"

using namespace signalbox;
using namespace signalbox::test;
using namespace std::chrono_literals;

SCENARIO(
    "every first part of a write-ahead log gives the first records, and says that some are gone",
    "[recovery]") {
  Desk desk;
  die_with_a_log(desk);
  auto log_path = desk.database();
  log_path += "-wal";
  auto shared_path = desk.database();
  shared_path += "-shm";
  const auto database = contents(desk.database());
  const auto log = contents(log_path);
  const auto ring = contents(desk.ring());
  REQUIRE(log.size() > header + records * frame);

  // Around every boundary, and here and there between them.
  std::vector<std::size_t> lengths;
  for (std::size_t n = 0; n <= log.size(); ++n)
    if (const auto at = n < header ? n : (n - header) % frame;
        at < 2 || at > frame - 2 || at == 23 || at == 24 || n % 1013 == 0)
      lengths.push_back(n);

  std::size_t most = 0;
  for (const bool ring_is_there : {false, true}) {
    most = 0;
    for (const auto length : lengths) {
      INFO(length << " of " << log.size() << " bytes" << (ring_is_there ? ", with its ring" : ""));
      fs::remove(shared_path);
      overwrite(desk.database(), database);
      overwrite(log_path, std::span{log}.first(length));
      if (ring_is_there)
        overwrite(desk.ring(), ring);
      else
        fs::remove(desk.ring());
      auto journal = desk.try_open();
      if (!journal) {
        // The ring is ahead of what is left, or nothing is left at all: it says so.
        CHECK_FALSE(journal.error().what.empty());
        CHECK((journal.error().fault == Fault::refused || journal.error().fault == Fault::corrupt));
        continue;
      }
      const auto all = replayed(**journal);
      REQUIRE(all);
      for (std::size_t i = 0; i < all->size(); ++i) REQUIRE((*all)[i] == expected(i + 1, 1));
      CHECK(all->size() >= most);
      most = all->size();
      if (!ring_is_there && most < records && most > 0) CHECK_FALSE((*journal)->ring_was_intact());
    }
    CHECK(most == records);
  }
}
