#include "actors/shard.hpp"

#include <caf/send.hpp>

#include "actors/brackets_actor.hpp"
#include "actors/connection_actor.hpp"
#include "actors/orders_actor.hpp"
#include "actors/recovery.hpp"
#include "actors/risk_actor.hpp"
#include "actors/runtime/exit_reasons.hpp"
#include "actors/wiring.hpp"

namespace signalbox {

Result<Shard> start_shard(caf::actor_system& system, LoopUnit* loop, ShardSetup setup,
                          ShardSeams seams) {
  auto recovered = recover(setup, seams.journal, now_of(seams.clock));
  if (!recovered) return tl::unexpected<Error>(recovered.error());

  Shard shard;
  shard.risk = make_risk_actor(system, loop, std::move(recovered->risk),
                               std::move(recovered->unjudged), setup, seams);
  shard.brackets = make_brackets_actor(system, loop, std::move(recovered->brackets), seams);
  shard.orders =
      make_orders_actor(system, loop, std::move(recovered->orders), setup.durability, seams);
  const Peers peers{shard.risk, shard.brackets, shard.orders};
  for (const auto& each : {shard.risk, shard.brackets, shard.orders}) caf::anon_send(each, peers);

  const auto watch = [&](const char* name, const caf::actor& actor) {
    if (!setup.on_broken) return;
    actor->attach_functor([name, tell = setup.on_broken](const caf::error& reason) {
      if (is_because(reason, ExitCause::crashed)) tell(std::string{name} + " " + describe(reason));
    });
  };
  watch("risk", shard.risk);
  watch("brackets", shard.brackets);
  watch("orders", shard.orders);

  seams.journal.on_committed([risk = shard.risk, orders = shard.orders](LogNumber up_to) {
    caf::anon_send(orders, Committed{up_to});
    caf::anon_send(risk, Committed{up_to});
  });

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

}  // namespace signalbox
