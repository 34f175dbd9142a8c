#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "journal/journal.hpp"
#include "seams/file.hpp"

namespace signalbox {

struct MemoryJournalConfig {
  /// When records become committed: inside `append`, before it returns, or when `commit` is called.
  enum class Commit : std::uint8_t { on_append, on_demand };

  Book book{"test"};  ///< of a new journal; an existing file has its own
  Commit commit = Commit::on_append;
  /// Bytes that may be recorded and not committed; a quarter of them for exits only.
  std::size_t ring_bytes = 1024u * 1024;
  /// The file comes from a machine whose power failed while the journal was open.
  bool power_was_lost = false;
};

/// A journal for rule and stage tests and for simulation: the real record format on a File, with
/// nothing concurrent about it. A write to the file is what the ring is to a real engine
/// (recorded: survives the process), a sync is the database (committed: survives the machine), so
/// a File that loses, tears or refuses unsynced bytes makes every case of recovery.
///
/// To crash: destroy it, change the file as the crash would, open it again.
/// One thread.
class MemoryJournal final : public Journal {
 public:
  /// Reads the file from end to end; a torn or corrupt end is cut off and `ring_was_intact` false.
  /// `corrupt` when the file is no journal, `refused` when a newer build wrote it.
  static Result<std::unique_ptr<MemoryJournal>> open(File& file, MemoryJournalConfig config = {});

  [[nodiscard]] Result<LogNumber> append(const AccountName& account, RecordKind kind, WallTime time,
                                         std::span<const std::byte> payload,
                                         RecordUse use) override;
  void on_committed(std::function<void(LogNumber)> call) override { call_ = std::move(call); }
  JournalHealth health() const override;
  Epoch epoch() const override { return epoch_; }
  const Book& book() const override { return book_; }
  bool ring_was_intact() const override { return ring_was_intact_; }
  Result<void> replay(const std::function<Result<void>(const RecordView&)>& each) override;
  /// Commits.
  Result<void> flush(Duration within) override;

  /// Syncs the file and tells the last number, if there is anything to tell. When the file
  /// refuses, the journal is failed until a later `commit` succeeds.
  Result<void> commit();

  /// The file as it was when this record had just been written, and nothing later: cut the file
  /// there to crash at that record. `LogNumber::none` is the start of an empty journal.
  std::uint64_t end_of(LogNumber number) const;

  /// Why a record at the end of the file was dropped at opening, or nothing.
  const std::string& note() const { return note_; }

 private:
  MemoryJournal(File& file, MemoryJournalConfig config) : file_(file), config_(config) {}
  Result<void> read_header();
  Result<void> write_header();
  Result<void> read_records();

  File& file_;
  const MemoryJournalConfig config_;
  Book book_;
  Epoch epoch_ = Epoch::none;
  bool ring_was_intact_ = true;
  bool failed_ = false;
  std::string note_;
  std::function<void(LogNumber)> call_;
  std::vector<std::uint64_t> ends_;  // ends_[n]: where record n ends in the file
  LogNumber committed_ = LogNumber::none;
  std::vector<std::byte> scratch_;
};

}  // namespace signalbox
