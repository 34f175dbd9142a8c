#include "simulator/engine/record.hpp"

namespace signalbox::simulator {

std::string_view word_of(OrderChange change) {
  static constexpr std::string_view words[] = {"accepted", "activated", "traded",   "cancelled",
                                               "expired",  "amended",   "prevented"};
  return words[static_cast<std::size_t>(change) - 1];
}

void Record::on_order(const OrderEvent& event) {
  if (entries_.size() == entries_max) {
    truncated_ = true;
    return;
  }
  const auto& o = event.order;
  Entry entry{event.time, event.change, o.id,        o.account, o.market, o.side,
              o.type,     o.state,      o.triggered, o.rest(),  0,        o.client_id};
  if (event.trade) {
    entry.trade = static_cast<std::uint32_t>(trades_.size());
    by_order_[o.id].push_back(entry.trade);
    trades_.push_back(*event.trade);
  }
  entries_.push_back(entry);
}

void Record::on_refused(AccountId account, MarketId market, const NewOrder& order, Reject reject,
                        WallTime time) {
  if (refusals_.size() == entries_max) {
    truncated_ = true;
    return;
  }
  refusals_.push_back({time, account, market, order, reject});
}

const std::vector<std::uint32_t>& Record::trades_of(OrderId order) const {
  static const std::vector<std::uint32_t> none;
  const auto found = by_order_.find(order);
  return found == by_order_.end() ? none : found->second;
}

}  // namespace signalbox::simulator
