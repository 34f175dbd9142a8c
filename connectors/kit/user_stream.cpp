#include "connectors/kit/user_stream.hpp"

namespace signalbox::kit {

UserStream::UserStream(Core& core, Calls calls, Duration silence_max)
    : core_(core),
      calls_(std::move(calls)),
      silence_max_(silence_max),
      within_(core.timers),
      quiet_(core.timers) {}

void UserStream::open() {
  if (stage_ != Stage::closed || silent_) return;
  stage_ = Stage::opening;
  why_.clear();
  soon_ = false;
  const auto deadline = core_.clock.mono() + core_.settings.stream_within;
  within_.set(deadline, [this] { drop("not subscribed in time", false); });
  stream_->open(target(), deadline);
}

void UserStream::drop(std::string_view why, bool soon) {
  if (stage_ == Stage::closed || stage_ == Stage::closing) return;
  stage_ = Stage::closing;
  why_ = why;
  soon_ = soon;
  within_.cancel();
  quiet_.cancel();
  stream_->close();
}

void UserStream::silence() {
  silent_ = true;
  within_.cancel();
  quiet_.cancel();
  if (stage_ != Stage::closed) stream_->close();
}

void UserStream::on_open() {
  if (stage_ != Stage::opening || silent_) return;
  stage_ = Stage::subscribing;
  listen();
  greet();
}

void UserStream::send(std::string_view frame) {
  if (stage_ == Stage::closed || stage_ == Stage::closing) return;
  if (!stream_->send(frame)) drop("a frame could not be sent", false);
}

void UserStream::is_subscribed() {
  if (stage_ != Stage::subscribing) return;
  stage_ = Stage::subscribed;
  within_.set(core_.clock.mono() + core_.settings.stream_life, [this] { drop("renewed", true); });
  calls_.subscribed();
}

void UserStream::listen() {
  quiet_.set(core_.clock.mono() + silence_max_, [this] { drop("nothing heard", true); });
}

void UserStream::on_frame(std::string_view frame) {
  if (silent_ || stage_ == Stage::closing || stage_ == Stage::closed) return;
  listen();
  heard(frame);
}

void UserStream::on_closed(std::string_view why) {
  const bool ours = stage_ == Stage::closing;
  stage_ = Stage::closed;
  within_.cancel();
  quiet_.cancel();
  if (silent_) return;
  const std::string said = ours ? why_ : std::string{why};
  calls_.lost(said, ours && soon_);
}

}  // namespace signalbox::kit
