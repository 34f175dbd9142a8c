#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "connectors/kit/account_reads.hpp"
#include "connectors/kit/core.hpp"

namespace signalbox::kit {

/// All fills since a time from a venue that answers them in windows of time, however many requests
/// that takes. Which trades of more than a page it leaves out is rarely documented, so a full page
/// is not believed: its window is asked again in halves.
///
/// Keeps itself alive until `done` was called, once.
class FillPages : public std::enable_shared_from_this<FillPages> {
 public:
  static constexpr std::size_t pages_max = 400;

  /// How one venue does it.
  struct Windows {
    Duration window_max{};          ///< between the two ends of one request, both included
    std::size_t page_rows_max = 0;  ///< so many rows may not be all
    /// One request; the time is whole milliseconds.
    std::function<void(WallTime from, WallTime to, AccountReads::FillsDone)> read;
  };

  static void ask(Core& core, WallTime since, Windows windows, AccountReads::FillsDone done);

  FillPages(Core& core, WallTime since, Windows windows, AccountReads::FillsDone done);

 private:
  void next();
  void answered(FillsRead page, WallTime to);
  void finish(Verdict verdict);

  Windows windows_;
  WallTime from_;
  WallTime until_;
  Duration window_;
  std::size_t pages_ = 0;
  std::vector<FillRow> fills_;
  AccountReads::FillsDone done_;
};

/// By time, then as the venue counts; the same trade in two pages is one trade.
void sort_and_merge(std::vector<FillRow>& fills);

}  // namespace signalbox::kit
