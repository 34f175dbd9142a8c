#include "connectors/binanceusdm/user_stream.hpp"

namespace signalbox::binanceusdm {

UserStream::UserStream(Shared& shared, Calls calls)
    : shared_(shared), calls_(std::move(calls)), life_(shared.timers), key_timer_(shared.timers) {}

void UserStream::open() {
  if (stage_ != Stage::closed || silent_) return;
  stage_ = Stage::getting_key;
  why_.clear();
  soon_ = false;
  // The venue answers with the key that is alive, or a new one: both are good for an hour.
  shared_.ask(
      weight::listen_key, [this]() -> RequestBytes { return shared_.writer.listen_key("POST"); },
      [this](const Reply& reply) { key_answered(reply); });
}

void UserStream::key_answered(const Reply& reply) {
  if (silent_ || stage_ != Stage::getting_key) return;
  const auto verdict = shared_.verdict(reply);
  if (!why_.empty()) return give_up(why_);  // dropped while it was asked for
  if (!verdict.is_good()) return give_up(verdict.detail.view());
  const auto key = shared_.answers.listen_key(reply.body);
  if (!key) return give_up(key.error().what);
  stage_ = Stage::opening;
  stream_->open("/private/ws/" + *key, shared_.clock.mono() + shared_.config.stream_within);
}

/// Before there was a stream to close.
void UserStream::give_up(std::string_view why) {
  stage_ = Stage::closed;
  const std::string said{why};
  calls_.lost(said, soon_);
}

void UserStream::drop(std::string_view why, bool soon) {
  if (stage_ == Stage::closed || stage_ == Stage::closing) return;
  const bool has_stream = stage_ != Stage::getting_key;
  soon_ = soon;
  why_ = why;
  if (!has_stream) return;  // the answer for the key ends it
  stage_ = Stage::closing;
  life_.cancel();
  key_timer_.cancel();
  stream_->close();
}

void UserStream::silence() {
  silent_ = true;
  life_.cancel();
  key_timer_.cancel();
  if (stage_ == Stage::opening || stage_ == Stage::open) stream_->close();
}

void UserStream::on_open() {
  if (stage_ != Stage::opening || silent_) return;
  stage_ = Stage::open;
  life_.set(shared_.clock.mono() + shared_.config.stream_life,
            [this] { drop("renewed before the venue closes it", true); });
  key_timer_.set(shared_.clock.mono() + shared_.config.listen_key_every, [this] { keep_alive(); });
  calls_.subscribed();
}

void UserStream::keep_alive() {
  key_timer_.set(shared_.clock.mono() + shared_.config.listen_key_every, [this] { keep_alive(); });
  shared_.ask(
      weight::listen_key, [this]() -> RequestBytes { return shared_.writer.listen_key("PUT"); },
      [this](const Reply& reply) {
        if (silent_ || stage_ != Stage::open) return;
        const auto verdict = shared_.verdict(reply);
        if (verdict.refusal == Refusal::not_found) return drop("the listen key is gone", true);
        // Any other failure: the key lives for a while yet, and the next time will do.
      });
}

void UserStream::on_frame(std::string_view frame) {
  if (silent_ || stage_ != Stage::open) return;
  const auto read = shared_.frames.user(frame);
  // It may have been an event: only a new picture of the account can tell.
  if (!read) return drop("an unreadable frame: " + read.error().what, true);
  if (read->kind == UserFrame::Kind::ended) return drop("the listen key has expired", true);
  calls_.event(*read);
}

void UserStream::on_closed(std::string_view why) {
  const bool ours = stage_ == Stage::closing;
  stage_ = Stage::closed;
  life_.cancel();
  key_timer_.cancel();
  if (silent_) return;
  const std::string said = ours ? why_ : std::string{why};
  calls_.lost(said, ours && soon_);
}

}  // namespace signalbox::binanceusdm
