#include "tests/support/stage.hpp"

#include <algorithm>
#include <caf/exit_reason.hpp>
#include <caf/scheduler/test_coordinator.hpp>
#include <stdexcept>

#include "actors/runtime/steady_clock.hpp"
#include "actors/runtime/system_config.hpp"

namespace signalbox::test {
namespace {

class DrawnDirect final : public DirectPolicy {
 public:
  DrawnDirect(StageOptions::Direct how, Random& random) : how_(how), random_(random) {}
  bool direct() override {
    if (how_ == StageOptions::Direct::drawn) return random_.next() % 2 == 0;
    return how_ == StageOptions::Direct::always;
  }

 private:
  StageOptions::Direct how_;
  Random& random_;
};

/// FNV-1a: the same on every machine and in every run, unlike std::hash.
class TraceHash {
 public:
  void add(std::string_view text) {
    for (const char c : text) {
      value_ ^= static_cast<unsigned char>(c);
      value_ *= 0x100000001b3ULL;
    }
  }
  std::uint64_t value() const { return value_; }

 private:
  std::uint64_t value_ = 0xcbf29ce484222325ULL;
};

// Three independent streams from one seed: drawing more of one does not shift the others.
constexpr std::uint64_t schedule_stream = 0x9e3779b97f4a7c15ULL;
constexpr std::uint64_t direct_stream = 0xbf58476d1ce4e5b9ULL;

}  // namespace

struct Stage::Impl {
  explicit Impl(StageOptions chosen)
      : options(chosen),
        random(chosen.seed),
        schedule(chosen.seed ^ schedule_stream),
        direct_draws(chosen.seed ^ direct_stream),
        direct(chosen.direct, direct_draws),
        config([this](const Incident& incident) { incidents.push_back(incident); }) {
    config.set("scheduler.policy", caf::atom("testing"));
    config.direct = &direct;
    system.emplace(config);
    system->await_actors_before_shutdown(false);  // the stage stops them; nobody else runs them
    clock.advance_to(caf_now());
  }

  caf::scheduler::test_coordinator& scheduler() {
    return dynamic_cast<caf::scheduler::test_coordinator&>(system->scheduler());
  }
  MonoTime caf_now() { return SteadyClock::from(scheduler().clock().current_time); }

  /// One message of one ready actor, chosen by the seed.
  bool step() {
    auto& jobs = scheduler().jobs;
    if (jobs.empty()) return false;
    const auto chosen = static_cast<std::ptrdiff_t>(schedule.next() % jobs.size());
    std::rotate(jobs.begin(), jobs.begin() + chosen, jobs.begin() + chosen + 1);
    note_next();
    scheduler().run_once();
    return true;
  }

  void note_next() {
    auto* actor = dynamic_cast<caf::scheduled_actor*>(scheduler().jobs.front());
    if (!actor) return;
    std::string line =
        std::to_string(ns(clock.mono())) + " " + actor->name() + "#" + std::to_string(actor->id());
    if (const auto* message = actor->peek_at_next_mailbox_element()) {
      for (std::size_t i = 0; i < message->content().size(); ++i) {
        const auto [number, cpp_type] = message->content().type(i);
        line += ' ';
        line += cpp_type ? cpp_type->name() : std::to_string(number);
      }
    }
    line += '\n';
    hash.add(line);
    if (options.keep_trace) trace.push_back(std::move(line));
  }

  void advance_to(MonoTime t) {
    const Duration by = t - clock.mono();
    clock.advance_to(t);
    scheduler().advance_time(by);
  }

  /// Delayed messages whose time is now.
  bool ship_due() { return scheduler().advance_time(Duration::zero()) > 0; }

  std::optional<MonoTime> next_due() {
    auto due = timers.next_due();
    const auto& delayed = scheduler().clock().schedule();
    if (!delayed.empty()) {
      const MonoTime first = SteadyClock::from(delayed.begin()->first);
      due = due ? std::min(*due, first) : first;
    }
    return due;
  }

  StageOptions options;
  VirtualClock clock;
  VirtualTimers timers;
  SeededRandom random;
  SeededRandom schedule;
  SeededRandom direct_draws;
  DrawnDirect direct;
  std::vector<Incident> incidents;
  SystemConfig config;
  std::optional<caf::actor_system> system;
  std::vector<caf::weak_actor_ptr> held;
  TraceHash hash;
  std::vector<std::string> trace;
};

Stage::Stage(StageOptions options) : impl_(std::make_unique<Impl>(options)) {}

Stage::~Stage() {
  impl_->timers.clear();
  impl_->scheduler().clock().cancel_all();
  for (const auto& actor : impl_->config.roster->running())
    caf::anon_send_exit(actor, caf::exit_reason::kill);
  for (const auto& weak : impl_->held)
    if (const auto actor = weak.lock()) caf::anon_send_exit(actor, caf::exit_reason::kill);
  for (std::size_t i = 0; i < impl_->options.steps_max && impl_->step(); ++i) {
  }
  impl_->scheduler().clock().cancel_all();  // what dying actors asked for
}

caf::actor_system& Stage::system() { return *impl_->system; }
VirtualClock& Stage::clock() { return impl_->clock; }
VirtualTimers& Stage::timers() { return impl_->timers; }
Random& Stage::random() { return impl_->random; }

std::size_t Stage::run() {
  std::size_t steps = 0;
  while (impl_->timers.fire_one(impl_->clock.mono()) || impl_->step() || impl_->ship_due())
    if (++steps > impl_->options.steps_max)
      throw std::runtime_error("the stage does not come to rest");
  return steps;
}

void Stage::pass(Duration d) {
  const MonoTime until = impl_->clock.mono() + d;
  run();
  for (auto due = impl_->next_due(); due && *due <= until; due = impl_->next_due()) {
    impl_->advance_to(std::max(*due, impl_->clock.mono()));
    run();
  }
  if (until > impl_->clock.mono()) impl_->advance_to(until);
}

void Stage::stall(Duration d) { impl_->advance_to(impl_->clock.mono() + d); }

void Stage::hold(const caf::strong_actor_ptr& actor) { impl_->held.emplace_back(actor.get()); }

void Stage::end(const caf::strong_actor_ptr& actor) {
  caf::anon_send_exit(actor, caf::exit_reason::user_shutdown);
  run();
}

std::shared_ptr<const std::optional<caf::error>> Stage::watch_end(
    const caf::strong_actor_ptr& actor) {
  auto end = std::make_shared<std::optional<caf::error>>();
  actor->get()->attach_functor([end](const caf::error& reason) { *end = reason; });
  return end;
}

const std::vector<Incident>& Stage::incidents() const { return impl_->incidents; }
std::size_t Stage::actor_objects() const { return impl_->config.roster->object_count(); }
std::size_t Stage::running_actors() const { return impl_->config.roster->running_count(); }
std::uint64_t Stage::trace_hash() const { return impl_->hash.value(); }
const std::vector<std::string>& Stage::trace() const { return impl_->trace; }

}  // namespace signalbox::test
