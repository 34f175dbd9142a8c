// `simulate`: runs sessions by their seeds and judges them. `./dev simulate` builds and calls it.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "simulation/plants.hpp"
#include "simulation/session.hpp"

namespace signalbox::simulation {
namespace {

constexpr std::uint64_t plant_seeds_max = 2'000;
/// From so many seeds on, every possible pair of fault and bracket state must have occurred.
constexpr std::uint64_t marks_from = 10'000;

struct Arguments {
  std::uint64_t seeds = 100;
  std::uint64_t from = 1;
  std::int64_t minutes = 10;
  bool timeline = false;
  bool marks = false;
  bool search_planted = false;
  bool recorded_planted = false;
  std::string plant;
  std::string known;
  std::string venue;
  std::uint64_t twice_every = 50;
};

/// One line, whatever the text holds; of a request its first line and its form.
void print_line(MonoTime at, std::string_view what, std::string_view text) {
  std::string line{text.substr(0, text.find("\r\n"))};
  if (const auto body = text.find("\r\n\r\n"); body != text.npos) {
    line += ' ';
    line += text.substr(body + 4);
  }
  if (const auto version = line.find(" HTTP/1.1"); version != line.npos) line.erase(version, 9);
  if (const auto signature = line.find("&signature="); signature != line.npos)
    line.erase(signature, 75);
  const auto us = (at - MonoTime{}).count() / 1000;
  std::printf("%8.3f  %-9.*s %.500s\n", static_cast<double>(us) / 1e6,
              static_cast<int>(what.size()), what.data(), line.c_str());
}

/// The part of a failed session's story around its first violation, without the market's noise.
void print_story(const Plan& plan, MonoTime around) {
  constexpr Duration before = std::chrono::seconds{4};
  constexpr Duration after = std::chrono::seconds{2};
  run_session(plan, [&](MonoTime at, std::string_view what, std::string_view text) {
    const bool market =
        text.find("bookTicker") != text.npos || text.find(R"("e":"trade")") != text.npos;
    if (at >= around - before && at <= around + after && !market) print_line(at, what, text);
  });
}

/// Runs a session, and a second time if asked to: the two must not differ.
SessionResult run_judged(const Plan& plan, bool twice) {
  auto result = run_session(plan);
  if (twice && run_session(plan).trace_hash != result.trace_hash)
    result.violations.push_back({"I14", {}, "two runs of this seed differ"});
  return result;
}

struct Total {
  std::uint64_t seeds = 0, failed = 0, known = 0;
  std::size_t signals = 0, brackets = 0, trades = 0, starts = 0, faults = 0;
  Duration virtual_time{};
  Marks marks;

