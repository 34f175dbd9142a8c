#include "connectors/kit/order_socket.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace signalbox::kit {

OrderSocket::OrderSocket(Core& core, Manner manner)
    : core_(core),
      manner_(std::move(manner)),
      id_("sb" + std::to_string(core.random.next() % 1'000'000'000) + "-"),
      prefix_size_(id_.size()),
      backoff_(core.settings.backoff_first, core.settings.backoff_max),
      retry_(core.timers),
      within_(core.timers),
      ping_(core.timers) {}

const std::string& OrderSocket::next_id() {
  std::array<char, 20> digits;
  const auto end = std::to_chars(digits.begin(), digits.end(), ++last_id_).ptr;
  id_.resize(prefix_size_);
  return id_.append(digits.begin(), end);
}

void OrderSocket::start() {
  if (stage_ == Stage::closed && !retry_.is_set()) open();
}

void OrderSocket::open() {
  if (silent_ || !stream_) return;
  const auto now = core_.clock.mono();
  // A log-on is signed with the venue's time; and a pause is obeyed by everything.
  if (!core_.server_clock.is_set())
    return retry_.set(now + clock_looked_at_every, [this] { open(); });
  const auto pace = core_.pacer.ask(now, PaceClass::entry, manner_.opening_cost);
  if (pace.kind != Pace::Kind::go)
    return retry_.set(std::max(pace.until, now + core_.settings.backoff_first), [this] { open(); });
  stage_ = Stage::opening;
  quiet_pings_ = 0;
  const auto deadline = now + core_.settings.stream_within;
  within_.set(deadline, [this] { drop(); });
  stream_->open(manner_.target, deadline);
}

void OrderSocket::silence() {
  silent_ = true;
  for (auto* timer : {&retry_, &within_, &ping_}) timer->cancel();
  if (stream_ && stage_ != Stage::closed) stream_->close();
}

void OrderSocket::drop() {
  if (stage_ == Stage::closed || stage_ == Stage::closing) return;
  stage_ = Stage::closing;
  stream_->close();
}

void OrderSocket::retire() {
  if (stage_ != Stage::up) return;
  if (!waits_for_answers()) return drop();
  stage_ = Stage::retiring;
}

void OrderSocket::answer_came() {
  if (stage_ == Stage::retiring && !waits_for_answers()) drop();
}

void OrderSocket::on_open() {
  if (stage_ != Stage::opening || silent_) return;
  stage_ = Stage::logging_on;
  const auto frame = log_on(next_id());
  if (frame.empty()) return logged_on();
  if (!stream_->send(frame)) drop();
}

void OrderSocket::logged_on() {
  if (stage_ != Stage::logging_on) return;
  stage_ = Stage::up;
  backoff_.reset();
  within_.set(core_.clock.mono() + core_.settings.stream_life, [this] { retire(); });
  keep_awake();
}

void OrderSocket::keep_awake() {
  if (manner_.ping_every == Duration{}) return;
  ping_.set(core_.clock.mono() + manner_.ping_every, [this] {
    if (quiet_pings_ == quiet_pings_max || !stream_->send(manner_.ping)) return drop();
    ++quiet_pings_;
    keep_awake();
  });
}

void OrderSocket::on_frame(std::string_view frame) {
  if (silent_ || stage_ == Stage::closing || stage_ == Stage::closed) return;
  quiet_pings_ = 0;
  heard(frame);
}

void OrderSocket::on_closed(std::string_view) {
  stage_ = Stage::closed;
  for (auto* timer : {&within_, &ping_}) timer->cancel();
  if (silent_) return;
  end_all("the connection was lost");
  retry_.set(core_.clock.mono() + backoff_.next(core_.random), [this] { open(); });
}

}  // namespace signalbox::kit
