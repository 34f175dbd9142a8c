#include "journal/sqlite_journal.hpp"

#include <array>

namespace signalbox {
namespace {

namespace fs = std::filesystem;

std::uint64_t count(LogNumber n) { return static_cast<std::uint64_t>(n); }
LogNumber after(LogNumber n) { return LogNumber{count(n) + 1}; }
tl::unexpected<Error> passed_on(Error&& error) { return tl::unexpected<Error>(std::move(error)); }

Result<void> check(const SqliteJournalConfig& config) {
  if (config.directory.empty() || config.runtime_directory.empty())
    return failed(Fault::bad_input, "a journal needs a directory and a runtime directory");
  if (config.ring_bytes < SqliteJournalConfig::ring_bytes_min ||
      config.ring_bytes > SqliteJournalConfig::ring_bytes_max)
    return failed(Fault::bad_input, "ring_bytes must be between " +
                                        std::to_string(SqliteJournalConfig::ring_bytes_min) +
                                        " and " +
                                        std::to_string(SqliteJournalConfig::ring_bytes_max) +
                                        ", not " + std::to_string(config.ring_bytes));
  if (config.commit.records_max == 0 || config.commit.idle_poll_min <= Duration{} ||
      config.commit.retry_min <= Duration{})
    return failed(Fault::bad_input,
                  "records_max, idle_poll_min and retry_min of a journal must be above zero");
  return {};
}

/// Only the owner may look inside: the records are somebody's trades.
Result<void> make_directory(const fs::path& path) {
  std::error_code error;
  if (!fs::create_directories(path, error)) {
    if (error) return system_failure("make the directory", path, error.value());
    return {};  // it was there, with the mode somebody chose
  }
  fs::permissions(path, fs::perms::owner_all, error);
  if (error) return system_failure("protect the directory", path, error.value());
  return {};
}

template <std::size_t N>
std::array<char, N> draw(Random& random, std::string_view alphabet) {
  std::array<char, N> text;
  for (char& c : text) c = alphabet[random.next() % alphabet.size()];
  return text;
}

/// A new journal beside the remains of an old one would have another book and know nothing of the
/// old one's positions, so remains are an error and not a reason to begin again.
Result<void> create_if_absent(const SqliteJournalConfig& config, Random& random) {
  const fs::path database = SqliteJournal::database_in(config.directory);
  std::error_code error;
  if (fs::exists(database, error)) return {};
  if (error) return system_failure("look for", database, error.value());
  for (const fs::path& remains :
       {fs::path{database} += "-wal", SqliteJournal::ring_in(config.runtime_directory)})
    if (fs::exists(remains, error))
      return failed(Fault::refused,
                    remains.string() + " belongs to a journal, but " + database.string() +
                        " is not there: put the database back, give this engine directories of "
                        "its own, or move that file away to begin a new journal");
  const auto id = draw<JournalId::capacity>(random, "0123456789abcdef");
  const auto book = draw<Book::capacity>(random, "0123456789abcdefghijklmnopqrstuvwxyz");
  return SqliteStore::create(database, JournalId{std::string_view{id.data(), id.size()}},
                             Book{std::string_view{book.data(), book.size()}});
}

}  // namespace

Result<std::unique_ptr<SqliteJournal>> SqliteJournal::open(const SqliteJournalConfig& config,
                                                           const Clock& clock, Random& random) {
  if (auto fine = check(config); !fine) return passed_on(std::move(fine.error()));
  for (const auto& path : {config.directory, config.runtime_directory})
    if (auto made = make_directory(path); !made) return passed_on(std::move(made.error()));
  auto lock = JournalLock::take(config.directory);
  if (!lock) return passed_on(std::move(lock.error()));
  if (auto there = create_if_absent(config, random); !there)
    return passed_on(std::move(there.error()));
  auto store = SqliteStore::open(database_in(config.directory));
  if (!store) return passed_on(std::move(store.error()));

  const BootId boot = boot_id();
  auto recovery = recover_ring(ring_in(config.runtime_directory), boot, *store);
  if (!recovery) return passed_on(std::move(recovery.error()));

  // The new ring before the new epoch. Should we die between the two, the next start finds an
  // empty ring one epoch ahead; the other way round it would miss a ring that never was.
  const Epoch epoch{static_cast<std::uint64_t>(store->meta().epoch) + 1};
  const bool replaces = recovery->found && !recovery->set_aside;
  auto ring = Ring::create(ring_in(config.runtime_directory),
                           RingHeader{.journal = store->meta().journal,
                                      .boot = boot,
                                      .epoch = epoch,
                                      .data_bytes = config.ring_bytes},
                           replaces ? Ring::Placement::may_replace : Ring::Placement::must_be_new);
  if (!ring) return passed_on(std::move(ring.error()));
  if (auto started = store->start_epoch(epoch); !started)
    return passed_on(std::move(started.error()));
  return std::unique_ptr<SqliteJournal>(new SqliteJournal(
      config, clock, std::move(*lock), std::move(*recovery), std::move(*ring), std::move(*store)));
}

SqliteJournal::SqliteJournal(const SqliteJournalConfig& config, const Clock& clock,
                             JournalLock lock, RingRecovery recovery, std::unique_ptr<Ring> ring,
                             SqliteStore store)
    : config_(config),
      clock_(clock),
      lock_(std::move(lock)),
      recovery_(std::move(recovery)),
      meta_(store.meta()),
      epoch_(meta_.epoch),
      recorded_(store.last()),
      ring_(std::move(ring)),
      commit_(std::make_unique<GroupCommit>(*ring_, std::move(store), database_in(config.directory),
                                            clock, config.commit)) {}

SqliteJournal::~SqliteJournal() {
  const bool all = commit_->wait_for(recorded_, config_.close_within);
  auto store = commit_->stop();
  // Not clean when anything is left in the ring: the next start then looks for it.
  if (all && store) static_cast<void>(store->mark_clean());
}

Result<LogNumber> SqliteJournal::append(const AccountName& account, RecordKind kind, WallTime time,
                                        std::span<const std::byte> payload, RecordUse use) {
  if (use == RecordUse::entry && commit_->failed())
    return failed(Fault::unavailable, "the journal's database refuses writes: no new entries");
  if (use == RecordUse::entry && commit_lag() > config_.commit_lag_max)
    return failed(Fault::unavailable,
                  "the journal's database is " +
                      std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(
                                         commit_lag())
                                         .count()) +
                      " ms behind: no new entries until it has caught up");
  const LogNumber number = after(recorded_);
  auto published = ring_->append({.number = number,
                                  .epoch = epoch_,
                                  .account = account,
                                  .kind = kind,
                                  .time = time,
                                  .payload = payload},
                                 use);
  if (!published) return passed_on(std::move(published.error()));
  recorded_ = number;
  return number;
}

void SqliteJournal::on_committed(std::function<void(LogNumber)> call) {
  commit_->on_committed(std::move(call));
}

Duration SqliteJournal::commit_lag() const {
  // In this order: what was committed by then is not counted as lag.
  const MonoTime caught_up = commit_->caught_up_at();
  return commit_->committed() < recorded_ ? clock_.mono() - caught_up : Duration{};
}

JournalHealth SqliteJournal::health() const {
  JournalHealth health;
  health.recorded = recorded_;
  health.commit_lag = commit_lag();
  health.committed = commit_->committed();
  health.ring_used = ring_->used();
  health.ring_size = ring_->size();
  health.failed = commit_->failed();
  return health;
}

Result<void> SqliteJournal::replay(const std::function<Result<void>(const RecordView&)>& each) {
  return replay_store(database_in(config_.directory), each);
}

Result<void> SqliteJournal::flush(Duration within) {
  if (commit_->wait_for(recorded_, within)) return {};
  const auto left = count(recorded_) - count(commit_->committed());
  const std::string why = commit_->why_failed();
  return failed(Fault::unavailable, std::to_string(left) + " journal records are not committed" +
                                        (why.empty() ? " in time" : ": " + why));
}

}  // namespace signalbox
