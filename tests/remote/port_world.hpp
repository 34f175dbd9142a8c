#pragma once

#include <catch2/catch.hpp>

#include "tests/remote/port_pair.hpp"

namespace signalbox::test {

inline Capabilities some_capabilities() {
  Capabilities c;
  c.venue = VenueName{"paper"};
  c.amends = true;
  c.tiers = {TierFacts{.tier = Tier::resting, .both_legs = true, .evidence = Text<120>{"a test"}}};
  return c;
}

/// Both ends of one port in virtual time, a noted venue at one and a noted sink at the other. The
/// other process began three days earlier.
struct PortWorld {
  explicit PortWorld(Capabilities there = some_capabilities(), VenueHostOptions host_options = {})
      : venue(std::move(there)) {
    if (host_options.account.empty()) host_options.account = AccountName{"main"};
    host_options.process = 77;
    host_options.log = [this](std::string_view text) { log.emplace_back(text); };
    host = std::make_unique<VenueHost>(host_options, venue, pair.host_port(), there_clock,
                                       there_timers);
    pair.set_host(host.get());
    host->start();
    make_remote();
  }

  void make_remote() {
    remote.reset();
    remote = std::make_unique<RemoteVenue>(
        RemoteAccount{AccountName{"main"}, false, pair.epoch, some_capabilities()}, pair.door(),
        clock, timers);
    remote->start(sink);
    pass(Duration{});
  }
  void connect() {
    pair.connect();
    pass(Duration{});
  }
  /// A connection that is ready, seen from both ends.
  void bring_up() {
    connect();
    venue.sink->on(LinkReport{.state = LinkState::ready, .generation = 1});
    pass(Duration{});
    REQUIRE(sink.all<LinkReport>().back().state == LinkState::ready);
  }
  void pass(Duration d) {
    const auto end = clock.mono() + d;
    while (timers.next_due() && *timers.next_due() <= end) {
      clock.advance_to(std::max(*timers.next_due(), clock.mono()));
      timers.fire_one(clock.mono());
    }
    clock.advance_to(end);
  }
  MonoTime in(Duration d) const { return clock.mono() + d; }
  LinkReport link() const { return sink.all<LinkReport>().back(); }

  VirtualClock clock;
  VirtualTimers timers;
  OtherClock there_clock{clock, std::chrono::hours{72}};
  OtherTimers there_timers{timers, there_clock};
  PortPair pair{clock, timers, 5};
  NotedVenue venue;
  NotedSink sink;
  std::vector<std::string> log;
  std::unique_ptr<VenueHost> host;
  std::unique_ptr<RemoteVenue> remote;
};

inline PlaceOrders an_entry(std::uint64_t request, std::uint64_t epoch = 5) {
  PlaceOrders place;
  place.request = RequestId{request};
  place.symbol = Symbol{"BTC/USDT"};
  place.orders.push_back(OrderSpec{.quantity = Quantity{1}});
  place.valid_for = std::chrono::seconds{2};
  place.epoch = epoch;
  return place;
}

inline CancelOrder a_cancel(std::uint64_t request, std::uint64_t epoch = 5) {
  return {.request = RequestId{request}, .symbol = Symbol{"BTC/USDT"}, .epoch = epoch};
}

inline FillReport a_fill(std::string_view trade) {
  return {.symbol = Symbol{"BTC/USDT"},
          .venue_id = VenueOrderId{"7"},
          .trade_id = TradeId{trade},
          .price = Price{100},
          .quantity = Quantity{1}};
}

}  // namespace signalbox::test
