#include "connectors/bybit/private_stream.hpp"

namespace signalbox::bybit {

PrivateStream::PrivateStream(Shared& shared, Calls calls)
    : shared_(shared), calls_(std::move(calls)), within_(shared.timers), ping_(shared.timers) {}

void PrivateStream::open() {
  if (stage_ != Stage::closed || silent_) return;
  stage_ = Stage::opening;
  why_.clear();
  soon_ = false;
  quiet_pings_ = 0;
  const auto deadline = shared_.clock.mono() + shared_.config.stream_within;
  within_.set(deadline, [this] { drop("not subscribed in time", false); });
  stream_->open(private_stream_path, deadline);
}

void PrivateStream::drop(std::string_view why, bool soon) {
  if (stage_ == Stage::closed || stage_ == Stage::closing) return;
  stage_ = Stage::closing;
  why_ = why;
  soon_ = soon;
  within_.cancel();
  ping_.cancel();
  stream_->close();
}

void PrivateStream::silence() {
  silent_ = true;
  within_.cancel();
  ping_.cancel();
  if (stage_ != Stage::closed) stream_->close();
}

void PrivateStream::on_open() {
  if (stage_ != Stage::opening || silent_) return;
  stage_ = Stage::logging_on;
  id_ = "logon-" + std::to_string(++last_id_);
  if (!stream_->send(shared_.writer.log_on(id_, shared_.venue_now() + log_on_valid_for)))
    drop("the log-on could not be sent", false);
}

void PrivateStream::subscribe() {
  stage_ = Stage::subscribing;
  id_ = "account-" + std::to_string(++last_id_);
  if (!stream_->send(
          operation_frame(id_, "subscribe", {"order", "execution", "position", "wallet"})))
    drop("the subscription could not be sent", false);
}

void PrivateStream::keep_awake() {
  ping_.set(shared_.clock.mono() + ping_every, [this] {
    if (quiet_pings_ == quiet_pings_max) return drop("nothing heard, not even pongs", true);
    ++quiet_pings_;
    if (!stream_->send(operation_frame("ping-" + std::to_string(++last_id_), "ping", {})))
      return drop("a ping could not be sent", true);
    keep_awake();
  });
}

void PrivateStream::on_frame(std::string_view frame) {
  if (silent_ || stage_ == Stage::closing) return;
  quiet_pings_ = 0;
  const auto read = shared_.frames.account(frame);
  if (!read) {
    // It may have been an event: only a new picture of the account can tell.
    drop("an unreadable frame: " + read.error().what, true);
    return;
  }
  if (read->kind == PrivateFrame::Kind::answer) return answered(*read);
  calls_.event(*read);
}

void PrivateStream::answered(const PrivateFrame& frame) {
  if (frame.operation == "ping" || frame.operation == "pong") return;
  if (!frame.succeeded) {
    const auto said = kit::shown(frame.text);
    const bool repeats_key = frame.text.find(shared_.config.api_key.reveal()) != std::string::npos;
    drop(repeats_key ? std::string_view{"refused"} : said.view(), false);
    return;
  }
  // An answer that names another operation than the one under way is an old one.
  if (!frame.id.empty() && frame.id != id_) return;
  if (stage_ == Stage::logging_on && frame.operation == "auth") return subscribe();
  if (stage_ != Stage::subscribing || frame.operation != "subscribe") return;
  stage_ = Stage::subscribed;
  within_.set(shared_.clock.mono() + shared_.config.stream_life, [this] { drop("renewed", true); });
  keep_awake();
  calls_.subscribed();
}

void PrivateStream::on_closed(std::string_view why) {
  const bool ours = stage_ == Stage::closing;
  stage_ = Stage::closed;
  within_.cancel();
  ping_.cancel();
  if (silent_) return;
  const std::string said = ours ? why_ : std::string{why};
  calls_.lost(said, ours && soon_);
}

}  // namespace signalbox::bybit
