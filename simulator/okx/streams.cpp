#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "simulator/okx/okx_dialect.hpp"

namespace signalbox::simulator::okx {
namespace {

constexpr std::uint16_t without_goodbye = 0;
constexpr std::uint16_t going_away = 1001;
constexpr std::uint16_t idle = 4004;

std::string refusal(int code, std::string_view text) {
  return fmt::format(R"({{"event":"error","code":"{}","msg":"{}","connId":"a4d3ae55"}})", code,
                     text);
}

bool is_private(std::string_view channel) { return channel == "orders" || channel == "account"; }

}  // namespace

tl::expected<SessionId, int> OkxDialect::open(std::string_view target, std::string_view peer,
                                              WallTime now) {
  sweep(now);
  if (const auto ban = banned_until_.find(peer); ban != banned_until_.end() && now < ban->second) {
    ++while_banned_;
    return tl::unexpected(403);
  }
  if (sessions_.size() == sessions_max) return tl::unexpected(503);
  Session session;
  session.peer = peer;
  session.heard = now;
  if (target == "/ws/v5/public")
    session.way = Way::open;
  else if (target == "/ws/v5/private")
    session.way = Way::private_;
  else if (target == "/ws/v5/business")
    session.way = Way::business;
  else
    return tl::unexpected(404);
  const SessionId id{++last_session_};
  sessions_.emplace(id, std::move(session));
  return id;
}

/// Whoever says nothing and is told nothing for half a minute is cut off.
void OkxDialect::sweep(WallTime now) {
  std::vector<SessionId> quiet;
  for (const auto& [id, session] : sessions_)
    if (now - session.heard > idle_max) quiet.push_back(id);
  for (const auto id : quiet) {
    sessions_.erase(id);
    if (sink_) sink_->on_close(id, idle, "No data received in 30s.");
  }
}

void OkxDialect::frame(SessionId id, std::string_view bytes, WallTime now) {
  sweep(now);
  const auto found = sessions_.find(id);
  if (found == sessions_.end()) return;
  auto& session = found->second;
  session.heard = now;
  if (session.muted && bytes != "ping") return;
  if (bytes == "ping") return send(id, "pong");
  private_frame(id, session, bytes, now);
}

void OkxDialect::private_frame(SessionId id, Session& session, std::string_view bytes,
                               WallTime now) {
  const auto frames = parse_body(bytes);
  if (!frames || frames->size() != 1)
    return send(id, refusal(60012, "Invalid request: not a request"));
  const auto& frame = frames->front();
  const auto op = frame.text("op");
  if (op == "login") {
    const auto* arg = frame.first("args");
    return arg ? login(id, session, *arg, now) : send(id, refusal(60012, "Invalid request"));
  }
  if (op == "subscribe") return subscribe(id, session, frame, now);
  if (op == "order" || op == "cancel-order") return operation(id, session, frame, now);
  send(id, refusal(60019, "Invalid op"));
}

void OkxDialect::login(SessionId id, Session& session, const Body& arg, WallTime now) {
  if (session.way == Way::open) return send(id, refusal(60008, "Login is not for this URL"));
  const auto known =
      std::find_if(settings_.keys.begin(), settings_.keys.end(),
                   [&](const ApiKey& each) { return each.key == arg.text("apiKey"); });
  if (known == settings_.keys.end()) return send(id, refusal(60005, "Invalid apiKey"));
  if (known->passphrase != arg.text("passphrase"))
    return send(id, refusal(60024, "Wrong passphrase"));
  bool bad = false;
  const auto stamp = arg.number("timestamp", bad).value_or(Decimal{});
  const auto seconds = Decimal{ms(now) / 1000};
  if (bad || stamp.is_zero()) return send(id, refusal(60004, "Invalid timestamp"));
  if (stamp > seconds + Decimal{30} || seconds > stamp + Decimal{30})
    return send(id, refusal(60006, "Timestamp request expired"));
  const auto payload = fmt::format("{}GET/users/self/verify", arg.text("timestamp"));
  if (arg.text("sign") != signature(known->secret, payload))
    return send(id, refusal(60007, "Invalid sign"));
  session.account = known->account;
  send(id, R"({"event":"login","code":"0","msg":"","connId":"a4d3ae55"})");
}

void OkxDialect::subscribe(SessionId id, Session& session, const Body& frame, WallTime now) {
  const auto args = frame.lists.find("args");
  if (args == frame.lists.end()) return send(id, refusal(60012, "Invalid request"));
  for (const auto& arg : args->second) {
    const std::string channel{arg.text("channel")};
    const bool of_business = channel == "orders-algo";
    const auto wanted = of_business           ? Way::business
                        : is_private(channel) ? Way::private_
                                              : Way::open;
    if (session.way != wanted) return send(id, refusal(60018, "Wrong URL or channel"));
    if (wanted != Way::open && !session.account) return send(id, refusal(60011, "Please log in."));
    if (wanted == Way::open && !find_market(arg.text("instId")))
      return send(id, refusal(60018, "Wrong URL or channel:instId doesn't exist"));
    if (session.channels.size() == channels_per_session_max)
      return send(id, refusal(60014, "Requests too frequent"));
    session.channels.insert(wanted == Way::open ? channel + " " + std::string{arg.text("instId")}
                                                : channel);
    send(id,
         fmt::format(R"({{"event":"subscribe","arg":{{"channel":"{}"{}}},"connId":"a4d3ae55"}})",
                     channel,
                     wanted == Way::open ? fmt::format(R"(,"instId":"{}")", arg.text("instId"))
                                         : std::string{}));
    if (channel == "account")
      send(id, fmt::format(R"({{"arg":{{"channel":"account"}},"data":[{}]}})",
                           balance_json(*session.account,
                                        engine_.accounts().balances(*session.account), now)));
    if (channel == "tickers")
      if (const auto market = find_market(arg.text("instId")))
        send(id, fmt::format(R"({{"arg":{{"channel":"tickers","instId":"{}"}},"data":[{}]}})",
                             arg.text("instId"), ticker_json(*market, now)));
  }
}

/// Order entry: the same calls as over REST, by the code of the symbol.
void OkxDialect::operation(SessionId id, Session& session, const Body& frame, WallTime now) {
  const auto* arg = frame.first("args");
  const auto number = std::string{frame.text("id")};
  const auto op = std::string{frame.text("op")};
  const auto reply = [&](std::string_view code, std::string_view text, std::string_view rows) {
    return fmt::format(R"({{"id":"{}","op":"{}","code":"{}","msg":"{}","data":[{}]}})", number, op,
                       code, text, rows);
  };
  if (!session.account || session.way != Way::private_)
    return send(id, reply("60011", "Please log in.", ""));
  bool bad = false;
  const auto code = arg ? arg->number("instIdCode", bad) : std::nullopt;
  std::optional<MarketId> market;
  for (std::size_t i = 0; i < wires_.size(); ++i)
    if (code == Decimal{code_of(static_cast<MarketId>(i))}) market = static_cast<MarketId>(i);
  if (!arg || !market) return send(id, reply("60013", "Invalid args", ""));
  if (const auto late = frame.number("expTime", bad); late && *late < Decimal{ms(now)})
    return send(id, reply("50036", "The expTime can't be earlier than the current time.", ""));
  ++over_stream_;
  Body body = *arg;
  body.members["instId"] = std::string{wire(*market)};
  const std::vector<Body> bodies{body};
  const Body none;
  static constexpr Endpoint place_it{"POST", "/api/v5/trade/order", true, RequestKind::place,
                                     &OkxDialect::place};
  static constexpr Endpoint cancel_it{"POST", "/api/v5/trade/cancel-order", true,
                                      RequestKind::cancel, &OkxDialect::cancel};
  const auto peer = session.peer;
  auto answer =
      run(op == "order" ? place_it : cancel_it, {none, bodies, *session.account, now}, peer);
  if (answer.fate == HttpReply::Fate::silent) return;
  if (answer.fate == HttpReply::Fate::lost) {
    sessions_.erase(id);
    if (sink_) sink_->on_close(id, without_goodbye, "lost");
    return;
  }
  if (!answer.error) return send(id, reply("0", "", answer.rows), answer.delay);
  const auto& error = *answer.error;
  if (error.in_row)
    return send(id,
                reply("1", "",
                      fmt::format(R"({{"ordId":"","clOrdId":"","sCode":"{}","sMsg":"{}"}})",
                                  error.code, error.text)),
                answer.delay);
  // What a firewall says with a status alone, it says on a websocket by closing it.
  if (error.code == 0) {
    sessions_.erase(id);
    if (sink_) sink_->on_close(id, without_goodbye, "banned");
    return;
  }
  send(id, reply(std::to_string(error.code), error.text, ""), answer.delay);
}

void OkxDialect::send(SessionId id, std::string_view frame, Duration delay) {
  if (sink_) sink_->on_frame(id, frame, delay);
}

// ---- the accounts' own events ----

void OkxDialect::deliver(AccountId account, std::string_view channel, const std::string& rows,
                         Duration delay) {
  const std::string name{channel};
  for (const auto& [id, session] : sessions_)
    if (!session.muted && session.account == account && session.channels.contains(name))
      send(id,
           fmt::format(R"({{"arg":{{"channel":"{}","instType":"ANY"}},"data":[{}]}})", channel,
                       rows),
           delay);
}

void OkxDialect::push(AccountId account, std::string_view channel, const std::string& rows,
                      WallTime now) {
  const auto fault = faults_.on_event(account, now);
  if (fault) switch (fault->kind) {
      case StreamFaultKind::drop: return;
      case StreamFaultKind::late: return deliver(account, channel, rows, fault->delay);
      case StreamFaultKind::twice: deliver(account, channel, rows, {}); break;
      case StreamFaultKind::cut: return cut_user_streams(account);
      case StreamFaultKind::silent: return mute_user_streams(account);
      case StreamFaultKind::swap:
        if (swapped_.emplace(account, std::pair{std::string{channel}, rows}).second) return;
        break;
    }
  deliver(account, channel, rows, {});
  if (const auto held = swapped_.find(account); held != swapped_.end()) {
    deliver(account, held->second.first, held->second.second, {});
    swapped_.erase(held);
  }
}

void OkxDialect::cut_user_streams(AccountId account) {
  std::vector<SessionId> cut;
  for (const auto& [id, session] : sessions_)
    if (session.account == account) cut.push_back(id);
  for (const auto id : cut) {
    sessions_.erase(id);
    if (sink_) sink_->on_close(id, without_goodbye, "cut");
  }
}

void OkxDialect::mute_user_streams(AccountId account) {
  for (auto& [id, session] : sessions_)
    if (session.account == account) session.muted = true;
}

void OkxDialect::shut_down_streams() {
  const auto open = std::exchange(sessions_, {});
  for (const auto& [id, session] : open) {
    send(
        id,
        R"({"event":"notice","code":"64008","msg":"The connection will soon be closed for a service upgrade. Please reconnect.","connId":"a4d3ae55"})");
    if (sink_) sink_->on_close(id, going_away, "service upgrade");
  }
}

void OkxDialect::babble(AccountId account, std::string_view bytes) {
  for (const auto& [id, session] : sessions_)
    if (session.account == account) send(id, bytes);
}

void OkxDialect::tell_plain(const Order& order, const Trade* trade, WallTime now) {
  push(order.account, "orders", order_json(order, trade), now);
}

void OkxDialect::tell_algo(const Algo& algo, WallTime now) {
  const auto state = state_of(algo, engine_.orders());
  if (!state.word.empty()) push(algo.account, "orders-algo", algo_json(algo, state), now);
}

void OkxDialect::on_order(const OrderEvent& event) {
  const auto& order = event.order;
  auto* algo = algos_.of(order.id);
  if (!algo && placing_) {
    const auto legs = legs_of(*placing_);
    for (const auto& leg : legs) {
      if (leg.client_id != order.client_id) continue;
      algo = placing_;
      const bool is_target = placing_->is_pair() && &leg != legs.begin();
      (is_target ? placing_->target : placing_->stop) = order.id;
      algos_.bind(*placing_, order.id);
    }
  }
  if (!algo) return tell_plain(order, event.trade, event.time);
  const bool whole = !algo->is_pair() || algo->target != OrderId::none;
  const bool shown = is_plain(*algo, order);
  switch (event.change) {
    case OrderChange::accepted:
    case OrderChange::activated:
    case OrderChange::amended:
      if (!order.held()) algo->placed = true;
      if (whole) tell_algo(*algo, event.time);
      if (shown) tell_plain(order, nullptr, event.time);
      return;
    case OrderChange::traded: {
      const bool first = event.trade && order.filled == event.trade->quantity;
      if (first && !is_conditional(order.type)) tell_algo(*algo, event.time);
      return tell_plain(order, event.trade, event.time);
    }
    default:
      if (shown) tell_plain(order, nullptr, event.time);
      tell_algo(*algo, event.time);
  }
}

void OkxDialect::on_balances(AccountId account, const std::vector<AssetBalance>& balances,
                             WallTime now) {
  push(account, "account", balance_json(account, balances, now), now);
}

void OkxDialect::on_book(MarketId market, const BookTop&, WallTime now) {
  const auto channel = "tickers " + std::string{wire(market)};
  for (auto& [id, session] : sessions_) {
    if (!session.channels.contains(channel)) continue;
    session.heard = now;
    send(id, fmt::format(R"({{"arg":{{"channel":"tickers","instId":"{}"}},"data":[{}]}})",
                         wire(market), ticker_json(market, now)));
  }
}

}  // namespace signalbox::simulator::okx
