#include "connectors/binance/steps.hpp"

#include <algorithm>
#include <memory>

#include "connectors/binance/instruments.hpp"
#include "connectors/transport/json.hpp"

namespace signalbox::binance {
namespace {

constexpr Duration trades_window_max = std::chrono::hours{24} - std::chrono::milliseconds{1};

}  // namespace

Steps::Steps(Shared& shared)
    : shared_(shared),
      user_(shared,
            {.subscribed = [this] { link_->stream_up(); },
             .lost = [this](std::string_view why, bool soon) { link_->stream_lost(why, soon); },
             .event = [this](const UserFrame& frame) { heard(frame); }}) {}

void Steps::set(Link& link, VenueSink* sink) {
  link_ = &link;
  sink_ = sink;
}

void Steps::ask_time(TimeDone done) {
  const auto asked = std::make_shared<MonoTime>();
  shared_.ask(
      weight::time,
      [this, asked]() -> RequestBytes {
        *asked = shared_.clock.mono();
        return shared_.writer.server_time();
      },
      [this, asked, done](const Reply& reply) {
        const auto verdict = shared_.verdict(reply);
        if (!verdict.is_good()) return done(verdict, *asked, {});
        const auto time = shared_.answers.server_time(reply.body);
        if (!time) return done(not_readable(time.error()), *asked, {});
        done(verdict, *asked, *time);
      });
}

void Steps::load_instruments(Done done) {
  shared_.ask(
      weight::exchange_info,
      [this]() -> RequestBytes { return shared_.writer.exchange_info(shared_.config.symbols); },
      [this, done](const Reply& reply) {
        auto verdict = shared_.verdict(reply);
        if (verdict.is_good()) verdict = take_in(reply.body);
        done(verdict);
      });
}

Verdict Steps::take_in(std::string_view exchange_info) {
  JsonReader json;  // of its own: the answer is large, and its buffers are not kept
  auto info = read_exchange_info(json, exchange_info);
  if (!info) return not_readable(info.error());
  if (info->markets.empty()) return not_known("exchangeInfo: no symbol");
  shared_.markets.halt_all();
  for (auto& market : info->markets) static_cast<void>(shared_.markets.put(std::move(market)));
  const auto same = [](const PaceLimit& a, const PaceLimit& b) {
    return a.counts == b.counts && a.window == b.window && a.most == b.most;
  };
  // New limits start counting from nothing: only when they really are new.
  if (info->limits.empty() ||
      std::equal(info->limits.begin(), info->limits.end(), limits_.begin(), limits_.end(), same))
    return good();
  limits_ = info->limits;
  shared_.pacer.set_limits(std::move(info->limits));
  return good();
}

void Steps::tell_instruments() {
  InstrumentsReport all;
  all.instruments.reserve(shared_.markets.size());
  for (std::size_t i = 0; i < shared_.markets.size(); ++i) {
    auto instrument = shared_.markets[static_cast<MarketIndex>(i)].instrument;
    instrument.taker_fee = taker_fee_;
    // The account may pay in the venue's own coin; it does not say so, and the worst is assumed.
    instrument.fee_in_base = true;
    all.instruments.push_back(instrument);
  }
  sink_->on(all);
}

void Steps::read_account(Done done) {
  shared_.ask(
      weight::account,
      [this]() -> RequestBytes { return shared_.writer.account(shared_.venue_now()); },
      [this, done](const Reply& reply) {
        auto verdict = shared_.verdict(reply);
        if (verdict.is_good()) verdict = take_in_account(reply.body);
        // Elsewhere the venue has no such question.
        const bool can_ask = shared_.config.network == Network::live || shared_.config.hosts;
        if (!verdict.is_good() || !can_ask) return done(verdict);
        ask_key_rights(done);
      });
}

void Steps::ask_key_rights(Done done) {
  shared_.ask(
      weight::key_rights,
      [this]() -> RequestBytes { return shared_.writer.key_rights(shared_.venue_now()); },
      [this, done](const Reply& reply) {
        const auto verdict = shared_.verdict(reply);
        if (!verdict.is_good()) return done(verdict);
        const auto may = shared_.answers.may_withdraw(reply.body);
        if (!may) return done(not_readable(may.error()));
        if (*may)
          return done({Outcome::refused, Refusal::permission, 0,
                       Detail{"the API key may withdraw; make one that may not"}});
        done(verdict);
      });
}

Verdict Steps::take_in_account(std::string_view body) {
  const auto account = shared_.answers.account(body);
  if (!account) return not_readable(account.error());
  if (!account->can_trade)
    return {Outcome::refused, Refusal::permission, 0, Detail{"the account may not trade"}};
  taker_fee_ = account->taker_fee.is_zero() ? shared_.config.taker_fee_unknown : account->taker_fee;
  tell_instruments();
  sink_->on(BalancesReport{account->balances});
  return good();
}

void Steps::open_stream() {
  const auto pace =
      shared_.pacer.ask(shared_.clock.mono(), shared_.own_reads.who, {2 * weight::stream, 0});
  if (pace.kind != Pace::Kind::go) return link_->stream_held(pace.until);
  user_.open();
}

void Steps::heard(const UserFrame& frame) {
  switch (frame.kind) {
    case UserFrame::Kind::order:
      // The trade before the order: quantities follow from trades.
      if (frame.fill) shared_.reports.filled(*frame.fill);
      shared_.reports.streamed(frame.order);
      return;
    case UserFrame::Kind::balances: return sink_->on(BalancesReport{frame.balances});
    default: return;
  }
}

// ---- the account, read ----

void Steps::read_open_orders(OrdersDone done) {
  // The time it is asked is when it leaves, not when the pacer was asked.
  const auto asked = std::make_shared<MonoTime>(shared_.clock.mono());
  shared_.ask(
      weight::open_orders_of_all,
      [this, asked]() -> RequestBytes {
        *asked = shared_.clock.mono();
        return shared_.writer.open_orders(nullptr, shared_.venue_now());
      },
      [this, asked, done](const Reply& reply) {
        const auto verdict = shared_.verdict(reply);
        if (!verdict.is_good()) return done({verdict, {}, *asked});
        auto open = shared_.answers.open_orders(reply.body);
        if (!open) return done({not_readable(open.error()), {}, *asked});
        done({verdict, std::move(open->orders), *asked});
      });
}

void Steps::read_fills(MarketIndex market, WallTime since, FillsDone done) {
  read_fills(market, since, shared_.clock.mono() + shared_.config.request_within, std::move(done));
}

void Steps::read_fills(MarketIndex market, WallTime since, MonoTime deadline, FillsDone done) {
  const auto read = [this, &market = shared_.markets[market], deadline](WallTime from, WallTime to,
                                                                        const FillsDone& page) {
    Ask ask;
    ask.who = PaceClass::urgent;  // an order of unknown fate, or the way to READY, waits for it
    ask.cost.weight = weight::trades;
    ask.deadline = shared_.one_within(deadline);
    ask.write = [this, &market, from, to]() -> RequestBytes {
      return shared_.writer.trades(market, from, to, shared_.venue_now());
    };
    ask.done = [this, page](const Reply& reply) {
      const auto verdict = shared_.verdict(reply);
      if (!verdict.is_good()) return page({verdict, {}});
      auto rows = shared_.answers.trades(reply.body);
      if (!rows) return page({not_readable(rows.error()), {}});
      page({verdict, std::move(*rows)});
    };
    shared_.rest.send(std::move(ask));
  };
  FillPages::ask(shared_, since,
                 {trades_window_max, static_cast<std::size_t>(trades_page_max), read},
                 std::move(done));
}

void Steps::read_order(const Reports::Live& order, OrderDone done) {
  shared_.ask(
      weight::query,
      [this, order]() -> RequestBytes {
        return shared_.writer.order({}, order.key.id, shared_.markets[order.key.market],
                                    shared_.venue_now());
      },
      [this, done](const Reply& reply) {
        const auto verdict = shared_.verdict(reply);
        if (!verdict.is_good()) return done({verdict, {}});
        const auto row = shared_.answers.order(reply.body);
        if (!row) return done({not_readable(row.error()), {}});
        done({verdict, *row});
      });
}

std::vector<MarketIndex> Steps::chosen_markets() const {
  std::vector<MarketIndex> chosen;
  for (const auto& symbol : shared_.config.symbols)
    if (const auto* market = shared_.markets.find(symbol)) chosen.push_back(market->index);
  return chosen;
}

}  // namespace signalbox::binance
