#pragma once

#include "tests/journal/support.hpp"

// A write-ahead log as a process leaves it that dies.

namespace signalbox::test {

inline constexpr std::uint64_t records = 8;
inline constexpr std::size_t header = 32, frame = 24 + 4096;  // bytes, by SQLite's file format

/// A process that commits each record in a transaction of its own and dies.
inline void die_with_a_log(Desk& desk) {
  in_a_process_that_dies([&] {
    auto journal = desk.open();
    for (std::uint64_t n = 0; n < records; ++n) {
      append_next(*journal, 1);
      if (!journal->flush(std::chrono::seconds{10})) throw std::runtime_error("not committed");
    }
    static_cast<void>(journal.release());
  });
}

}  // namespace signalbox::test
