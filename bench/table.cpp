#include "bench/table.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "bench/machine.hpp"

namespace signalbox::bench {
namespace {

constexpr int width_min = 10;

int width_of(const Table::Column& column) {
  return std::max(width_min, static_cast<int>(column.name.size()) + 2);
}

}  // namespace

Table::Table(std::vector<Column> columns) : columns_(std::move(columns)) {
  for (const auto& column : columns_) fmt::print("{:>{}}", column.name, width_of(column));
  fmt::print("\n");
}

void Table::row(const std::vector<double>& figures) {
  for (std::size_t n = 0; n < columns_.size(); ++n)
    fmt::print("{:>{}.{}f}", figures.at(n), width_of(columns_[n]), columns_[n].decimals);
  fmt::print("\n");
  std::fflush(stdout);
  rows_.push_back(figures);
}

void Table::save(const std::string& path, const std::string& how) const {
  if (path.empty()) return;
  nlohmann::json whole{{"how", how}};
  for (const auto& [name, value] : describe_machine()) whole["machine"][name] = value;
  for (const auto& figures : rows_) {
    nlohmann::json row;
    for (std::size_t n = 0; n < columns_.size(); ++n) {
      const double scale = std::pow(10, columns_[n].decimals);
      row[columns_[n].name] = std::round(figures[n] * scale) / scale;
    }
    whole["rows"].push_back(std::move(row));
  }
  std::ofstream file{path};
  file << whole.dump(2) << "\n";
  if (!file.flush()) throw std::runtime_error("cannot write " + path);
}

double median(std::vector<double> of) { return percentile(std::move(of), 50); }

double percentile(std::vector<double> of, unsigned percent) {
  if (of.empty()) throw std::runtime_error("nothing was measured");
  std::sort(of.begin(), of.end());
  return of[std::min(of.size() - 1, of.size() * percent / 100)];
}

}  // namespace signalbox::bench
