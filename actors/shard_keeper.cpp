#include "actors/shard_keeper.hpp"

#include <caf/event_based_actor.hpp>
#include <caf/exit_reason.hpp>
#include <exception>
#include <map>
#include <set>

#include "actors/runtime/exit_reasons.hpp"
#include "actors/runtime/pinned.hpp"
#include "actors/runtime/spawn.hpp"
#include "actors/runtime/types.hpp"
#include "messages/plant.hpp"

namespace signalbox::keeping {

/// What was asked to stop should have.
struct StopDue {
  std::uint64_t rebuild = 0;
};

}  // namespace signalbox::keeping

SIGNALBOX_ACTOR_MESSAGE(signalbox::keeping::StopDue)

namespace signalbox {
namespace {

using keeping::StopDue;

/// The rest of a shard gets this long to end; connections say farewell to nobody.
constexpr Duration stop_within = std::chrono::seconds{2};
/// What is recorded must be committed before it can be replayed.
constexpr Duration flush_within = std::chrono::seconds{1};

class ShardKeeper final : public Pinned<caf::event_based_actor> {
 public:
  ShardKeeper(caf::actor_config& config, Shard shard, const ShardSetup& setup, ShardSeams seams,
              std::function<Result<Shard>()> build)
      : Pinned(config),
        budget_(setup.rebuilds_max, setup.rebuild_window),
        on_defect_(setup.on_defect),
        on_rebuilt_(setup.on_rebuilt),
        on_broken_(setup.on_broken),
        seams_(seams),
        build_(std::move(build)),
        shard_(std::move(shard)) {}

  const char* name() const override { return "shard keeper"; }

  caf::behavior make_behavior() override {
    set_down_handler([this](const caf::down_msg& down) { ended(down); });
    watch();
    return {[this](const StopDue& due) {
      if (due.rebuild != rebuilds_ || living_.empty() || !stopping_) return;
      std::string rest;
      for (const auto& each : living_) rest += std::string{" "} + names_[each];
      give_up("after " + why_ + ": does not stop:" + rest);
    }};
  }

  /// Actors that hold each other's handles would keep each other's memory.
  void on_exit() override {
    shard_ = {};
    build_ = nullptr;
    on_defect_ = nullptr;
    on_rebuilt_ = nullptr;
    on_broken_ = nullptr;
  }

 private:
  void watch() {
    names_ = {{shard_.risk.address(), "risk"},
              {shard_.brackets.address(), "brackets"},
              {shard_.orders.address(), "orders"},
              {shard_.connections.address(), "connections"}};
    living_.clear();
    for (const auto& [address, name] : names_) {
      living_.insert(address);
      monitor(address);
    }
  }

  void ended(const caf::down_msg& down) {
    if (living_.erase(down.source) == 0) return;
    if (SIGNALBOX_PLANTED(dead_risk_overlooked) && !stopping_ &&
        names_[down.source] == std::string_view{"risk"})
      return;
    if (is_because(down.reason, ExitCause::restart_limit))
      return give_up("connections die again and again: given up");
    if (!stopping_ && is_because(down.reason, ExitCause::crashed))
      begin(std::string{names_[down.source]} + " " + describe(down.reason));
    if (stopping_ && living_.empty() && !SIGNALBOX_PLANTED(shard_not_rebuilt)) rebuild();
  }

  void begin(std::string why) {
    why_ = std::move(why);
    if (!budget_.spend(seams_.clock.mono())) return give_up(why_);
    stopping_ = true;
    ++rebuilds_;
    if (on_defect_) on_defect_(why_);
    for (const auto& each : {shard_.connections, shard_.orders, shard_.brackets, shard_.risk})
      send_exit(each, caf::exit_reason::user_shutdown);
    delayed_send(this, stop_within, StopDue{rebuilds_});
  }

  void rebuild() {
    stopping_ = false;
    shard_ = {};
    if (const auto flushed = seams_.journal.flush(flush_within); !flushed)
      return give_up("after " + why_ + ": " + flushed.error().what);
    auto built = [&]() -> Result<Shard> {
      try {
        return build_();
      } catch (const std::exception& e) {
        return failed(Fault::bad_input, std::string{"the journal's replay threw: "} + e.what());
      }
    }();
    if (!built) return give_up("after " + why_ + ": " + built.error().what);
    shard_ = std::move(*built);
    shard_.keeper = caf::actor_cast<caf::actor>(this);
    watch();
    if (on_rebuilt_) on_rebuilt_(shard_);
    shard_.keeper = nullptr;  // a handle to oneself is never let go of
  }

  void give_up(const std::string& why) {
    living_.clear();
    stopping_ = false;
    if (on_broken_) on_broken_(why);
  }

  RestartBudget budget_;
  std::function<void(const std::string&)> on_defect_;
  std::function<void(const Shard&)> on_rebuilt_;
  std::function<void(const std::string&)> on_broken_;
  ShardSeams seams_;
  std::function<Result<Shard>()> build_;
  Shard shard_;
  std::map<caf::actor_addr, const char*> names_;
  std::set<caf::actor_addr> living_;
  std::string why_;
  std::uint64_t rebuilds_ = 0;
  bool stopping_ = false;
};

}  // namespace

caf::actor keep_shard(caf::actor_system& system, LoopUnit* loop, Shard shard,
                      const ShardSetup& setup, ShardSeams seams,
                      std::function<Result<Shard>()> build) {
  return spawn_on<ShardKeeper>(system, loop, std::move(shard), setup, seams, std::move(build));
}

}  // namespace signalbox
