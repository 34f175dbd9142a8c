#include "app/connection_host.hpp"

#include <thread>

#include "actors/runtime/loop_asio.hpp"
#include "actors/runtime/steady_clock.hpp"
#include "actors/runtime/thread_setup.hpp"
#include "app/on_loop.hpp"
#include "app/system_random.hpp"
#include "connectors/remote/venue_host.hpp"

namespace signalbox {

struct ConnectionHost::Impl final : FramePort {
  explicit Impl(ConnectionHostOptions chosen) : options(std::move(chosen)), loop(options.loop) {}

  Result<void> start(const VenueMakers& makers);
  Result<void> open(const VenueMaker& maker);
  void stop();
  bool send(std::string_view type, std::string_view body) override {
    return client && client->send(type, body) == Sent::yes;
  }
  void log(std::string_view text) {
    if (options.log) options.log(text);
  }

  ConnectionHostOptions options;
  SteadyClock clock;
  SystemRandom random;
  Loop loop;
  std::thread thread;
  std::shared_ptr<BusContext> context;
  std::unique_ptr<Venue> venue;              // loop
  std::unique_ptr<VenueHost> host;           // loop
  std::unique_ptr<ConnectionClient> client;  // loop
  std::string told;  // the last reason of a refusal: it is tried again and again
};

Result<void> ConnectionHost::Impl::start(const VenueMakers& makers) {
  auto maker = makers(options.account);
  if (!maker) return tl::unexpected<Error>(maker.error());
  auto opened = BusContext::open();
  if (!opened) return tl::unexpected<Error>(opened.error());
  context = std::move(*opened);
  thread = std::thread{[this] {
    name_this_thread(options.loop.name);
    if (options.loop.cpu && !pin_this_thread(*options.loop.cpu))
      log("cannot run on CPU " + std::to_string(*options.loop.cpu));
    loop.run();
  }};
  return on_loop(loop, [&] { return open(*maker); });
}

Result<void> ConnectionHost::Impl::open(const VenueMaker& maker) {
  auto made = maker.make(options.account, VenueSeams{loop, clock, loop.timers(), random});
  if (!made) return tl::unexpected<Error>(made.error());
  venue = std::move(*made);
  host = std::make_unique<VenueHost>(VenueHostOptions{.account = options.account.name,
                                                      .testnet = options.account.testnet,
                                                      .process = random.next(),
                                                      .log = options.log},
                                     *venue, *this, clock, loop.timers());
  auto connected = ConnectionClient::open(
      context, io_context_of(loop), clock, loop.timers(),
      {.address = options.engine,
       .curve = options.curve,
       .liveness = options.liveness,
       .polled = options.loop.wait == WaitMode::spin},
      {.on_up = [this] { host->on_up(); },
       .on_message = [this](const Envelope& e) { host->on_frame(e.type, e.body); },
       .on_lost = [this](PeerLoss how) { host->on_lost(name_of(how)); },
       .on_refused =
           [this](std::string_view why) {
             if (std::exchange(told, why) != why) log("the engine refuses us: " + std::string{why});
           }});
  if (!connected) return tl::unexpected<Error>(connected.error());
  client = std::move(*connected);
  if (options.loop.wait == WaitMode::spin) loop.set_poller([this] { return client->poll() > 0; });
  host->start();
  return {};
}

void ConnectionHost::Impl::stop() {
  if (!thread.joinable()) return;
  on_loop(loop, [&] {
    if (host) host->stop();
  });
  on_loop(loop, [&] {  // after what the venue had left to say
    loop.set_poller({});
    client.reset();
    host.reset();
    venue.reset();
  });
  loop.stop();
  thread.join();
  context.reset();
}

ConnectionHost::ConnectionHost(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ConnectionHost::~ConnectionHost() { stop(); }
void ConnectionHost::stop() { impl_->stop(); }

Result<std::unique_ptr<ConnectionHost>> ConnectionHost::start(ConnectionHostOptions options,
                                                              const VenueMakers& makers) {
  auto impl = std::make_unique<Impl>(std::move(options));
  const auto started = impl->start(makers);
  std::unique_ptr<ConnectionHost> host{new ConnectionHost{std::move(impl)}};
  if (!started) return tl::unexpected<Error>(started.error());  // what was opened is stopped
  return host;
}

}  // namespace signalbox
