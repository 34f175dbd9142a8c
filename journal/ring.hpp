#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <new>
#include <span>

#include "journal/journal.hpp"
#include "journal/ring_format.hpp"

namespace signalbox {

/// Records between the thread that decides and the thread that commits, in memory shared with a
/// file: they survive the death of the process, at the price of a copy and a checksum. Neither
/// side waits, calls the system or allocates.
///
/// The data is mapped twice in a row, so that no record is ever split at the ring's end.
///
/// One producer thread (`append`), one consumer thread (`ready`, `free`); `used` from both.
class Ring {
 public:
  /// Whether a ring file may stand at the path already.
  enum class Placement : std::uint8_t { must_be_new, may_replace };

  /// Makes a ring under a temporary name and moves it to `path` when it is complete, so a ring
  /// file is never half made. All of its memory is reserved now: a full disk is an error here and
  /// not a signal later. `header.data_bytes` is rounded up to whole pages.
  static Result<std::unique_ptr<Ring>> create(const std::filesystem::path& path, RingHeader header,
                                              Placement placement);
  ~Ring();
  Ring(const Ring&) = delete;
  Ring& operator=(const Ring&) = delete;

  /// Producer. `full` when there is no room for this use, `bad_input` over the payload bound.
  [[nodiscard]] Result<void> append(const RecordView& record, RecordUse use);

  /// Consumer. Everything published and not freed: encoded records, one after the other, each at
  /// a multiple of `ring_record_alignment`.
  std::span<const std::byte> ready() const;
  /// Consumer. Gives back the first `bytes` of what `ready` showed.
  void free(std::uint64_t bytes);
  std::uint64_t freed() const { return position(ring_freed_at).load(std::memory_order_acquire); }
  std::uint64_t published() const {
    return position(ring_published_at).load(std::memory_order_acquire);
  }

  std::size_t used() const;
  std::size_t size() const { return data_bytes_; }

 private:
  using Position = std::atomic<std::uint64_t>;
  static_assert(Position::is_always_lock_free && sizeof(Position) == 8);

  Ring(std::byte* header, std::byte* data, std::size_t data_bytes);
  Position& position(std::size_t at) const {
    return *std::launder(reinterpret_cast<Position*>(header_ + at));
  }

  std::byte* const header_;
  std::byte* const data_;  // data_bytes_ bytes, and the same again behind them
  const std::size_t data_bytes_;
  // The producer's own: what it last saw of `freed`, and where it writes next.
  alignas(64) std::uint64_t seen_freed_ = 0;
  std::uint64_t next_ = 0;
};

}  // namespace signalbox
