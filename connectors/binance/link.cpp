#include "connectors/binance/link.hpp"

#include <algorithm>
#include <memory>

#include "connectors/binance/instruments.hpp"
#include "connectors/transport/json.hpp"

namespace signalbox::binance {
namespace {

// READY for so long: the next trouble is a new one and starts with short waits again.
constexpr Duration settled_after = std::chrono::seconds{30};

}  // namespace

Link::Link(Shared& shared)
    : shared_(shared),
      backoff_(shared.config.backoff_first, shared.config.backoff_max),
      user_(shared, {.subscribed =
                         [this] {
                           ++generation_;
                           // What was accepted before is found by catching up.
                           shared_.reports.forget_echoes();
                           have(Step::stream);
                         },
                     .lost = [this](std::string_view why, bool soon) { stream_lost(why, soon); },
                     .event = [this](const UserFrame& frame) { heard(frame); }}),
      catch_up_(shared),
      retry_(shared.timers),
      settled_timer_(shared.timers),
      clock_timer_(shared.timers),
      instruments_timer_(shared.timers),
      compare_timer_(shared.timers),
      confirm_timer_(shared.timers),
      echo_timer_(shared.timers) {
  shared_.on_refusal = [this](Refusal refusal) { refused(refusal); };
}

void Link::start(VenueSink& sink) {
  sink_ = &sink;
  running_ = true;
  // From the loop, not from inside the call.
  retry_.set(shared_.clock.mono(), [this] {
    report("starting");
    advance();
  });
}

void Link::silence() {
  running_ = false;
  catch_up_.stop();
  user_.silence();
  for (auto* timer : {&retry_, &settled_timer_, &clock_timer_, &instruments_timer_, &compare_timer_,
                      &confirm_timer_, &echo_timer_})
    timer->cancel();
}

void Link::report_down() { report("stopped"); }

// ---- getting there ----

void Link::advance() {
  if (!running_ || busy_ || retry_.is_set()) return;
  const auto missing = std::find(have_.begin(), have_.end(), false);
  if (missing == have_.end()) return became_ready();
  begin(static_cast<Step>(missing - have_.begin()));
}

void Link::begin(Step step) {
  busy_ = step;
  switch (step) {
    case Step::clock: return measure_clock(true);
    case Step::instruments: return load_instruments(true);
    case Step::account: return read_account();
    case Step::stream: return open_stream();
    case Step::caught_up: return catch_up();
  }
}

void Link::have(Step step) {
  busy_.reset();
  has(step) = true;
  advance();
}

void Link::failed_step(std::string_view why, std::optional<Duration> pause) {
  busy_.reset();
  if (!running_) return;
  report(why);
  retry_.set(shared_.clock.mono() + pause.value_or(backoff_.next(shared_.random)),
             [this] { advance(); });
}

void Link::failed_step(const Verdict& verdict) {
  const bool key_refused =
      verdict.refusal == Refusal::authentication || verdict.refusal == Refusal::permission;
  failed_step(verdict.detail.view(),
              key_refused ? std::optional{shared_.config.key_refused_pause} : std::nullopt);
}

bool Link::is_ready() const {
  return running_ && std::find(have_.begin(), have_.end(), false) == have_.end();
}

LinkState Link::state() const {
  if (!running_) return LinkState::down;
  if (is_ready()) return LinkState::ready;
  return shared_.server_clock.is_set() && has(Step::instruments) && has(Step::account)
             ? LinkState::stale
             : LinkState::connecting;
}

void Link::report(std::string_view why) {
  LinkReport now;
  now.state = state();
  now.generation = generation_;
  now.detail = shown(why);
  if (shared_.server_clock.is_set()) {
    now.clock_offset = shared_.server_clock.offset(shared_.clock.mono(), shared_.clock.wall());
    now.clock_error = shared_.server_clock.error();
  }
  if (now == reported_) return;
  reported_ = now;
  sink_->on(now);
}

void Link::became_ready() {
  report("");
  const auto& config = shared_.config;
  settled_timer_.set(shared_.clock.mono() + settled_after, [this] { backoff_.reset(); });
  schedule(clock_timer_, config.clock_every, &Link::clock_again);
  schedule(instruments_timer_, config.instruments_every, &Link::instruments_again);
  schedule(compare_timer_, config.compare_every, &Link::compare);
}

void Link::schedule(OwnTimer& timer, Duration after, void (Link::*job)()) {
  if (timer.is_set()) return;
  timer.set(shared_.clock.mono() + after, [this, &timer, after, job] {
    if (!is_ready()) return;  // becoming READY starts it again
    schedule(timer, after, job);
    (this->*job)();
  });
}

// ---- the steps ----

void Link::measure_clock(bool is_step) {
  shared_.server_clock.start_measuring();
  const auto run = ++clock_run_;
  // Asks again until there are enough samples; every one its own round trip.
  const auto sample = [this, run, is_step](const auto& again) -> void {
    const auto asked = std::make_shared<MonoTime>();
    shared_.ask(
        weight::time,
        [this, asked]() -> RequestBytes {
          *asked = shared_.clock.mono();
          return shared_.writer.server_time();
        },
        [this, run, is_step, asked, again](const Reply& reply) {
          if (run != clock_run_ || !running_) return;
          if (!reply.succeeded()) {
            const auto verdict = shared_.verdict(reply);
            if (is_step) failed_step(verdict);
            return;
          }
          const auto time = shared_.answers.server_time(reply.body);
          if (!time) {
            if (is_step) failed_step(time.error().what);
            return;
          }
          if (!shared_.server_clock.add(*asked, shared_.clock.mono(), *time)) return again(again);
          if (is_step) return have(Step::clock);
          report("clock measured again");
        });
  };
  sample(sample);
}

void Link::load_instruments(bool is_step) {
  shared_.ask(
      weight::exchange_info,
      [this]() -> RequestBytes { return shared_.writer.exchange_info(shared_.config.symbols); },
      [this, is_step](const Reply& reply) { instruments_answered(reply, is_step); });
}

void Link::instruments_answered(const Reply& reply, bool is_step) {
  if (!running_) return;
  if (!reply.succeeded()) {
    const auto verdict = shared_.verdict(reply);
    if (is_step) failed_step(verdict);
    return;
  }
  JsonReader json;  // of its own: the answer is large, and its buffers are not kept
  auto info = read_exchange_info(json, reply.body);
  if (!info || info->markets.empty()) {
    if (is_step) failed_step(info ? "exchangeInfo: no symbol" : info.error().what);
    return;
  }
  take_in(std::move(info->markets), std::move(info->limits));
  if (has(Step::account)) tell_instruments();
  if (is_step) have(Step::instruments);
}

void Link::take_in(std::vector<Market> markets, std::vector<PaceLimit> limits) {
  shared_.markets.halt_all();
  for (auto& market : markets) static_cast<void>(shared_.markets.put(std::move(market)));
  const auto same = [](const PaceLimit& a, const PaceLimit& b) {
    return a.counts == b.counts && a.window == b.window && a.most == b.most;
  };
  // New limits start counting from nothing: only when they really are new.
  if (limits.empty() ||
      std::equal(limits.begin(), limits.end(), limits_.begin(), limits_.end(), same))
    return;
  limits_ = limits;
  shared_.pacer.set_limits(std::move(limits));
}

void Link::tell_instruments() {
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

void Link::read_account() {
  shared_.ask(
      weight::account,
      [this]() -> RequestBytes { return shared_.writer.account(shared_.venue_now()); },
      [this](const Reply& reply) { account_answered(reply); });
}

void Link::account_answered(const Reply& reply) {
  if (!running_) return;
  if (!reply.succeeded()) return failed_step(shared_.verdict(reply));
  const auto account_read = shared_.answers.account(reply.body);
  if (!account_read) return failed_step(account_read.error().what);
  if (!account_read->can_trade)
    return failed_step("the account may not trade", shared_.config.key_refused_pause);
  taker_fee_ = account_read->taker_fee.is_zero() ? shared_.config.taker_fee_unknown
                                                 : account_read->taker_fee;
  tell_instruments();
  sink_->on(BalancesReport{account_read->balances});
  have(Step::account);
}

void Link::open_stream() {
  report("opening the user stream");
  const auto pace =
      shared_.pacer.ask(shared_.clock.mono(), PaceClass::entry, {2 * weight::stream, 0});
  if (pace.kind != Pace::Kind::go)
    return failed_step("the venue asks us to wait",
                       std::max(pace.until - shared_.clock.mono(), shared_.config.backoff_first));
  user_.open();
}

void Link::stream_lost(std::string_view why, bool soon) {
  has(Step::stream) = has(Step::caught_up) = false;
  catch_up_.stop();
  shared_.reports.forget_echoes();
  confirm_timer_.cancel();
  echo_timer_.cancel();
  if (busy_ == Step::stream || busy_ == Step::caught_up) busy_.reset();
  report(why);
  if (busy_) return;  // with an earlier step, which leads here
  retry_.set(shared_.clock.mono() + (soon ? Duration{} : backoff_.next(shared_.random)),
             [this] { advance(); });
}

void Link::catch_up() {
  catch_up_.run([this](const Verdict& verdict) {
    if (verdict.outcome == Outcome::accepted) return have(Step::caught_up);
    failed_step(verdict);
  });
}

// ---- staying there ----

void Link::heard(const UserFrame& frame) {
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

/// Of any request: some refusals say something about the connection.
void Link::refused(Refusal refusal) {
  if (!running_ || refusal != Refusal::clock || !has(Step::clock)) return;
  has(Step::clock) = false;
  report("our clock is off");
  advance();
}

void Link::watch_echoes() {
  if (!has(Step::stream) || echo_timer_.is_set()) return;
  if (const auto due = shared_.reports.next_echo_due())
    echo_timer_.set(*due, [this] { echo_due(); });
}

void Link::echo_due() {
  const auto due = shared_.reports.next_echo_due();
  if (!due) return;
  if (*due > shared_.clock.mono()) return watch_echoes();
  user_.drop("an accepted order was not on the stream", true);
}

void Link::compare() {
  catch_up_.compare(
      [this](const Verdict& verdict, const std::vector<OrderKey>& ahead, MonoTime asked) {
        if (!is_ready()) return;
        if (verdict.outcome != Outcome::accepted) {
          has(Step::caught_up) = false;
          return failed_step(verdict);
        }
        if (ahead.empty()) return;
        // The stream may only be a little later than the answer.
        confirm_timer_.set(shared_.clock.mono() + shared_.config.echo_within,
                           [this, ahead, asked] { confirm(ahead, asked); });
      });
}

void Link::confirm(const std::vector<OrderKey>& ahead, MonoTime asked) {
  for (const auto& key : ahead)
    if (!shared_.reports.streamed_since(key, asked))
      return user_.drop("the open orders say more than the stream", true);
}

}  // namespace signalbox::binance
