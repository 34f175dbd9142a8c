#include "connectors/binance/shared.hpp"

#include <stdexcept>

namespace signalbox::binance {
namespace {

Hosts required_hosts(const BinanceConfig& config) {
  auto hosts = hosts_of(config.network, config.hosts);
  if (!hosts) throw std::invalid_argument(hosts.error().what);
  return *hosts;
}

/// Until exchangeInfo tells: well below anything the venue has published.
PacerOptions first_limits() {
  PacerOptions options;
  options.limits = {PaceLimit{.counts = PaceLimit::Counts::weight,
                              .window = std::chrono::minutes{1},
                              .most = 1200,
                              .used_header = "X-MBX-USED-WEIGHT-1M"},
                    PaceLimit{.counts = PaceLimit::Counts::orders,
                              .window = std::chrono::seconds{10},
                              .most = 50,
                              .used_header = "X-MBX-ORDER-COUNT-10S"}};
  return options;
}

}  // namespace

Shared::Shared(BinanceConfig chosen, const Clock& clock_, Timers& timers_, Random& random_)
    : config(std::move(chosen)),
      clock(clock_),
      timers(timers_),
      random(random_),
      hosts(required_hosts(config)),
      pacer(first_limits()),
      writer(host_header(hosts.rest), config.api_key, config.api_secret),
      answers(markets),
      frames(markets),
      reports(clock_),
      rest(clock_, timers_, pacer),
      post_timer_(timers_) {
  pacer.remember(*config.pacer_memory, clock.mono(), clock.wall());
}

Verdict Shared::verdict(const Reply& reply) {
  if (reply.kind == Reply::Kind::unknown)
    return {Outcome::unknown, Refusal::none, 0, shown(reply.why)};
  if (reply.kind == Reply::Kind::refused)
    return {Outcome::refused, reply.rejection.refusal, 0, reply.rejection.detail};
  return verdict(reply.status, answers.error(reply.body));
}

Verdict Shared::verdict(int status, const VenueError& error) {
  auto result = judge(status, error);
  // Nothing the venue sends back may carry our key into a log.
  if (error.text.find(config.api_key.reveal()) != error.text.npos)
    result.detail = Detail{"text withheld: it repeats the key"};
  const auto now = clock.mono();
  if (const auto until = banned_until(error.text))
    pacer.ban(now + (*until - (server_clock.is_set() ? venue_now() : clock.wall())));
  constexpr int firewall = 403;
  if (status == firewall) pacer.ban(now + config.firewall_pause);
  remember_pauses();
  if (result.outcome == Outcome::refused) on_refusal(result.refusal);
  return result;
}

void Shared::remember_pauses() { *config.pacer_memory = pacer.memory(clock.mono(), clock.wall()); }

void Shared::post(std::function<void()> call) {
  posted_.push_back(std::move(call));
  if (post_timer_.is_set()) return;
  post_timer_.set(clock.mono(), [this] {
    const auto calls = std::exchange(posted_, {});
    for (const auto& each : calls) each();
  });
}

void Shared::ask(std::uint32_t weight_, std::function<RequestBytes()> write, ReplyHandler done) {
  Ask one;
  one.cost.weight = weight_;
  one.deadline = clock.mono() + config.request_within;
  one.write = std::move(write);
  one.done = std::move(done);
  rest.send(std::move(one));
}

}  // namespace signalbox::binance
