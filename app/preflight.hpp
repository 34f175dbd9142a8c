#pragma once

#include <string>
#include <vector>

#include "app/engine.hpp"
#include "messages/time.hpp"

namespace signalbox {

/// One thing that was looked at.
struct VenueFinding {
  std::string what;   ///< "clock", "key and modes", "instrument BTC/USDT"
  std::string found;  ///< for people; holds no secret
  bool well = false;
};

struct PreflightOptions {
  /// For everything together; what has not come by then was not found.
  Duration within = std::chrono::seconds{30};
  /// How much of it is spent on ticker streams that say nothing once all else is known: a quiet
  /// market has nothing to tell.
  Duration quiet_max = std::chrono::seconds{3};
};

/// Looks at an account's venue as its connection does at each start, and at what it answers: the
/// way there, the clock, what the key may do, modes, the account's symbols, balances, positions,
/// open orders, the account's stream and each symbol's ticker. It reads only: nothing is placed,
/// changed or cancelled.
///
/// Blocks, on a thread that is no loop. Fails when no connection can be made of the account's
/// settings.
Result<std::vector<VenueFinding>> look_at(const AccountConfig& account, const VenueMakers& makers,
                                          PreflightOptions options = {});

}  // namespace signalbox
