#include "actors/shard.hpp"

#include <caf/send.hpp>
#include <mutex>
#include <set>

#include "actors/brackets_actor.hpp"
#include "actors/connection_actor.hpp"
#include "actors/orders_actor.hpp"
#include "actors/recovery.hpp"
#include "actors/risk_actor.hpp"
#include "actors/shard_keeper.hpp"
#include "actors/wiring.hpp"

namespace signalbox {

namespace {

/// Whom the journal's thread tells of commits: others after each rebuild.
class CommitListeners {
 public:
  void set(const Shard& shard) {
    const std::lock_guard lock(mutex_);
    orders_ = shard.orders;
    risk_ = shard.risk;
  }
  void tell(LogNumber up_to) {
    const std::lock_guard lock(mutex_);
    caf::anon_send(orders_, Committed{up_to});
    caf::anon_send(risk_, Committed{up_to});
  }

 private:
  std::mutex mutex_;
  caf::actor orders_;
  caf::actor risk_;
};

Result<Shard> build(caf::actor_system& system, LoopUnit* loop, const ShardSetup& setup,
                    ShardSeams seams, CommitListeners& listeners) {
  auto recovered = recover(setup, seams.journal, now_of(seams.clock));
  if (!recovered) return tl::unexpected<Error>(recovered.error());
  for (const auto& each : recovered->quarantined)
    seams.outlet.publish(NoticeEvent{
        .account = each.account,
        .page = true,
        .detail = Detail{"quarantined: the rule of signal " + each.signal.str() + " (bracket " +
                         each.bracket.str() +
                         ") threw twice; its stop stands, close it by hand: " + each.why},
        .time = seams.clock.wall()});

  Shard shard;
  shard.risk = make_risk_actor(system, loop, std::move(recovered->risk),
                               std::move(recovered->unjudged), setup, seams);
  shard.brackets = make_brackets_actor(system, loop, std::move(recovered->brackets), seams);
  std::set<AccountName> derivatives;
  for (const auto& account : setup.accounts)
    for (const auto& tier : account.capabilities.tiers)
      if (tier.market == MarketKind::linear) derivatives.insert(account.account);
  shard.orders = make_orders_actor(system, loop, std::move(recovered->orders), derivatives,
                                   setup.durability, seams);
  const Peers peers{shard.risk, shard.brackets, shard.orders};
  for (const auto& each : {shard.risk, shard.brackets, shard.orders}) caf::anon_send(each, peers);
  listeners.set(shard);

  std::vector<ChildSpec> children;
  for (const auto& account : setup.accounts) {
    children.push_back({account.account.str(), [&system, loop, account, peers, seams] {
                          auto connection = make_connection_actor(system, loop, account, peers.risk,
                                                                  peers.orders, seams);
                          const ConnectionUp up{account.account, connection};
                          caf::anon_send(peers.orders, up);
                          caf::anon_send(peers.risk, up);
                          return caf::actor_cast<caf::strong_actor_ptr>(connection);
                        }});
  }
  shard.connections = spawn_supervisor(system, loop, setup.supervision, std::move(children),
                                       seams.clock, seams.random, setup.on_supervision);
  return shard;
}

}  // namespace

Result<Shard> start_shard(caf::actor_system& system, LoopUnit* loop, ShardSetup setup,
                          ShardSeams seams) {
  const auto listeners = std::make_shared<CommitListeners>();
  const auto kept = std::make_shared<const ShardSetup>(std::move(setup));
  const auto make = [&system, loop, kept, seams, listeners] {
    return build(system, loop, *kept, seams, *listeners);
  };
  auto shard = make();
  if (!shard) return shard;
  seams.journal.on_committed([listeners](LogNumber up_to) { listeners->tell(up_to); });
  shard->keeper = keep_shard(system, loop, *shard, *kept, seams, make);
  return shard;
}

}  // namespace signalbox
