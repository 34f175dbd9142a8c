#include "connectors/binance/user_stream.hpp"

namespace signalbox::binance {

UserStream::UserStream(Shared& shared, Calls calls)
    : shared_(shared), calls_(std::move(calls)), within_(shared.timers) {}

void UserStream::open() {
  if (stage_ != Stage::closed || silent_) return;
  stage_ = Stage::opening;
  why_.clear();
  soon_ = false;
  const auto deadline = shared_.clock.mono() + shared_.config.stream_within;
  within_.set(deadline, [this] { drop("not subscribed in time", false); });
  stream_->open(user_stream_path, deadline);
}

void UserStream::drop(std::string_view why, bool soon) {
  if (stage_ == Stage::closed || stage_ == Stage::closing) return;
  stage_ = Stage::closing;
  why_ = why;
  soon_ = soon;
  within_.cancel();
  stream_->close();
}

void UserStream::silence() {
  silent_ = true;
  within_.cancel();
  if (stage_ != Stage::closed) stream_->close();
}

void UserStream::on_open() {
  if (stage_ != Stage::opening || silent_) return;
  stage_ = Stage::subscribing;
  id_ = "user-" + std::to_string(++last_id_);
  if (!stream_->send(shared_.writer.subscribe_user_stream(id_, shared_.venue_now())))
    drop("the subscription could not be sent", false);
}

void UserStream::on_frame(std::string_view frame) {
  if (silent_ || stage_ == Stage::closing) return;
  const auto read = shared_.frames.user(frame);
  if (!read) {
    // It may have been an event: only a new picture of the account can tell.
    drop("an unreadable frame: " + read.error().what, true);
    return;
  }
  switch (read->kind) {
    case UserFrame::Kind::answer: answered(read->answer); return;
    case UserFrame::Kind::ended: drop("the venue ends the stream", true); return;
    default: calls_.event(*read);
  }
}

void UserStream::answered(const ApiAnswer& answer) {
  heed_limits(shared_, answer);
  if (answer.status == 200) {
    if (stage_ != Stage::subscribing || answer.id != id_) return;
    stage_ = Stage::subscribed;
    within_.set(shared_.clock.mono() + shared_.config.stream_life,
                [this] { drop("renewed before the venue closes it", true); });
    calls_.subscribed();
    return;
  }
  const auto verdict = shared_.verdict(answer.status, answer.error);
  drop(verdict.detail.view(), verdict.refusal == Refusal::clock);
}

void UserStream::on_closed(std::string_view why) {
  const bool ours = stage_ == Stage::closing;
  stage_ = Stage::closed;
  within_.cancel();
  if (silent_) return;
  const std::string said = ours ? why_ : std::string{why};
  calls_.lost(said, ours && soon_);
}

}  // namespace signalbox::binance
