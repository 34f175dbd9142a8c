#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace signalbox::simulation {

/// A hash of everything that passed, in its order: the same on every machine and in every run of
/// one seed, or something in the engine is not decided by its inputs.
class Trace {
 public:
  void add(std::string_view bytes) {
    while (bytes.size() >= sizeof(std::uint64_t)) {
      std::uint64_t word = 0;
      std::memcpy(&word, bytes.data(), sizeof word);
      mix(word);
      bytes.remove_prefix(sizeof word);
    }
    std::uint64_t rest = bytes.size() << 56;
    std::memcpy(&rest, bytes.data(), bytes.size());
    mix(rest);
  }
  std::uint64_t value() const { return value_; }

 private:
  void mix(std::uint64_t word) {
    value_ = (value_ ^ word) * 0x9fb21c651e98df25ULL;
    value_ ^= value_ >> 29;
  }
  std::uint64_t value_ = 0x243f6a8885a308d3ULL;
};

}  // namespace signalbox::simulation
