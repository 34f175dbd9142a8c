#include "connectors/bybit/trade_stream.hpp"

#include <algorithm>

namespace signalbox::bybit {

TradeStream::TradeStream(Shared& shared)
    : shared_(shared),
      prefix_("sb" + std::to_string(shared.random.next() % 1'000'000'000) + "-"),
      under_way_(shared.clock, shared.timers),
      backoff_(shared.config.backoff_first, shared.config.backoff_max),
      retry_(shared.timers),
      within_(shared.timers),
      ping_(shared.timers) {}

void TradeStream::start() {
  if (stage_ == Stage::closed && !retry_.is_set()) open();
}

void TradeStream::open() {
  if (silent_ || !stream_) return;
  const auto pace = shared_.pacer.ask(shared_.clock.mono(), PaceClass::entry, {});
  const auto now = shared_.clock.mono();
  if (pace.kind != Pace::Kind::go || !shared_.server_clock.is_set())
    return retry_.set(std::max(pace.until, now + shared_.config.backoff_first), [this] { open(); });
  stage_ = Stage::opening;
  quiet_pings_ = 0;
  const auto deadline = now + shared_.config.stream_within;
  within_.set(deadline, [this] { drop(); });
  stream_->open(trade_stream_path, deadline);
}

void TradeStream::silence() {
  silent_ = true;
  for (auto* timer : {&retry_, &within_, &ping_}) timer->cancel();
  if (stream_ && stage_ != Stage::closed) stream_->close();
}

void TradeStream::drop() {
  if (stage_ == Stage::closed || stage_ == Stage::closing) return;
  stage_ = Stage::closing;
  stream_->close();
}

void TradeStream::on_open() {
  if (stage_ != Stage::opening || silent_) return;
  stage_ = Stage::logging_on;
  if (!stream_->send(shared_.writer.log_on(next_id(), shared_.venue_now() + log_on_valid_for)))
    drop();
}

bool TradeStream::send(const std::string& id, std::string_view frame, MonoTime deadline,
                       Done done) {
  if (!is_up() || deadline <= shared_.clock.mono() || !stream_->send(frame)) return false;
  under_way_.add(id, deadline, std::move(done));
  return true;
}

void TradeStream::keep_awake() {
  ping_.set(shared_.clock.mono() + ping_every, [this] {
    if (quiet_pings_ == quiet_pings_max || !stream_->send(R"({"op":"ping"})")) return drop();
    ++quiet_pings_;
    keep_awake();
  });
}

void TradeStream::on_frame(std::string_view frame) {
  if (silent_ || stage_ == Stage::closing) return;
  quiet_pings_ = 0;
  const auto read = shared_.frames.trade(frame);
  // It may have been the answer to an order: what is under way is asked for elsewhere.
  if (!read) return drop();
  if (read->kind == TradeAnswer::Kind::log_on && stage_ == Stage::logging_on) {
    if (read->error.code != 0) {
      static_cast<void>(shared_.verdict(read->error, read->comes_again));
      return drop();
    }
    stage_ = Stage::up;
    backoff_.reset();
    within_.set(shared_.clock.mono() + shared_.config.stream_life, [this] { drop(); });
    return keep_awake();
  }
  if (read->kind != TradeAnswer::Kind::order) return;
  static_cast<void>(under_way_.answer(read->id, *read));
}

void TradeStream::on_closed(std::string_view) {
  stage_ = Stage::closed;
  for (auto* timer : {&within_, &ping_}) timer->cancel();
  if (silent_) return;
  end_all("the connection was lost");
  retry_.set(shared_.clock.mono() + backoff_.next(shared_.random), [this] { open(); });
}

}  // namespace signalbox::bybit
