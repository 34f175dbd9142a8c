#include "connectors/kit/core.hpp"
#include "messages/plant.hpp"

namespace signalbox::kit {
namespace {

constexpr int firewall = 403;

}  // namespace

Core::Core(const LinkSettings& chosen, PacerOptions limits, const World& world,
           Duration clock_resolution)
    : settings(chosen),
      clock(world.clock),
      timers(world.timers),
      random(world.random),
      server_clock(clock_resolution),
      pacer(std::move(limits)),
      reports(world.clock),
      rest(world.clock, world.timers, pacer),
      own_reads{.within = chosen.step_within},
      posts_(world.clock, world.timers) {
  pacer.remember(settings.pauses->get(clock.wall()), clock.mono(), clock.wall());
}

void Core::handshake_refused(int http_status) {
  if (!settings.refused_handshake_is_ban || http_status != firewall) return;
  pacer.ban(clock.mono() + settings.firewall_pause);
  remember_pauses();
}

Verdict Core::verdict(const Reply& reply) {
  if (reply.kind == Reply::Kind::unknown) return not_known(reply.why);
  if (reply.kind == Reply::Kind::refused)
    return {Outcome::refused, reply.rejection.refusal, 0, reply.rejection.detail};
  return judge_answer(reply);
}

Verdict Core::heed(Verdict verdict, int http_status, std::string_view said, std::string_view secret,
                   std::optional<WallTime> banned_until) {
  // Nothing the venue sends back may carry our key into a log.
  if (said.find(secret) != said.npos && !SIGNALBOX_PLANTED(repeated_key_not_withheld))
    verdict.detail = Detail{"text withheld: it repeats the key"};
  const auto now = clock.mono();
  // Our wall clock may be anywhere: before the venue's time is known, the pause that a 418 or 429
  // names is believed, and nothing else where there is one.
  constexpr int too_many = 429;
  constexpr int banned = 418;
  if (banned_until && server_clock.is_set())
    pacer.ban(now + (*banned_until - venue_now()));
  else if (banned_until && http_status != too_many && http_status != banned)
    pacer.ban(now + (*banned_until - clock.wall()));
  if (http_status == firewall) pacer.ban(now + settings.firewall_pause);
  remember_pauses();
  if (verdict.outcome == Outcome::refused) on_refusal(verdict.refusal);
  return verdict;
}

void Core::remember_pauses() {
  settings.pauses->keep(pacer.memory(clock.mono(), clock.wall()), clock.wall());
}

void Core::ask(std::uint32_t weight, std::function<RequestBytes()> write, ReplyHandler done) {
  Ask one;
  one.who = own_reads.who;
  one.cost.weight = weight;
  one.deadline = one_within();
  one.write = std::move(write);
  one.done = std::move(done);
  rest.send(std::move(one));
}

}  // namespace signalbox::kit
