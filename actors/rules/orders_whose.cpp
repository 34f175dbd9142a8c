// Trades that name the venue's order only, as a history of trades does at some venues: the venue is
// asked whose they are, and they are kept until it has said so.
#include <algorithm>

#include "actors/rules/orders.hpp"

namespace signalbox {

/// False: nobody knows whose it is; it is kept and told when that is known.
bool Orders::identified(const FillReport& fill, Now now) {
  const bool known = !fill.id.empty() || fill.venue_id.empty() ||
                     find_by(fill.id, fill.venue_id) != nullptr || foreign_.contains(fill.venue_id);
  if (known) return true;
  if (!unnamed_.contains(fill.venue_id) && unnamed_.size() >= unnamed_max) return false;
  auto& unnamed =
      unnamed_
          .try_emplace(fill.venue_id,
                       Unnamed{.since = now.mono, .due = now.mono, .pause = policy_.query_pause})
          .first->second;
  const bool kept =
      std::any_of(unnamed.trades.begin(), unnamed.trades.end(),
                  [&](const FillReport& each) { return each.trade_id == fill.trade_id; });
  if (!kept) unnamed.trades.push_back(fill);
  return false;
}

void Orders::on_trades(std::span<const FillReport> trades, Now now, OrdersOut& out) {
  for (const auto& trade : trades)
    if (identified(trade, now)) on(trade, now, out);
  ask_whose(now, out);
}

void Orders::ask_whose(Now now, OrdersOut& out) {
  if (!way_open()) return;
  auto under_way = static_cast<std::size_t>(std::count_if(
      unnamed_.begin(), unnamed_.end(), [](const auto& each) { return each.second.under_way; }));
  for (auto& [venue_id, unnamed] : unnamed_) {
    if (under_way == identify_max) return;  // each answer makes room for the next
    if (unnamed.under_way || unnamed.due > now.mono) continue;
    unnamed.under_way = true;
    ++under_way;
    unnamed.due = now.mono + unnamed.pause;
    unnamed.pause = std::min(unnamed.pause * 2, policy_.query_pause_max);
    const Symbol& symbol = unnamed.trades.front().symbol;
    out.requests.push_back(QueryOrder{.request = ask({.kind = Pending::Kind::identify,
                                                      .symbol = symbol,
                                                      .venue_id = venue_id,
                                                      .asked_at = now.mono}),
                                      .symbol = symbol,
                                      .id = {},
                                      .venue_id = venue_id});
  }
}

std::optional<MonoTime> Orders::whose_due() const {
  std::optional<MonoTime> due;
  std::size_t under_way = 0;
  for (const auto& [venue_id, unnamed] : unnamed_) {
    if (unnamed.under_way)
      ++under_way;
    else
      due = due ? std::min(*due, unnamed.due) : unnamed.due;
  }
  return under_way == identify_max ? std::nullopt : due;
}

/// One of ours is sought there that the venue has given no id of its own: as long as it may be that
/// one, it is nobody else's.
bool Orders::may_be_ours(const Symbol& symbol) const {
  const auto sought = sought_on(symbol);
  return std::any_of(sought.begin(), sought.end(),
                     [this](const auto& id) { return find(id)->venue_id.empty(); });
}

void Orders::on_identified(const OrdersResult& result, const Pending& pending, Now now,
                           OrdersOut& out) {
  const auto found = unnamed_.find(pending.venue_id);
  if (found == unnamed_.end()) return;
  found->second.under_way = false;
  // An order may be found by no question for a while; for ever it is not waited for.
  const bool gone = result.outcome == Outcome::refused && result.refusal == Refusal::not_found &&
                    now.mono - found->second.since >= policy_.unknown_page &&
                    !may_be_ours(found->second.trades.front().symbol);
  if (gone)
    out.pages.push_back(Detail{"the venue shows trades of an order that it does not know, " +
                               pending.venue_id.str() + ": they are taken for somebody else's"});
  else if (result.outcome != Outcome::accepted)
    return ask_whose(now, out);  // again, after its pause
  auto trades = std::move(found->second.trades);
  unnamed_.erase(found);
  bool ours = false;
  for (const auto& report : result.items) {
    Order* order = find_by(report.id, report.venue_id);
    if (order == nullptr && !all_counted(report.id, trades))
      order = adopt(report.id, report.symbol, now, out);
    if (order == nullptr) continue;
    ours = true;
    apply(*order, report, now, out);
    for (auto& trade : trades) {
      trade.id = order->spec.id;
      on(trade, now, out);
    }
  }
  if (!ours) {
    if (foreign_.size() >= foreign_max) foreign_.clear();
    foreign_.insert(pending.venue_id);
  }
  ask_whose(now, out);
  judge_lost(now, out);
}

/// Of a signal that is over and forgotten: what it had traded by then was counted.
bool Orders::counted(const ClientOrderId& id, const FillReport& trade) const {
  const auto parsed = parse_client_order_id(id.view());
  if (!parsed) return false;
  const auto past = past_.find(parsed->signal);
  return past != past_.end() &&
         trade.time < std::max(past->second, records_end_.value_or(past->second));
}

bool Orders::all_counted(const ClientOrderId& id, const std::vector<FillReport>& trades) const {
  return std::all_of(trades.begin(), trades.end(),
                     [&](const FillReport& trade) { return counted(id, trade); });
}

}  // namespace signalbox
