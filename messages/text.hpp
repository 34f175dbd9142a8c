#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <ostream>
#include <string>
#include <string_view>

namespace signalbox {

/// A short string that lives inside its message: no allocation on the hot path, trivially
/// copyable. At most N bytes; unused bytes are always zero, so equal texts are equal bytes.
template <std::size_t N>
class Text {
  static_assert(N > 0 && N < 256);

 public:
  static constexpr std::size_t capacity = N;

  constexpr Text() = default;
  /// Keeps the first N bytes. Check `fits` first wherever cutting would change the meaning.
  constexpr explicit Text(std::string_view s)
      : size_(static_cast<std::uint8_t>(std::min(s.size(), N))) {
    std::copy_n(s.data(), size_, bytes_.data());
  }

  static constexpr bool fits(std::string_view s) { return s.size() <= N; }

  constexpr std::string_view view() const { return {bytes_.data(), size_}; }
  constexpr bool empty() const { return size_ == 0; }
  constexpr std::size_t size() const { return size_; }
  std::string str() const { return std::string{view()}; }

  friend constexpr bool operator==(const Text& a, const Text& b) { return a.view() == b.view(); }
  friend constexpr auto operator<=>(const Text& a, const Text& b) { return a.view() <=> b.view(); }
  friend std::ostream& operator<<(std::ostream& out, const Text& t) { return out << t.view(); }

 private:
  std::array<char, N> bytes_{};
  std::uint8_t size_ = 0;
};

}  // namespace signalbox

template <std::size_t N>
struct std::hash<signalbox::Text<N>> {
  std::size_t operator()(const signalbox::Text<N>& t) const noexcept {
    return std::hash<std::string_view>{}(t.view());
  }
};
