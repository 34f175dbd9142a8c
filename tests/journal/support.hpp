#pragma once

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <latch>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "journal/journal.hpp"
#include "journal/sqlite_journal.hpp"
#include "seams/clock.hpp"
#include "seams/random.hpp"

namespace signalbox::test {

namespace fs = std::filesystem;

/// A clock that stands still until it is told.
class ManualClock final : public Clock {
 public:
  MonoTime mono() const override { return mono_from_ns(now_.load()); }
  WallTime wall() const override { return wall_from_ns(now_.load()); }
  void pass(Duration d) { now_ += d.count(); }

 private:
  std::atomic<std::int64_t> now_{1'000'000'000};
};

class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : engine_(seed) {}
  std::uint64_t next() override { return engine_(); }

 private:
  std::mt19937_64 engine_;
};

/// A directory of its own that is gone after the test.
class TempDirectory {
 public:
  TempDirectory() {
    std::string name = (fs::temp_directory_path() / "signalbox-journal-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp");
    path_ = name;
  }
  ~TempDirectory() { fs::remove_all(path_); }
  TempDirectory(const TempDirectory&) = delete;
  TempDirectory& operator=(const TempDirectory&) = delete;
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

/// A record that owns its payload.
struct Saved {
  std::uint64_t number = 0;
  std::uint64_t epoch = 0;
  std::string account;
  RecordKind kind = 0;
  std::int64_t time_ns = 0;
  std::string payload;

  friend bool operator==(const Saved&, const Saved&) = default;
  friend std::ostream& operator<<(std::ostream& out, const Saved& s) {
    return out << "record " << s.number << " of epoch " << s.epoch << ", " << s.account << ", kind "
               << s.kind << ", " << s.payload.size() << " bytes";
  }
};

inline std::span<const std::byte> bytes_of(std::string_view text) {
  return std::as_bytes(std::span{text.data(), text.size()});
}

inline Saved saved(const RecordView& r) {
  return {static_cast<std::uint64_t>(r.number),
          static_cast<std::uint64_t>(r.epoch),
          r.account.str(),
          r.kind,
          ns(r.time),
          {reinterpret_cast<const char*>(r.payload.data()), r.payload.size()}};
}

/// Valid as long as `s` is.
inline RecordView view_of(const Saved& s) {
  return {.number = LogNumber{s.number},
          .epoch = Epoch{s.epoch},
          .account = AccountName{s.account},
          .kind = s.kind,
          .time = wall_from_ns(s.time_ns),
          .payload = bytes_of(s.payload)};
}

/// What record `number` of a test holds: everything follows from the number, the payload takes
/// every length from 0 to 600.
inline Saved expected(std::uint64_t number, std::uint64_t epoch) {
  Saved s{.number = number,
          .epoch = epoch,
          .account = number % 2 == 0 ? "alpha" : "beta_2",
          .kind = static_cast<RecordKind>(number % 7),
          .time_ns = static_cast<std::int64_t>(1'700'000'000'000'000'000 + number),
          .payload = std::string(number * 37 % 601, '\0')};
  for (std::size_t i = 0; i < s.payload.size(); ++i)
    s.payload[i] = static_cast<char>(number * 31 + i);
  return s;
}

inline Result<LogNumber> append(Journal& journal, const Saved& s,
                                RecordUse use = RecordUse::entry) {
  return journal.append(AccountName{s.account}, s.kind, wall_from_ns(s.time_ns),
                        bytes_of(s.payload), use);
}

/// Appends the next `n` records as `expected` says.
inline void append_next(Journal& journal, std::uint64_t n, RecordUse use = RecordUse::entry) {
  for (std::uint64_t i = 0; i < n; ++i) {
    const auto next = static_cast<std::uint64_t>(journal.health().recorded) + 1;
    const auto number =
        append(journal, expected(next, static_cast<std::uint64_t>(journal.epoch())), use);
    if (!number || static_cast<std::uint64_t>(*number) != next)
      throw std::runtime_error(number ? "wrong number" : number.error().what);
  }
}

inline Result<std::vector<Saved>> replayed(Journal& journal) {
  std::vector<Saved> all;
  auto done = journal.replay([&](const RecordView& r) -> Result<void> {
    all.push_back(saved(r));
    return {};
  });
  if (!done) return tl::unexpected<Error>(done.error());
  return all;
}

/// A journal in a temporary directory, opened as often as a test likes.
struct Desk {
  TempDirectory home;
  ManualClock clock;
  SeededRandom random{7};
  SqliteJournalConfig config{
      .directory = home.path() / "journal",
      .runtime_directory = home.path() / "run",
      .ring_bytes = SqliteJournalConfig::ring_bytes_min,
  };

