#include "app/portfolio.hpp"

#include <algorithm>

#include "messages/ids.hpp"

namespace signalbox {
namespace {

template <class Map>
auto values(const Map& map, const std::optional<AccountName>& only) {
  std::vector<typename Map::mapped_type> found;
  for (const auto& [key, value] : map)
    if (!only || value.account == *only) found.push_back(value);
  return found;
}

bool is_over(OrderStage stage) {
  return stage == OrderStage::filled || stage == OrderStage::cancelled ||
         stage == OrderStage::expired || stage == OrderStage::rejected ||
         stage == OrderStage::absent;
}

}  // namespace

Portfolio::Portfolio(std::vector<AccountInfo> accounts) {
  for (auto& each : accounts) accounts_[each.account] = each;
}

void Portfolio::apply(const Event& event) {
  if (const auto* order = std::get_if<OrderEvent>(&event)) {
    apply_order(*order);
  } else if (const auto* bracket = std::get_if<BracketEvent>(&event)) {
    const auto key = signal_hash(bracket->account, bracket->strategy, bracket->signal);
    if (bracket->phase == BracketPhase::ended)
      brackets_.erase(key);
    else
      brackets_[key] = *bracket;
  } else if (const auto* link = std::get_if<ConnectionEvent>(&event)) {
    if (const auto known = accounts_.find(link->account); known != accounts_.end())
      known->second.link = link->state;
  } else if (const auto* notice = std::get_if<NoticeEvent>(&event)) {
    // A page is about something that happened; a state that changed has a notice of its own.
    if (const auto known = accounts_.find(notice->account);
        known != accounts_.end() && !notice->page)
      known->second.state = notice->state;
  }
}

void Portfolio::begin_again() {
  brackets_.clear();
  live_.clear();
}

void Portfolio::apply_order(const OrderEvent& event) {
  if (is_over(event.stage))
    live_.erase(event.order);
  else
    live_[event.order] = event;
  if (event.leg != LegKind::entry) return;
  const auto key = signal_hash(event.account, event.strategy, event.signal);
  if (entries_.insert_or_assign(key, event).second) entries_order_.push_back(key);
  while (entries_order_.size() > ended_orders_max) {
    const auto oldest = entries_.find(entries_order_.front());
    if (oldest != entries_.end() && !is_over(oldest->second.stage)) break;  // live ones stay
    entries_.erase(oldest);
    entries_order_.pop_front();
  }
}

void Portfolio::set_initialised(const AccountName& account, bool yes) {
  if (const auto known = accounts_.find(account); known != accounts_.end())
    known->second.initialised = yes;
}

std::vector<AccountInfo> Portfolio::accounts(const std::optional<AccountName>& only) const {
  return values(accounts_, only);
}
std::vector<BracketEvent> Portfolio::brackets(const std::optional<AccountName>& only) const {
  return values(brackets_, only);
}
std::vector<OrderEvent> Portfolio::orders(const std::optional<AccountName>& only) const {
  return values(live_, only);
}

TradingState Portfolio::state(const AccountName& account) const {
  auto strictest = TradingState::active;
  for (const auto& [name, info] : accounts_) {
    if (name == account) return info.state;
    if (account.empty()) strictest = std::max(strictest, info.state);
  }
  return strictest;
}

const OrderEvent* Portfolio::entry_of(const SignalHash& key) const {
  const auto found = entries_.find(key);
  return found == entries_.end() ? nullptr : &found->second;
}

void Portfolio::name(std::vector<OrderEvent>& listed) const {
  for (auto& each : listed) {
    const auto known = live_.find(each.order);
    if (known == live_.end() || known->second.account != each.account) continue;
    each.signal = known->second.signal;
    each.strategy = known->second.strategy;
  }
}

std::uint32_t Portfolio::unknown_orders() const {
  return static_cast<std::uint32_t>(std::count_if(live_.begin(), live_.end(), [](const auto& each) {
    return each.second.stage == OrderStage::unknown;
  }));
}

}  // namespace signalbox
