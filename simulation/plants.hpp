#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "messages/plant.hpp"

namespace signalbox::simulation {

/// A bug that can be planted, the promise it breaks, and the first seed that shows it.
struct KnownPlant {
  Plant plant;
  std::string_view promise;
  std::uint64_t seed;
};
const std::vector<KnownPlant>& known_plants();

/// Plants the bug for as long as it lives.
class Planted {
 public:
  explicit Planted(Plant plant) { planted_bug = plant; }
  ~Planted() { planted_bug = Plant::none; }
  Planted(const Planted&) = delete;
  Planted& operator=(const Planted&) = delete;
};

}  // namespace signalbox::simulation
