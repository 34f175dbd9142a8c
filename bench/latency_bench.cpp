// One interleaved run: a minimal TLS client, our connector alone, raw ZeroMQ hops, and the whole
// engine from the signal's publication on, in blocks that take turns. Figures about orders end
// where the exchange's own record says that it had read the order.
//
//   latency_bench [--blocks N] [--count N] [--commit NAME] [--json FILE] [--peers 1]
//                 [--only TEXT]    rows whose name holds it, to profile them
#include <fmt/core.h>

#include <array>
#include <charconv>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <stdexcept>

#include "actors/runtime/steady_clock.hpp"
#include "bench/parts.hpp"
#include "bench/report.hpp"

namespace signalbox::bench {
namespace {

using namespace std::chrono_literals;

struct Options {
  unsigned blocks = 5;
  unsigned count = 200;  // messages of each part in a block; a quarter of them at the slow pace
  std::string commit = "unknown";
  std::string json;
  bool peers = false;  // ccxt as well
  std::string only;
};

constexpr auto ways = std::array{OrderEntry::rest, OrderEntry::websocket};
/// A C++ library that only connects, without journal or risk, measured on two cores.
constexpr double connector_of_a_peer_us = 89;
constexpr Duration paces[] = {200us, 5ms};
constexpr unsigned burst_sizes[] = {3, 10, 100};
constexpr unsigned bursts_min = 10;
constexpr unsigned open_brackets[] = {1'000, 10'000};
constexpr auto ccxt_row = "ccxt called directly: order → read";
constexpr auto ccxt_bracket_row = "ccxt called directly: bracket → all three read";
/// In a burst of a hundred.
constexpr auto rate_size = 100U;
constexpr double orders_per_second_min = 12'000;

const char* name_of(WaitMode wait) {
  switch (wait) {
    case WaitMode::block: return "block";
    case WaitMode::hybrid: return "hybrid";
    case WaitMode::spin: return "spin";
  }
  return "";
}
std::string hop_row(Hop hop, WaitMode wait) {
  return fmt::format("raw ZeroMQ hop, {}, {}", hop == Hop::ipc ? "ipc" : "tcp", name_of(wait));
}
const char* name_of(OrderEntry by) { return by == OrderEntry::rest ? "REST" : "websocket"; }
std::string floor_of(OrderEntry by) {
  return std::string{by == OrderEntry::rest ? floor_row : websocket_floor_row};
}
std::string connector_row(OrderEntry by) {
  return fmt::format("our connector alone, {}: call → read", name_of(by));
}
std::string cancel_row(OrderEntry by) {
  return fmt::format("our connector alone, {}: cancel → done", name_of(by));
}
std::string burst_row(OrderEntry by, unsigned size) {
  return fmt::format("our connector alone, {}: burst of {} → last read", name_of(by), size);
}
std::string floor_burst_row(OrderEntry by, unsigned size) {
  return fmt::format("the floor, {}: burst of {} → last read", name_of(by), size);
}
/// What differs from the usual: block, native ingress, ipc, orders by websocket, durability
/// process.
std::string words_of(const EngineSetup& setup) {
  std::string words = name_of(setup.wait);
  if (setup.ingress == Ingress::libzmq) words += ", by libzmq";
  if (setup.over == Hop::tcp) words += ", tcp";
  if (setup.orders == OrderEntry::rest) words += ", REST";
  if (setup.durability == Durability::power) words += ", power";
  if (setup.cpu) words += ", pinned";
  if (setup.open != 0) words += fmt::format(", {} open", setup.open);
  return words;
}
std::string entry_row(const EngineSetup& setup) {
  return "signal sent → entry read: " + words_of(setup);
}
std::string exits_row(const EngineSetup& setup) {
  return "entry's fill → both exits read: " + words_of(setup);
}

/// Every way to run the engine that is compared at each pace.
std::vector<EngineSetup> setups() {
  std::vector<EngineSetup> all;
  for (const auto wait : {WaitMode::block, WaitMode::hybrid, WaitMode::spin})
    for (const auto ingress : {Ingress::native, Ingress::libzmq})
      all.push_back({.wait = wait, .ingress = ingress});
  all.push_back({.over = Hop::tcp});
  all.push_back({.orders = OrderEntry::rest});
  all.push_back({.durability = Durability::power});
  all.push_back({.cpu = 1});
  all.push_back({.wait = WaitMode::spin, .cpu = 1});
  return all;
}

class Run {
 public:
  explicit Run(const Options& options) : options_(options) {}

