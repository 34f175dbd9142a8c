#include <vector>

#include "simulator/bybit/bybit_dialect.hpp"

namespace signalbox::simulator::bybit {

// ---- the market's ----

void BybitDialect::publish(std::string_view topic, MarketId market, const std::string& frame) {
  const auto name = fmt::format("{}.{}", topic, api_.symbol(market));
  for (const auto& [id, session] : sessions_)
    if (session.way == Way::market && session.spot != api_.is_linear() &&
        session.topics.contains(name))
      send(id, frame);
}

std::string BybitDialect::book_frame(MarketId market, WallTime now) const {
  return fmt::format(
      R"({{"topic":"orderbook.1.{0}","type":"snapshot","ts":{1},"data":{{"s":"{0}",{2},"u":1,)"
      R"("seq":1}},"cts":{1}}})",
      api_.symbol(market), ms(now), api_.level_json(market));
}

void BybitDialect::on_book(MarketId market, const BookTop&, WallTime now) {
  if (!sessions_.empty()) publish("orderbook.1", market, book_frame(market, now));
}

void BybitDialect::on_print(MarketId market, const Print& print, WallTime now) {
  if (sessions_.empty()) return;
  publish(
      "publicTrade", market,
      fmt::format(
          R"({{"topic":"publicTrade.{0}","type":"snapshot","ts":{1},"data":[{{"T":{1},"s":"{0}",)"
          R"("S":"{2}","v":"{3}","p":"{4}","L":"PlusTick","i":"{5}","BT":false}}]}})",
          api_.symbol(market), ms(now), print.buyer_is_maker ? "Sell" : "Buy", print.quantity.str(),
          print.price.str(), print.id));
}

// ---- the accounts' ----

bool BybitDialect::carries(const Session& session, AccountId account,
                           std::string_view topic) const {
  return session.way == Way::account && session.logged_on == account &&
         (session.topics.contains(std::string{topic}) ||
          session.topics.contains(fmt::format("{}.{}", topic, api_.category())));
}

void BybitDialect::deliver(AccountId account, std::string_view topic, const std::string& frame,
                           Duration delay) {
  for (const auto& [id, session] : sessions_)
    if (!session.muted && carries(session, account, topic)) send(id, frame, delay);
}

void BybitDialect::tell(AccountId account, std::string_view topic, const std::string& row,
                        WallTime now) {
  const auto frame = fmt::format(R"({{"id":"1","topic":"{}","creationTime":{},"data":[{}]}})",
                                 topic, ms(now), row);
  const auto fault = faults_.on_event(account, now);
  if (fault) switch (fault->kind) {
      case StreamFaultKind::drop: return;
      case StreamFaultKind::late: return deliver(account, topic, frame, fault->delay);
      case StreamFaultKind::twice: deliver(account, topic, frame, {}); break;
      case StreamFaultKind::cut: return cut_user_streams(account);
      case StreamFaultKind::silent: return mute_user_streams(account);
      case StreamFaultKind::swap:
        if (swapped_.emplace(account, Held{std::string{topic}, frame}).second) return;
        break;
    }
  deliver(account, topic, frame, {});
  if (const auto held = swapped_.find(account); held != swapped_.end()) {
    const auto later = held->second;
    swapped_.erase(held);
    deliver(account, later.topic, later.frame, {});
  }
}

void BybitDialect::cut_user_streams(AccountId account) {
  std::vector<SessionId> cut;
  for (const auto& [id, session] : sessions_)
    if (session.way == Way::account && session.logged_on == account) cut.push_back(id);
  for (const auto id : cut) close(id);
}

void BybitDialect::mute_user_streams(AccountId account) {
  for (auto& [id, session] : sessions_)
    if (session.way == Way::account && session.logged_on == account) session.muted = true;
}

void BybitDialect::garble_user_streams(AccountId account) {
  for (const auto& [id, session] : sessions_)
    if (session.way == Way::account && session.logged_on == account)
      send(id, R"({"topic":"order","data":[{"orderId":"1","sym)");
}

void BybitDialect::on_order(const OrderEvent& event) {
  const auto& order = event.order;
  const bool appears =
      event.change == OrderChange::accepted || event.change == OrderChange::activated;
  if (order.held()) return;
  if (appears) api_.note_made(order);
  if (api_.is_hidden(order)) return;
  if (event.trade) tell(order.account, "execution", api_.execution_json(*event.trade), event.time);
  tell(order.account, "order", api_.order_json(order), event.time);
}

void BybitDialect::on_balances(AccountId account, const std::vector<AssetBalance>& balances,
                               WallTime now) {
  tell(account, "wallet", api_.wallet_json(account, balances), now);
}

}  // namespace signalbox::simulator::bybit
