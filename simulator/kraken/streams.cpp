#include <algorithm>

#include "simulator/kraken/kraken_dialect.hpp"

namespace signalbox::simulator::kraken {
namespace {

std::string_view channel_name(int channel) { return channel == 0 ? "executions" : "balances"; }

std::string framed(int channel, std::string_view type, std::string_view rows,
                   std::uint64_t sequence) {
  return fmt::format(R"({{"channel":"{}","type":"{}","data":[{}],"sequence":{}}})",
                     channel_name(channel), type, rows, sequence);
}

}  // namespace

// ---- requests ----

void KrakenDialect::subscribe(SessionId id, Session& session, const Params& frame, WallTime now) {
  const auto channel = frame.text("params.channel");
  if (channel == "ticker") return subscribe_tickers(id, session, frame, now);
  const bool orders = channel == "executions";
  if (!orders && channel != "balances")
    return reply(id, frame, no("Unsupported field: 'channel'"), now);
  const auto fault = faults_.on_request({.kind = RequestKind::stream}, now);
  if (fault && fault->kind == FaultKind::silent) return;
  if (fault && fault->kind == FaultKind::lost) return close(id);
  const auto account = account_of(frame.text("params.token"));
  if (!account) return reply(id, frame, no("ESession:Invalid session"), now);
  if (fault && fault->kind != FaultKind::slow)
    return reply(id, frame, no("EService:Unavailable"), now);
  const auto which = orders ? executions : balances;
  session.account = *account;
  session.subscribed[which] = true;
  session.sequence[which] = 1;
  std::string rows;
  const auto add = [&](const std::string& row) { rows += (rows.empty() ? "" : ",") + row; };
  if (orders) {
    reply(id, frame,
          {{},
           fmt::format(R"({{"channel":"executions","maxratecount":{},"snap_orders":true,)"
                       R"("snap_trades":true}})",
                       limits_.settings().pair_most)},
          now);
    for (const auto open : engine_.orders().open(*account))
      if (const auto& order = engine_.orders()[open]; !order.done())
        add(execution_json(order, "new", now));
    // Trades of before, the newest last.
    constexpr std::size_t trades_shown = 50;
    const auto& trades = engine_.record().trades();
    std::vector<const Trade*> shown;
    for (auto t = trades.rbegin(); t != trades.rend() && shown.size() < trades_shown; ++t)
      if (t->account == *account) shown.push_back(&*t);
    for (auto t = shown.rbegin(); t != shown.rend(); ++t)
      add(trade_json(engine_.orders()[(*t)->order], **t));
  } else {
    reply(id, frame, {{}, R"({"channel":"balances","snapshot":true})"}, now);
    for (const auto& each : engine_.accounts().balances(*account))
      add(fmt::format(R"({{"asset":"{}","asset_class":"currency","balance":{},"wallets":[]}})",
                      each.asset.view(), (each.free + each.locked).str()));
  }
  send(id, framed(which, "snapshot", rows, 1));
}

void KrakenDialect::subscribe_tickers(SessionId id, Session& session, const Params& frame,
                                      WallTime now) {
  std::string_view left = frame.text("params.symbol");
  while (!left.empty()) {
    const auto end = std::min(left.find(','), left.size());
    const auto name = left.substr(0, end);
    left.remove_prefix(std::min(end + 1, left.size()));
    const auto market = find_pair(name);
    if (!market || names(*market).ws != name) {
      reply(id, frame, no(fmt::format("Currency pair not supported {}", plain(name))), now);
      continue;
    }
    session.tickers.insert(*market);
    reply(id, frame,
          {{},
           fmt::format(R"({{"channel":"ticker","event_trigger":"bbo","snapshot":true,)"
                       R"("symbol":"{}"}})",
                       name)},
          now);
    send(id, ticker_frame(*market, "snapshot", now));
  }
}

Answer KrakenDialect::trade_call(const Params& frame, AccountId account, WallTime now) {
  const auto method = frame.text("method");
  if (method == "add_order") {
    ++over_stream_;
    const auto wanted = read_frame(frame);
    if (!wanted) return wanted.error();
    const auto placed = place(account, *wanted, now);
    if (!placed) return placed.error();
    return {{},
            fmt::format(R"({{"order_id":"{}","cl_ord_id":"{}","warnings":[]}})",
                        order_name(*placed), wanted->order.client_id.view())};
  }
  const auto* order = named(account, frame.text("params.order_id"), frame.text("params.cl_ord_id"));
  if (method == "amend_order") return amend(account, order, frame, "params.", now);
  if (method == "cancel_order") return cancel(account, order, now);
  if (method == "cancel_all") return cancel_all(account, now);
  return no("EGeneral:Unknown method");
}

void KrakenDialect::trade(SessionId id, Session& session, const Params& frame, WallTime now) {
  const auto method = frame.text("method");
  const auto account = account_of(frame.text("params.token"));
  if (!account) return reply(id, frame, no("ESession:Invalid session"), now);
  if (!limits_.admit(session.peer, now))
    return reply(id, frame, no("EGeneral:Temporary lockout"), now);
  const auto kind = method == "add_order"     ? RequestKind::place
                    : method == "amend_order" ? RequestKind::amend
                                              : RequestKind::cancel;
  const bool stop = frame.text("params.order_type").starts_with("stop") ||
                    frame.has("params.conditional.order_type");
  const auto peer = session.peer;
  const auto outcome =
      guarded({.kind = kind, .account = account, .stop = stop, .peer = peer, .now = now},
              [&] { return trade_call(frame, *account, now); });
  // Events of this very request may have cut the connection.
  if (!sessions_.contains(id) || outcome.fate == HttpReply::Fate::silent) return;
  if (outcome.fate == HttpReply::Fate::lost || !outcome.raw.empty()) return close(id);
  reply(id, frame, outcome.answer, now, outcome.delay);
}

// ---- the market's events ----

std::string KrakenDialect::ticker_frame(MarketId market, std::string_view type,
                                        WallTime now) const {
  const auto& top = engine_.top(market);
  const auto side = [](std::string_view name, Price price, Quantity quantity) {
    if (!price.is_positive()) return fmt::format(R"("{0}":0.0,"{0}_qty":0.0,)", name);
    return fmt::format(R"("{0}":{1},"{0}_qty":{2},)", name, price.str(), quantity.str());
  };
  return fmt::format(
      R"({{"channel":"ticker","type":"{}","data":[{{"symbol":"{}",{}{}"last":{},"volume":1.0,)"
      R"("vwap":1.0,"low":1.0,"high":1.0,"change":0.0,"change_pct":0.0,"timestamp":"{}"}}]}})",
      type, names(market).ws, side("bid", top.bid, top.bid_quantity),
      side("ask", top.ask, top.ask_quantity), engine_.last(market).str(), time_text(now));
}

void KrakenDialect::on_book(MarketId market, const BookTop&, WallTime now) {
  std::string frame;
  for (const auto& [id, session] : sessions_) {
    if (!session.tickers.contains(market)) continue;
    if (frame.empty()) frame = ticker_frame(market, "update", now);
    send(id, frame);
  }
}

// ---- the accounts' events ----

std::string KrakenDialect::execution_json(const Order& o, std::string_view event,
                                          WallTime now) const {
  const auto how = standing(o);
  std::string more;
  if (!o.client_id.empty()) more += fmt::format(R"("cl_ord_id":"{}",)", o.client_id.view());
  if (const auto parent = parents_.find(o.id); parent != parents_.end())
    more += fmt::format(R"("ord_ref_id":"{}",)", order_name(parent->second));
  if (has_price(o.type)) more += fmt::format(R"("limit_price":{},)", o.price.str());
  if (is_conditional(o.type))
    more += fmt::format(R"("triggers":{{"reference":"last","price":{},"price_type":"static",)"
                        R"("status":"{}"}},)",
                        o.stop_price.str(), o.triggered ? "triggered" : "untriggered");
  if (!how.reason.empty()) more += fmt::format(R"("reason":"{}",)", how.reason);
  return fmt::format(
      R"({{"order_id":"{}","symbol":"{}",{}"order_qty":{},"cum_cost":{},"cum_qty":{},)"
      R"("time_in_force":"{}","exec_type":"{}","side":"{}","order_type":"{}",)"
      R"("order_status":"{}","timestamp":"{}"}})",
      order_name(o.id), names(o.market).ws, more, o.quantity.str(), o.filled_quote.str(),
      o.filled.str(), word(o.time_in_force), event, word(o.side), word(o.type),
      event == "pending_new" ? "pending_new" : how.stream, time_text(now));
}

std::string KrakenDialect::trade_json(const Order& o, const Trade& t) const {
  const auto average = o.filled.is_zero() ? t.price.decimal()
                                          : Decimal::div(o.filled_quote.decimal(),
                                                         o.filled.decimal(), Rounding::down)
                                                .value_or(Decimal{});
  return fmt::format(
      R"({{"order_id":"{}",{}"exec_id":"{}","exec_type":"trade","trade_id":{},"symbol":"{}",)"
      R"("side":"{}","last_qty":{},"last_price":{},"liquidity_ind":"{}","cost":{},)"
      R"("order_status":"partially_filled","order_type":"{}","cum_qty":{},"cum_cost":{},)"
      R"("avg_price":{},"fees":[{{"asset":"{}","qty":{}}}],"fee_usd_equiv":0.0,"timestamp":"{}"}})",
      order_name(t.order),
      o.client_id.empty() ? "" : fmt::format(R"("cl_ord_id":"{}",)", o.client_id.view()),
      trade_name(t), t.id, names(t.market).ws, word(t.side), t.quantity.str(), t.price.str(),
      t.maker ? "m" : "t", t.quote.str(), word(o.type), o.filled.str(), o.filled_quote.str(),
      average.str(), engine_.spec(t.market).instrument.quote.view(), fee_in_quote(t),
      time_text(t.time));
}

void KrakenDialect::tell(AccountId account, Channel channel, const std::string& row, WallTime now) {
  Frames frames;
  for (auto& [id, session] : sessions_)
    if (!session.muted && session.account == account && session.subscribed[channel])
      frames.emplace_back(id, framed(channel, "update", row, ++session.sequence[channel]));
  if (frames.empty()) return;
  const auto deliver = [&](const Frames& all, Duration delay) {
    for (const auto& [id, frame] : all) send(id, frame, delay);
  };
  const auto fault = faults_.on_event(account, now);
  if (fault) switch (fault->kind) {
      case StreamFaultKind::drop: return;
      case StreamFaultKind::late: return deliver(frames, fault->delay);
      case StreamFaultKind::twice: deliver(frames, {}); break;
      case StreamFaultKind::cut: return cut_user_streams(account);
      case StreamFaultKind::silent: return mute_user_streams(account);
      case StreamFaultKind::swap:
        if (swapped_.emplace(account, frames).second) return;
        break;
    }
  deliver(frames, {});
  if (const auto held = swapped_.find(account); held != swapped_.end()) {
    const auto later = std::move(held->second);
    swapped_.erase(held);
    deliver(later, {});
  }
}

void KrakenDialect::cut_user_streams(AccountId account) {
  std::vector<SessionId> cut;
  for (const auto& [id, session] : sessions_)
    if (session.account == account) cut.push_back(id);
  for (const auto id : cut) close(id);
}

void KrakenDialect::mute_user_streams(AccountId account) {
  for (auto& [id, session] : sessions_)
    if (session.account == account) session.muted = true;
}

void KrakenDialect::garble_user_streams(AccountId account) {
  for (const auto& [id, session] : sessions_)
    if (session.account == account)
      send(id, R"({"channel":"executions","type":"update","data":[{"order_id":"O)");
}

void KrakenDialect::on_order(const OrderEvent& event) {
  const auto& o = event.order;
  const auto now = event.time;
  if (o.held()) return;
  const auto say = [&](const std::string& row) { tell(o.account, executions, row, now); };
  // Only what has changed: the order's number, and how it stands.
  const auto brief = [&](std::string_view type, std::string_view more) {
    const auto how = standing(o);
    return fmt::format(R"({{"timestamp":"{}",{}"order_status":"{}","exec_type":"{}",)"
                       R"("order_id":"{}"}})",
                       time_text(now), more, how.stream, type, order_name(o.id));
  };
  switch (event.change) {
    case OrderChange::accepted:
      say(execution_json(o, "pending_new", now));
      return say(brief("new", ""));
    case OrderChange::activated:
      return say(brief("status", fmt::format(R"("triggers":{{"reference":"last","price":{},)"
                                             R"("status":"triggered"}},)",
                                             o.stop_price.str())));
    case OrderChange::traded:
      if (closes_.contains(o.id)) fills_.push_back({o.id, event.trade->quantity});
      say(trade_json(o, *event.trade));
      if (o.state == OrderState::filled)
        say(brief("filled", fmt::format(R"("cum_qty":{},)", o.filled.str())));
      return;
    case OrderChange::amended:
      return say(brief("amended", fmt::format(R"("order_qty":{},)", o.quantity.str())));
    case OrderChange::cancelled:
    case OrderChange::expired:
    case OrderChange::prevented: {
      const auto how = standing(o);
      return say(brief(how.stream,
                       fmt::format(R"("cum_qty":{},"reason":"{}",)", o.filled.str(), how.reason)));
    }
  }
}

void KrakenDialect::on_balances(AccountId account, const std::vector<AssetBalance>& changed,
                                WallTime now) {
  std::string rows;
  for (const auto& each : changed)
    rows +=
        fmt::format(R"({}{{"ledger_id":"L1","ref_id":"T1","type":"trade","asset":"{}",)"
                    R"("category":"trade","wallet_type":"spot","amount":0.0,"fee":0.0,)"
                    R"("balance":{}}})",
                    rows.empty() ? "" : ",", each.asset.view(), (each.free + each.locked).str());
  if (!rows.empty()) tell(account, balances, rows, now);
}

}  // namespace signalbox::simulator::kraken
