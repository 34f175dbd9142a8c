#include "actors/runtime/runtime.hpp"

#include <caf/actor_system.hpp>
#include <caf/exit_reason.hpp>
#include <caf/send.hpp>
#include <cassert>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <unordered_set>
#include <utility>

#include "actors/runtime/coordinator.hpp"
#include "actors/runtime/steady_clock.hpp"
#include "actors/runtime/system_config.hpp"
#include "actors/runtime/thread_setup.hpp"

namespace signalbox {
namespace {

/// How long killed actors may take: a kill waits only for the handler that is running.
constexpr Duration kill_within = std::chrono::seconds{1};
/// How often `stop` looks again for actors that were spawned meanwhile.
constexpr Duration look_every = std::chrono::milliseconds{2};

}  // namespace

struct Runtime::Impl {
  explicit Impl(RuntimeOptions chosen) : options(std::move(chosen)), config(options.on_incident) {
    if (options.hot.empty()) throw std::invalid_argument("runtime: needs at least one hot loop");
    for (const auto& hot : options.hot) loops.push_back(std::make_unique<Loop>(hot));
    loops.push_back(std::make_unique<Loop>(options.cold));
    for (const auto& loop : loops) config.loops.push_back(loop.get());
    config.direct = options.direct;
    config.load<Coordinator>();
    system.emplace(config);
    system->await_actors_before_shutdown(false);  // `stop` has its own bound
    for (const auto& loop : loops)
      if (!loop->options().external) threads.emplace_back([this, l = loop.get()] { run(*l); });
  }

  void run(Loop& loop) {
    name_this_thread(loop.options().name);
    if (const auto cpu = loop.options().cpu; cpu && !pin_this_thread(*cpu))
      config.incidents.report({Incident::Kind::crashed, loop.options().name, 0,
                               "cannot pin the loop to CPU " + std::to_string(*cpu)});
    system->thread_started();
    loop.run();
    system->thread_terminates();
  }

  LoopUnit& unit(std::size_t index) { return Coordinator::of(*system)->unit(index); }

  /// Sends `reason` to every running actor once, also to those that appear meanwhile. False when
  /// some still run after `within`.
  bool end_actors(caf::exit_reason reason, Duration within) {
    std::unordered_set<caf::actor_id> told;
    const MonoTime until = SteadyClock::now() + within;
    do {
      for (const auto& actor : config.roster->running())
        if (told.insert(actor->id()).second) caf::anon_send_exit(actor, reason);
      turn_external_loops();
      if (config.roster->wait_until_none_runs(look_every)) return true;
    } while (SteadyClock::now() < until);
    return false;
  }

  void turn_external_loops() {
    for (const auto& loop : loops)
      if (loop->options().external)
        for (auto until = SteadyClock::now() + look_every;
             loop->poll() && SteadyClock::now() < until;) {
        }
  }

  void stop() {
    if (std::exchange(stopped, true)) return;
    assert(!Loop::current());
    if (!end_actors(caf::exit_reason::user_shutdown, options.stop_within))
      end_actors(caf::exit_reason::kill, kill_within);
    for (const auto& loop : loops) loop->stop();
    for (auto& thread : threads) thread.join();
    Coordinator::of(*system)->finish();
  }

  RuntimeOptions options;
  SystemConfig config;
  std::vector<std::unique_ptr<Loop>> loops;
  std::optional<caf::actor_system> system;
  std::vector<std::thread> threads;
  bool stopped = false;
};

Runtime::Runtime(RuntimeOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}

Runtime::~Runtime() {
  stop();
  impl_->system.reset();  // runs what is left on this thread, while the loops still exist
}

caf::actor_system& Runtime::system() { return *impl_->system; }

LoopUnit* Runtime::hot(std::size_t index) {
  if (index >= impl_->options.hot.size()) throw std::out_of_range("runtime: no such hot loop");
  return &impl_->unit(index);
}

LoopUnit* Runtime::cold() { return &impl_->unit(impl_->loops.size() - 1); }
Loop& Runtime::hot_loop(std::size_t index) { return hot(index)->loop(); }
Loop& Runtime::cold_loop() { return *impl_->loops.back(); }

IncidentCounts Runtime::incidents() const { return impl_->config.incidents.counts(); }
std::size_t Runtime::running_actors() const { return impl_->config.roster->running_count(); }
std::size_t Runtime::actor_objects() const { return impl_->config.roster->object_count(); }

void Runtime::stop() { impl_->stop(); }

}  // namespace signalbox