  Report take() {
    report_.commit = options_.commit;
    report_.warm_up = warm_up;
    report_.taken = utc();
    for (unsigned block = 0; block < options_.blocks; ++block) {
      fmt::print(stderr, "block {} of {}\n", block + 1, options_.blocks);
      const OtherLoad load;
      for (const auto pace : paces) take_block(block, pace);
      report_.load.push_back(load.shares());
    }
    judge();
    return std::move(report_);
  }

 private:
  static std::string utc() {
    const auto now = std::time(nullptr);
    char text[32];
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", std::gmtime(&now));
    return text;
  }

  void add(const std::string& what, Duration pace, Durations durations) {
    for (auto& row : report_.rows)
      if (row.what == what && row.pace == pace) return row.blocks.push_back(std::move(durations));
    report_.rows.push_back({what, pace, {std::move(durations)}});
  }
  bool wanted(const std::string& what) const { return what.find(options_.only) != what.npos; }
  /// `measure(into)` fills one row.
  template <class Measure>
  void take(const std::string& what, const Load& load, Measure measure) {
    if (!wanted(what)) return;
    Durations durations;
    measure(durations);
    add(what, load.pace, std::move(durations));
  }
  /// `measure(first, second)` fills two.
  template <class Measure>
  void take(const std::string& first, const std::string& second, const Load& load,
            Measure measure) {
    if (!wanted(first) && !wanted(second)) return;
    Durations to_first, to_second;
    measure(to_first, to_second);
    add(first, load.pace, std::move(to_first));
    add(second, load.pace, std::move(to_second));
  }

  void take_block(unsigned block, Duration pace) {
    const bool fast = pace < 1ms;
    const Load load{block, fast ? options_.count : std::max(options_.count / 4, 10U), pace};
    for (const auto by : ways) {
      take(floor_of(by), load, [&](Durations& to) { measure_floor(clock_, load, by, 1, to); });
      take(connector_row(by), load,
           [&](Durations& to) { measure_connector(clock_, load, by, 1, to); });
      take(cancel_row(by), load, [&](Durations& to) { measure_cancel(clock_, load, by, to); });
      if (fast)
        for (const auto size : burst_sizes) take_burst(load, by, size);
    }
    for (const auto hop : {Hop::ipc, Hop::tcp})
      for (const auto wait : {WaitMode::block, WaitMode::spin})
        take(hop_row(hop, wait), load,
             [&](Durations& to) { measure_hop(clock_, load, hop, wait, to); });
    for (const auto& setup : setups()) take_engine(load, setup);
    if (fast)
      for (const auto open : open_brackets) take_engine(load, {.open = open});
    if (options_.peers)
      take(ccxt_row, ccxt_bracket_row, load, [&](Durations& order, Durations& bracket) {
        measure_ccxt(load, clock_, order, bracket);
      });
  }

  void take_burst(Load load, OrderEntry by, unsigned size) {
    load.count = std::max(load.count / size, bursts_min);
    take(floor_burst_row(by, size), load,
         [&](Durations& to) { measure_floor(clock_, load, by, size, to); });
    take(burst_row(by, size), load,
         [&](Durations& to) { measure_connector(clock_, load, by, size, to); });
  }

  void take_engine(const Load& load, const EngineSetup& setup) {
    take(entry_row(setup), exits_row(setup), load, [&](Durations& entry, Durations& exits) {
      measure_engine(clock_, load, setup, entry, exits);
    });
  }

  double middle(const std::string& what, Duration pace) const {
    const auto* row = report_.find(what, pace);
    return row ? figures_of(*row).p50 : 0;
  }

