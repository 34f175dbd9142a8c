#include "connectors/binanceusdm/steps.hpp"

#include <algorithm>

#include "connectors/binanceusdm/ids.hpp"
#include "connectors/binanceusdm/instruments.hpp"
#include "connectors/transport/json.hpp"

namespace signalbox::binanceusdm {
namespace {

Verdict not_as_configured(std::string_view what) {
  return {Outcome::refused, Refusal::permission, 0, Detail{what}};
}

}  // namespace

Steps::Steps(Shared& shared)
    : shared_(shared),
      user_(shared,
            {.subscribed = [this] { link_->stream_up(); },
             .lost = [this](std::string_view why, bool soon) { link_->stream_lost(why, soon); },
             .event = [this](const UserFrame& frame) { heard(frame); }}),
      held_timer_(shared.timers),
      account_timer_(shared.timers) {}

void Steps::set(Link& link, VenueSink* sink) {
  link_ = &link;
  sink_ = sink;
}

void Steps::silence_stream() {
  user_.silence();
  held_timer_.cancel();
  account_timer_.cancel();
}

void Steps::ask_then(std::uint32_t weight, std::function<RequestBytes()> write, Done done,
                     std::function<void(std::string_view)> then) {
  shared_.ask(weight, std::move(write),
              [this, done = std::move(done), then = std::move(then)](const Reply& reply) {
                const auto verdict = shared_.verdict(reply);
                if (!verdict.is_good()) return done(verdict);
                then(reply.body);
              });
}

// ---- the steps ----

void Steps::ask_time(TimeDone done) {
  const auto asked = std::make_shared<MonoTime>();
  ask_then(
      weight::time,
      [this, asked]() -> RequestBytes {
        *asked = shared_.clock.mono();
        return shared_.writer.server_time();
      },
      [done, asked](const Verdict& verdict) { done(verdict, *asked, {}); },
      [this, done, asked](std::string_view body) {
        const auto time = shared_.answers.server_time(body);
        if (!time) return done(not_readable(time.error()), *asked, {});
        done(good(), *asked, *time);
      });
}

void Steps::load_instruments(Done done) {
  ask_then(
      weight::exchange_info, [this]() -> RequestBytes { return shared_.writer.exchange_info(); },
      done, [this, done](std::string_view body) { done(take_in(body)); });
}

Verdict Steps::take_in(std::string_view exchange_info) {
  JsonReader json;  // of its own: the answer is large, and its buffers are not kept
  auto info = read_exchange_info(json, exchange_info, shared_.config.symbols);
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
    const auto own = i < taker_fees_.size() ? taker_fees_[i] : std::nullopt;
    instrument.taker_fee = own.value_or(shared_.config.taker_fee_unknown);
    instrument.fee_in_base = false;  // in the margin asset
    all.instruments.push_back(instrument);
  }
  sink_->on(all);
}

void Steps::read_account(Done done) {
  ask_then(
      weight::account,
      [this]() -> RequestBytes { return shared_.writer.account(shared_.venue_now()); }, done,
      [this, done](std::string_view body) {
        const auto account = shared_.answers.account(body);
        if (!account) return done(not_readable(account.error()));
        if (!account->can_trade.value_or(true))
          return done(not_as_configured("the account may not trade"));
        told_balances(*account);
        ask_fees(0, done);
      });
}

void Steps::ask_fees(MarketIndex from, Done done) {
  const bool enough = from >= shared_.markets.size() || from >= shared_.config.fees_asked_max;
  if (shared_.config.symbols.empty() || enough) {
    tell_instruments();
    return check_position_mode(done);
  }
  ask_then(
      weight::fee,
      [this, from]() -> RequestBytes {
        return shared_.writer.fee(shared_.markets[from], shared_.venue_now());
      },
      done,
      [this, from, done](std::string_view body) {
        const auto fee = shared_.answers.taker_fee(body);
        if (!fee) return done(not_readable(fee.error()));
        taker_fees_.resize(shared_.markets.size());
        taker_fees_[from] = *fee;
        ask_fees(from + 1, done);
      });
}

void Steps::check_position_mode(Done done) {
  ask_then(
      weight::mode,
      [this]() -> RequestBytes { return shared_.writer.position_mode(shared_.venue_now()); }, done,
      [this, done](std::string_view body) {
        const auto mode = shared_.answers.position_mode(body);
        if (!mode) return done(not_readable(mode.error()));
        if (*mode != shared_.config.position_mode)
          return done(not_as_configured(*mode == PositionMode::hedge
                                            ? "the account is in hedge mode, not in one-way mode"
                                            : "the account is in one-way mode, not in hedge mode"));
        check_symbol_modes(done);
      });
}

