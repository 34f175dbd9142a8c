#pragma once

#include <algorithm>
#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <initializer_list>

namespace signalbox {

/// A list of at most N values, stored in place. `push_back` answers false when it is full: the
/// bound belongs to the message, so the codec can refuse a longer list by name.
template <class T, std::size_t N>
class Bounded {
  static_assert(N > 0 && N < 256);

 public:
  using value_type = T;
  static constexpr std::size_t capacity = N;

  constexpr Bounded() = default;
  constexpr Bounded(std::initializer_list<T> list) {
    assert(list.size() <= N);
    for (const auto& x : list) push_back(x);
  }

  [[nodiscard]] constexpr bool try_push_back(const T& x) {
    if (size_ == N) return false;
    items_[size_++] = x;
    return true;
  }
  /// For callers that know there is room.
  constexpr void push_back(const T& x) {
    const bool had_room = try_push_back(x);
    assert(had_room);
    static_cast<void>(had_room);
  }
  constexpr void clear() {
    std::fill_n(items_.begin(), size_, T{});
    size_ = 0;
  }

  constexpr std::size_t size() const { return size_; }
  constexpr bool empty() const { return size_ == 0; }
  constexpr T* begin() { return items_.data(); }
  constexpr T* end() { return items_.data() + size_; }
  constexpr const T* begin() const { return items_.data(); }
  constexpr const T* end() const { return items_.data() + size_; }
  constexpr T& operator[](std::size_t i) { return items_[i]; }
  constexpr const T& operator[](std::size_t i) const { return items_[i]; }
  constexpr const T& front() const { return items_[0]; }
  constexpr const T& back() const { return items_[size_ - 1]; }

  friend constexpr bool operator==(const Bounded& a, const Bounded& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end());
  }

 private:
  std::array<T, N> items_{};
  std::uint8_t size_ = 0;
};

}  // namespace signalbox
