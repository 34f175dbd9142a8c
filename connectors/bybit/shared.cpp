#include "connectors/bybit/shared.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace signalbox::bybit {
namespace {

Hosts required_hosts(const BybitConfig& config) {
  auto hosts = hosts_of(config.network, config.hosts);
  if (!hosts) throw std::invalid_argument(hosts.error().what);
  return *hosts;
}

/// Of the lowest grade of account: no answer names them all.
PacerOptions limits() {
  using Counts = PaceLimit::Counts;
  PacerOptions options;
  options.limits = {
      PaceLimit{.counts = Counts::orders, .window = std::chrono::seconds{1}, .most = 10},
      PaceLimit{.counts = Counts::weight, .window = std::chrono::seconds{1}, .most = 10},
      PaceLimit{.counts = Counts::requests, .window = std::chrono::seconds{5}, .most = 600}};
  return options;
}

// When the venue says "too fast" and not until when.
constexpr Duration hold_default = std::chrono::seconds{1};
constexpr Duration hold_max = std::chrono::seconds{10};

std::optional<WallTime> reset_time(std::string_view headers) {
  const auto text = header_value(headers, "X-Bapi-Limit-Reset-Timestamp");
  std::int64_t ms = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), ms);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size() || ms <= 0)
    return std::nullopt;
  return kit::wall_from_ms(ms);
}

}  // namespace

Shared::Shared(BybitConfig chosen, const World& world)
    : Core(chosen, limits(), world),
      config(std::move(chosen)),
      hosts(required_hosts(config)),
      writer(host_header(hosts.rest), config.api_key, config.api_secret),
      frames(markets) {}

Verdict Shared::judge_answer(const Reply& reply) {
  const auto said = answers.said(reply.body);
  const auto verdict = judge(reply.status, said);
  if (verdict.is_good()) return verdict;
  return heeded(verdict, reply.status, said.value_or(VenueError{}), reset_time(reply.headers));
}

Verdict Shared::verdict(const VenueError& error, std::optional<WallTime> comes_again) {
  constexpr int carried = 200;
  const auto verdict = judge(carried, error);
  return verdict.is_good() ? verdict : heeded(verdict, carried, error, comes_again);
}

Verdict Shared::heeded(const Verdict& verdict, int status, const VenueError& error,
                       std::optional<WallTime> comes_again) {
  const auto now = clock.mono();
  if (is_address_limit(error.code)) pacer.ban(now + settings.firewall_pause);
  if (is_pace_limit(error.code)) {
    const auto wait =
        comes_again && server_clock.is_set() ? Duration{*comes_again - venue_now()} : hold_default;
    pacer.hold(now + std::clamp<Duration>(wait, std::chrono::milliseconds{1}, hold_max));
  }
  return heed(verdict, status, error.text, config.api_key.reveal());
}

std::vector<std::string> Shared::settle_coins() const {
  std::vector<std::string> coins;
  for (std::size_t i = 0; i < markets.size(); ++i) {
    const auto& market = markets[static_cast<MarketIndex>(i)];
    if (market.category == Category::linear) coins.push_back(market.settle.str());
  }
  std::sort(coins.begin(), coins.end());
  coins.erase(std::unique(coins.begin(), coins.end()), coins.end());
  return coins;
}

}  // namespace signalbox::bybit
