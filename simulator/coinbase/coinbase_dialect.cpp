#include "simulator/coinbase/coinbase_dialect.hpp"

#include <algorithm>

#include "seams/http_lane.hpp"

namespace signalbox::simulator::coinbase {
namespace {

std::pair<std::string_view, std::string_view> split(std::string_view s, char at) {
  const auto where = s.find(at);
  return where == s.npos ? std::pair{s, std::string_view{}}
                         : std::pair{s.substr(0, where), s.substr(where + 1)};
}

HttpReply reply_of(Answer answer) {
  HttpReply reply;
  reply.status = answer.status;
  reply.body = std::move(answer.body);
  return reply;
}

}  // namespace

CoinbaseDialect::CoinbaseDialect(Engine& engine, FaultPlan& faults, Settings settings)
    : engine_(engine), faults_(faults), api_(engine, faults, std::move(settings)) {
  engine_.add_sink(*this);
  api_.on_ghost = [this](const Ghost& ghost) {
    tell(ghost.account, api_.ghost_json(ghost, true), ghost.time);
  };
}

CoinbaseDialect::~CoinbaseDialect() { engine_.remove_sink(*this); }

HttpReply CoinbaseDialect::http(const HttpRequest& request, WallTime now) {
  const auto [path, query] = split(request.target, '?');
  std::string_view rest;
  const auto* endpoint = Api::find(request.method, path, rest);
  if (!endpoint) return reply_of({404, "<html>404</html>"});
  std::optional<AccountId> account;
  if (endpoint->is_signed) {
    constexpr std::string_view scheme = "Bearer ";
    auto token = header_value(request.headers, "Authorization");
    if (!token.starts_with(scheme)) return reply_of({401, "Unauthorized"});
    token.remove_prefix(scheme.size());
    const std::string_view host = api_.settings().host.empty()
                                      ? header_value(request.headers, "Host")
                                      : std::string_view{api_.settings().host};
    account = api_.tokens().owner(token, fmt::format("{} {}{}", request.method, host, path), now);
  }
  if (auto bad = api_.why_not_now(account, request.peer, now)) return reply_of(std::move(*bad));
  if (endpoint->is_signed && !account) return reply_of({401, "Unauthorized"});
  const auto params =
      request.method == "GET" ? Params::from_query(query) : Params::from_json(request.body);
  if (!params) return reply_of(no(400, "INVALID_ARGUMENT", "unreadable request"));
  auto outcome = api_.call(*endpoint, {*params, rest, {}, now}, account, request.peer);
  auto reply = reply_of(std::move(outcome.answer));
  reply.fate = outcome.fate;
  reply.delay = outcome.delay;
  return reply;
}

// ---- websockets ----

tl::expected<SessionId, int> CoinbaseDialect::open(std::string_view target, std::string_view peer,
                                                   WallTime now) {
  if (sessions_.size() == sessions_max) return tl::unexpected(503);
  if (auto bad = api_.why_not_now(std::nullopt, peer, now)) return tl::unexpected(bad->status);
  if (split(target, '?').first != "/") return tl::unexpected(404);
  const SessionId id{++last_session_};
  sessions_[id].opened = now;
  return id;
}

void CoinbaseDialect::say(SessionId id, std::string_view channel, std::string_view events,
                          WallTime now, Duration delay) {
  const auto found = sessions_.find(id);
  if (found == sessions_.end() || found->second.muted) return;
  auto& session = found->second;
  const std::string counter{api_.settings().numbers_per_channel ? channel : std::string_view{}};
  const auto number = session.numbers[counter]++;
  if (std::exchange(session.loses_next, false)) return;
  if (sink_)
    sink_->on_frame(id,
                    fmt::format(R"({{"channel":"{}","timestamp":"{}","sequence_num":{},)"
                                R"("events":[{}]}})",
                                channel, rfc3339(now), number, events),
                    delay);
}

std::string CoinbaseDialect::events(std::string_view type, std::string_view name,
                                    std::string_view rows) {
  return fmt::format(R"({{"type":"{}","{}":[{}]}})", type, name, rows);
}

void CoinbaseDialect::refuse(SessionId id, std::string_view why) {
  if (sink_) sink_->on_frame(id, fmt::format(R"({{"type":"error","message":"{}"}})", why), {});
}

void CoinbaseDialect::frame(SessionId id, std::string_view bytes, WallTime now) {
  const auto found = sessions_.find(id);
  if (found == sessions_.end() || found->second.muted) return;
  auto& session = found->second;
  const auto frame = Params::from_json(bytes);
  if (!frame || frame->text("type") != "subscribe") return refuse(id, "type not supported");
  const auto channel = frame->text("channel");
  const bool user = channel == "user";
  std::optional<AccountId> account;
  if (frame->has("jwt")) {
    account = api_.tokens().owner(frame->text("jwt"), {}, now);
    if (!account) return refuse(id, "authentication failure");
  }
  if (user && !account) return refuse(id, "authentication failure");
  if (user) {
    const auto fault = faults_.on_request({.kind = RequestKind::stream, .account = account}, now);
    if (fault && fault->kind == FaultKind::silent) return;
    if (fault && fault->kind == FaultKind::lost) return close(id);
    if (fault && fault->kind != FaultKind::slow) return refuse(id, "internal error");
  }
  if (!user && channel != "heartbeats" && channel != "ticker")
    return refuse(id, "channel is not supported");
  session.channels.emplace(channel);
  if (user) session.account = account;
  if (channel == "ticker")
    for (const auto& product : frame->list("product_ids")) session.tickers.insert(product);
  acknowledge(id, now);
  if (user) picture(id, now);
  if (channel != "ticker") return;
  for (const auto& product : frame->list("product_ids"))
    if (const auto market = api_.find_wire(product))
      say(id, "ticker", events("snapshot", "tickers", api_.ticker_json(*market)), now);
}

void CoinbaseDialect::acknowledge(SessionId id, WallTime now) {
  std::string list;
  for (const auto& channel : sessions_.at(id).channels)
    list += fmt::format(R"({}"{}":["{}"])", list.empty() ? "" : ",", channel, channel);
  say(id, "subscriptions", fmt::format(R"({{"subscriptions":{{{}}}}})", list), now);
}

/// The open orders in pages; the first that is not full is the last.
void CoinbaseDialect::picture(SessionId id, WallTime now) {
  const auto account = *sessions_.at(id).account;
  std::vector<std::string> rows;
  for (const auto open : engine_.orders().open(account)) {
    const auto& order = engine_.orders()[open];
    if (order.held()) continue;
    const auto* shown = api_.shown(order);
    // Of a bracket the stop speaks, its target when the stop has gone.
    if (shown != &order && !shown->done()) continue;
    rows.push_back(api_.event_json(*shown));
  }
  for (std::size_t at = 0;; at += snapshot_page) {
    std::string page;
    const auto end = std::min(at + snapshot_page, rows.size());
    for (auto i = at; i < end; ++i) page += (page.empty() ? "" : ",") + rows[i];
    say(id, "user", events("snapshot", "orders", page), now);
    if (end - at < snapshot_page) return;
  }
}

void CoinbaseDialect::beat(WallTime now) {
  std::vector<SessionId> late;
  for (auto& [id, session] : sessions_) {
    if (session.channels.empty() && now - session.opened >= subscribe_within) late.push_back(id);
    if (!session.channels.contains("heartbeats")) continue;
    say(id, "heartbeats",
        fmt::format(R"({{"current_time":"{} UTC m=+1","heartbeat_counter":{}}})", rfc3339(now),
                    session.beats++),
        now);
  }
  for (const auto id : late) close(id);
}

void CoinbaseDialect::close(SessionId id) {
  sessions_.erase(id);
  if (sink_) sink_->on_close(id, 0, "cut");
}

// ---- the market's and the accounts' events ----

void CoinbaseDialect::on_book(MarketId market, const BookTop&, WallTime now) {
  const auto& product = api_.wire(market);
  for (auto& [id, session] : sessions_)
    if (session.tickers.contains(product))
      say(id, "ticker", events("update", "tickers", api_.ticker_json(market)), now);
}

template <class Do>
void CoinbaseDialect::for_user(AccountId account, Do&& each) {
  std::vector<SessionId> mine;
  for (const auto& [id, session] : sessions_)
    if (session.account == account && session.channels.contains("user")) mine.push_back(id);
  for (const auto id : mine) each(id);
}

void CoinbaseDialect::deliver(AccountId account, const std::string& row, WallTime now,
                              Duration delay) {
  for_user(account, [&](SessionId id) {
    if (!sessions_.at(id).hushed) say(id, "user", events("update", "orders", row), now, delay);
  });
}

void CoinbaseDialect::tell(AccountId account, const std::string& row, WallTime now) {
  const auto fault = faults_.on_event(account, now);
  if (fault) switch (fault->kind) {
      case StreamFaultKind::drop: return lose_user_message(account), deliver(account, row, now);
      case StreamFaultKind::late: return deliver(account, row, now, fault->delay);
      case StreamFaultKind::twice: deliver(account, row, now); break;
      case StreamFaultKind::cut: return cut_user_streams(account);
      case StreamFaultKind::silent: return mute_user_streams(account);
      case StreamFaultKind::swap:
        if (swapped_.emplace(account, row).second) return;
        break;
    }
  deliver(account, row, now);
  if (const auto held = swapped_.find(account); held != swapped_.end()) {
    const auto later = held->second;
    swapped_.erase(held);
    deliver(account, later, now);
  }
}

void CoinbaseDialect::cut_user_streams(AccountId account) {
  for_user(account, [this](SessionId id) { close(id); });
}
void CoinbaseDialect::mute_user_streams(AccountId account) {
  for_user(account, [this](SessionId id) { sessions_.at(id).muted = true; });
}
void CoinbaseDialect::hush_user_streams(AccountId account) {
  for_user(account, [this](SessionId id) { sessions_.at(id).hushed = true; });
}
void CoinbaseDialect::lose_user_message(AccountId account) {
  for_user(account, [this](SessionId id) { sessions_.at(id).loses_next = true; });
}
void CoinbaseDialect::garble_user_streams(AccountId account) {
  for_user(account, [this](SessionId id) {
    if (sink_) sink_->on_frame(id, R"({"channel":"user","events":[{"orders":[{"ord)", {});
  });
}

void CoinbaseDialect::on_order(const OrderEvent& event) {
  const auto& order = event.order;
  // What never came to life with its entry is not told of.
  if (order.held() || (api_.is_child(order) && order.end == EndReason::parent)) return;
  tell(order.account, api_.event_json(*api_.shown(order)), event.time);
}

}  // namespace signalbox::simulator::coinbase
