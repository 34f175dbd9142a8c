#pragma once

#include <map>
#include <memory>

#include "actors/rules/bracket_book.hpp"
#include "actors/rules/orders.hpp"
#include "actors/rules/risk.hpp"
#include "actors/shard.hpp"

namespace signalbox {

/// A bracket whose rule threw twice. Its orders are known, its stop stands, and nobody decides on
/// it any more.
struct Quarantined {
  AccountName account;
  SignalHash bracket;
  SignalId signal;
  StrategyName strategy;
  std::string why;
};

/// The state of a shard as its journal tells it: the same rules, given the same facts.
struct Recovered {
  std::unique_ptr<Risk> risk;
  std::unique_ptr<BracketBook> brackets;
  std::map<AccountName, Orders> orders;
  /// Accepted, and then the process ended: their senders still wait for an outcome.
  std::vector<SignalRecord> unjudged;
  std::vector<Quarantined> quarantined;
};

/// Replays the whole journal. Pure but for reading it. A record that cannot be understood is an
/// error that names its log number; nothing is skipped. A bracket whose rule throws is begun with
/// again, and left out when it throws a second time.
Result<Recovered> recover(const ShardSetup& setup, Journal& journal, Now now);

}  // namespace signalbox
