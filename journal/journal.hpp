#pragma once

#include <cstdint>
#include <functional>
#include <span>

#include "journal/lease.hpp"
#include "messages/ids.hpp"
#include "messages/result.hpp"
#include "messages/time.hpp"
#include "messages/value.hpp"

namespace signalbox {

/// Position in the one log of an engine. Starts at 1 and has no gaps.
enum class LogNumber : std::uint64_t { none = 0 };

/// What a record's payload is; the values are in messages/records.hpp. The journal only carries it.
using RecordKind = std::uint16_t;

struct RecordView {
  LogNumber number = LogNumber::none;
  Epoch epoch = Epoch::none;
  AccountName account;
  RecordKind kind = 0;
  WallTime time{};
  std::span<const std::byte> payload;  ///< valid during the call
};

/// Entries use what is left of the ring after a quarter is set aside for exits.
enum class RecordUse : std::uint8_t { entry = 1, exit };

struct JournalHealth {
  LogNumber recorded = LogNumber::none;
  LogNumber committed = LogNumber::none;
  Duration commit_lag{};      ///< age of the oldest record not committed yet
  std::size_t ring_used = 0;  ///< bytes
  std::size_t ring_size = 0;  ///< bytes
  bool failed = false;        ///< the store refuses writes: entries stay stopped
};

/// One log, one order. A record is *recorded* when `append` returns: it survives the death of the
/// process. It is *committed* once it is in the database, in log order, and survives the machine.
///
/// `append`, `health` and `replay` belong to the owner's thread (the hot loop); committing happens
/// on the journal's own thread.
class Journal {
 public:
  virtual ~Journal() = default;

  /// Never blocks. Fails with `full` when the ring has no room for this use, with `bad_input`
  /// over `payload_max`, with `unavailable` for entries while the store fails or is too far behind.
  [[nodiscard]] virtual Result<LogNumber> append(const AccountName& account, RecordKind kind,
                                                 WallTime time, std::span<const std::byte> payload,
                                                 RecordUse use) = 0;

  /// Called on the journal's thread after each commit with the last committed number; set once,
  /// before the first append. It must only hand the number on.
  virtual void on_committed(std::function<void(LogNumber)> call) = 0;

  virtual JournalHealth health() const = 0;
  virtual Epoch epoch() const = 0;
  /// Drawn when the journal was created.
  virtual const Book& book() const = 0;
  /// False after a power loss (the ring of an unclean stop is gone): no entries until every
  /// account is reconciled with its venue.
  virtual bool ring_was_intact() const = 0;
  /// Every account has been reconciled after such a loss. Until this is called, each new start
  /// says again that the ring was lost: a crash during the reconciliation must not hide it.
  virtual void ring_loss_settled() {}

  /// What the Gate checks. Held as long as no other engine can hold the journal.
  virtual Lease lease(const AccountName& account) const {
    return {account, epoch(), MonoTime::max()};
  }

  /// Every committed record in log order; stops at the first error `each` returns. At a start
  /// that is everything; later `flush` first. Blocks, and `each` must not append.
  virtual Result<void> replay(const std::function<Result<void>(const RecordView&)>& each) = 0;

  /// Blocks until everything recorded is committed, or the bound passed. For an orderly stop.
  virtual Result<void> flush(Duration within) = 0;

  static constexpr std::size_t payload_max = 16 * 1024;  // bytes
};

}  // namespace signalbox
