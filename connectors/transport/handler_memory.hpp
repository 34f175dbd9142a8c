#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <new>
#include <utility>

namespace signalbox {

/// Room for operations of one connection that wait for their turn on the loop: they are few, and
/// the block of the last serves the next. What does not fit is allocated. One thread.
class HandlerMemory {
 public:
  static constexpr std::size_t block_bytes = 2048;
  static constexpr std::size_t blocks =
      4;  // of each direction an operation, and what was posted for it

  void* take(std::size_t bytes) {
    if (bytes <= block_bytes)
      for (auto& block : blocks_)
        if (!std::exchange(block.used, true)) return block.bytes;
    return ::operator new(bytes);
  }
  void give(void* at) {
    for (auto& block : blocks_)
      if (at == block.bytes) {
        block.used = false;
        return;
      }
    ::operator delete(at);
  }

 private:
  struct Block {
    alignas(std::max_align_t) std::byte bytes[block_bytes];
    bool used = false;
  };
  std::array<Block, blocks> blocks_{};
};

/// The same as an allocator. Keeps the memory: operations may outlive their connection.
template <class T>
struct HandlerAllocator {
  using value_type = T;

  std::shared_ptr<HandlerMemory> memory;

  explicit HandlerAllocator(std::shared_ptr<HandlerMemory> m) : memory(std::move(m)) {}
  template <class U>
  HandlerAllocator(const HandlerAllocator<U>& other) : memory(other.memory) {}

  T* allocate(std::size_t n) { return static_cast<T*>(memory->take(n * sizeof(T))); }
  void deallocate(T* at, std::size_t) { memory->give(at); }
  template <class U>
  bool operator==(const HandlerAllocator<U>& other) const {
    return memory == other.memory;
  }
};

}  // namespace signalbox
