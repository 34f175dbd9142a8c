#pragma once

#include <vector>

#include "simulation/trouble.hpp"
#include "simulator/faults.hpp"

namespace signalbox::simulation {

/// Keeps the exchange's own fault plan in step with ours: each fault that lasts is a rule for as
/// long as it does.
class VenueFaults {
 public:
  explicit VenueFaults(simulator::FaultPlan& faults) : faults_(faults) {}

  /// Nobody could sell while it lasts, so nobody is blamed for what is not sold.
  static bool starves_exits(const PlannedFault& fault);

  void begin(const PlannedFault& fault);
  void end(const PlannedFault& fault);

 private:
  void restate();
  void add(const PlannedFault& fault, std::uint32_t times);

  simulator::FaultPlan& faults_;
  std::vector<PlannedFault> active_;
};

}  // namespace signalbox::simulation
