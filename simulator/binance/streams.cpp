#include <algorithm>
#include <utility>

#include "simulator/binance/binance_dialect.hpp"
#include "simulator/binance/events.hpp"
#include "simulator/binance/words.hpp"

namespace signalbox::simulator::binance {
namespace {

constexpr std::uint16_t without_goodbye = 0;

}  // namespace

bool BinanceDialect::is_stream_name(std::string_view name) {
  return !name.empty() && name.size() <= 128 && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           std::string_view{"@_-!."}.find(c) != std::string_view::npos;
  });
}

void BinanceDialect::market_frame(SessionId id, Session& session, std::string_view bytes) {
  const auto frame = parse_frame(bytes);
  if (!frame) {
    const bool bad_json = frame.error() == FrameError::bad_json;
    return send(id, bad_json ? R"({"code":3,"msg":"Invalid JSON: expected value"})"
                             : R"({"code":2,"msg":"Invalid request: missing field"})");
  }
  if (frame->method == "SUBSCRIBE") {
    for (const auto& stream : frame->list) {
      if (!is_stream_name(stream))
        return send(id, R"({"code":2,"msg":"Invalid request: invalid stream"})");
      if (session.streams.size() == streams_per_session_max)
        return send(id, R"({"code":2,"msg":"Invalid request: too many streams"})");
      session.streams.insert(stream);
    }
  } else if (frame->method == "UNSUBSCRIBE") {
    for (const auto& stream : frame->list) session.streams.erase(stream);
  } else if (frame->method == "LIST_SUBSCRIPTIONS") {
    std::string names;
    for (const auto& stream : session.streams)
      names += fmt::format(R"({}"{}")", names.empty() ? "" : ",", stream);
    return send(id, fmt::format(R"({{"result":[{}],"id":{}}})", names, frame->id));
  } else {
    return send(id, R"({"code":2,"msg":"Invalid request: unknown variant"})");
  }
  send(id, fmt::format(R"({{"result":null,"id":{}}})", frame->id));
}

void BinanceDialect::publish(std::string_view stream, const std::string& event) {
  const std::string name{stream};
  for (const auto& [id, session] : sessions_) {
    if (session.way == Way::api || session.streams.count(name) == 0) continue;
    if (session.way == Way::raw)
      send(id, event);
    else
      send(id, fmt::format(R"({{"stream":"{}","data":{}}})", name, event));
  }
}

void BinanceDialect::on_book(MarketId market, const BookTop& top, WallTime) {
  api_.stats().on_top(market);
  if (sessions_.empty()) return;
  publish(stream_names_[static_cast<std::size_t>(market)] + "@bookTicker",
          book_ticker(api_.stats().of(market).updates, symbol(market), top));
}

void BinanceDialect::on_print(MarketId market, const Print& print, WallTime now) {
  api_.stats().on_print(market, print, now);
  if (sessions_.empty()) return;
  publish(stream_names_[static_cast<std::size_t>(market)] + "@trade",
          public_trade(print, symbol(market), now));
}

// ---- the accounts' own events ----

bool BinanceDialect::carries(const Session& session, AccountId account) const {
  for (const auto& [number, subscribed] : session.subscriptions)
    if (subscribed == account) return true;
  return false;
}

void BinanceDialect::deliver(AccountId account, const std::string& event, Duration delay) {
  for (const auto& [id, session] : sessions_) {
    if (session.muted) continue;
    for (const auto& [number, subscribed] : session.subscriptions)
      if (subscribed == account)
        send(id, fmt::format(R"({{"subscriptionId":{},"event":{}}})", number, event), delay);
  }
}

void BinanceDialect::tell(AccountId account, std::string event, WallTime now) {
  const auto fault = faults_.on_event(account, now);
  if (fault) switch (fault->kind) {
      case StreamFaultKind::drop: return;
      case StreamFaultKind::late: return deliver(account, event, fault->delay);
      case StreamFaultKind::twice: deliver(account, event, {}); break;
      case StreamFaultKind::cut: return cut_user_streams(account);
      case StreamFaultKind::silent: return mute_user_streams(account);
      case StreamFaultKind::swap:
        if (swapped_.emplace(account, event).second) return;
        break;
    }
  deliver(account, event, {});
  if (const auto held = swapped_.find(account); held != swapped_.end()) {
    deliver(account, held->second, {});
    swapped_.erase(held);
  }
}

void BinanceDialect::cut_user_streams(AccountId account) {
  std::vector<SessionId> cut;
  for (const auto& [id, session] : sessions_)
    if (carries(session, account)) cut.push_back(id);
  for (const auto id : cut) {
    sessions_.erase(id);
    if (sink_) sink_->on_close(id, without_goodbye, "cut");
  }
}

void BinanceDialect::mute_user_streams(AccountId account) {
  for (auto& [id, session] : sessions_)
    if (carries(session, account)) session.muted = true;
}

void BinanceDialect::garble_user_streams(AccountId account) {
  for (const auto& [id, session] : sessions_)
    if (carries(session, account)) send(id, R"({"subscriptionId":0,"event":{"e":"execution)");
}

void BinanceDialect::shut_down_streams(WallTime now) {
  constexpr std::uint16_t going_away = 1001;
  const auto event = fmt::format(R"({{"e":"serverShutdown","E":{}}})", ms(now));
  const auto open = std::exchange(sessions_, {});
  for (const auto& [id, session] : open) {
    if (session.way == Way::raw) send(id, event);
    if (session.way == Way::combined)
      send(id, fmt::format(R"({{"stream":"!serverShutdown","data":{}}})", event));
    if (session.way == Way::api) send(id, fmt::format(R"({{"event":{}}})", event));
    if (sink_) sink_->on_close(id, going_away, "server shutdown");
  }
}

void BinanceDialect::on_order(const OrderEvent& event) {
  const auto& order = event.order;
  const bool first_fill = event.trade && order.filled == event.trade->quantity;
  if (first_fill) api_.limits().uncount_order(order.account, event.time);
  tell(order.account, execution_report(event, symbol(order.market), ++executions_), event.time);
}

void BinanceDialect::on_list(const OrderList& list, ListChange change, WallTime now) {
  tell(list.account, list_status(list, change, symbol(list.market), engine_.orders(), now), now);
}

void BinanceDialect::on_balances(AccountId account, const std::vector<AssetBalance>& balances,
                                 WallTime now) {
  tell(account, account_position(balances, now), now);
}

void BinanceDialect::on_transfer(AccountId account, const Asset& asset, Decimal delta,
                                 WallTime now) {
  tell(account, balance_update(asset, delta, now), now);
}

}  // namespace signalbox::simulator::binance
