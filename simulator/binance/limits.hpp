#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "messages/time.hpp"
#include "simulator/binance/error.hpp"

namespace signalbox::simulator::binance {

struct LimitSettings {
  std::uint32_t weight_per_minute = 6000;  ///< per address
  std::uint32_t orders_per_10s = 100;      ///< per account
  std::uint32_t orders_per_day = 200'000;
  std::uint32_t strikes_until_ban = 5;  ///< requests sent although 429 was answered
  Duration first_ban = std::chrono::minutes{2};
  Duration longest_ban = std::chrono::hours{72};
};

/// Request weights by address, order counts by account, and the way from 429 to a ban. Windows are
/// aligned to the clock, as the venue's are.
class Limits {
 public:
  explicit Limits(LimitSettings settings) : settings_(settings) {}

  /// Counts a request; an error when it is over the limit or the address is banned.
  std::optional<ApiError> charge(std::string_view peer, std::uint32_t weight, WallTime now);
  void refund(std::string_view peer, std::uint32_t weight);
  std::uint32_t used_weight(std::string_view peer, WallTime now);

  std::optional<ApiError> why_no_orders(AccountId account, std::uint32_t count, WallTime now);
  void count_orders(AccountId account, std::uint32_t count, WallTime now);
  /// A fill gives the count back.
  void uncount_order(AccountId account, WallTime now);
  std::uint32_t orders_10s(AccountId account, WallTime now);
  std::uint32_t orders_day(AccountId account, WallTime now);

  /// And what it is told.
  ApiError ban(std::string_view peer, Duration for_time, WallTime now);
  const LimitSettings& settings() const { return settings_; }
  /// Requests that came although their address was banned: a client must have none.
  std::uint64_t requests_while_banned() const { return while_banned_; }

 private:
  struct Window {
    std::int64_t number = -1;
    std::uint32_t used = 0;
    std::uint32_t& at(WallTime now, Duration length);
  };
  struct Address {
    Window weight;
    std::uint32_t strikes = 0;
    std::uint32_t bans = 0;
    WallTime banned_until{};
  };
  struct Counts {
    Window ten_seconds;
    Window day;
  };
  static constexpr std::size_t addresses_max = 10'000;

  Address& address(std::string_view peer);
  ApiError banned(const Address& address, WallTime now) const;

  LimitSettings settings_;
  std::map<std::string, Address, std::less<>> addresses_;
  std::map<AccountId, Counts> counts_;
  std::uint64_t while_banned_ = 0;
};

}  // namespace signalbox::simulator::binance