  fs::path database() const { return config.directory / "journal.db"; }
  fs::path ring() const { return config.runtime_directory / "journal.ring"; }

  Result<std::unique_ptr<SqliteJournal>> try_open() {
    return SqliteJournal::open(config, clock, random);
  }
  std::unique_ptr<SqliteJournal> open() {
    auto journal = try_open();
    if (!journal) throw std::runtime_error(journal.error().what);
    return std::move(*journal);
  }
  Error open_error() {
    auto journal = try_open();
    if (journal) throw std::runtime_error("it opened");
    return journal.error();
  }
};

/// Appends one record and keeps the commit thread where it reports that record, so that whatever is
/// appended next stays in the ring until `release`.
class HeldCommits {
 public:
  explicit HeldCommits(Journal& journal) {
    journal.on_committed([my = my_](LogNumber n) {
      my->commits.push_back(n);
      if (my->commits.size() > 1) return;
      my->held.count_down();
      my->go_on.wait();
    });
    append_next(journal, 1);
    my_->held.wait();
  }
  ~HeldCommits() { release(); }
  HeldCommits(const HeldCommits&) = delete;
  HeldCommits& operator=(const HeldCommits&) = delete;

  void release() {
    if (!std::exchange(released_, true)) my_->go_on.count_down();
  }
  /// What was reported, one number per transaction. After a flush.
  const std::vector<LogNumber>& commits() const { return my_->commits; }

 private:
  struct State {
    std::latch held{1};
    std::latch go_on{1};
    std::vector<LogNumber> commits;
  };
  std::shared_ptr<State> my_ = std::make_shared<State>();
  bool released_ = false;
};

/// Runs `work` in a process of its own that then dies without any clean-up.
template <class Work>
void in_a_process_that_dies(Work work) {
  const pid_t child = ::fork();
  if (child == 0) {
    try {
      work();
    } catch (const std::exception& e) {
      const std::string_view what = e.what();
      static_cast<void>(!::write(2, what.data(), what.size()));
      ::_exit(99);
    }
    ::kill(::getpid(), SIGKILL);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL)
    throw std::runtime_error("the child did not get as far as dying");
}

/// What a process leaves that commits one record and dies with `more` only in its ring.
inline void die_with_records_in_the_ring(Desk& desk, std::uint64_t more) {
  in_a_process_that_dies([&] {
    auto journal = desk.open();
    auto held = std::make_unique<HeldCommits>(*journal);
    append_next(*journal, more);
    static_cast<void>(held.release());
    static_cast<void>(journal.release());
  });
}

/// Waits for something another thread or process does.
template <class Condition>
[[nodiscard]] bool eventually(Condition condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{20};
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::yield();
  }
  return true;
}

inline std::vector<std::byte> contents(const fs::path& path) {
  std::ifstream in{path, std::ios::binary};
  const std::string all{std::istreambuf_iterator<char>{in}, {}};
  const auto bytes = bytes_of(all);
  return {bytes.begin(), bytes.end()};
}

inline void overwrite(const fs::path& path, std::span<const std::byte> bytes) {
  std::ofstream out{path, std::ios::binary | std::ios::trunc};
  out.write(reinterpret_cast<const char*>(bytes.data()),
            static_cast<std::streamsize>(bytes.size()));
}

}  // namespace signalbox::test
