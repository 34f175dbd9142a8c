#include "connectors/kraken/shared.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace signalbox::kraken {
namespace {

Hosts required_hosts(const KrakenConfig& config) {
  auto hosts = hosts_of(config.network, config.hosts);
  if (!hosts) throw std::invalid_argument(hosts.error().what);
  return *hosts;
}

NonceSource required_nonces(const KrakenConfig& config) {
  if (!config.nonces)
    throw std::invalid_argument("kraken: the key's nonce needs a place that outlives the process");
  auto source = NonceSource::make(*config.nonces);
  if (!source) throw std::invalid_argument(source.error().what);
  return *source;
}

/// The counter of the lowest grade holds 15 and loses one in three seconds. What never exceeds 15
/// in 45 s never exceeds the counter.
PacerOptions limits() {
  PacerOptions options;
  options.limits = {PaceLimit{
      .counts = PaceLimit::Counts::weight, .window = std::chrono::seconds{45}, .most = 15}};
  return options;
}

// The venue's clock tells whole seconds.
constexpr Duration clock_resolution = std::chrono::seconds{1};

// "Rate limit exceeded" names no end: a read or two fit again after this.
constexpr Duration hold_default = std::chrono::seconds{6};
constexpr Duration hold_max = std::chrono::minutes{2};

/// "EService: Throttled: 1688669597" says when to come again.
std::optional<WallTime> throttled_until(std::string_view text) {
  constexpr std::string_view mark = "Throttled:";
  const auto at = text.find(mark);
  if (at == text.npos) return std::nullopt;
  auto digits = text.substr(at + mark.size());
  while (digits.starts_with(' ')) digits.remove_prefix(1);
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), seconds);
  constexpr std::int64_t year_2255 = 9'000'000'000;
  if (error != std::errc{} || seconds <= 0 || seconds > year_2255) return std::nullopt;
  return WallTime{std::chrono::seconds{seconds}};
}

}  // namespace

Shared::Shared(KrakenConfig chosen, const World& world)
    : Core(chosen, limits(), world, clock_resolution),
      config(std::move(chosen)),
      hosts(required_hosts(config)),
      nonces(required_nonces(config)),
      writer(host_header(hosts.rest), config.api_key, config.api_secret, nonces),
      known(markets) {}

// ---- the way out ----

void Shared::send(Ask ask) {
  constexpr std::uint64_t in_order = 1;
  ask.route.key = in_order;
  send_signed(std::make_shared<Ask>(std::move(ask)), nonce_tries_max);
}

void Shared::ask(std::uint32_t weight, std::function<RequestBytes()> write, ReplyHandler done) {
  Ask one;
  one.who = own_reads.who;
  one.cost.weight = weight;
  one.deadline = one_within();
  one.write = std::move(write);
  one.done = std::move(done);
  send(std::move(one));
}

bool Shared::nonce_was_late(const Reply& reply) {
  if (!reply.succeeded()) return false;
  const auto said = answers.said(reply.body);
  return said && said->text.starts_with("EAPI:Invalid nonce");
}

void Shared::send_signed(std::shared_ptr<Ask> ask, int tries) {
  auto one = *ask;
  one.done = [this, ask, tries](const Reply& reply) {
    if (tries > 1 && clock.mono() < ask->deadline && nonce_was_late(reply))
      return send_signed(ask, tries - 1);
    ask->done(reply);
  };
  rest.send(std::move(one));
}

// ---- what it means ----

Verdict Shared::judge_answer(const Reply& reply) {
  const auto said = answers.said(reply.body);
  const auto verdict = judge(reply.status, said);
  if (verdict.is_good()) return verdict;
  return heeded(verdict, reply.status, said ? said->text : std::string_view{});
}

Verdict Shared::verdict(std::string_view error_text) {
  constexpr int carried = 200;
  const auto verdict = judge(error_text);
  return verdict.is_good() ? verdict : heeded(verdict, carried, error_text);
}

Verdict Shared::heeded(const Verdict& verdict, int status, std::string_view text) {
  const auto now = clock.mono();
  // Repeated calls make a lock longer, and its length is not told.
  if (verdict.refusal == Refusal::banned) pacer.ban(now + settings.firewall_pause);
  // The counter of orders has a pair of its own and holds nothing else up.
  if (verdict.refusal == Refusal::rate_limited && !text.starts_with("EOrder")) {
    const auto until = throttled_until(text);
    const auto wait =
        until && server_clock.is_set() ? Duration{*until - venue_now()} : hold_default;
    pacer.hold(now + std::clamp<Duration>(wait, std::chrono::milliseconds{1}, hold_max));
  }
  return heed(verdict, status, text, config.api_key.reveal());
}

}  // namespace signalbox::kraken
