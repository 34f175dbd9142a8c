#include "simulator/bybit/limits.hpp"

#include "simulator/bybit/words.hpp"

namespace signalbox::simulator::bybit {

std::uint32_t& Limits::used(Window& window, WallTime now, Duration length) {
  const auto current = ns(now) / length.count();
  if (current != window.number) window = {current, 0};
  return window.used;
}

bool Limits::admit(std::string_view peer, WallTime now) {
  constexpr std::size_t addresses_max = 10'000;
  if (addresses_.size() == addresses_max) addresses_.clear();
  auto& address = addresses_[std::string{peer}];
  if (now < address.banned_until) {
    ++while_banned_;
    return false;
  }
  if (++used(address.window, now, std::chrono::seconds{5}) <= settings_.address_per_5s) return true;
  address.banned_until = now + settings_.ban;
  return false;
}

Limits::Left Limits::take(AccountId account, Pool pool, WallTime now) {
  const auto quota = settings_.per_second[static_cast<std::size_t>(pool)];
  if (quota == 0) return {};
  auto& taken = used(pools_[{account, pool}], now, std::chrono::seconds{1});
  if (taken == quota) {
    const auto next = std::chrono::floor<std::chrono::seconds>(now) + std::chrono::seconds{1};
    return {quota, 0, true, ms(next)};
  }
  ++taken;
  return {quota, quota - taken, false, ms(now)};
}

}  // namespace signalbox::simulator::bybit
