#pragma once

#include <vector>

#include "simulation/far_side.hpp"
#include "simulation/trouble.hpp"
#include "simulator/faults.hpp"

namespace signalbox::simulation {

/// Keeps the exchange's own fault plan in step with ours: each fault that lasts is a rule for as
/// long as it does.
class VenueFaults {
 public:
  VenueFaults(simulator::FaultPlan& faults, const MarketFacts& market)
      : faults_(faults), market_(market) {}

  /// Nobody could sell while it lasts, so nobody is blamed for what is not sold.
  bool starves_exits(const PlannedFault& fault) const;

  void begin(const PlannedFault& fault);
  void end(const PlannedFault& fault);

 private:
  void restate();
  void add(const PlannedFault& fault, std::uint32_t times);

  simulator::FaultPlan& faults_;
  MarketFacts market_;
  std::vector<PlannedFault> active_;
};

}  // namespace signalbox::simulation
