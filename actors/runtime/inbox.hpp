#pragma once

#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <type_traits>

namespace signalbox {

/// A bounded queue from many threads to one. What one producer pushes comes out in the order it
/// was pushed; nothing is lost or doubled. `push` answers false when `Capacity` items wait, and
/// then nothing was queued: the caller keeps the item and chooses another way.
///
/// Each slot carries the number of its turn: a producer may fill slot `n` when the turn is `n`,
/// the consumer may empty it when the turn is `n + 1`. `push` publishes and `empty` looks with
/// sequential consistency, so a consumer that first announces its sleep and then finds the inbox
/// empty cannot miss an item whose producer looks for that announcement after its push.
///
/// `push`: any thread. `pop` and `empty`: the one consumer.
template <class T, std::size_t Capacity>
class Inbox {
  static_assert(std::has_single_bit(Capacity), "a position becomes a slot by masking");
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  static constexpr std::size_t capacity = Capacity;

  Inbox() : slots_(std::make_unique<Slot[]>(Capacity)) {
    for (std::size_t i = 0; i < Capacity; ++i) slots_[i].turn.store(i, std::memory_order_relaxed);
  }

  [[nodiscard]] bool push(const T& item) {
    std::size_t at = tail_.load(std::memory_order_relaxed);
    for (;;) {
      Slot& slot = slots_[at & (Capacity - 1)];
      const std::size_t turn = slot.turn.load(std::memory_order_acquire);
      const auto ahead = static_cast<std::ptrdiff_t>(turn - at);
      if (ahead < 0) return false;  // the consumer has not emptied this slot since the last lap
      if (ahead > 0) {
        at = tail_.load(std::memory_order_relaxed);  // another producer took it
      } else if (tail_.compare_exchange_weak(at, at + 1, std::memory_order_relaxed)) {
        slot.item = item;
        slot.turn.store(at + 1, std::memory_order_seq_cst);
        return true;
      }
    }
  }

  [[nodiscard]] bool pop(T& into) {
    Slot& slot = slots_[head_ & (Capacity - 1)];
    if (slot.turn.load(std::memory_order_acquire) != head_ + 1) return false;
    into = slot.item;
    slot.turn.store(head_ + Capacity, std::memory_order_release);
    ++head_;
    return true;
  }

  bool empty() const {
    return slots_[head_ & (Capacity - 1)].turn.load(std::memory_order_seq_cst) != head_ + 1;
  }

 private:
  struct Slot {
    std::atomic<std::size_t> turn{0};
    T item{};
  };

  // Producers write the tail, the consumer the head: on one cache line they would fight for it.
  static constexpr std::size_t cache_line_bytes = 64;
  std::unique_ptr<Slot[]> slots_;
  alignas(cache_line_bytes) std::atomic<std::size_t> tail_{0};
  alignas(cache_line_bytes) std::size_t head_ = 0;
};

}  // namespace signalbox