void Steps::check_symbol_modes(Done done) {
  const auto& config = shared_.config;
  if (config.symbols.empty() || (!config.leverage && !config.isolated)) return done(good());
  ask_then(
      weight::symbol_modes,
      [this]() -> RequestBytes { return shared_.writer.symbol_modes(shared_.venue_now()); }, done,
      [this, done](std::string_view body) {
        const auto modes = shared_.answers.symbol_modes(body);
        if (!modes) return done(not_readable(modes.error()));
        mode_changes_.clear();
        for (const auto& mode : *modes) {
          const auto& wanted = shared_.config;
          if (wanted.isolated && mode.isolated != *wanted.isolated)
            mode_changes_.push_back({mode.market, false});
          if (wanted.leverage && mode.leverage != *wanted.leverage)
            mode_changes_.push_back({mode.market, true});
        }
        if (!mode_changes_.empty() && !shared_.config.set_modes) {
          const auto& first = mode_changes_.front();
          const auto symbol = shared_.markets[first.market].instrument.symbol.str();
          return done(not_as_configured(
              (first.leverage ? "another leverage on " : "another margin mode on ") + symbol));
        }
        set_next_mode(done);
      });
}

void Steps::set_next_mode(Done done) {
  if (mode_changes_.empty()) return done(good());
  const auto change = mode_changes_.front();
  mode_changes_.pop_front();
  ask_then(
      weight::set_mode,
      [this, change]() -> RequestBytes {
        const auto& market = shared_.markets[change.market];
        const auto now = shared_.venue_now();
        return change.leverage
                   ? shared_.writer.set_leverage(market, *shared_.config.leverage, now)
                   : shared_.writer.set_margin_mode(market, *shared_.config.isolated, now);
      },
      done, [this, done](std::string_view) { set_next_mode(done); });
}

void Steps::told_balances(const Account& account) {
  BalancesReport report;
  for (const auto& wallet : account.wallets)
    report.balances.push_back({wallet.asset, Quantity{std::max(wallet.free, Decimal{})},
                               Quantity{std::max(wallet.used, Decimal{})}});
  sink_->on(report);
}

/// The event tells the wallet, not what is available of it.
void Steps::account_moved() {
  if (account_timer_.is_set()) return;
  account_timer_.set(shared_.clock.mono() + shared_.config.account_after,
                     [this] { refresh_account(); });
}

void Steps::refresh_account() {
  ask_then(
      weight::account,
      [this]() -> RequestBytes { return shared_.writer.account(shared_.venue_now()); },
      [](const Verdict&) {},  // the next event or question will do
      [this](std::string_view body) {
        if (const auto account = shared_.answers.account(body)) told_balances(*account);
      });
}

// ---- what the stream says ----

void Steps::heard(const UserFrame& frame) {
  switch (frame.kind) {
    case UserFrame::Kind::order: return heard_order(frame.order, frame.fill);
    case UserFrame::Kind::algo: return heard_algo(frame.order);
    case UserFrame::Kind::account: return account_moved();
    default: return;
  }
}

void Steps::heard_order(OrderState order, std::optional<FillRow> fill) {
  const bool may_be_child = is_conditional(order.row.report.kind);
  const bool known = shared_.algos.parent_of(order.row.key) || !order.row.report.id.empty();
  if (!may_be_child || known || held_.size() == held_max) return tell(order.row, fill);
  held_.push_back({order, fill, shared_.clock.mono() + shared_.config.echo_within});
  if (!held_timer_.is_set()) held_timer_.set(held_.front().until, [this] { ask_about_held(); });
}

void Steps::tell(OrderRow row, std::optional<FillRow> fill) {
  shared_.algos.adopt(row);
  // The trade before the order: quantities follow from trades.
  if (fill) {
    shared_.algos.adopt(*fill);
    shared_.reports.filled(*fill);
  }
  shared_.reports.streamed(row);
  // What the child ended as is what the conditional order ended as.
  if (const auto* algo = shared_.algos.parent_of(row.key); algo && is_terminal(row.report.status))
    shared_.reports.gone(algo->key);
}

void Steps::heard_algo(const OrderState& order) {
  shared_.algos.heard(order);
  const OrderKey child{order.row.key.market, order.child};
  // From its child's first event on the child tells, and what it ended as is the end of both. An
  // order whose child nobody heard of stays live in the books: it is missed and looked for.
  if (!order.child.empty() && shared_.reports.has_ended(child))
    shared_.reports.gone(order.row.key);
  else if (order.algo != AlgoState::finished &&
           (order.child.empty() || !shared_.reports.streamed_since(child, MonoTime::min())))
    shared_.reports.streamed(order.row);
  release_held(false);
}

/// Nobody said what it belongs to: the conditional orders of its symbol are asked.
void Steps::ask_about_held() {
  if (held_.empty()) return;
  const auto market = held_.front().order.row.key.market;
  learn_of(shared_.algos.missing_in({}, market),
           shared_.clock.mono() + shared_.config.request_within, [this] { release_held(true); });
}

/// Those whose parent is known by now; of the others those that have waited long enough, which are
/// somebody else's.
void Steps::release_held(bool late_ones_too) {
  const auto now = shared_.clock.mono();
  std::deque<Held> keep;
  for (auto& held : std::exchange(held_, {})) {
    const bool known = shared_.algos.parent_of(held.order.row.key) != nullptr;
    if (known || (late_ones_too && held.until <= now))
      tell(held.order.row, held.fill);
    else
      keep.push_back(std::move(held));
  }
  held_ = std::move(keep);
  if (held_.empty()) return held_timer_.cancel();
  if (!held_timer_.is_set() || late_ones_too)
    held_timer_.set(std::max(held_.front().until, now), [this] { ask_about_held(); });
}

}  // namespace signalbox::binanceusdm
