#include "connectors/kit/link.hpp"

#include <algorithm>

#include "messages/plant.hpp"

namespace signalbox::kit {
namespace {

// READY for so long: the next trouble is a new one and starts with short waits again.
constexpr Duration settled_after = std::chrono::seconds{30};

}  // namespace

Link::Link(Core& core, LinkSteps& steps, AccountReads& reads)
    : core_(core),
      steps_(steps),
      backoff_(core.settings.backoff_first, core.settings.ready_backoff_max),
      catch_up_(core, reads),
      instruments_within_(core.settings.step_within),
      retry_(core.timers),
      settled_timer_(core.timers),
      clock_timer_(core.timers),
      instruments_timer_(core.timers),
      compare_timer_(core.timers),
      confirm_timer_(core.timers),
      echo_timer_(core.timers) {
  core_.on_refusal = [this](Refusal refusal) { refused(refusal); };
}

void Link::start(VenueSink& sink) {
  sink_ = &sink;
  running_ = true;
  // From the loop, not from inside the call.
  retry_.set(core_.clock.mono(), [this] {
    report("starting");
    advance();
  });
}

void Link::silence() {
  running_ = false;
  catch_up_.stop();
  steps_.silence_stream();
  for (auto* timer : {&retry_, &settled_timer_, &clock_timer_, &instruments_timer_, &compare_timer_,
                      &confirm_timer_, &echo_timer_})
    timer->cancel();
}

// ---- getting there ----

void Link::advance() {
  if (!running_ || busy_ || retry_.is_set()) return;
  const auto missing = std::find(have_.begin(), have_.end(), false);
  if (missing == have_.end()) return became_ready();
  begin(static_cast<Step>(missing - have_.begin()));
}

void Link::begin(Step step) {
  busy_ = step;
  asked_at_ = core_.clock.mono();
  // Nothing opens before READY: the whole budget is for what leads there, and nothing waits long
  // for an answer that may be lost.
  const bool large = step == Step::instruments;
  core_.own_reads = {PaceClass::urgent, large ? instruments_within_ : core_.settings.step_within};
  switch (step) {
    // Samples of a measurement that failed are good: only the rest is asked for.
    case Step::clock: return sample_clock(true, ++clock_run_);
    case Step::instruments: return load_instruments(true);
    case Step::account: return read_account();
    case Step::stream: report("opening the user stream"); return steps_.open_stream();
    case Step::caught_up: return catch_up();
  }
}

void Link::have(Step step) {
  busy_.reset();
  has(step) = true;
  advance();
}

void Link::failed_step(std::string_view why, std::optional<Duration> pause) {
  // The answer is large: a venue that is slow with it is given more time.
  if (busy_ == Step::instruments)
    instruments_within_ = std::min(instruments_within_ * 2, core_.settings.request_within);
  busy_.reset();
  if (!running_) return;
  report(why);
  // An answer that was waited for in vain has been a pause already.
  const auto now = core_.clock.mono();
  retry_.set(pause ? now + *pause : std::max(now, asked_at_ + backoff_.next(core_.random)),
             [this] { advance(); });
}

void Link::failed_step(const Verdict& verdict) {
  const bool key_refused =
      verdict.refusal == Refusal::authentication || verdict.refusal == Refusal::permission;
  failed_step(verdict.detail.view(),
              key_refused ? std::optional{core_.settings.key_refused_pause} : std::nullopt);
}

bool Link::is_ready() const {
  return running_ && std::find(have_.begin(), have_.end(), false) == have_.end();
}

LinkState Link::state() const {
  if (!running_) return LinkState::down;
  if (is_ready()) return LinkState::ready;
  return core_.server_clock.is_set() && has(Step::instruments) && has(Step::account)
             ? LinkState::stale
             : LinkState::connecting;
}

void Link::report(std::string_view why) {
  LinkReport now;
  now.state = state();
  now.generation = generation_;
  now.detail = shown(why);
  if (core_.server_clock.is_set()) {
    now.clock_offset = core_.server_clock.offset(core_.clock.mono(), core_.clock.wall());
    now.clock_error = core_.server_clock.error();
  }
  if (now == reported_) return;
  reported_ = now;
  sink_->on(now);
}

void Link::became_ready() {
  core_.own_reads = {PaceClass::entry, core_.settings.request_within};
  report("");
  const auto& settings = core_.settings;
  settled_timer_.set(core_.clock.mono() + settled_after, [this] { backoff_.reset(); });
  schedule(clock_timer_, settings.clock_every, &Link::clock_again);
  schedule(instruments_timer_, settings.instruments_every, &Link::instruments_again);
  schedule(compare_timer_, settings.compare_every, &Link::compare);
}

void Link::schedule(OwnTimer& timer, Duration after, void (Link::*job)()) {
  if (timer.is_set()) return;
  timer.set(core_.clock.mono() + after, [this, &timer, after, job] {
    if (!is_ready()) return;  // becoming READY starts it again
    schedule(timer, after, job);
    (this->*job)();
  });
}

// ---- the steps ----

/// Asks again until there are enough samples; every one its own round trip.
void Link::sample_clock(bool is_step, std::uint64_t run) {
  steps_.ask_time([this, is_step, run](const Verdict& verdict, MonoTime asked, WallTime said) {
    if (run != clock_run_ || !running_) return;
    if (!verdict.is_good()) {
      if (is_step) failed_step(verdict);
      return;
    }
    asked_at_ = core_.clock.mono();
    if (!core_.server_clock.add(asked, asked_at_, said)) return sample_clock(is_step, run);
    if (is_step) return have(Step::clock);
    report("clock measured again");
  });
}

void Link::load_instruments(bool is_step) {
  steps_.load_instruments([this, is_step](const Verdict& verdict) {
    if (!running_) return;
    if (!verdict.is_good()) {
      if (is_step) failed_step(verdict);
      return;
    }
    if (has(Step::account)) steps_.tell_instruments();
    if (is_step) have(Step::instruments);
  });
}

void Link::read_account() {
  steps_.read_account([this](const Verdict& verdict) {
    if (!running_) return;
    if (!verdict.is_good()) return failed_step(verdict);
    have(Step::account);
  });
}

void Link::stream_up() {
  ++generation_;
  // What was accepted before is found by catching up.
  core_.reports.forget_echoes();
  have(Step::stream);
}

void Link::stream_held(MonoTime until) {
  failed_step("the venue asks us to wait",
              std::max(until - core_.clock.mono(), core_.settings.backoff_first));
}

void Link::stream_lost(std::string_view why, bool soon) {
  if (!running_) return;
  has(Step::stream) = has(Step::caught_up) = false;
  catch_up_.stop();
  core_.reports.forget_echoes();
  confirm_timer_.cancel();
  echo_timer_.cancel();
  if (busy_ == Step::stream || busy_ == Step::caught_up) busy_.reset();
  report(why);
  if (busy_) return;  // with an earlier step, which leads here
  if (SIGNALBOX_PLANTED(lost_stream_not_opened_again)) return;
  retry_.set(core_.clock.mono() + (soon ? Duration{} : backoff_.next(core_.random)),
             [this] { advance(); });
}

void Link::catch_up() {
  catch_up_.run([this](const Verdict& verdict) {
    if (verdict.is_good()) return have(Step::caught_up);
    failed_step(verdict);
  });
}

// ---- staying there ----

/// Of any request: some refusals say something about the connection.
void Link::refused(Refusal refusal) {
  if (!running_ || refusal != Refusal::clock || !has(Step::clock)) return;
  has(Step::clock) = false;
  core_.server_clock.start_measuring();
  report("our clock is off");
  advance();
}

void Link::watch_echoes() {
  if (!has(Step::stream) || echo_timer_.is_set()) return;
  if (const auto due = core_.reports.next_echo_due()) echo_timer_.set(*due, [this] { echo_due(); });
}

void Link::echo_due() {
  const auto due = core_.reports.next_echo_due();
  if (!due) return;
  if (*due > core_.clock.mono()) return watch_echoes();
  steps_.drop_stream("an accepted order was not on the stream", true);
}

void Link::compare() {
  catch_up_.compare(
      [this](const Verdict& verdict, const std::vector<OrderKey>& ahead, MonoTime asked) {
        if (!is_ready()) return;
        if (!verdict.is_good()) {
          has(Step::caught_up) = false;
          return failed_step(verdict);
        }
        if (ahead.empty()) return;
        // The stream may only be a little later than the answer.
        confirm_timer_.set(core_.clock.mono() + core_.settings.echo_within,
                           [this, ahead, asked] { confirm(ahead, asked); });
      });
}

void Link::confirm(const std::vector<OrderKey>& ahead, MonoTime asked) {
  for (const auto& key : ahead)
    if (!core_.reports.streamed_since(key, asked))
      return steps_.drop_stream("the open orders say more than the stream", true);
}

}  // namespace signalbox::kit
