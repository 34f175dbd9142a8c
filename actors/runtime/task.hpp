#pragma once

namespace signalbox {

/// A call without an allocation: a plain function and the two pointers it wants.
struct Task {
  void (*run)(void* owner, void* what) = nullptr;
  void* owner = nullptr;
  void* what = nullptr;

  void operator()() const { run(owner, what); }
};

}  // namespace signalbox
