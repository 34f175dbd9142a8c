#pragma once

#include <map>
#include <optional>
#include <vector>

#include "messages/field.hpp"
#include "messages/time.hpp"
#include "messages/value.hpp"

namespace signalbox {

/// What is done for a strategy that is not heard of any more.
enum class OnSilence : std::uint8_t {
  keep = 1,        ///< everything goes on; somebody is told
  cancel_entries,  ///< what has not filled is cancelled; what has stays protected
  flatten,         ///< its brackets are closed, too
};
template <>
inline constexpr auto enum_names<OnSilence> =
    std::array{Named{OnSilence::keep, "keep"}, Named{OnSilence::cancel_entries, "cancel_entries"},
               Named{OnSilence::flatten, "flatten"}};

struct SilencePolicy {
  StrategyName strategy;
  Duration after{};  ///< its last heartbeat or signal
  OnSilence action = OnSilence::keep;
};

/// Which strategies have gone silent. One is watched from its first heartbeat on, and a restart of
/// ours does not end that; then it has its whole time again, because nobody could hear it.
/// Monotonic time only: a clock that is set neither brings silence nor hides it. Pure.
class Silence {
 public:
  void configure(const AccountName& account, const SilencePolicy& policy);
  bool knows(const AccountName& account, const StrategyName& strategy) const {
    return watched_.contains({account, strategy});
  }

  /// A heartbeat. True: watched from here on, or heard again; that is to be recorded.
  bool heard(const AccountName& account, const StrategyName& strategy, MonoTime now);
  /// Any other sign of life of one that is watched.
  void alive(const AccountName& account, const StrategyName& strategy, MonoTime now);
  /// Replay of what was recorded.
  void restore(const AccountName& account, const StrategyName& strategy, bool silent);
  /// After a replay.
  void begin(MonoTime now);

  struct Fallen {
    AccountName account;
    StrategyName strategy;
    OnSilence action = OnSilence::keep;
  };
  /// Each silence is told once.
  std::vector<Fallen> on_time(MonoTime now);
  std::optional<MonoTime> next_due() const;

 private:
  struct Watched {
    SilencePolicy policy;
    bool since_heartbeat = false;
    bool silent = false;
    MonoTime last{};
  };
  std::map<std::pair<AccountName, StrategyName>, Watched> watched_;
};

}  // namespace signalbox
