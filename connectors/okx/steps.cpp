#include "connectors/okx/steps.hpp"

#include <algorithm>

#include "connectors/okx/account_pages.hpp"
#include "connectors/okx/instruments.hpp"
#include "connectors/okx/lookup.hpp"
#include "connectors/transport/json.hpp"

namespace signalbox::okx {
namespace {

using kit::good;
using kit::not_known;
using kit::not_readable;

Verdict not_allowed(std::string_view why) {
  return {Outcome::refused, Refusal::permission, 0, Detail{why}};
}

}  // namespace

Steps::Steps(Shared& shared)
    : shared_(shared),
      orders_(shared, private_path,
              {R"({"channel":"orders","instType":"ANY"})", R"({"channel":"account"})"},
              {.subscribed = [this] { subscribed(); },
               .lost =
                   [this](std::string_view why, bool soon) {
                     on_orders_lost(why);
                     lost(why, soon);
                   },
               .event = [this](UserFrame& frame) { heard(frame); }}),
      algos_(shared, business_path, {R"({"channel":"orders-algo","instType":"ANY"})"},
             {.subscribed = [this] { subscribed(); },
              .lost = [this](std::string_view why, bool soon) { lost(why, soon); },
              .event = [this](UserFrame& frame) { heard(frame); }}),
      awaited_timer_(shared.timers) {}

void Steps::set_streams(std::unique_ptr<WsStream> of_orders, std::unique_ptr<WsStream> of_algos) {
  orders_.set_stream(std::move(of_orders));
  algos_.set_stream(std::move(of_algos));
}

void Steps::set(kit::Link& link, VenueSink* sink) {
  link_ = &link;
  sink_ = sink;
}

// ---- clock and instruments ----

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
  const auto found = std::make_shared<std::vector<Market>>();
  const auto last = [this, found, done](const Verdict& verdict) {
    done(verdict.is_good() ? take_in(*found) : verdict);
  };
  const auto swaps = [this, found, last](const Verdict& verdict) {
    if (!verdict.is_good() || !shared_.config.load_swaps) return last(verdict);
    ask_instruments("SWAP", found, last);
  };
  shared_.config.load_spot ? ask_instruments("SPOT", found, swaps) : swaps(good());
}

void Steps::ask_instruments(std::string_view type, std::shared_ptr<std::vector<Market>> found,
                            const Done& done) {
  shared_.ask(
      weight::instruments,
      [this, type]() -> RequestBytes { return shared_.writer.instruments(type); },
      [this, found, done](const Reply& reply) {
        const auto verdict = shared_.verdict(reply);
        if (!verdict.is_good()) return done(verdict);
        JsonReader json;  // of its own: the answer is large, and its buffers are not kept
        auto list = read_instruments(json, reply.body);
        if (!list) return done(not_readable(list.error()));
        for (auto& each : list->markets)
          if (wants(each.instrument.symbol)) found->push_back(std::move(each));
        done(good());
      });
}

bool Steps::wants(const Symbol& symbol) const {
  const auto& chosen = shared_.config.symbols;
  return chosen.empty() || std::find(chosen.begin(), chosen.end(), symbol) != chosen.end();
}

Verdict Steps::take_in(std::vector<Market>& found) {
  if (found.empty()) return not_known("instruments: no symbol");
  shared_.markets.halt_all();
  for (auto& market : found) static_cast<void>(shared_.markets.put(std::move(market)));
  return good();
}

void Steps::tell_instruments() {
  InstrumentsReport all;
  all.instruments.reserve(shared_.markets.size());
  for (std::size_t i = 0; i < shared_.markets.size(); ++i) {
    const auto& market = shared_.markets[static_cast<MarketIndex>(i)];
    auto instrument = market.instrument;
    instrument.taker_fee = market.is_swap() ? swap_fee_ : spot_fee_;
    if (market.is_swap() && !has_swaps_) instrument.trading = false;
    all.instruments.push_back(instrument);
  }
  sink_->on(all);
}

// ---- the account ----

void Steps::read_account(Done done) {
  shared_.ask(
      weight::config,
      [this]() -> RequestBytes { return shared_.writer.account_config(shared_.venue_now()); },
      [this, done](const Reply& reply) {
        auto verdict = shared_.verdict(reply);
        if (!verdict.is_good()) return done(verdict);
        const auto account = shared_.answers.account_config(reply.body);
        if (!account) return done(not_readable(account.error()));
        verdict = take_in_modes(*account);
        if (!verdict.is_good()) return done(verdict);
        ask_fee("SPOT", [this, done](const Verdict& spot) {
          if (!spot.is_good()) return done(spot);
          ask_fee("SWAP", [this, done](const Verdict& swap) {
            swap.is_good() ? ask_balances(done) : done(swap);
          });
        });
      });
}

