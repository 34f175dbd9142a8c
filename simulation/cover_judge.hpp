#pragma once

#include <map>
#include <vector>

#include "messages/ids.hpp"
#include "simulation/oracle.hpp"

namespace signalbox::simulation {

/// What one bracket held and what stood against it, over the whole session: from the venue's
/// record, at the times at which the process could know of it.
class CoverStory {
 public:
  /// A span in which more was held than live stops would sell, or more sold than bought.
  struct Span {
    MonoTime from{};
    MonoTime until{};
    Quantity most;
  };

  void bought(MonoTime at, Quantity quantity) {
    steps_.push_back({at, Step::bought, {}, quantity});
  }
  void sold(MonoTime at, Quantity quantity) { steps_.push_back({at, Step::sold, {}, quantity}); }
  void stands(MonoTime at, simulator::OrderId stop, Quantity rest) {
    steps_.push_back({at, Step::stands, stop, rest});
  }
  void gone(MonoTime at, simulator::OrderId stop) { steps_.push_back({at, Step::gone, stop, {}}); }

  /// Up to `allowed` of it is overlooked.
  std::vector<Span> uncovered(Quantity allowed, MonoTime end);
  std::vector<Span> held(Quantity allowed, MonoTime end);
  std::vector<Span> oversold(Quantity allowed, MonoTime end);

 private:
  struct Step {
    enum What : std::uint8_t { bought = 1, sold, stands, gone };
    MonoTime at{};
    What what = bought;
    simulator::OrderId stop{};
    Quantity quantity;
  };
  template <class Gap>
  std::vector<Span> walk(MonoTime end, Gap gap);

  std::vector<Step> steps_;
};

/// What is left of a span when all times in `excused` are taken out: its pieces.
std::vector<Closed> net_of(const CoverStory::Span& span, std::vector<Closed> excused);

/// The stories of all brackets.
std::map<SignalHash, CoverStory> cover_stories(World& world, const CaseFile& file);

}  // namespace signalbox::simulation
