#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace signalbox {

/// Bytes of their own memory pages: left out of core files, kept out of swap where the system
/// allows it, wiped before they are given back. For keys and for what is computed from keys.
class SecretPages {
 public:
  SecretPages() = default;
  /// Zeroed. Throws std::bad_alloc when the system has no pages left.
  explicit SecretPages(std::size_t size);
  ~SecretPages();
  SecretPages(SecretPages&& other) noexcept { swap(other); }
  SecretPages& operator=(SecretPages&& other) noexcept {
    SecretPages taken{std::move(other)};
    swap(taken);
    return *this;
  }

  void* data() const { return data_; }
  std::size_t size() const { return size_; }

 private:
  void swap(SecretPages& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
  }
  void* data_ = nullptr;
  std::size_t size_ = 0;
};

/// A key, password or token. It cannot be printed, formatted, compared, copied or packed; only
/// the code that signs calls `reveal`. Any thread, one owner.
class Secret {
 public:
  Secret() = default;
  /// Takes the text over and wipes it where it came from.
  static Secret take(std::string&& text);

  /// The bytes, for signing and for the one header that needs them. Never keep the view.
  std::string_view reveal() const {
    return {static_cast<const char*>(pages_.data()), pages_.size()};
  }
  bool empty() const { return pages_.size() == 0; }

  friend bool operator==(const Secret&, const Secret&) = delete;
  friend auto operator<=>(const Secret&, const Secret&) = delete;
  template <class Stream>
  friend Stream& operator<<(Stream&, const Secret&) = delete;

 private:
  SecretPages pages_;
};

}  // namespace signalbox
