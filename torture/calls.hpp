#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace signalbox::torture {

/// A system call that the journal or a socket is served with.
struct Call {
  /// What it changes outside the process. A read is worth a kill only once it has taken something.
  enum class Kind : std::uint8_t { write, read };
  /// Which argument tells what it works on.
  enum class Object : std::uint8_t { descriptor, path };

  int number;
  std::string_view name;
  Kind kind;
  Object object = Object::descriptor;
};

std::span<const Call> watched_calls();
const Call* find_call(std::uint64_t number);

/// From now on the calling thread, and what it starts, stops for its tracer at each of them.
bool stop_at_watched_calls();

}  // namespace signalbox::torture
