#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "bench/machine.hpp"
#include "messages/time.hpp"

namespace signalbox::bench {

/// What was measured under one name at one pace, block by block.
struct Row {
  std::string what;
  Duration pace{};
  std::vector<std::vector<Duration>> blocks;
};

/// Microseconds.
struct Figures {
  std::size_t count = 0;
  double p50 = 0, p90 = 0, p99 = 0;
};
/// Over all blocks.
Figures figures_of(const Row& row);

/// One of the design's marks, judged by this run. Ratios.
struct Mark {
  std::string what;
  double measured = 0;
  double mark = 0;
};

struct Report {
  std::string commit;
  std::string taken;  ///< UTC, ISO 8601
  unsigned warm_up = 0;
  std::vector<Row> rows;
  std::vector<Mark> marks;
  std::vector<OtherLoad::Shares> load;  ///< of each block

  /// Others had more than a tenth of the machine: the figures are upper bounds and judge nothing.
  bool crowded() const;

  /// For people; ratios are to the row called `floor` of the same pace.
  std::string table() const;
  std::string json() const;
  const Row* find(std::string_view what, Duration pace) const;
  double ratio(const Row& row) const;
};

inline constexpr std::string_view floor_row = "minimal blocking TLS client, REST (the floor)";
inline constexpr std::string_view websocket_floor_row = "minimal blocking TLS client, websocket";

}  // namespace signalbox::bench
