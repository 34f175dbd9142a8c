#include "connectors/kit/reports.hpp"

#include <algorithm>

namespace signalbox::kit {

Reports::Known& Reports::remember(const OrderRow& row) {
  auto& known = orders_[row.key];
  if (!row.report.id.empty()) known.id = row.report.id;
  if (row.described) {
    known.filled = std::max(known.filled, row.report.filled);
    known.held = row.report.status == OrderStatus::pending;
    if (is_terminal(row.report.status))
      end(row.key, known);
    else
      live_again(row.key, known);
  }
  touch(row.key.market);
  return known;
}

void Reports::end(const OrderKey& key, Known& known) {
  known.not_found = false;
  if (known.ended) return;
  known.ended = true;
  ended_.push_back(key);
  while (ended_.size() > ended_kept_max) {
    orders_.erase(ended_.front());
    ended_.pop_front();
  }
}

void Reports::live_again(const OrderKey& key, Known& known) {
  if (!known.not_found) return;
  known.not_found = false;
  known.ended = false;
  ended_.erase(std::find(ended_.begin(), ended_.end(), key));
}

void Reports::streamed(const OrderRow& row) {
  auto& known = remember(row);
  known.streamed_at = clock_.mono();
  echoes_.erase(row.key);
  sink_->on(row.report);
}

void Reports::answered(const OrderRow& row, MonoTime sent, MonoTime echo_due) {
  auto& known = remember(row);
  if (row.echoed && known.streamed_at < sent && !known.held)
    echoes_.insert_or_assign(row.key, echo_due);
}

void Reports::pictured(const OrderRow& row, MonoTime asked) {
  if (streamed_since(row.key, asked)) return;
  const auto found = orders_.find(row.key);
  // It has ended by a later word than this one.
  if (found != orders_.end() && found->second.ended && !found->second.not_found &&
      !is_terminal(row.report.status))
    return;
  remember(row);
  sink_->on(row.report);
}

void Reports::filled(const FillRow& row) {
  const FillKey key{row.key, row.report.trade_id};
  if (!fills_.insert(key).second) return;
  fills_by_age_.push_back(key);
  while (fills_by_age_.size() > fills_kept_max) {
    fills_.erase(fills_by_age_.front());
    fills_by_age_.pop_front();
  }
  touch(row.key.market);
  sink_->on(named(row));
}

FillReport Reports::named(const FillRow& row) const {
  auto report = row.report;
  if (report.id.empty())
    if (const auto found = orders_.find(row.key); found != orders_.end())
      report.id = found->second.id;
  return report;
}

bool Reports::has_ended(const OrderKey& key) const {
  const auto found = orders_.find(key);
  return found != orders_.end() && found->second.ended;
}

void Reports::gone(const OrderKey& key) {
  if (const auto found = orders_.find(key); found != orders_.end()) end(key, found->second);
}

void Reports::not_found(const OrderKey& key) {
  const auto found = orders_.find(key);
  if (found == orders_.end() || found->second.ended) return;
  end(key, found->second);
  found->second.not_found = true;
}

std::vector<MarketIndex> Reports::touched_since(MonoTime since) const {
  std::vector<MarketIndex> markets;
  for (const auto& [market, at] : touched_)
    if (at >= since) markets.push_back(market);
  for (const auto& [key, known] : orders_)
    if (!known.ended) markets.push_back(key.market);
  std::sort(markets.begin(), markets.end());
  markets.erase(std::unique(markets.begin(), markets.end()), markets.end());
  return markets;
}

std::vector<Reports::Live> Reports::missing(const std::vector<OrderRow>& picture,
                                            MonoTime asked) const {
  std::unordered_set<OrderKey, OrderKeyHash> shown;
  for (const auto& row : picture) shown.insert(row.key);
  std::vector<Live> missing;
  for (const auto& [key, known] : orders_)
    if (!known.ended && known.streamed_at < asked && !shown.contains(key))
      missing.push_back({key, known.id});
  std::sort(missing.begin(), missing.end(), [](const Live& a, const Live& b) {
    if (a.key.market != b.key.market) return a.key.market < b.key.market;
    return counts_before(a.key.id.view(), b.key.id.view());
  });
  return missing;
}

std::vector<OrderKey> Reports::ahead_of_stream(const std::vector<OrderRow>& picture,
                                               MonoTime asked) const {
  std::vector<OrderKey> ahead;
  for (const auto& live : missing(picture, asked))
    if (!orders_.at(live.key).held) ahead.push_back(live.key);
  for (const auto& row : picture) {
    const auto found = orders_.find(row.key);
    const bool more = found == orders_.end() || found->second.not_found ||
                      found->second.filled < row.report.filled;
    if (more && !streamed_since(row.key, asked)) ahead.push_back(row.key);
  }
  return ahead;
}

bool Reports::streamed_since(const OrderKey& key, MonoTime since) const {
  const auto found = orders_.find(key);
  return found != orders_.end() && found->second.streamed_at >= since;
}

std::optional<MonoTime> Reports::next_echo_due() const {
  if (echoes_.empty()) return std::nullopt;
  return std::min_element(echoes_.begin(), echoes_.end(),
                          [](const auto& a, const auto& b) { return a.second < b.second; })
      ->second;
}

}  // namespace signalbox::kit
