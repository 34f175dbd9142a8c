#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "connectors/kit/account_reads.hpp"
#include "connectors/kit/core.hpp"

namespace signalbox::kit {

/// Tells what happened while the stream could not: the fills since it was last known to be whole,
/// then the open orders, then the fate of those that are no longer open. Trades come before the
/// orders they belong to, because quantities follow from trades. Loop thread only.
class CatchUp {
 public:
  using Done = std::function<void(const Verdict&)>;

  CatchUp(Core& core, AccountReads& reads) : core_(core), reads_(reads) {}

  /// One at a time. `done` is called once, or not at all when it was stopped.
  void run(Done done);
  void stop() { ++run_; }

  /// A look at the open orders while all seems well; `done` hears the orders of which it shows
  /// more than the stream has told, and when it was asked for.
  using Compared =
      std::function<void(const Verdict&, const std::vector<OrderKey>& ahead, MonoTime asked)>;
  void compare(Compared done);

 private:
  void choose_markets();
  void ask_fills();
  void tell_orders();
  void ask_missing();
  void missing_answered(OrderRead read, const Reports::Live& order);
  void finish(const Verdict& verdict);
  WallTime fills_since() const;
  void whole_until(MonoTime asked);

  Core& core_;
  AccountReads& reads_;
  std::uint64_t run_ = 0;  // answers of an earlier run are not listened to
  Done done_;
  MonoTime asked_{};
  std::vector<OrderRow> open_;
  std::vector<MarketIndex> markets_;     // whose fills are still to be asked
  std::vector<Reports::Live> missing_;   // whose fate is still to be asked
  std::optional<WallTime> whole_until_;  // up to here nothing is missing
  MonoTime whole_until_mono_ = MonoTime::min();
};

}  // namespace signalbox::kit
