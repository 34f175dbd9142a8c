#include "bench/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <nlohmann/json.hpp>

namespace signalbox::bench {
namespace {

double microseconds(Duration d) { return std::chrono::duration<double, std::micro>(d).count(); }

double percentile(std::vector<Duration>& sorted, unsigned percent) {
  if (sorted.empty()) return 0;
  return microseconds(sorted[std::min(sorted.size() - 1, sorted.size() * percent / 100)]);
}

double rounded(double value) { return std::round(value * 100) / 100; }

std::string pace_of(Duration pace) {
  return pace >= std::chrono::milliseconds{1} ? fmt::format("{:.0f} ms", microseconds(pace) / 1000)
                                              : fmt::format("{:.0f} µs", microseconds(pace));
}

}  // namespace

Figures figures_of(const Row& row) {
  std::vector<Duration> all;
  for (const auto& block : row.blocks) all.insert(all.end(), block.begin(), block.end());
  std::sort(all.begin(), all.end());
  return {all.size(), percentile(all, 50), percentile(all, 90), percentile(all, 99)};
}

bool Report::crowded() const {
  constexpr double others_max = 0.1;
  return std::any_of(load.begin(), load.end(), [](const OtherLoad::Shares& each) {
    return each.others + each.stolen > others_max;
  });
}

const Row* Report::find(std::string_view what, Duration pace) const {
  const auto found = std::find_if(rows.begin(), rows.end(), [&](const Row& row) {
    return row.what == what && row.pace == pace;
  });
  return found == rows.end() ? nullptr : &*found;
}

double Report::ratio(const Row& row) const {
  const auto* floor = find(floor_row, row.pace);
  const double base = floor ? figures_of(*floor).p50 : 0;
  return base > 0 ? figures_of(row).p50 / base : 0;
}

std::string Report::table() const {
  std::string out;
  const auto to = std::back_inserter(out);
  fmt::format_to(to, "commit {}, {}\n", commit, taken);
  for (const auto& [name, value] : describe_machine())
    fmt::format_to(to, "  {}: {}\n", name, value);
  fmt::format_to(to, "  other processes used, block by block:");
  for (const auto& each : load)
    fmt::format_to(to, " {:.0f} % (stolen {:.0f} %)", each.others * 100, each.stolen * 100);
  fmt::format_to(to, "\n\n{:<52} {:>7} {:>6} {:>8} {:>8} {:>8} {:>17} {:>7}\n", "microseconds",
                 "pace", "n", "p50", "p90", "p99", "p50 of blocks", "/floor");
  for (const auto& row : rows) {
    const auto figures = figures_of(row);
    double least = 0, most = 0;
    for (const auto& block : row.blocks) {
      const double p50 = figures_of(Row{row.what, row.pace, {block}}).p50;
      least = least == 0 ? p50 : std::min(least, p50);
      most = std::max(most, p50);
    }
    // One more column for each µ than it has letters.
    const auto pace = pace_of(row.pace);
    const int width = pace.ends_with("µs") ? 8 : 7;
    fmt::format_to(to,
                   "{:<52} {:>{}} {:>6} {:>8.1f} {:>8.1f} {:>8.1f} {:>8.1f} ..{:>6.1f} {:>7.2f}\n",
                   row.what, pace, width, figures.count, figures.p50, figures.p90, figures.p99,
                   least, most, ratio(row));
  }
  if (!marks.empty()) fmt::format_to(to, "\n{:<76} {:>8} {:>6}\n", "marks", "measured", "mark");
  if (crowded())
    fmt::format_to(to,
                   "others were busy on this machine: upper bounds, no mark is judged by them\n");
  for (const auto& mark : marks)
    fmt::format_to(to, "{:<76} {:>8.2f} {:>6.2f} {}\n", mark.what, mark.measured, mark.mark,
                   mark.measured <= mark.mark ? "met" : "missed");
  return out;
}

std::string Report::json() const {
  using nlohmann::json;
  json whole{{"commit", commit}, {"taken", taken}, {"warm_up", warm_up}, {"crowded", crowded()}};
  for (const auto& [name, value] : describe_machine()) whole["machine"][name] = value;
  for (const auto& each : load)
    whole["blocks"].push_back({{"others", rounded(each.others)}, {"stolen", rounded(each.stolen)}});
  for (const auto& row : rows) {
    const auto figures = figures_of(row);
    json middles = json::array();
    for (const auto& block : row.blocks)
      middles.push_back(rounded(figures_of(Row{row.what, row.pace, {block}}).p50));
    whole["rows"].push_back({{"what", row.what},
                             {"pace_us", microseconds(row.pace)},
                             {"count", figures.count},
                             {"p50_us", rounded(figures.p50)},
                             {"p90_us", rounded(figures.p90)},
                             {"p99_us", rounded(figures.p99)},
                             {"p50_us_of_blocks", middles},
                             {"to_floor", rounded(ratio(row))}});
  }
  for (const auto& mark : marks)
    whole["marks"].push_back({{"what", mark.what},
                              {"measured", rounded(mark.measured)},
                              {"mark", mark.mark},
                              {"met", mark.measured <= mark.mark}});
  return whole.dump(2) + "\n";
}

}  // namespace signalbox::bench