  void add(const SessionResult& result) {
    ++seeds;
    signals += result.signals;
    brackets += result.brackets;
    trades += result.trades;
    starts += result.starts;
    faults += result.faults;
    virtual_time += result.virtual_time;
    marks.add(result.marks);
  }
};

/// Seeds that are known to fail, one a line with the reason; docs/status.md says what is missing.
std::set<std::uint64_t> read_known(const std::string& file) {
  std::set<std::uint64_t> seeds;
  std::ifstream in{file};
  for (std::string line; std::getline(in, line);) {
    std::uint64_t seed = 0;
    if (std::istringstream{line} >> seed) seeds.insert(seed);
  }
  return seeds;
}

int run_timeline(const Arguments& arguments) {
  const auto plan =
      make_plan(arguments.from, std::chrono::minutes{arguments.minutes}, arguments.venue);
  const auto result = run_session(plan, print_line);
  for (const auto& each : result.violations) print_line(each.at, each.promise, each.what);
  return result.violations.empty() ? 0 : 1;
}

void print_failure(const Arguments& arguments, const Plan& plan, const SessionResult& result,
                   bool with_story) {
  std::printf("seed %llu failed, on %s\n", static_cast<unsigned long long>(plan.seed),
              std::string{plan.world.venue}.c_str());
  for (const auto& each : result.violations) print_line(each.at, each.promise, each.what);
  if (with_story) print_story(plan, result.violations.front().at);
  std::printf(
      "replay: ./dev simulate --from %llu --seeds 1 --minutes %lld%s%s "
      "--timeline%s%s\n\n",
      static_cast<unsigned long long>(plan.seed), static_cast<long long>(arguments.minutes),
      arguments.venue.empty() ? "" : " --venue ", arguments.venue.c_str(),
      arguments.plant.empty() ? "" : " --plant ", arguments.plant.c_str());
  std::fflush(stdout);
}

int run_seeds(const Arguments& arguments) {
  const auto known = read_known(arguments.known);
  Total total;
  const auto began = std::chrono::steady_clock::now();
  for (auto seed = arguments.from; seed < arguments.from + arguments.seeds; ++seed) {
    const auto plan = make_plan(seed, std::chrono::minutes{arguments.minutes}, arguments.venue);
    const bool twice = arguments.twice_every != 0 && seed % arguments.twice_every == 0;
    const auto result = run_judged(plan, twice);
    total.add(result);
    if (known.contains(seed)) {
      ++total.known;
      if (result.violations.empty())
        std::printf("seed %llu does not fail any more: take it out of %s\n",
                    static_cast<unsigned long long>(seed), arguments.known.c_str());
      continue;
    }
    if (result.violations.empty()) continue;
    print_failure(arguments, plan, result, ++total.failed == 1);
  }
  const auto seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  if (arguments.marks) std::fputs(table_of(total.marks).c_str(), stdout);
  const auto never = missing(total.marks);
  if (arguments.marks || arguments.seeds >= marks_from)
    for (const auto& each : never) std::printf("never occurred: %s\n", each.c_str());
  std::printf(
      "%llu seeds, %llu failed, %llu known to fail; %zu signals, %zu brackets, %zu trades, %zu "
      "starts, %zu strikes of faults; %.1f seeds/s, %.0f virtual hours an hour\n",
      static_cast<unsigned long long>(total.seeds), static_cast<unsigned long long>(total.failed),
      static_cast<unsigned long long>(total.known), total.signals, total.brackets, total.trades,
      total.starts, total.faults, static_cast<double>(total.seeds) / seconds,
      std::chrono::duration<double>(total.virtual_time).count() / seconds);
  const bool marks_missing = arguments.seeds >= marks_from && !never.empty();
  return total.failed == 0 && !marks_missing ? 0 : 1;
}

// ---- planted bugs ----

std::string_view promise_broken(std::uint64_t seed, Plant plant, std::string_view promise,
                                std::int64_t minutes) {
  const auto plan = make_plan(seed, std::chrono::minutes{minutes});
  const Planted planted{plant};
  for (const auto& each : run_judged(plan, promise == "I14").violations)
    if (each.promise == promise) return promise;
  return {};
}

bool is_clean(std::uint64_t seed, std::int64_t minutes) {
  return run_session(make_plan(seed, std::chrono::minutes{minutes})).violations.empty();
}

/// Each planted bug by its recorded seed: the seed is clean without it and not with it.
int check_planted(const Arguments& arguments) {
  int missed = 0;
  for (const auto& each : known_plants()) {
    const bool caught =
        is_clean(each.seed, arguments.minutes) &&
        !promise_broken(each.seed, each.plant, each.promise, arguments.minutes).empty();
    std::printf("%-3.*s %-32.*s seed %llu: %s\n", static_cast<int>(each.promise.size()),
                each.promise.data(), static_cast<int>(name_of(each.plant).size()),
                name_of(each.plant).data(), static_cast<unsigned long long>(each.seed),
                caught ? "caught" : "not caught");
    missed += caught ? 0 : 1;
  }
  return missed == 0 ? 0 : 1;
}

int search_planted(const Arguments& arguments) {
  std::size_t missed = 0;
  for (const auto& each : known_plants()) {
    std::uint64_t seed = 1;
    while (seed <= plant_seeds_max &&
           (promise_broken(seed, each.plant, each.promise, arguments.minutes).empty() ||
            !is_clean(seed, arguments.minutes)))
      ++seed;
    const auto name = name_of(each.plant);
    if (seed <= plant_seeds_max)
      std::printf("      {Plant::%.*s, \"%.*s\", %llu},\n", static_cast<int>(name.size()),
                  name.data(), static_cast<int>(each.promise.size()), each.promise.data(),
                  static_cast<unsigned long long>(seed));
    else
      std::printf("not caught within %llu seeds: %.*s (%.*s)\n",
                  static_cast<unsigned long long>(plant_seeds_max), static_cast<int>(name.size()),
                  name.data(), static_cast<int>(each.promise.size()), each.promise.data()),
          ++missed;
    std::fflush(stdout);
  }
  return missed == 0 ? 0 : 1;
}

int run(const Arguments& arguments) {
  if (arguments.search_planted) return search_planted(arguments);
  if (arguments.recorded_planted) return check_planted(arguments);
  auto plant = Plant::none;
  for (const auto& each : enum_names<Plant>)
    if (each.name == arguments.plant) plant = each.value;
  if (!arguments.plant.empty() && plant == Plant::none) {
    std::fprintf(stderr, "there is no plant '%s':", arguments.plant.c_str());
    for (const auto& each : known_plants())
      std::fprintf(stderr, " %s", std::string{name_of(each.plant)}.c_str());
    std::fputc('\n', stderr);
    return 2;
  }
  const Planted planted{plant};
  return arguments.timeline ? run_timeline(arguments) : run_seeds(arguments);
}

}  // namespace
}  // namespace signalbox::simulation

int main(int argc, char** argv) {
  using namespace signalbox::simulation;
  Arguments arguments;
  CLI::App app{"Runs whole sessions under virtual time and faults, and judges them"};
  app.add_option("--seeds", arguments.seeds, "how many");
  app.add_option("--from", arguments.from, "the first one");
  app.add_option("--minutes", arguments.minutes, "virtual length of a session")
      ->check(CLI::Range(4, 600));
  app.add_option("--twice-every", arguments.twice_every,
                 "of so many seeds one is run twice, and both runs must be the same");
  app.add_option("--venue", arguments.venue, "instead of the one that the seed draws")
      ->check(CLI::IsMember({"binance", "binanceusdm", "bybit"}));
  app.add_option("--known", arguments.known, "file of seeds that are known to fail")
      ->check(CLI::ExistingFile);
  app.add_option("--plant", arguments.plant, "plants a bug of this name");
  app.add_flag("--timeline", arguments.timeline, "all that happens under the seed --from");
  app.add_flag("--marks", arguments.marks, "which fault struck brackets in which state");
  app.add_flag("--planted", arguments.search_planted,
               "searches for each bug that can be planted the first seed that shows it");
  app.add_flag("--planted-recorded", arguments.recorded_planted,
               "each bug that can be planted, by its recorded seed");
  CLI11_PARSE(app, argc, argv);
  return run(arguments);
}
