#include <thread>

#include "bench/exchange.hpp"
#include "bench/floor_client.hpp"
#include "bench/parts.hpp"
#include "connectors/binance/requests.hpp"

namespace signalbox::bench {

using namespace std::chrono_literals;

void measure_floor(const Clock& clock, const Load& load, OrderEntry by, Durations& into) {
  LocalExchange exchange{clock};
  FloorClient client{exchange.port(), exchange.ca_file()};
  const auto key = Secret::take("simulatorKey");
  const auto secret = Secret::take("simulatorSecret");
  binance::RequestWriter writer{"127.0.0.1:" + std::to_string(exchange.port()), key, secret};
  binance::Market market;
  market.instrument = simulator::example_market().instrument;
  market.wire = "BTCUSDT";
  if (by == OrderEntry::websocket) client.open_websocket("/ws-api/v3");
  Sent sent;
  for (unsigned n = 0; n < warm_up + load.count; ++n) {
    const auto place = sample_order("floor", load.block, n);
    const auto now = exchange.wall_now();
    const auto bytes = by == OrderEntry::rest
                           ? writer.place(place, market, now)
                           : writer.place_frame({.id = "floor"}, place, market, now);
    if (!bytes) throw std::runtime_error("floor: the order cannot be written");
    const auto called = clock.mono();
    if (by == OrderEntry::rest) {
      client.write(*bytes);
      client.read_answer();
    } else {
      client.write_frame(*bytes);
      client.read_frame();
    }
    if (n >= warm_up) sent.emplace_back(place.orders[0].id.str(), called);
    std::this_thread::sleep_for(load.pace);
  }
  join(sent, exchange.look().accepted, into);
}

}  // namespace signalbox::bench
