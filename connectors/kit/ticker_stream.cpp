#include "connectors/kit/ticker_stream.hpp"

#include <algorithm>

namespace signalbox::kit {

TickerStream::TickerStream(Core& core, TickerWords& words, std::function<void(const Tick&)> tick)
    : core_(core),
      words_(words),
      bounds_(words.bounds()),
      tick_(std::move(tick)),
      backoff_(core.settings.backoff_first, core.settings.backoff_max),
      retry_(core.timers),
      life_(core.timers),
      next_frame_(core.timers),
      ping_(core.timers),
      quiet_(core.timers) {}

bool TickerStream::subscribe(MarketIndex market) {
  if (std::find(wanted_.begin(), wanted_.end(), market) != wanted_.end()) return true;
  if (wanted_.size() == bounds_.symbols_max) return false;
  wanted_.push_back(market);
  if (stage_ == Stage::open && !next_frame_.is_set()) send_rest();
  if (stage_ == Stage::closed && !retry_.is_set()) open();
  return true;
}

void TickerStream::start() {
  started_ = true;
  if (stage_ == Stage::closed && !retry_.is_set()) open();
}

void TickerStream::silence() {
  silent_ = true;
  for (auto* timer : {&retry_, &life_, &next_frame_, &ping_, &quiet_}) timer->cancel();
  if (stage_ != Stage::closed) stream_->close();
}

void TickerStream::open() {
  if (silent_ || !started_ || wanted_.empty()) return;
  const auto pace =
      core_.pacer.ask(core_.clock.mono(), PaceClass::entry, {bounds_.connect_weight, 0});
  if (pace.kind != Pace::Kind::go)
    return retry_.set(std::max(pace.until, core_.clock.mono() + core_.settings.backoff_first),
                      [this] { open(); });
  stage_ = Stage::opening;
  soon_ = false;
  sent_ = std::min(wanted_.size(), bounds_.in_target_max);
  stream_->open(words_.target(std::span{wanted_}.first(sent_)),
                core_.clock.mono() + core_.settings.stream_within);
}

void TickerStream::on_open() {
  if (silent_ || stage_ != Stage::opening) return;
  stage_ = Stage::open;
  life_.set(core_.clock.mono() + core_.settings.stream_life, [this] { renew(true); });
  heard();
  if (const auto first = words_.greeting(); !first.empty() && !stream_->send(first))
    return renew(false);
  send_rest();
  if (stage_ == Stage::open && bounds_.ping_every > Duration{}) send_ping();
}

void TickerStream::send_rest() {
  if (stage_ != Stage::open || sent_ == wanted_.size()) return;
  const auto count = std::min(wanted_.size() - sent_, bounds_.in_frame_max);
  const auto frame = words_.subscribe(std::span{wanted_}.subspan(sent_, count), ++last_id_);
  if (!stream_->send(frame)) return renew(false);
  sent_ += count;
  next_frame_.set(core_.clock.mono() + bounds_.frame_every, [this] { send_rest(); });
}

void TickerStream::send_ping() {
  ping_.set(core_.clock.mono() + bounds_.ping_every, [this] {
    if (stage_ != Stage::open) return;
    if (!stream_->send(words_.ping())) return renew(false);
    send_ping();
  });
}

void TickerStream::heard() {
  if (bounds_.silence_max > Duration{})
    quiet_.set(core_.clock.mono() + bounds_.silence_max, [this] { renew(true); });
}

void TickerStream::renew(bool soon) {
  if (stage_ != Stage::open && stage_ != Stage::opening) return;
  stage_ = Stage::closing;
  soon_ = soon;
  stream_->close();
}

void TickerStream::on_frame(std::string_view frame) {
  if (silent_ || stage_ != Stage::open) return;
  heard();
  auto read = words_.read(frame);
  switch (read.kind) {
    case TickerFrame::Kind::tick:
      backoff_.reset();
      do tick_(read.tick);
      while (words_.next(read.tick));
      return;
    case TickerFrame::Kind::ended: return renew(true);
    case TickerFrame::Kind::refused: return renew(false);
    case TickerFrame::Kind::unreadable: ++unreadable_; return;
    case TickerFrame::Kind::nothing: return;
  }
}

void TickerStream::on_closed(std::string_view) {
  const bool at_once = stage_ == Stage::closing && soon_;
  stage_ = Stage::closed;
  for (auto* timer : {&life_, &next_frame_, &ping_, &quiet_}) timer->cancel();
  if (silent_) return;
  const auto pause = at_once ? Duration{} : backoff_.next(core_.random);
  retry_.set(core_.clock.mono() + pause, [this] { open(); });
}

}  // namespace signalbox::kit
