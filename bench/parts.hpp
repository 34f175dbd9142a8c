#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "actors/runtime/loop.hpp"
#include "actors/shard.hpp"
#include "bus/command_socket.hpp"
#include "messages/time.hpp"
#include "messages/venue_requests.hpp"
#include "seams/clock.hpp"

// The parts of the latency bench. Each adds the durations that it measured to a list, warm-up left
// out, and throws when anything fails: there is nothing to measure then.

namespace signalbox::bench {

using Durations = std::vector<Duration>;

struct Load {
  unsigned block = 0;  ///< makes ids differ between blocks
  unsigned count = 0;  ///< messages that count
  Duration pace{};     ///< of quiet after each answer
};
constexpr unsigned warm_up = 20;  // messages before those that count

enum class OrderEntry : std::uint8_t { rest, websocket };

/// A blocking client without a queue, a parser or a loop, on one connection: `burst` requests
/// written without a pause → the last of them read by the exchange. `load` counts bursts.
void measure_floor(const Clock& clock, const Load& load, OrderEntry by, unsigned burst,
                   Durations& into);

/// Our connector alone, its loop blocking: `Venue::place` called on that loop, as in the engine,
/// `burst` times without a pause → the last of them read by the exchange. `load` counts bursts.
void measure_connector(const Clock& clock, const Load& load, OrderEntry by, unsigned burst,
                       Durations& into);

/// The same, `Venue::cancel` of a resting order called → done by the exchange.
void measure_cancel(const Clock& clock, const Load& load, OrderEntry by, Durations& into);

enum class Hop : std::uint8_t { ipc, tcp };
/// libzmq by itself, three frames of a signal from a DEALER to a ROUTER on another thread with a
/// context of its own: send called → all frames received. `spin` asks the ROUTER without pause.
void measure_hop(const Clock& clock, const Load& load, Hop hop, WaitMode wait, Durations& into);

struct EngineSetup {
  WaitMode wait = WaitMode::block;
  Ingress ingress = Ingress::native;
  Hop over = Hop::ipc;
  OrderEntry orders = OrderEntry::websocket;
  Durability durability = Durability::process;
  std::optional<unsigned> cpu = std::nullopt;  ///< the hot loop's, and nobody else is kept off it
  unsigned open = 0;  ///< brackets with a resting entry before the first signal
};
/// The engine that is shipped, with journal, risk and bracket in the path: signal sent by a client
/// → entry read by the exchange; and the entry's trade → stop and target both read. Its runtime
/// directory is in memory, its journal on the disk.
void measure_engine(const Clock& clock, const Load& load, const EngineSetup& setup,
                    Durations& to_entry, Durations& to_exits);

/// ccxt, called directly by a process of its own: one market order called → read by the exchange;
/// and, as its users open a bracket, entry called → entry, stop and target all read.
void measure_ccxt(const Load& load, const Clock& clock, Durations& to_order, Durations& to_bracket);

/// Client order ids and when each was asked for.
using Sent = std::vector<std::pair<std::string, MonoTime>>;
using OrderTimes = std::unordered_map<std::string, MonoTime>;
/// What the exchange's record says less when it was asked for. Throws when an order is not there.
/// Of each burst only the one that was read last.
void join(const Sent& sent, const OrderTimes& seen, unsigned burst, Durations& into);

/// A market buy of 0.001 BTC under an id of its own.
PlaceOrders sample_order(const char* who, unsigned block, unsigned number);

}  // namespace signalbox::bench
