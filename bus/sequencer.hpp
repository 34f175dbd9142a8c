#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "messages/result.hpp"

namespace signalbox {

/// The numbers of the streams on `events` and `ticks`: 1, 2, 3, … each. An event takes its number
/// whether or not anybody listens; that is what lets a subscriber see what it missed. The set of
/// streams is bounded by accounts and symbols in the configuration, and by `streams_max` here.
/// One thread, the publisher's.
class Sequencer {
 public:
  static constexpr std::size_t streams_max_default = 8192;

  explicit Sequencer(std::size_t streams_max = streams_max_default) : streams_max_(streams_max) {}

  /// Fails with `full` for one stream more than the bound.
  Result<std::uint64_t> next(std::string_view stream);

  /// 0 before the first.
  std::uint64_t last(std::string_view stream) const;

  /// Every stream with its last number: what `health.sequences` says each second.
  template <class F>
  void for_each_last(F&& f) const {
    for (const auto& [stream, number] : last_) f(std::string_view{stream}, number);
  }
  std::size_t size() const { return last_.size(); }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view s) const { return std::hash<std::string_view>{}(s); }
  };
  std::size_t streams_max_;
  std::unordered_map<std::string, std::uint64_t, Hash, std::equal_to<>> last_;
};

}  // namespace signalbox