/// Read, and never changed: an account whose modes do not fit what it is to trade stays out.
Verdict Steps::take_in_modes(const AccountConfig& account) {
  if (account.says_permissions && account.may_withdraw)
    return not_allowed("the key may withdraw: make one that may only trade");
  if (account.says_permissions && !account.may_trade) return not_allowed("the key may not trade");
  constexpr int spot_only = 1, multi_currency = 3;
  if (account.level == spot_only && !shared_.config.symbols.empty())
    for (const auto index : chosen_markets())
      if (shared_.markets[index].is_swap())
        return not_allowed("the account's mode is spot: swaps need another, or load none");
  has_swaps_ = account.level != spot_only;
  auto& modes = shared_.writer.modes();
  modes.spot = account.level >= multi_currency ? TradeMode::cross : TradeMode::cash;
  modes.spot_exits = modes.spot;
  modes.hedged = account.hedged;
  return good();
}

void Steps::ask_fee(std::string_view type, const Done& done) {
  const bool of_swaps = type == "SWAP";
  if (!(of_swaps ? shared_.config.load_swaps : shared_.config.load_spot)) return done(good());
  shared_.ask(
      weight::fee,
      [this, type]() -> RequestBytes {
        return shared_.writer.trade_fee(type, shared_.venue_now());
      },
      [this, of_swaps, done](const Reply& reply) {
        const auto verdict = shared_.verdict(reply);
        if (!verdict.is_good()) return done(verdict);
        const auto fee = shared_.answers.taker_fee(reply.body);
        if (!fee) return done(not_readable(fee.error()));
        (of_swaps ? swap_fee_ : spot_fee_) =
            fee->is_zero() ? shared_.config.taker_fee_unknown : *fee;
        done(verdict);
      });
}

void Steps::ask_balances(const Done& done) {
  shared_.ask(
      weight::balance,
      [this]() -> RequestBytes { return shared_.writer.balances(shared_.venue_now()); },
      [this, done](const Reply& reply) {
        const auto verdict = shared_.verdict(reply);
        if (!verdict.is_good()) return done(verdict);
        const auto rows = shared_.answers.balances(reply.body);
        if (!rows) return done(not_readable(rows.error()));
        tell_instruments();
        sink_->on(BalancesReport{*rows});
        done(verdict);
      });
}

// ---- the two websockets as one stream ----

void Steps::open_stream() {
  const auto pace =
      shared_.pacer.ask(shared_.clock.mono(), shared_.own_reads.who, {2 * weight::stream, 0});
  if (pace.kind != Pace::Kind::go) return link_->stream_held(pace.until);
  losing_ = false;
  orders_.open();
  algos_.open();
}

void Steps::subscribed() {
  if (orders_.is_up() && algos_.is_up()) link_->stream_up();
}

void Steps::lost(std::string_view why, bool soon) {
  if (!losing_) {
    losing_ = true;
    lost_why_ = why;
    lost_soon_ = soon;
    orders_.drop("the other websocket was lost", soon);
    algos_.drop("the other websocket was lost", soon);
  }
  if (!orders_.is_closed() || !algos_.is_closed()) return;
  losing_ = false;
  awaited_.clear();
  link_->stream_lost(lost_why_, lost_soon_);
}

void Steps::drop_stream(std::string_view why, bool soon) {
  orders_.drop(why, soon);
  algos_.drop(why, soon);
}

void Steps::silence_stream() {
  awaited_timer_.cancel();
  orders_.silence();
  algos_.silence();
}

// ---- what they say ----

void Steps::heard(UserFrame& frame) {
  switch (frame.kind) {
    case UserFrame::Kind::orders:
      for (auto& row : frame.orders) heard(row);
      return;
    case UserFrame::Kind::algos:
      for (const auto& row : frame.algos) heard(row);
      return;
    case UserFrame::Kind::balances:
      if (!frame.balances.empty()) sink_->on(BalancesReport{frame.balances});
      return;
    case UserFrame::Kind::answer: return on_answer(frame);
    default: return;
  }
}

void Steps::heard(PlainRow& row) {
  shared_.algos.adopt(row);
  // The trade before the order: quantities follow from trades.
  if (row.fill) shared_.reports.filled(*row.fill);
  shared_.reports.streamed(row.order);
  if (!row.attached.empty() && is_terminal(row.order.report.status)) settle_attached(row);
}

