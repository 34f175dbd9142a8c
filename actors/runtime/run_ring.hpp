#pragma once

#include <bit>
#include <cassert>
#include <cstddef>
#include <type_traits>
#include <vector>

namespace signalbox {

/// What a loop will run next, first in first out. It doubles when it is full and never shrinks,
/// so a warm loop does not allocate; its size is bounded by the number of actors on the loop,
/// each of which waits in it at most once. One thread.
template <class T>
class RunRing {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  static constexpr std::size_t items_at_start = 256;

  bool empty() const { return head_ == tail_; }
  std::size_t size() const { return tail_ - head_; }

  void push(const T& item) {
    if (size() == items_.size()) grow();
    items_[tail_++ & mask()] = item;
  }

  T pop() {
    assert(!empty());
    return items_[head_++ & mask()];
  }

 private:
  static_assert(std::has_single_bit(items_at_start));

  std::size_t mask() const { return items_.size() - 1; }

  void grow() {
    std::vector<T> larger(items_.size() * 2);
    const std::size_t count = size();
    for (std::size_t i = 0; i < count; ++i) larger[i] = items_[(head_ + i) & mask()];
    items_.swap(larger);
    head_ = 0;
    tail_ = count;
  }

  std::vector<T> items_ = std::vector<T>(items_at_start);
  std::size_t head_ = 0;
  std::size_t tail_ = 0;
};

}  // namespace signalbox
