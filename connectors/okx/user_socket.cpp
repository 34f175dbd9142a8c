#include "connectors/okx/user_socket.hpp"

namespace signalbox::okx {

UserSocket::UserSocket(Shared& shared, std::string_view path,
                       std::vector<std::string_view> channels, Calls calls)
    : shared_(shared),
      path_(path),
      channels_(std::move(channels)),
      calls_(std::move(calls)),
      within_(shared.timers),
      quiet_(shared.timers) {}

void UserSocket::open() {
  if (stage_ != Stage::closed || silent_) return;
  stage_ = Stage::opening;
  why_.clear();
  soon_ = false;
  acknowledged_ = 0;
  const auto deadline = shared_.clock.mono() + shared_.config.stream_within;
  within_.set(deadline, [this] { drop("not subscribed in time", false); });
  stream_->open(path_, deadline);
}

void UserSocket::drop(std::string_view why, bool soon) {
  if (stage_ == Stage::closed || stage_ == Stage::closing) return;
  stage_ = Stage::closing;
  why_ = why;
  soon_ = soon;
  within_.cancel();
  quiet_.cancel();
  stream_->close();
}

bool UserSocket::send(std::string_view frame) { return is_up() && stream_->send(frame); }

void UserSocket::silence() {
  silent_ = true;
  within_.cancel();
  quiet_.cancel();
  if (stage_ != Stage::closed) stream_->close();
}

void UserSocket::on_open() {
  if (stage_ != Stage::opening || silent_) return;
  stage_ = Stage::logging_in;
  stay_awake();
  if (!stream_->send(shared_.writer.login(shared_.venue_now())))
    drop("the login could not be sent", false);
}

void UserSocket::logged_in() {
  if (stage_ != Stage::logging_in) return;
  stage_ = Stage::subscribing;
  if (!stream_->send(shared_.writer.subscribe(channels_)))
    drop("the subscription could not be sent", false);
}

/// The venue cuts a connection that was quiet for half a minute, and answers a ping with a pong.
/// None means that the other end is gone, whatever our own socket says.
void UserSocket::stay_awake() {
  pinged_ = false;
  quiet_.set(shared_.clock.mono() + shared_.config.stream_silence, [this] {
    if (!stream_->send("ping")) return drop("a ping could not be sent", false);
    pinged_ = true;
    quiet_.set(shared_.clock.mono() + shared_.config.echo_within,
               [this] { drop("no pong came", true); });
  });
}

void UserSocket::on_frame(std::string_view frame) {
  if (silent_ || stage_ == Stage::closing || stage_ == Stage::closed) return;
  stay_awake();
  auto read = shared_.frames.user(frame);
  // It may have been an event: only a new picture of the account can tell.
  if (!read) return drop("an unreadable frame: " + read.error().what, true);
  switch (read->kind) {
    case UserFrame::Kind::logged_in: return logged_in();
    case UserFrame::Kind::subscribed:
      if (stage_ != Stage::subscribing || ++acknowledged_ < channels_.size()) return;
      stage_ = Stage::subscribed;
      within_.set(shared_.clock.mono() + shared_.config.stream_life,
                  [this] { drop("renewed before it gets old", true); });
      return calls_.subscribed();
    case UserFrame::Kind::refused: return refused(*read);
    case UserFrame::Kind::notice:
      if (may_return_at_once(read->error.code)) drop("the venue will close the stream", true);
      return;
    case UserFrame::Kind::pong:
    case UserFrame::Kind::other: return;
    default: return calls_.event(*read);
  }
}

void UserSocket::refused(const UserFrame& frame) {
  constexpr int without_status = 400;
  const auto verdict = shared_.verdict(without_status, frame.error);
  drop(verdict.detail.view(), verdict.refusal == Refusal::clock);
}

void UserSocket::on_closed(std::string_view why) {
  const bool ours = stage_ == Stage::closing;
  stage_ = Stage::closed;
  within_.cancel();
  quiet_.cancel();
  if (silent_) return;
  const std::string said = ours ? why_ : std::string{why};
  calls_.lost(said, ours && soon_);
}

}  // namespace signalbox::okx
