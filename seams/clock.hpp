#pragma once

#include "messages/time.hpp"

namespace signalbox {

/// Where time comes from. Rules never hold one: they are given the time with each event.
/// Any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual MonoTime mono() const = 0;
  virtual WallTime wall() const = 0;
};

}  // namespace signalbox
