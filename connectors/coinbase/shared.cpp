#include "connectors/coinbase/shared.hpp"

#include <algorithm>
#include <stdexcept>

namespace signalbox::coinbase {
namespace {

Hosts required_hosts(const CoinbaseConfig& config) {
  auto hosts = hosts_of(config.network, config.hosts);
  if (!hosts) throw std::invalid_argument(hosts.error().what);
  return *hosts;
}

/// Of its pages on rate limits. Whether the hourly bound of the older API is enforced here is not
/// documented: it is kept.
PacerOptions limits() {
  using Counts = PaceLimit::Counts;
  PacerOptions options;
  options.limits = {
      PaceLimit{.counts = Counts::requests, .window = std::chrono::seconds{1}, .most = 30},
      PaceLimit{.counts = Counts::requests, .window = std::chrono::hours{1}, .most = 10'000},
      PaceLimit{.counts = Counts::weight, .window = std::chrono::seconds{1}, .most = 10}};
  return options;
}

constexpr Duration token_early = std::chrono::seconds{2};
constexpr Duration refill_pause = std::chrono::milliseconds{1};  // between two signatures
constexpr Duration refill_every = std::chrono::seconds{5};       // old ones are replaced

}  // namespace

Shared::Shared(CoinbaseConfig chosen, const World& world)
    : Core(chosen, limits(), world),
      config(std::move(chosen)),
      hosts(required_hosts(config)),
      writer(host_header(hosts.rest), config.api_key, config.api_secret, world.random),
      answers(markets),
      frames(markets),
      refill_(world.timers) {}

WallTime Shared::token_time() const {
  return venue_now() - std::max(token_early, server_clock.error());
}

void Shared::keep_tokens() {
  const bool more = server_clock.is_set() && writer.tokens().refill_one(token_time());
  refill_.set(clock.mono() + (more ? refill_pause : refill_every), [this] { keep_tokens(); });
}

Verdict Shared::judge_answer(const Reply& reply) {
  const auto said = answers.said(reply.body);
  const auto verdict = judge(reply.status, said ? &*said : nullptr);
  if (verdict.is_good()) return verdict;
  // A token that is late or early is refused as a wrong one is: the clock is measured again.
  if (verdict.refusal == Refusal::authentication) on_refusal(Refusal::clock);
  // Only a page that is not the venue's own comes from the firewall.
  const int status = said ? 0 : reply.status;
  return heed(verdict, status, said ? said->text : std::string_view{}, writer.key_name());
}

}  // namespace signalbox::coinbase
