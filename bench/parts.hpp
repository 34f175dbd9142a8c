#pragma once

#include <cstddef>
#include <vector>

#include "actors/runtime/loop.hpp"
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

/// A blocking client without a queue, a parser or a loop: request written → read by the exchange.
void measure_floor(const Clock& clock, const Load& load, Durations& into);

/// Our connector alone, its loop blocking: `Venue::place` called on that loop, as in the engine →
/// request read by the exchange.
void measure_connector(const Clock& clock, const Load& load, Durations& into);

enum class Hop : std::uint8_t { ipc, tcp };
/// libzmq by itself, three frames of a signal from a DEALER to a ROUTER on another thread with a
/// context of its own: send called → all frames received. `spin` asks the ROUTER without pause.
void measure_hop(const Clock& clock, const Load& load, Hop hop, WaitMode wait, Durations& into);

/// The engine that is shipped, with journal, risk and bracket in the path: signal sent by a client
/// on ipc → entry read by the exchange; and the entry's trade → stop and target both read. Its
/// runtime directory is in memory, its journal on the disk.
void measure_engine(const Clock& clock, const Load& load, WaitMode wait, Ingress ingress,
                    Durations& to_entry, Durations& to_exits);

/// A market buy of 0.001 BTC under an id of its own.
PlaceOrders sample_order(const char* who, unsigned block, unsigned number);

}  // namespace signalbox::bench
