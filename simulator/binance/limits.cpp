#include "simulator/binance/limits.hpp"

#include <algorithm>

namespace signalbox::simulator::binance {
namespace {

using namespace std::chrono_literals;

std::uint32_t seconds_until(WallTime then, WallTime now) {
  return static_cast<std::uint32_t>(
      std::max<std::int64_t>(1, std::chrono::ceil<std::chrono::seconds>(then - now).count()));
}

}  // namespace

std::uint32_t& Limits::Window::at(WallTime now, Duration length) {
  const auto current = ns(now) / length.count();
  if (current != number) used = 0;
  number = current;
  return used;
}

Limits::Address& Limits::address(std::string_view peer) {
  const auto found = addresses_.find(peer);
  if (found != addresses_.end()) return found->second;
  if (addresses_.size() == addresses_max) addresses_.erase(addresses_.begin());
  return addresses_[std::string{peer}];
}

ApiError Limits::banned(const Address& a, WallTime now) const {
  const auto until =
      std::chrono::duration_cast<std::chrono::milliseconds>(a.banned_until.time_since_epoch());
  return {418,
          -1003,
          fmt::format("Way too much request weight used; IP banned until {}. Please use WebSocket "
                      "Streams for live updates to avoid bans.",
                      until.count()),
          {},
          seconds_until(a.banned_until, now)};
}

ApiError Limits::ban(std::string_view peer, Duration for_time, WallTime now) {
  auto& a = address(peer);
  a.banned_until = now + for_time;
  a.strikes = 0;
  ++a.bans;
  return banned(a, now);
}

std::optional<ApiError> Limits::charge(std::string_view peer, std::uint32_t weight, WallTime now) {
  auto& a = address(peer);
  if (now < a.banned_until) {
    ++while_banned_;
    return banned(a, now);
  }
  auto& used = a.weight.at(now, 1min);
  if (used + weight <= settings_.weight_per_minute) {
    used += weight;
    return std::nullopt;
  }
  if (++a.strikes > settings_.strikes_until_ban) {
    const auto length = settings_.first_ban * (std::int64_t{1} << std::min(a.bans, 16U));
    return ban(peer, std::min<Duration>(length, settings_.longest_ban), now);
  }
  const WallTime next_minute{std::chrono::floor<std::chrono::minutes>(now) + 1min};
  return ApiError{429,
                  -1003,
                  fmt::format("Too much request weight used; current limit is {} request weight "
                              "per 1 MINUTE. Please use WebSocket Streams for live updates to "
                              "avoid polling the API.",
                              settings_.weight_per_minute),
                  {},
                  seconds_until(next_minute, now)};
}

void Limits::refund(std::string_view peer, std::uint32_t weight) {
  auto& used = address(peer).weight.used;
  used -= std::min(used, weight);
}

std::uint32_t Limits::used_weight(std::string_view peer, WallTime now) {
  return address(peer).weight.at(now, 1min);
}

std::uint32_t Limits::orders_10s(AccountId account, WallTime now) {
  return counts_[account].ten_seconds.at(now, 10s);
}

std::uint32_t Limits::orders_day(AccountId account, WallTime now) {
  return counts_[account].day.at(now, 24h);
}

std::optional<ApiError> Limits::why_no_orders(AccountId account, std::uint32_t count,
                                              WallTime now) {
  const auto refuse = [](std::uint32_t limit, std::string_view interval) {
    return ApiError{
        429,
        -1015,
        fmt::format("Too many new orders; current limit is {} orders per {}.", limit, interval),
        {},
        0};
  };
  if (orders_10s(account, now) + count > settings_.orders_per_10s)
    return refuse(settings_.orders_per_10s, "10 SECOND");
  if (orders_day(account, now) + count > settings_.orders_per_day)
    return refuse(settings_.orders_per_day, "1 DAY");
  return std::nullopt;
}

void Limits::count_orders(AccountId account, std::uint32_t count, WallTime now) {
  counts_[account].ten_seconds.at(now, 10s) += count;
  counts_[account].day.at(now, 24h) += count;
}

void Limits::uncount_order(AccountId account, WallTime now) {
  auto& c = counts_[account];
  auto& ten = c.ten_seconds.at(now, 10s);
  auto& day = c.day.at(now, 24h);
  ten -= std::min(ten, 1U);
  day -= std::min(day, 1U);
}

}  // namespace signalbox::simulator::binance
