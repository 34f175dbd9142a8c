#pragma once

#include <string>
#include <utility>
#include <vector>

#include "messages/time.hpp"

namespace signalbox::bench {

/// Names and values, in order: processor, cores, kernel, compiler, clock source.
std::vector<std::pair<std::string, std::string>> describe_machine();

/// How busy the machine was with others while something was measured: figures of a crowded
/// machine are upper bounds and must say so. Linux; elsewhere always 0.
class OtherLoad {
 public:
  OtherLoad();
  struct Shares {
    double others = 0;  ///< of all cores' time, 0 to 1: other processes
    double stolen = 0;  ///< by the machine's own host
  };
  /// Since the construction.
  Shares shares() const;

 private:
  struct Ticks {
    double busy = 0, stolen = 0, all = 0, own = 0;
  };
  static Ticks read();
  Ticks at_start_;
};

}  // namespace signalbox::bench
