#pragma once

#include <string>
#include <vector>

namespace signalbox::bench {

/// Named columns of figures: printed as they come, and written as JSON at the end.
class Table {
 public:
  struct Column {
    std::string name;
    int decimals = 0;
  };
  explicit Table(std::vector<Column> columns);
  /// One figure for each column.
  void row(const std::vector<double>& figures);
  /// With the machine and, in words, how the figures were taken. Nothing for an empty path; throws
  /// when the file cannot be written.
  void save(const std::string& path, const std::string& how) const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<double>> rows_;
};

double median(std::vector<double> of);
double percentile(std::vector<double> of, unsigned percent);

}  // namespace signalbox::bench
