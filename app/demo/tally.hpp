#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "actors/outlet.hpp"
#include "messages/event_header.hpp"

namespace signalbox::demo {

/// What a monitor learns from the events: counts, outcomes, latencies by hop, gaps. Pure.
class Tally {
 public:
  void take(const EventHeader& header, const Event& event);
  /// When a strategy sent a signal, by its own clock.
  void sent(const SignalId& id, WallTime at) { sent_[id.str()] = at; }

  std::size_t signals() const { return accepted_.size(); }
  /// Accepted signals that have no outcome.
  std::vector<std::string> without_outcome() const;
  Duration uncovered_longest() const { return uncovered_longest_; }
  std::uint64_t missed() const { return missed_; }

  std::string json(Duration bound, Duration uncovered_at_exchange) const;
  std::string text(Duration bound, Duration uncovered_at_exchange) const;

 private:
  using Hop = std::vector<Duration>;

  void take(const Accepted& e);
  void take(const Verdict& e);
  void take(const Placed& e);
  void take(const SignalOutcome& e);
  void take(const OrderEvent& e);
  void take(const FillEvent&) { ++fills_; }
  template <class T>
  void take(const T&) {}
  std::map<std::string_view, Hop> hops() const;

  std::map<std::string, WallTime> sent_, accepted_, verdict_, intended_, entry_filled_;
  std::set<std::string> outcome_;
  std::map<std::string_view, std::uint64_t> refused_, outcomes_;
  std::map<std::string, std::uint64_t> last_sequence_;
  Hop to_verdict_, to_intended_, to_placed_, to_covered_;
  std::uint64_t orders_ = 0, fills_ = 0, missed_ = 0;
  Duration uncovered_longest_{};
};

}  // namespace signalbox::demo
