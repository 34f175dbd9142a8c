#include "journal/group_commit.hpp"

#include <pthread.h>

#include <algorithm>

#include "journal/record.hpp"

namespace signalbox {

GroupCommit::GroupCommit(Ring& ring, SqliteStore store, std::filesystem::path store_path,
                         const Clock& clock, GroupCommitConfig config)
    : ring_(ring),
      store_path_(std::move(store_path)),
      clock_(clock),
      config_(config),
      journal_(store.meta().journal),
      epoch_(store.meta().epoch),
      committed_(store.last()),
      caught_up_ns_(ns(clock.mono())),
      announced_(store.last()),
      store_(std::move(store)),
      thread_([this] { run(); }) {
  pthread_setname_np(thread_.native_handle(), "journal");
}

GroupCommit::~GroupCommit() { static_cast<void>(stop()); }

std::optional<SqliteStore> GroupCommit::stop() {
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
  return std::exchange(store_, std::nullopt);
}

void GroupCommit::run() {
  Duration idle = config_.idle_poll_min;
  Duration retry = config_.retry_min;
  for (;;) {
    if (!mark_) mark_ = Mark{clock_.mono(), ring_.published()};
    const auto committed = commit_ready();
    Duration rest{};
    if (!committed) {
      note_failure(committed.error());
      rest = std::exchange(retry, std::min(2 * retry, config_.retry_max));
    } else {
      note_progress();
      retry = config_.retry_min;
      if (*committed > 0)
        idle = config_.idle_poll_min;
      else
        rest = std::exchange(idle, std::min(2 * idle, config_.idle_poll_max));
    }
    if (pause(rest)) return;
  }
}

bool GroupCommit::pause(Duration length) {
  std::unique_lock lock{mutex_};
  if (length > Duration{} && !hurry_)
    wake_.wait_for(lock, length, [this] { return stopping_ || hurry_; });
  hurry_ = false;
  return stopping_;
}

Result<std::uint32_t> GroupCommit::commit_ready() {
  const auto ready = ring_.ready();
  if (ready.empty() && !settle_.load(std::memory_order_relaxed)) return 0;
  if (!store_) {
    auto opened = reopened();
    if (!opened) return tl::unexpected<Error>(std::move(opened.error()));
    store_ = std::move(*opened);
  }
  SqliteStore& store = *store_;
  if (auto settled = settle_if_asked(store); !settled)
    return tl::unexpected<Error>(std::move(settled.error()));
  if (ready.empty()) return 0;
  return commit_batch(store, ready);
}

Result<std::uint32_t> GroupCommit::commit_batch(SqliteStore& store,
                                                std::span<const std::byte> ready) {
  if (auto begun = store.begin(); !begun) return tl::unexpected<Error>(std::move(begun.error()));
  std::uint64_t taken = 0;  // bytes
  std::uint32_t records = 0;
  while (taken < ready.size() && records < config_.records_max) {
    const auto encoded = ready.subspan(taken);
    const auto record = decode_record(encoded);
    if (!record) return tl::unexpected<Error>(record.error());
    // A commit that reported an error may have reached the disk all the same.
    if (record->number > store.last())
      if (auto added = store.add(*record, record_checksum(encoded)); !added)
        return tl::unexpected<Error>(std::move(added.error()));
    taken += ring_footprint(record_bytes(record->payload.size()));
    ++records;
  }
  if (auto done = store.commit(); !done) return tl::unexpected<Error>(std::move(done.error()));
  ring_.free(taken);
  committed_.store(store.last(), std::memory_order_release);
  if (call_) call_(store.last());
  return records;
}

Result<SqliteStore> GroupCommit::reopened() const {
  auto store = SqliteStore::open(store_path_);
  if (store && (store->meta().journal != journal_ || store->meta().epoch != epoch_))
    return signalbox::failed(
        Fault::refused,
        store_path_.string() + " is no longer the journal that was started: it was replaced");
  return store;
}

Result<void> GroupCommit::settle_if_asked(SqliteStore& store) {
  if (!settle_.exchange(false, std::memory_order_relaxed)) return {};
  auto settled = store.set_ring_lost(Epoch::none);
  if (!settled) settle_.store(true, std::memory_order_relaxed);
  return settled;
}

void GroupCommit::note_failure(const Error& error) {
  if (store_) store_->rollback();
  store_.reset();  // a connection that has seen a disk error is not trusted again
  const std::lock_guard lock{mutex_};
  why_failed_ = error.what;
  failed_.store(true, std::memory_order_relaxed);
}

void GroupCommit::note_progress() {
  if (mark_ && ring_.freed() >= mark_->published) {
    caught_up_ns_.store(ns(mark_->time), std::memory_order_relaxed);
    mark_.reset();
  }
  {
    const std::lock_guard lock{mutex_};
    announced_ = committed();
    if (failed()) why_failed_.clear();
    failed_.store(false, std::memory_order_relaxed);
  }
  progress_.notify_all();
}

std::string GroupCommit::why_failed() const {
  const std::lock_guard lock{mutex_};
  return why_failed_;
}

MonoTime GroupCommit::caught_up_at() const {
  return mono_from_ns(caught_up_ns_.load(std::memory_order_relaxed));
}

bool GroupCommit::wait_for(LogNumber number, Duration within) {
  std::unique_lock lock{mutex_};
  if (announced_ >= number) return true;
  hurry_ = true;
  wake_.notify_all();
  return progress_.wait_for(lock, within, [&] { return announced_ >= number; });
}

}  // namespace signalbox
