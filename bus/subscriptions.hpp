#pragma once

#include <array>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "bus/topic.hpp"

namespace signalbox {

/// The topic prefixes somebody subscribes to, so that an event nobody wants is not encoded. At
/// most `prefixes_max` are kept; with more, everything counts as wanted until all have gone that
/// were not kept. One thread.
class Subscriptions {
 public:
  explicit Subscriptions(std::size_t prefixes_max = 10'000) : prefixes_max_(prefixes_max) {}

  /// A subscriber's message: 1 and a prefix, or 0 and a prefix. False when it is neither.
  bool on_message(std::string_view message);

  /// Whether a message of this topic has a taker.
  bool wanted(std::string_view topic) const;

  std::size_t size() const { return prefixes_.size() + not_kept_; }

 private:
  void add(std::string_view prefix);
  void remove(std::string_view prefix);

  std::size_t prefixes_max_;
  std::set<std::string, std::less<>> prefixes_;
  std::array<std::uint32_t, topic_bytes_max + 1> of_length_{};  // how many prefixes have it
  std::size_t not_kept_ = 0;
};

}  // namespace signalbox
