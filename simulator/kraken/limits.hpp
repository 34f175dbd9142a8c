#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "simulator/engine/types.hpp"

namespace signalbox::simulator::kraken {

/// Of the venue's lowest grade. Levels run down by so much a second, in hundredths.
struct LimitSettings {
  std::int64_t calls_most = 15;
  std::int64_t calls_decay = 33;
  std::int64_t pair_most = 60;
  std::int64_t pair_decay = 100;
  Duration lockout = std::chrono::minutes{15};
};

/// A key's counter of REST calls, an account's counter of orders on each pair, and lockouts.
class Limits {
 public:
  explicit Limits(const LimitSettings& settings) : settings_(settings) {}

  /// False: locked out; who comes all the same is counted.
  bool admit(std::string_view peer, WallTime now) {
    const auto found = locked_.find(peer);
    if (found == locked_.end() || found->second <= now) return true;
    ++while_locked_;
    return false;
  }
  void lock(std::string_view peer, Duration for_time, WallTime now) {
    locked_[std::string{peer}] = now + for_time;
  }
  std::uint64_t requests_while_banned() const { return while_locked_; }
  const LimitSettings& settings() const { return settings_; }

  /// False: too much.
  bool call(AccountId account, std::int64_t cost, WallTime now) {
    return add(calls_[account], cost, settings_.calls_most, settings_.calls_decay, now);
  }
  bool order(AccountId account, MarketId market, std::int64_t cost, WallTime now) {
    return add(pairs_[{account, market}], cost, settings_.pair_most, settings_.pair_decay, now);
  }

 private:
  struct Level {
    double level = 0;
    WallTime at{};
  };
  static bool add(Level& level, std::int64_t cost, std::int64_t most, std::int64_t decay,
                  WallTime now) {
    // A clock that was set back gives nothing back and takes nothing.
    const auto seconds = std::max(0.0, std::chrono::duration<double>(now - level.at).count());
    level.level = std::max(0.0, level.level - seconds * static_cast<double>(decay) / 100);
    level.at = now;
    if (level.level + static_cast<double>(cost) > static_cast<double>(most)) return false;
    level.level += static_cast<double>(cost);
    return true;
  }

  LimitSettings settings_;
  std::map<std::string, WallTime, std::less<>> locked_;
  std::map<AccountId, Level> calls_;
  std::map<std::pair<AccountId, MarketId>, Level> pairs_;
  std::uint64_t while_locked_ = 0;
};

}  // namespace signalbox::simulator::kraken
