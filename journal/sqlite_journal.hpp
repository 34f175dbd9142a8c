#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "journal/group_commit.hpp"
#include "journal/journal.hpp"
#include "journal/lock.hpp"
#include "journal/ring.hpp"
#include "journal/ring_recovery.hpp"
#include "seams/clock.hpp"
#include "seams/random.hpp"

namespace signalbox {

struct SqliteJournalConfig {
  /// Holds journal.db, its -wal and -shm, and journal.lock. On a disk that keeps what it synced.
  std::filesystem::path directory;
  /// Holds journal.ring. In memory (tmpfs, such as /run): on a disk each flush of the kernel makes
  /// appends slower, and a power loss is noticed only by the change of boot.
  std::filesystem::path runtime_directory;
  /// Bytes. The default holds some 20,000 records of 300 bytes.
  std::size_t ring_bytes = 8u * 1024 * 1024;
  GroupCommitConfig commit;
  /// No entries while the oldest record that is not in the database is older than this: it waits
  /// for a disk that hangs, and everything since then would be lost with the power.
  Duration commit_lag_max = std::chrono::seconds{1};
  /// How long an orderly close may take to commit what is left.
  Duration close_within = std::chrono::seconds{5};

  static constexpr std::size_t ring_bytes_min = 256u * 1024;
  static constexpr std::size_t ring_bytes_max = 512u * 1024 * 1024;
};

/// The journal of an engine: appends go into a ring in shared memory, a thread of its own commits
/// them to SQLite. See Journal for the threads, Ring and GroupCommit for what survives what.
///
/// Destroying it is the orderly stop: what is left is committed and the journal marked clean, or,
/// when the store refuses, left in the ring for the next start.
class SqliteJournal final : public Journal {
 public:
  /// Takes the lock, makes the journal if there is none, imports what the ring of the last run
  /// still holds, and raises the epoch durably. After an error it may be repeated; nothing is lost.
  /// `refused` when another engine has the journal, when the ring is another journal's, when a
  /// newer build wrote either; `corrupt` when the database is damaged or is none.
  /// `random` is used only here; `clock` must outlive the journal.
  static Result<std::unique_ptr<SqliteJournal>> open(const SqliteJournalConfig& config,
                                                     const Clock& clock, Random& random);
  ~SqliteJournal() override;

  /// The database of the journal in this directory.
  static std::filesystem::path database_in(const std::filesystem::path& directory) {
    return directory / "journal.db";
  }
  static std::filesystem::path ring_in(const std::filesystem::path& runtime_directory) {
    return runtime_directory / "journal.ring";
  }

  [[nodiscard]] Result<LogNumber> append(const AccountName& account, RecordKind kind, WallTime time,
                                         std::span<const std::byte> payload,
                                         RecordUse use) override;
  void on_committed(std::function<void(LogNumber)> call) override;
  JournalHealth health() const override;
  Epoch epoch() const override { return epoch_; }
  const Book& book() const override { return meta_.book; }
  bool ring_was_intact() const override { return meta_.ring_lost == Epoch::none; }
  void ring_loss_settled() override { commit_->settle_ring_loss(); }
  Result<void> replay(const std::function<Result<void>(const RecordView&)>& each) override;
  Result<void> flush(Duration within) override;

  const JournalId& id() const { return meta_.journal; }
  /// What the start found; for the log.
  const RingRecovery& recovery() const { return recovery_; }
  /// The last record that is in the database. Any thread.
  LogNumber committed() const { return commit_->committed(); }
  /// The store's last error while it fails, else empty. Any thread.
  std::string why_failed() const { return commit_->why_failed(); }

 private:
  Duration commit_lag() const;
  SqliteJournal(const SqliteJournalConfig& config, const Clock& clock, JournalLock lock,
                RingRecovery recovery, std::unique_ptr<Ring> ring, SqliteStore store);

  const SqliteJournalConfig config_;
  const Clock& clock_;
  const JournalLock lock_;
  const RingRecovery recovery_;
  const StoreMeta meta_;
  const Epoch epoch_;
  LogNumber recorded_;
  const std::unique_ptr<Ring> ring_;
  const std::unique_ptr<GroupCommit> commit_;
};

}  // namespace signalbox
