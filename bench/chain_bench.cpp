// The hot chain by itself, from a decoded signal in risk's hands to the call of `Venue::place`:
// time and allocations of each signal, with a journal that only counts and with the real one.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>

#include "actors/runtime/steady_clock.hpp"
#include "app/system_random.hpp"
#include "bench/hot_chain.hpp"
#include "journal/sqlite_journal.hpp"

namespace signalbox::bench {
namespace {

constexpr unsigned warm_up = 500;  // signals
constexpr int measured = 4'000;    // signals

void run(benchmark::State& state, Journal& journal) {
  HotChain chain{journal};
  for (std::int64_t n = 0; n < state.range(0); ++n) chain.signal(HotChain::Entry::working);
  for (unsigned n = 0; n < warm_up; ++n) chain.signal(HotChain::Entry::refused);
  std::vector<Duration> times;
  std::vector<std::size_t> allocations;
  for (auto _ : state) {
    const auto cost = chain.signal(HotChain::Entry::refused);
    state.SetIterationTime(std::chrono::duration<double>(cost.time).count());
    times.push_back(cost.time);
    allocations.push_back(cost.allocations);
  }
  std::sort(times.begin(), times.end());
  std::sort(allocations.begin(), allocations.end());
  const auto ns = [&](std::size_t percent) {
    return static_cast<double>(times[times.size() * percent / 100].count());
  };
  state.counters["p50_ns"] = ns(50);
  state.counters["p99_ns"] = ns(99);
  state.counters["allocations_p50"] = static_cast<double>(allocations[allocations.size() / 2]);
}

void counting(benchmark::State& state) {
  const auto journal = counting_journal();
  run(state, *journal);
}
BENCHMARK(counting)
    ->Name("signal → Venue::place, journal only counts, open entries")
    ->Arg(0)
    ->Arg(1'000)
    ->Arg(10'000)
    ->Iterations(measured)
    ->UseManualTime();

void recorded(benchmark::State& state) {
  auto pattern = (std::filesystem::temp_directory_path() / "signalbox-bench-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
  const std::filesystem::path folder = pattern;
  {
    SteadyClock clock;
    SystemRandom random;
    auto journal = SqliteJournal::open(
        {.directory = folder / "journal", .runtime_directory = folder / "run"}, clock, random);
    if (!journal) throw std::runtime_error(journal.error().what);
    run(state, **journal);
  }
  std::filesystem::remove_all(folder);
}
BENCHMARK(recorded)
    ->Name("signal → Venue::place, journal recorded, open entries")
    ->Arg(0)
    ->Iterations(measured)
    ->UseManualTime();

}  // namespace
}  // namespace signalbox::bench

BENCHMARK_MAIN();
