#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "simulation/trouble.hpp"

namespace signalbox::simulation {

/// Which fault struck how often while a bracket was how far: what the seeds have really tried.
class Marks {
 public:
  void note(Trouble what, BracketMark when) { ++count_[index(what)][index(when)]; }
  void add(const Marks& other);
  std::uint64_t count(Trouble what, BracketMark when) const {
    return count_[index(what)][index(when)];
  }

 private:
  template <class E>
  static std::size_t index(E e) {
    return static_cast<std::size_t>(e);
  }
  std::array<std::array<std::uint64_t, 8>, 64> count_{};
};

/// A pair that cannot occur, and why.
struct Impossible {
  Trouble what;
  BracketMark when;
  std::string_view why;
};
std::vector<Impossible> impossible_pairs();

/// Pairs that are possible and did not occur.
std::vector<std::string> missing(const Marks& marks);
/// The whole table, for people.
std::string table_of(const Marks& marks);

}  // namespace signalbox::simulation
