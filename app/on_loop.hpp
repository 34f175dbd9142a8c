#pragma once

#include <future>
#include <type_traits>

#include "actors/runtime/loop.hpp"

namespace signalbox {

/// Runs `work` on a loop and waits for its answer. Never call it on that loop.
template <class F>
auto on_loop(Loop& loop, F work) {
  using R = decltype(work());
  std::promise<R> promise;
  auto future = promise.get_future();
  loop.post([&] {
    if constexpr (std::is_void_v<R>) {
      work();
      promise.set_value();
    } else {
      promise.set_value(work());
    }
  });
  return future.get();
}

}  // namespace signalbox
