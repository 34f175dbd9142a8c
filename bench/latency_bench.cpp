// One interleaved run: a minimal TLS client, our connector alone, raw ZeroMQ hops, and the whole
// engine from the signal's publication on, in blocks that take turns. Figures about orders end
// where the exchange's own record says that it had read the order.
//
//   latency_bench [--blocks N] [--count N] [--commit NAME] [--json FILE]
#include <fmt/core.h>

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
};

constexpr auto connector_row = "our connector alone: call → read";
/// A C++ library that only connects, without journal or risk, measured on two cores.
constexpr double connector_of_a_peer_us = 89;
constexpr Duration paces[] = {200us, 5ms};

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
const char* by(Ingress ingress) { return ingress == Ingress::libzmq ? ", by libzmq" : ""; }
std::string entry_row(WaitMode wait, Ingress ingress = Ingress::native) {
  return fmt::format("signal sent (ipc) → entry read, {}{}", name_of(wait), by(ingress));
}
std::string exits_row(WaitMode wait, Ingress ingress = Ingress::native) {
  return fmt::format("entry's fill → stop and target read, {}{}", name_of(wait), by(ingress));
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

  void take_block(unsigned block, Duration pace) {
    const Load load{block, pace < 1ms ? options_.count : std::max(options_.count / 4, 10U), pace};
    Durations floor, connector;
    measure_floor(clock_, load, floor);
    add(std::string{floor_row}, pace, std::move(floor));
    measure_connector(clock_, load, connector);
    add(connector_row, pace, std::move(connector));
    for (const auto hop : {Hop::ipc, Hop::tcp})
      for (const auto wait : {WaitMode::block, WaitMode::spin}) {
        Durations durations;
        measure_hop(clock_, load, hop, wait, durations);
        add(hop_row(hop, wait), pace, std::move(durations));
      }
    for (const auto wait : {WaitMode::block, WaitMode::hybrid, WaitMode::spin}) {
      for (const auto ingress : {Ingress::native, Ingress::libzmq}) {
        Durations entry, exits;
        measure_engine(clock_, load, wait, ingress, entry, exits);
        add(entry_row(wait, ingress), pace, std::move(entry));
        add(exits_row(wait, ingress), pace, std::move(exits));
      }
    }
  }

  double middle(const std::string& what, Duration pace) const {
    const auto* row = report_.find(what, pace);
    return row ? figures_of(*row).p50 : 0;
  }

  void judge() {
    for (const auto pace : paces) {
      const auto at = fmt::format(" ({} apart)", pace < 1ms ? "200 µs" : "5 ms");
      const double floor = middle(std::string{floor_row}, pace);
      report_.marks.push_back(
          {"connector alone / floor" + at, middle(connector_row, pace) / floor, 1.5});
      for (const auto wait : {WaitMode::block, WaitMode::hybrid, WaitMode::spin}) {
        // A hybrid loop sleeps between signals: its hop is the blocking one.
        const auto hop = hop_row(Hop::ipc, wait == WaitMode::spin ? wait : WaitMode::block);
        for (const auto ingress : {Ingress::native, Ingress::libzmq})
          report_.marks.push_back(
              {fmt::format("signal → entry, {}{}, / (raw hop + floor){}", name_of(wait),
                           by(ingress), at),
               middle(entry_row(wait, ingress), pace) / (middle(hop, pace) + floor), 1.3});
      }
      if (pace < 1ms)
        report_.marks.push_back({"signal → entry, spin, µs" + at,
                                 middle(entry_row(WaitMode::spin), pace), connector_of_a_peer_us});
      for (const auto wait : {WaitMode::block, WaitMode::hybrid, WaitMode::spin})
        report_.marks.push_back(
            {fmt::format("fill → both exits, {}, / connector's one order{}", name_of(wait), at),
             middle(exits_row(wait), pace) / middle(connector_row, pace), 2});
    }
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
    else if (name == "--json")
      options.json = value;
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
