#include "simulator/faults.hpp"

#include <algorithm>

namespace signalbox::simulator {
namespace {

constexpr std::size_t injected_max = 1'000'000;  // entries

template <class Rules, class Rule>
bool add_bounded(Rules& rules, const Rule& rule) {
  if (rules.size() == FaultPlan::rules_max) return false;
  rules.push_back({rule});
  return true;
}

bool concerns(const std::optional<AccountId>& wanted, std::optional<AccountId> actual) {
  return !wanted || wanted == actual;
}

bool concerns(const RequestFault& rule, const RequestFacts& facts) {
  return (rule.on == RequestKind::any || rule.on == facts.kind) &&
         (!rule.stops_only || facts.stop) && concerns(rule.account, facts.account);
}

}  // namespace

bool FaultPlan::add(const RequestFault& rule) { return add_bounded(requests_, rule); }
bool FaultPlan::add(const StreamFault& rule) { return add_bounded(streams_, rule); }
bool FaultPlan::add(const FillFault& rule) { return add_bounded(fills_, rule); }

void FaultPlan::clear() {
  requests_.clear();
  streams_.clear();
  fills_.clear();
  refuse_live_ = 0;
}

std::uint64_t FaultPlan::draw() {
  auto z = state_ += 0x9e3779b97f4a7c15ULL;  // splitmix64
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

template <class Rule>
bool FaultPlan::strikes(Armed<Rule>& armed) {
  if (armed.rule.times != 0 && armed.done == armed.rule.times) return false;
  if (armed.seen++ < armed.rule.skip) return false;
  if (armed.rule.permille < 1000 && draw() % 1000 >= armed.rule.permille) return false;
  ++armed.done;
  return true;
}

std::optional<RequestFault> FaultPlan::on_request(const RequestFacts& facts, WallTime now) {
  for (auto& armed : requests_) {
    if (!concerns(armed.rule, facts) || !strikes(armed)) continue;
    note(now, facts.account, name_of(armed.rule.kind), armed.rule.executed);
    return armed.rule;
  }
  return std::nullopt;
}

std::optional<StreamFault> FaultPlan::on_event(AccountId account, WallTime now) {
  for (auto& armed : streams_) {
    if (!concerns(armed.rule.account, account) || !strikes(armed)) continue;
    note(now, account, name_of(armed.rule.kind), true);
    return armed.rule;
  }
  return std::nullopt;
}

Quantity FaultPlan::may_fill(const Order& order, Quantity wanted) {
  for (const auto& rule : fills_) {
    if (!concerns(rule.account, order.account) || (rule.side && *rule.side != order.side)) continue;
    if (rule.in_all) wanted = std::min(wanted, *rule.in_all - std::min(*rule.in_all, order.filled));
    if (rule.per_step)
      wanted = std::min(wanted, *rule.per_step - std::min(*rule.per_step, order.filled_in_step));
  }
  return wanted;
}

bool FaultPlan::refuse_when_live(const Order&) {
  if (refuse_live_ == 0) return false;
  --refuse_live_;
  return true;
}

void FaultPlan::note(WallTime now, std::optional<AccountId> account, std::string_view what,
                     bool executed) {
  if (injected_.size() < injected_max) injected_.push_back({now, account, what, executed});
}

}  // namespace signalbox::simulator
