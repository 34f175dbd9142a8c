#include "actors/runtime/supervisor.hpp"

#include <algorithm>
#include <caf/event_based_actor.hpp>
#include <caf/exit_reason.hpp>
#include <caf/send.hpp>
#include <caf/system_messages.hpp>
#include <exception>
#include <utility>

#include "actors/runtime/exit_reasons.hpp"
#include "actors/runtime/pinned.hpp"
#include "actors/runtime/spawn.hpp"
#include "messages/plant.hpp"

namespace signalbox::supervision {

/// The generation tells a due restart from one that something else has overtaken.
struct RestartDue {
  std::string name;
  std::uint64_t generation = 0;
};
struct StopDue {};

}  // namespace signalbox::supervision

SIGNALBOX_ACTOR_MESSAGE(signalbox::supervision::RestartDue)
SIGNALBOX_ACTOR_MESSAGE(signalbox::supervision::StopDue)

namespace signalbox {
namespace {

using supervision::RestartDue;
using supervision::StopDue;
using Kind = SupervisionEvent::Kind;

struct Child {
  /// What its death means: a fault, or something that was asked for.
  enum class OnDeath { restart, remove, replace };

  ChildSpec spec;
  RestartPause backoff;
  caf::strong_actor_ptr actor = nullptr;  // null while it waits for its restart
  MonoTime started{};
  std::uint64_t generation = 0;
  OnDeath on_death = OnDeath::restart;
};

class Supervisor final : public Pinned<caf::event_based_actor> {
 public:
  Supervisor(caf::actor_config& config, SupervisorOptions options, std::vector<ChildSpec> children,
             const Clock& clock, Random& random,
             std::function<void(const SupervisionEvent&)> observe)
      : Pinned(config),
        options_(options),
        budget_(options.max_restarts, options.window),
        clock_(clock),
        random_(random),
        observe_(std::move(observe)) {
    for (auto& spec : children)
      children_.push_back({std::move(spec), RestartPause{options_.backoff}});
  }

  const char* name() const override { return "supervisor"; }

  caf::behavior make_behavior() override {
    set_down_handler([this](const caf::down_msg& down) { on_death(down); });
    set_exit_handler([this](const caf::exit_msg& exit) { stop(exit.reason); });
    for (std::size_t i = 0; i < children_.size() && !escalated_; ++i) start(children_[i]);
    return {
        [this](const RestartDue& due) {
          Child* child = find(due.name);
          if (child && child->generation == due.generation && !stopping_) start(*child);
        },
        [this](StartChild& request) { add(std::move(request.child)); },
        [this](const StopChild& request) { remove(request.name); },
        [this](const StopDue&) { give_up_waiting(); },
    };
  }

  /// Whatever ended us, also a kill: the children go too, and what they captured.
  void on_exit() override {
    for (auto& child : children_)
      if (child.actor) caf::anon_send_exit(child.actor, caf::exit_reason::user_shutdown);
    children_.clear();
    tell({.kind = Kind::stopped, .name = {}, .reason = {}});
    observe_ = nullptr;
  }

 private:
  void start(Child& child) {
    ++child.generation;
    child.started = clock_.mono();
    child.on_death = Child::OnDeath::restart;
    try {
      child.actor = child.spec.start();
    } catch (const std::exception& e) {
      return failed(child, exit_because(ExitCause::crashed, e.what()));
    }
    if (!child.actor) return failed(child, exit_because(ExitCause::crashed, "start made no actor"));
    monitor(child.actor);
    tell({.kind = Kind::started, .name = child.spec.name, .reason = {}});
  }

  void on_death(const caf::down_msg& down) {
    const auto child = std::find_if(children_.begin(), children_.end(), [&](const Child& c) {
      return c.actor && c.actor->address() == down.source;
    });
    if (child == children_.end()) return;
    child->actor = nullptr;
    if (stopping_) return stop_next();
    switch (child->on_death) {
      case Child::OnDeath::restart:
        if (SIGNALBOX_PLANTED(dead_connection_left_dead)) return;
        return failed(*child, down.reason);
      case Child::OnDeath::replace: return start(*child);
      case Child::OnDeath::remove:
        tell({.kind = Kind::stopped, .name = child->spec.name, .reason = {}});
        children_.erase(child);
        return;
    }
  }

  void failed(Child& child, const caf::error& reason) {
    const MonoTime now = clock_.mono();
    if (!budget_.spend(now)) return escalate(child, reason);
    const Duration wait = child.backoff.next(now - child.started, random_);
    delayed_send(this, wait, RestartDue{child.spec.name, child.generation});
    tell({.kind = Kind::died, .name = child.spec.name, .reason = reason, .retry_in = wait});
  }

  void escalate(const Child& child, const caf::error& reason) {
    escalated_ = true;
    tell({.kind = Kind::died, .name = child.spec.name, .reason = reason});
    auto why = exit_because(ExitCause::restart_limit, child.spec.name + ": " + describe(reason));
    tell({.kind = Kind::gave_up, .name = {}, .reason = why});
    quit(std::move(why));
  }

  void add(ChildSpec spec) {
    if (stopping_) return;
    if (Child* old = find(spec.name)) {
      old->spec = std::move(spec);
      old->on_death = Child::OnDeath::replace;
      if (old->actor)
        send_exit(old->actor, caf::exit_reason::user_shutdown);
      else
        start(*old);
      return;
    }
    children_.push_back({std::move(spec), RestartPause{options_.backoff}});
    start(children_.back());
  }

  void remove(const std::string& name) {
    Child* child = find(name);
    if (!child || stopping_) return;
    child->on_death = Child::OnDeath::remove;
    if (child->actor) return send_exit(child->actor, caf::exit_reason::user_shutdown);
    std::erase_if(children_, [&](const Child& c) { return c.spec.name == name; });
    tell({.kind = Kind::stopped, .name = name, .reason = {}});
  }

  void stop(const caf::error& reason) {
    if (stopping_) return;
    stopping_ = true;
    stop_reason_ = reason;
    delayed_send(this, options_.stop_within, StopDue{});
    stop_next();
  }

  void stop_next() {
    const auto last = std::find_if(children_.rbegin(), children_.rend(),
                                   [](const Child& c) { return c.actor != nullptr; });
    if (last == children_.rend()) return quit(stop_reason_);
    send_exit(last->actor, caf::exit_reason::user_shutdown);
  }

  void give_up_waiting() {
    for (auto& child : children_)
      if (child.actor) send_exit(child.actor, caf::exit_reason::kill);
    quit(stop_reason_);
  }

  Child* find(const std::string& name) {
    const auto found = std::find_if(children_.begin(), children_.end(),
                                    [&](const Child& c) { return c.spec.name == name; });
    return found == children_.end() ? nullptr : &*found;
  }

  void tell(const SupervisionEvent& event) const {
    if (observe_) observe_(event);
  }

  SupervisorOptions options_;
  RestartBudget budget_;
  const Clock& clock_;
  Random& random_;
  std::function<void(const SupervisionEvent&)> observe_;
  std::vector<Child> children_;
  bool stopping_ = false;
  bool escalated_ = false;
  caf::error stop_reason_;
};

}  // namespace

caf::actor spawn_supervisor(caf::actor_system& system, LoopUnit* unit, SupervisorOptions options,
                            std::vector<ChildSpec> children, const Clock& clock, Random& random,
                            std::function<void(const SupervisionEvent&)> observe) {
  return spawn_on<Supervisor>(system, unit, options, std::move(children), clock, random,
                              std::move(observe));
}

}  // namespace signalbox
