#pragma once

#include <utility>

namespace signalbox {

/// What only the risk check can make: whoever holds one may open exposure. It exists in one
/// process only; it has no fields for a codec, so it cannot be received.
template <class T>
class Approved {
 public:
  const T& value() const { return value_; }
  const T* operator->() const { return &value_; }

 private:
  friend class Risk;
  explicit Approved(T value) : value_(std::move(value)) {}
  T value_;
};

}  // namespace signalbox
