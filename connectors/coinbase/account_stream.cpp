#include "connectors/coinbase/account_stream.hpp"

namespace signalbox::coinbase {

AccountStream::AccountStream(Shared& shared, Calls calls, Heard heard)
    : UserStream(shared, std::move(calls), heartbeat_within),
      shared_(shared),
      heard_(std::move(heard)) {}

void AccountStream::greet() {
  sequence_ = {};
  acknowledged_ = pictured_ = false;
  // One channel a message, and each message a token of its own.
  for (const auto channel : {"heartbeats", "user"})
    send(shared_.writer.subscribe(channel, {}, true, shared_.token_time()));
}

void AccountStream::heard(std::string_view bytes) {
  const auto read = shared_.frames.read(bytes);
  // It may have been an event: only a new picture of the account can tell.
  if (!read) return drop("an unreadable frame: " + read.error().what, true);
  const auto& frame = **read;
  if (frame.sequence && !sequence_.follows(frame.kind, *frame.sequence))
    return drop("a message of the stream is missing", true);
  switch (frame.kind) {
    case Frame::Kind::error: {
      // Why a token is refused is not said: our clock may be the reason.
      if (frame.text.find("authentication") != std::string_view::npos)
        shared_.on_refusal(Refusal::clock);
      const bool repeats_key = frame.text.find(shared_.writer.key_name()) != std::string_view::npos;
      return drop(repeats_key ? "refused" : kit::shown(frame.text).view(), false);
    }
    case Frame::Kind::subscriptions:
      acknowledged_ = acknowledged_ || frame.has_channel("user");
      return subscribed_when_whole();
    case Frame::Kind::orders:
      heard_(frame);
      if (frame.snapshot && frame.rows < snapshot_page) pictured_ = true;
      return subscribed_when_whole();
    default: return;
  }
}

void AccountStream::subscribed_when_whole() {
  if (waits_for_subscription() && acknowledged_ && pictured_) is_subscribed();
}

}  // namespace signalbox::coinbase
