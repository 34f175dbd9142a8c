#pragma once

#include <cstdint>

#include "messages/time.hpp"
#include "messages/value.hpp"

namespace signalbox {

/// Raised at each start. A write under an epoch that is not current is refused.
enum class Epoch : std::uint64_t { none = 0 };

/// The right to write to one account at its venue. The Gate lets a write pass only while it holds
/// a lease of the current epoch.
struct Lease {
  AccountName account;
  Epoch epoch = Epoch::none;
  MonoTime valid_until{};

  bool holds(Epoch current, MonoTime now) const {
    return epoch != Epoch::none && epoch == current && now < valid_until;
  }

  friend bool operator==(const Lease&, const Lease&) = default;
};

}  // namespace signalbox
