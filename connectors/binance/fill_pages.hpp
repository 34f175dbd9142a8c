#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "connectors/binance/shared.hpp"

namespace signalbox::binance {

/// All fills of one symbol since a time, however many requests that takes. The venue answers at
/// most a thousand trades of at most 24 hours; which thousand of more is not documented, so a full
/// page is not believed: its window is asked again in halves.
///
/// Keeps itself alive until `done` was called, once.
class FillPages : public std::enable_shared_from_this<FillPages> {
 public:
  static constexpr Duration window_max = std::chrono::hours{24} - std::chrono::milliseconds{1};
  static constexpr std::size_t pages_max = 400;

  struct Found {
    Verdict verdict;  ///< accepted: `fills` is complete
    std::vector<FillRow> fills;
  };
  using Done = std::function<void(Found)>;

  static void ask(Shared& shared, const Market& market, WallTime since, MonoTime deadline,
                  PaceClass who, Done done);

  FillPages(Shared& shared, const Market& market, WallTime since, MonoTime deadline, PaceClass who,
            Done done);

 private:
  void next();
  void answered(const Reply& reply, WallTime to);
  void finish(Verdict verdict);

  Shared& shared_;
  const Market& market_;
  MonoTime deadline_;
  PaceClass who_;
  WallTime from_;
  WallTime until_;
  Duration window_ = window_max;
  std::size_t pages_ = 0;
  std::vector<FillRow> fills_;
  Done done_;
};

}  // namespace signalbox::binance
