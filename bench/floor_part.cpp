#include <thread>

#include "bench/exchange.hpp"
#include "bench/floor_client.hpp"
#include "bench/parts.hpp"
#include "connectors/binance/requests.hpp"

namespace signalbox::bench {

using namespace std::chrono_literals;

void measure_floor(const Clock& clock, const Load& load, OrderEntry by, unsigned burst,
                   Durations& into) {
  LocalExchange exchange{clock};
  FloorClient client{exchange.port(), exchange.ca_file()};
  const auto key = Secret::take("simulatorKey");
  const auto secret = Secret::take("simulatorSecret");
  binance::RequestWriter writer{"127.0.0.1:" + std::to_string(exchange.port()), key, secret};
  binance::Market market;
  market.instrument = simulator::example_market().instrument;
  market.wire = "BTCUSDT";
  if (by == OrderEntry::websocket) client.open_websocket("/ws-api/v3");
  const bool rest = by == OrderEntry::rest;
  Sent sent;
  unsigned number = 0;
  for (unsigned n = 0; n < warm_up + load.count; ++n) {
    std::vector<std::string> ids, requests;
    for (unsigned i = 0; i < burst; ++i) {
      const auto place = sample_order("floor", load.block, number++);
      const auto now = exchange.wall_now();
      const auto bytes = rest ? writer.place(place, market, now)
                              : writer.place_frame({.id = "floor"}, place, market, now);
      if (!bytes) throw std::runtime_error("floor: the order cannot be written");
      ids.push_back(place.orders[0].id.str());
      requests.emplace_back(*bytes);
    }
    const auto called = clock.mono();
    for (const auto& each : requests) rest ? client.write(each) : client.write_frame(each);
    for (unsigned i = 0; i < burst; ++i) rest ? client.read_answer() : client.read_frame();
    if (n >= warm_up)
      for (auto& id : ids) sent.emplace_back(std::move(id), called);
    std::this_thread::sleep_for(load.pace);
  }
  join(sent, exchange.look().accepted, burst, into);
}

}  // namespace signalbox::bench