  void judge() {
    for (const auto pace : paces) {
      const auto at = fmt::format(" ({} apart)", pace < 1ms ? "200 µs" : "5 ms");
      for (const auto by : ways)
        report_.marks.push_back({fmt::format("connector alone / floor, {}{}", name_of(by), at),
                                 middle(connector_row(by), pace) / middle(floor_of(by), pace),
                                 1.5});
      const double floor = middle(floor_of(OrderEntry::websocket), pace);
      for (const auto wait : {WaitMode::block, WaitMode::hybrid, WaitMode::spin}) {
        // A hybrid loop sleeps between signals: its hop is the blocking one.
        const auto hop = hop_row(Hop::ipc, wait == WaitMode::spin ? wait : WaitMode::block);
        for (const auto ingress : {Ingress::native, Ingress::libzmq}) {
          const EngineSetup setup{.wait = wait, .ingress = ingress};
          report_.marks.push_back(
              {fmt::format("signal → entry, {}, / (raw hop + floor){}", words_of(setup), at),
               middle(entry_row(setup), pace) / (middle(hop, pace) + floor), 1.3});
        }
      }
      for (const auto wait : {WaitMode::block, WaitMode::hybrid, WaitMode::spin})
        report_.marks.push_back(
            {fmt::format("fill → both exits, {}, / connector's one order{}", name_of(wait), at),
             middle(exits_row({.wait = wait}), pace) /
                 middle(connector_row(OrderEntry::websocket), pace),
             2});
    }
    judge_fast_pace();
  }

  void judge_fast_pace() {
    const auto pace = paces[0];
    report_.marks.push_back({"signal → entry, spin, µs",
                             middle(entry_row({.wait = WaitMode::spin}), pace),
                             connector_of_a_peer_us});
    for (const auto by : ways)
      report_.marks.push_back({fmt::format("burst of three / one order, {}", name_of(by)),
                               middle(burst_row(by, 3), pace) / middle(connector_row(by), pace),
                               2});
    report_.marks.push_back({fmt::format("µs an order in a burst of {}, websocket", rate_size),
                             middle(burst_row(OrderEntry::websocket, rate_size), pace) / rate_size,
                             1e6 / orders_per_second_min});
    const auto p99 = [&](const EngineSetup& setup) {
      const auto* row = report_.find(entry_row(setup), pace);
      return row ? figures_of(*row).p99 : 0;
    };
    for (const auto open : open_brackets)
      report_.marks.push_back({fmt::format("signal → entry with {} open / with none, p99", open),
                               p99({.open = open}) / p99({}), 1.2});
  }

  Options options_;
  SteadyClock clock_;
  Report report_;
};

Options parse(int argc, char** argv) {
  Options options;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view name = argv[i], value = argv[i + 1];
    const auto number = [&] {
      unsigned n = 0;
      std::from_chars(value.data(), value.data() + value.size(), n);
      if (n == 0) throw std::runtime_error(std::string{name} + " wants a number from 1");
      return n;
    };
    if (name == "--blocks")
      options.blocks = number();
    else if (name == "--count")
      options.count = number();
    else if (name == "--commit")
      options.commit = value;
    else if (name == "--only")
      options.only = value;
    else if (name == "--json")
      options.json = value;
    else if (name == "--peers")
      options.peers = number() != 0;
    else
      throw std::runtime_error("there is no option " + std::string{name});
  }
  if (argc % 2 == 0) throw std::runtime_error("each option wants a value");
  return options;
}

}  // namespace
}  // namespace signalbox::bench

int main(int argc, char** argv) {
  using namespace signalbox::bench;
  try {
    const auto options = parse(argc, argv);
    const auto report = Run{options}.take();
    fmt::print("{}", report.table());
    if (!options.json.empty()) {
      std::ofstream file{options.json};
      file << report.json();
      if (!file.flush()) throw std::runtime_error("cannot write " + options.json);
    }
  } catch (const std::exception& e) {
    fmt::print(stderr, "bench: {}\n", e.what());
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}
