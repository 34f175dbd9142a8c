#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "messages/ids.hpp"

namespace signalbox {

/// Brackets whose rule has thrown, a defect of ours. The first time may be the state's fault, and
/// the shard is rebuilt from its journal; at the second the bracket is quarantined, so that one
/// cannot take the others with it. Lives as long as the process. One thread.
class Suspects {
 public:
  static constexpr int strikes_max = 2;

  virtual ~Suspects() = default;

  /// The rule of this bracket is about to run. Tests throw from here.
  virtual void at_work(const SignalHash& bracket) { at_work_ = bracket; }
  void at_rest() { at_work_.reset(); }
  /// Something has thrown; false when no bracket's rule was at work.
  bool strike(std::string_view what) {
    if (!at_work_) return false;
    auto& each = struck_[*std::exchange(at_work_, std::nullopt)];
    ++each.times;
    each.what = what;
    return true;
  }
  bool quarantined(const SignalHash& bracket) const {
    const auto found = struck_.find(bracket);
    return found != struck_.end() && found->second.times >= strikes_max;
  }
  /// What its rule threw last.
  std::string why(const SignalHash& bracket) const {
    const auto found = struck_.find(bracket);
    return found == struck_.end() ? std::string{} : found->second.what;
  }
  std::size_t size() const { return struck_.size(); }

 private:
  std::optional<SignalHash> at_work_;
  struct Struck {
    int times = 0;
    std::string what;
  };
  std::map<SignalHash, Struck> struck_;
};

}  // namespace signalbox
