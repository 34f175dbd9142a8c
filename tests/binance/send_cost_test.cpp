// What an order costs between the call and the socket, over real TLS: counted, not timed.
#include <dlfcn.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "actors/runtime/loop_timers.hpp"
#include "bench/allocations.hpp"
#include "connectors/registry.hpp"
#include "messages/to_text.hpp"
#include "simulator/server/simulator_server.hpp"
#include "tests/binance/words.hpp"
#include "tests/support/told.hpp"
#include "tests/transport/test_loop.hpp"

namespace {

thread_local std::size_t calls_here = 0;

template <class F>
F next(const char* name) {
  return reinterpret_cast<F>(dlsym(RTLD_NEXT, name));
}

}  // namespace

// Every way to the kernel that sockets, loops and timers of ours take, counted per thread and then
// taken.
extern "C" {
ssize_t send(int fd, const void* data, size_t size, int flags) {
  ++calls_here;
  static const auto real = next<decltype(&::send)>("send");
  return real(fd, data, size, flags);
}
ssize_t sendmsg(int fd, const msghdr* message, int flags) {
  ++calls_here;
  static const auto real = next<decltype(&::sendmsg)>("sendmsg");
  return real(fd, message, flags);
}
ssize_t recv(int fd, void* data, size_t size, int flags) {
  ++calls_here;
  static const auto real = next<decltype(&::recv)>("recv");
  return real(fd, data, size, flags);
}
ssize_t write(int fd, const void* data, size_t size) {
  ++calls_here;
  static const auto real = next<decltype(&::write)>("write");
  return real(fd, data, size);
}
int epoll_ctl(int epoll, int operation, int fd, epoll_event* event) noexcept {
  ++calls_here;
  static const auto real = next<decltype(&::epoll_ctl)>("epoll_ctl");
  return real(epoll, operation, fd, event);
}
int timerfd_settime(int fd, int flags, const itimerspec* time, itimerspec* before) noexcept {
  ++calls_here;
  static const auto real = next<decltype(&::timerfd_settime)>("timerfd_settime");
  return real(fd, flags, time, before);
}
}

using namespace signalbox;
using namespace signalbox::binance;
using signalbox::test::Told;
using namespace std::chrono_literals;
namespace sim = signalbox::simulator;

namespace {

const Symbol btc{"BTC/USDT"};
constexpr int warm_up = 20;    // orders: ids grow by a digit at ten
constexpr int measured = 20;   // orders
constexpr int tries_max = 30;  // orders until the websocket is up; ten seconds have room for 80
constexpr auto pause = 20ms;   // longer by as much at each try

OrderSpec resting_buy(int number) {
  auto spec = limit(Side::buy, "0.001"_q, "59000"_p);
  const SignalHash key =
      signal_hash(AccountName{"main"}, StrategyName{"cost"}, SignalId{std::to_string(number)});
  spec.id = client_order_id(Book{"bk01"}, key, {LegKind::entry, 0}, 0);
  return spec;
}

struct Cost {
  std::size_t calls = 0;
  std::size_t allocations = 0;
};

/// Of all measured orders, from the call until the order is in the socket.
Cost cost_of_orders(bool by_websocket) {
  test::TestLoop loop;
  LoopTimers timers{loop.io()};
  auto server = sim::SimulatorServer::start({}, loop.clock).value();
  server->with([](sim::Exchange& exchange, WallTime now) {
    exchange.engine.move_to(sim::MarketId{0}, "60000"_p, "100"_q, now);
  });
  const auto by_socket = [&] {
    std::uint64_t orders = 0;
    server->with(
        [&](sim::Exchange& exchange, WallTime) { orders = exchange.binance.orders_over_stream(); });
    return orders;
  };
  const Endpoint here{.host = "localhost", .port = server->tls_port(), .address = "127.0.0.1"};
  VenueSettings settings;
  settings.venue = VenueName{"binance"};
  settings.trade_by_websocket = by_websocket;
  settings.api_key = Secret::take("simulatorKey");
  settings.api_secret = Secret::take("simulatorSecret");
  settings.symbols = {btc};
  settings.simulator = SimulatorHosts{here, here, here, server->ca_path()};
  auto venue =
      make_venue(std::move(settings), {loop.io(), loop.clock, timers, loop.random}).value();
  Told told;
  venue->start(told);
  REQUIRE(loop.run_until(
      [&] {
        const auto links = told.of<LinkReport>();
        return !links.empty() && links.back().state == LinkState::ready;
      },
      20s));

  Cost cost;
  int number = 0;
  const auto place = [&] {
    PlaceOrders orders{.request = RequestId{static_cast<std::uint64_t>(++number)}, .symbol = btc};
    orders.orders.push_back(resting_buy(number));
    // On the loop, as in the engine.
    timers.at(loop.clock.mono(), [&, orders] {
      const auto deadline = loop.in(10s);
      const Cost before{calls_here, bench::allocations_here()};
      venue->place(orders, deadline);
      cost = {calls_here - before.calls, bench::allocations_here() - before.allocations};
    });
    const auto answered = static_cast<std::size_t>(number);
    REQUIRE(loop.run_until([&] { return told.of<WriteResult>().size() == answered; }, 20s));
    INFO(number << ": " << to_text(told.last<WriteResult>()));
    REQUIRE(told.last<WriteResult>().outcome == Outcome::accepted);
  };
  // The websocket for orders comes up a little after the rest; until then they go by REST.
  while (by_websocket && by_socket() == 0) {
    REQUIRE(number < tries_max);
    static_cast<void>(loop.run_until([] { return false; }, number * pause));
    place();
  }
  for (int n = 0; n < warm_up; ++n) place();
  Cost all;
  const auto before = by_socket();
  for (int n = 0; n < measured; ++n) {
    place();
    all.calls += cost.calls;
    all.allocations += cost.allocations;
  }
  CHECK(by_socket() - before == (by_websocket ? measured : 0));
  venue->stop();
  loop.run_ready();
  venue.reset();
  server->stop();
  return all;
}

}  // namespace

TEST_CASE("a warm order allocates nothing and enters the kernel once", "[binance][cost]") {
  const bool by_websocket = GENERATE(true, false);
  CAPTURE(by_websocket);
  const auto cost = cost_of_orders(by_websocket);
  CHECK(cost.calls == measured);  // the TLS record's `send`
  CHECK(cost.allocations == 0);
}
