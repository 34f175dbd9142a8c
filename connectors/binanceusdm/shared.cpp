#include "connectors/binanceusdm/shared.hpp"

#include <stdexcept>

namespace signalbox::binanceusdm {
namespace {

Hosts required_hosts(const BinanceUsdmConfig& config) {
  auto hosts = binanceusdm::hosts_of(config.network, config.hosts);
  if (!hosts) throw std::invalid_argument(hosts.error().what);
  return *hosts;
}

/// Until exchangeInfo tells: half of what the venue has published.
/// Of what we send: what the venue counts, with all that an earlier process sent, says nothing
/// against a guess.
PacerOptions first_limits() {
  PacerOptions options;
  options.limits = {PaceLimit{.counts = PaceLimit::Counts::weight,
                              .window = std::chrono::minutes{1},
                              .most = 1200,
                              .used_header = {}},
                    PaceLimit{.counts = PaceLimit::Counts::orders,
                              .window = std::chrono::seconds{10},
                              .most = 150,
                              .used_header = {}}};
  return options;
}

}  // namespace

Shared::Shared(BinanceUsdmConfig chosen, const World& world)
    : Core(chosen, first_limits(), world),
      config(std::move(chosen)),
      hosts(required_hosts(config)),
      writer(binance::host_header(hosts.rest), config.api_key, config.api_secret),
      answers(markets),
      frames(markets) {}

Verdict Shared::judge_answer(const Reply& reply) {
  if (reply.succeeded()) return good();
  return verdict(reply.status, answers.error(reply.body));
}

Verdict Shared::verdict(int status, const VenueError& error) {
  if (is_no_change(error)) return good();
  return heed(judge(status, error), status, error.text, config.api_key.reveal(),
              binance::banned_until(error.text));
}

}  // namespace signalbox::binanceusdm
