#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "journal/journal.hpp"
#include "journal/ring.hpp"
#include "journal/sqlite_store.hpp"
#include "seams/clock.hpp"

namespace signalbox {

struct GroupCommitConfig {
  /// Records in one transaction. Bounds how long one commit can take.
  std::uint32_t records_max = 4096;
  /// How long the thread sleeps when it found the ring empty: from the first to the second,
  /// doubling. See GroupCommit.
  Duration idle_poll_min = std::chrono::microseconds{50};
  Duration idle_poll_max = std::chrono::milliseconds{10};
  /// Pause between attempts while the store refuses: from the first to the second, doubling.
  Duration retry_min = std::chrono::milliseconds{10};
  Duration retry_max = std::chrono::seconds{1};
};

/// The journal's own thread: moves records from the ring into the store, as many per transaction
/// as are there, and frees their room only when they are committed.
///
/// It looks into the ring at intervals instead of being woken. Waking a sleeping thread is a
/// system call of 2 to 9 µs on the thread that decides, on exactly the quiet systems where every
/// record finds the writer asleep; a hundred looks a second cost 0.2 % of a core of a small virtual
/// machine and delay a commit by at most `idle_poll_max`. Whoever waits for commits (durability `power`) sets
/// that lower.
///
/// When the store fails, nothing is dropped: the store is opened again and the same records are
/// tried again for as long as the process lives.
class GroupCommit {
 public:
  GroupCommit(Ring& ring, SqliteStore store, std::filesystem::path store_path, const Clock& clock,
              GroupCommitConfig config);
  /// Ends the thread without waiting for what is in the ring.
  ~GroupCommit();

  /// Before the first append.
  void on_committed(std::function<void(LogNumber)> call) { call_ = std::move(call); }

  // Any thread.
  LogNumber committed() const { return committed_.load(std::memory_order_acquire); }
  bool failed() const { return failed_.load(std::memory_order_relaxed); }
  std::string why_failed() const;
  /// Every record that was published before this time has been committed.
  MonoTime caught_up_at() const;
  void settle_ring_loss() { settle_.store(true, std::memory_order_relaxed); }
  /// Hurries the thread and waits; false when the time is over first.
  bool wait_for(LogNumber number, Duration within);

  /// Ends the thread and hands back the store, if it is open.
  std::optional<SqliteStore> stop();

 private:
  void run();
  /// True when the thread shall end.
  bool pause(Duration length);
  /// The number of records committed.
  Result<std::uint32_t> commit_ready();
  Result<std::uint32_t> commit_batch(SqliteStore& store, std::span<const std::byte> ready);
  Result<SqliteStore> reopened() const;
  Result<void> settle_if_asked(SqliteStore& store);
  void note_failure(const Error& error);
  void note_progress();

  Ring& ring_;
  const std::filesystem::path store_path_;
  const Clock& clock_;
  const GroupCommitConfig config_;
  const JournalId journal_;
  const Epoch epoch_;
  std::function<void(LogNumber)> call_;

  std::atomic<LogNumber> committed_;
  std::atomic<std::int64_t> caught_up_ns_;
  std::atomic<bool> failed_{false};
  std::atomic<bool> settle_{false};

  mutable std::mutex mutex_;
  std::condition_variable wake_;      // the thread waits here
  std::condition_variable progress_;  // flushes wait here
  bool stopping_ = false;
  bool hurry_ = false;
  LogNumber announced_;  // committed and told to on_committed
  std::string why_failed_;

  // The thread's own while it runs.
  std::optional<SqliteStore> store_;
  struct Mark {
    MonoTime time;
    std::uint64_t published;
  };
  std::optional<Mark> mark_;

  std::thread thread_;
};

}  // namespace signalbox
