#include "messages/secret.hpp"

#include <sys/mman.h>

#include <cstring>
#include <new>

namespace signalbox {

SecretPages::SecretPages(std::size_t size) : size_(size) {
  if (size == 0) return;
  data_ = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (data_ == MAP_FAILED) throw std::bad_alloc{};
  // Both are best efforts: a locked-memory limit of zero must not keep the engine from starting.
  static_cast<void>(madvise(data_, size, MADV_DONTDUMP));
  static_cast<void>(mlock(data_, size));
}

SecretPages::~SecretPages() {
  if (size_ == 0) return;
  explicit_bzero(data_, size_);
  munmap(data_, size_);
}

Secret Secret::take(std::string&& text) {
  Secret secret;
  if (!text.empty()) {
    secret.pages_ = SecretPages{text.size()};
    std::memcpy(secret.pages_.data(), text.data(), text.size());
    explicit_bzero(text.data(), text.size());
    text.clear();
  }
  return secret;
}

}  // namespace signalbox