/// Exits hung on an order that is over. Nothing filled: they are gone. Something did: the venue
/// says on the other websocket that it placed them; whether it does after a partial fill its
/// documents leave open, so it is asked.
void Steps::settle_attached(const PlainRow& row) {
  const auto due = shared_.clock.mono() + shared_.config.echo_within;
  for (auto leg : row.attached) {
    if (row.attached_failed) {
      leg.report.status = OrderStatus::rejected;
      leg.report.refusal = Refusal::other;
    } else if (row.order.report.filled.is_zero()) {
      leg.report.status = OrderStatus::cancelled;
    } else {
      awaited_.push_back({leg, due});
      continue;
    }
    shared_.reports.streamed(leg);
  }
  if (!awaited_.empty() && !awaited_timer_.is_set())
    awaited_timer_.set(awaited_.front().due, [this] { look_for_attached(); });
}

void Steps::look_for_attached() {
  const auto now = shared_.clock.mono();
  while (!awaited_.empty() && awaited_.front().due <= now) {
    const auto leg = awaited_.front().leg;
    awaited_.erase(awaited_.begin());
    read_order({leg.key, leg.report.id}, [this](const kit::OrderRead& read) {
      if (read.verdict.is_good()) shared_.reports.streamed(read.order);
    });
  }
  if (!awaited_.empty()) awaited_timer_.set(awaited_.front().due, [this] { look_for_attached(); });
}

void Steps::heard(const AlgoRow& row) {
  auto& reports = shared_.reports;
  shared_.algos.learn(row);
  if (!row.parent.empty()) {
    // What was hung on an order lives under a name of its own from here on.
    for (const bool is_target : {false, true})
      reports.gone({row.market, attached_id(row.parent, is_target)});
    std::erase_if(awaited_, [&](const Awaited& each) {
      return each.leg.report.parent_id.view() == row.parent;
    });
  }
  const auto* algo = shared_.algos.by_number(row.number);
  const bool child_told = algo && algo->child_told;
  for (auto leg : row.legs) {
    const bool is_target = row.is_pair && leg.key.id == algo_id(row.number, true);
    if (row.fired && row.is_pair && !row.fired_target && algo && algo->fired_target &&
        *algo->fired_target != is_target) {
      // The venue has not said which leg; the order that the other one made has.
      leg.report.triggered = false;
      leg.report.status = OrderStatus::expired;
    }
    const bool lives_on = leg.report.triggered && !is_terminal(leg.report.status);
    // Of a leg that has fired, the plain order it made speaks from here on.
    if (!(lives_on && child_told)) reports.streamed(leg);
    if (lives_on) reports.gone(leg.key);
  }
}

// ---- the account, read ----

void Steps::read_open_orders(OrdersDone done) {
  OpenOrders::ask(shared_, std::nullopt, shared_.own_reads.who,
                  shared_.clock.mono() + shared_.config.request_within, std::move(done));
}

void Steps::read_fills(MarketIndex market, WallTime since, FillsDone done) {
  Fills::ask(shared_, {market, since, shared_.clock.mono() + shared_.config.request_within},
             std::move(done));
}

bool Steps::read_all_fills(WallTime since, const FillsDone& done) {
  Fills::ask(shared_, {std::nullopt, since, shared_.clock.mono() + shared_.config.request_within},
             done);
  return true;
}

void Steps::read_order(const kit::Reports::Live& order, OrderDone done) {
  Lookup::ask(shared_,
              {order.key.market, order.id, order.key.id,
               shared_.clock.mono() + shared_.config.request_within},
              [this, order, done](kit::OrderRead read) {
                const auto parsed = parse_venue_id(order.key.id.view());
                const bool attached = parsed && parsed->kind == VenueNumber::Kind::attached;
                if (read.verdict.is_good()) {
                  // It is told under the name it has now.
                  if (!(read.order.key == order.key)) shared_.reports.gone(order.key);
                } else if (read.verdict.refusal == Refusal::not_found && attached) {
                  read.verdict = kit::good();
                  read.order.key = order.key;
                  read.order.report.symbol = shared_.markets[order.key.market].instrument.symbol;
                  read.order.report.id = order.id;
                  read.order.report.venue_id = order.key.id;
                  read.order.report.status = OrderStatus::cancelled;
                }
                done(std::move(read));
              });
}

std::vector<MarketIndex> Steps::chosen_markets() const {
  std::vector<MarketIndex> chosen;
  for (const auto& symbol : shared_.config.symbols)
    if (const auto* market = shared_.markets.find(symbol)) chosen.push_back(market->index);
  return chosen;
}

}  // namespace signalbox::okx
