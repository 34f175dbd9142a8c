#include "connectors/kraken/account_socket.hpp"

#include <utility>

namespace signalbox::kraken {

AccountSocket::AccountSocket(Shared& shared, Calls told)
    : shared_(shared),
      calls_(std::move(told)),
      under_way_(shared.clock, shared.timers),
      within_(shared.timers),
      ping_(shared.timers) {}

void AccountSocket::open() {
  if (stage_ != Stage::closed || silent_) return;
  stage_ = Stage::asking;
  why_.clear();
  soon_ = false;
  quiet_pings_ = 0;
  confirmed_ = 0;
  executions_ = balances_ = 0;
  shared_.ask(
      cost::read, [this] { return shared_.writer.stream_token(shared_.venue_now()); },
      [this, opening = ++opening_](const Reply& reply) {
        if (opening == opening_ && stage_ == Stage::asking) token_answered(reply);
      });
}

void AccountSocket::token_answered(const Reply& reply) {
  const auto verdict = shared_.verdict(reply);
  auto token = verdict.is_good() ? shared_.answers.stream_token(reply.body)
                                 : Result<StreamToken>{failed(Fault::bad_input, "")};
  if (!token) {
    stage_ = Stage::closed;
    const auto why = verdict.is_good() ? token.error().what : std::string{verdict.detail.view()};
    return calls_.lost("no token: " + why, false);
  }
  shared_.frames_out.set_token(std::move(token->token));
  stage_ = Stage::opening;
  const auto deadline = shared_.clock.mono() + shared_.config.stream_within;
  within_.set(deadline, [this] { drop("not subscribed in time", false); });
  stream_->open(stream_path, deadline);
}

void AccountSocket::drop(std::string_view why, bool soon) {
  if (stage_ == Stage::closed || stage_ == Stage::closing) return;
  why_ = why;
  soon_ = soon;
  within_.cancel();
  ping_.cancel();
  if (std::exchange(stage_, Stage::closing) == Stage::asking) return lost_later(why);
  stream_->close();
}

/// There is no stream yet that would say so.
void AccountSocket::lost_later(std::string_view) {
  ++opening_;
  shared_.post([this] {
    if (stage_ == Stage::closing) on_closed({});
  });
}

void AccountSocket::silence() {
  silent_ = true;
  ++opening_;
  within_.cancel();
  ping_.cancel();
  if (stage_ != Stage::closed && stage_ != Stage::asking) stream_->close();
}

void AccountSocket::on_open() {
  if (stage_ != Stage::opening || silent_) return;
  stage_ = Stage::subscribing;
  if (!stream_->send(shared_.frames_out.subscribe_executions(next_number())) ||
      !stream_->send(shared_.frames_out.subscribe_balances(next_number())))
    drop("the subscription could not be sent", false);
}

bool AccountSocket::send(FrameWriter::RequestNumber number, std::string_view frame,
                         MonoTime deadline, UnderWay::Done done) {
  if (!takes_orders() || deadline <= shared_.clock.mono() || !stream_->send(frame)) return false;
  under_way_.add(number, deadline, std::move(done));
  return true;
}

void AccountSocket::keep_awake() {
  ping_.set(shared_.clock.mono() + ping_every, [this] {
    if (quiet_pings_ == quiet_pings_max) return drop("nothing heard, not even pongs", true);
    ++quiet_pings_;
    if (!stream_->send(shared_.frames_out.ping(next_number())))
      return drop("a ping could not be sent", true);
    keep_awake();
  });
}

void AccountSocket::on_frame(std::string_view frame) {
  if (silent_ || stage_ == Stage::closing) return;
  quiet_pings_ = 0;
  const auto read = shared_.frames.account(frame);
  using Kind = AccountFrame::Kind;
  // It may have been an event, or an order's answer: only a new picture of the account can tell.
  if (!read) return drop("an unreadable frame: " + read.error().what, true);
  switch (read->kind) {
    case Kind::executions:
    case Kind::balances:
      if (!is_next(*read)) return drop("events are missing", true);
      return calls_.event(*read);
    case Kind::status:
      if (read->system == SystemStatus::maintenance) drop("the venue is in maintenance", false);
      return;
    case Kind::answer:
      if (read->method == "subscribe") return subscription_answered(*read);
      static_cast<void>(under_way_.answer(read->request, *read));
      return;
    case Kind::heartbeat:
    case Kind::other: return;
  }
}

/// Each subscription counts its frames.
bool AccountSocket::is_next(const AccountFrame& frame) {
  if (frame.sequence == 0) return true;
  auto& last = frame.kind == AccountFrame::Kind::executions ? executions_ : balances_;
  return frame.sequence == std::exchange(last, frame.sequence) + 1;
}

void AccountSocket::subscription_answered(const AccountFrame& frame) {
  if (!frame.succeeded) {
    const auto said = shared_.verdict(frame.error);
    return drop(said.detail.view(), false);
  }
  if (frame.rate_counter_max > 0) shared_.counters.set_most(frame.rate_counter_max);
  constexpr int subscriptions = 2;
  if (stage_ != Stage::subscribing || ++confirmed_ < subscriptions) return;
  stage_ = Stage::subscribed;
  within_.set(shared_.clock.mono() + shared_.config.stream_life, [this] { drop("renewed", true); });
  keep_awake();
  calls_.subscribed();
}

void AccountSocket::on_closed(std::string_view why) {
  const bool ours = stage_ == Stage::closing;
  stage_ = Stage::closed;
  within_.cancel();
  ping_.cancel();
  if (silent_) return;
  under_way_.end_all("the connection was lost");
  const std::string said = ours ? why_ : std::string{why};
  calls_.lost(said, ours && soon_);
}

}  // namespace signalbox::kraken
