#include "connectors/okx/shared.hpp"

#include <stdexcept>

namespace signalbox::okx {
namespace {

// Every limit of the venue counts in windows of this length.
constexpr Duration window = std::chrono::seconds{2};

Hosts required_hosts(const OkxConfig& config) {
  auto hosts = hosts_of(config.network, config.region, config.hosts);
  if (!hosts) throw std::invalid_argument(hosts.error().what);
  return *hosts;
}

/// The venue sends no counts and no Retry-After.
PacerOptions limits() {
  PacerOptions options;
  options.limits = {
      PaceLimit{.counts = PaceLimit::Counts::weight, .window = window, .most = 60},
      PaceLimit{.counts = PaceLimit::Counts::orders, .window = window, .most = 60},
  };
  options.hold_default = window;
  return options;
}

Credentials credentials_of(OkxConfig& config) {
  return {std::move(config.api_key), std::move(config.api_secret), std::move(config.passphrase)};
}

}  // namespace

Shared::Shared(OkxConfig chosen, const World& world)
    : Core(chosen, limits(), world),
      config(std::move(chosen)),
      hosts(required_hosts(config)),
      writer(host_header(hosts.rest), config.network, credentials_of(config)),
      answers(markets),
      frames(markets) {
  writer.modes().swap = config.swap_mode;
}

Verdict Shared::judge_answer(const Reply& reply) {
  return verdict(reply.status, answers.error(reply.body));
}

Verdict Shared::verdict(int status, const VenueError& error) {
  const auto judged = judge(status, error);
  if (judged.is_good()) return judged;
  // Said with a plain 200 as often as with a 429.
  if (judged.refusal == Refusal::rate_limited) pacer.hold(clock.mono() + window);
  return heed(judged, status, error.text, writer.key());
}

}  // namespace signalbox::okx
