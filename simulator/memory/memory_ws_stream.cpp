#include "simulator/memory/memory_ws_stream.hpp"

#include <utility>

namespace signalbox::simulator {

MemoryWsStream::MemoryWsStream(MemoryNet& net, WsSink& sink, std::string peer)
    : net_(net),
      sink_(sink),
      peer_(std::move(peer)),
      there_(net.clock_, net.timers_),
      back_(net.clock_, net.timers_) {}

MemoryWsStream::~MemoryWsStream() {
  hang_up();
  if (state_ != State::closed) sink_.on_closed("stream is gone");
}

void MemoryWsStream::open(std::string_view target, MonoTime deadline) {
  if (state_ != State::closed) close();
  if (state_ == State::closing) {
    // The owed `on_closed` comes first.
    back_.push({}, [this, target = std::string{target}, deadline] { open(target, deadline); });
    return;
  }
  state_ = State::opening;
  ++opening_;
  if (net_.down_ || deadline <= net_.clock_.mono()) {
    back_.push({}, [this] { ended("connection refused"); });
    return;
  }
  deadline_ = net_.timers_.at(deadline, [this] {
    deadline_ = TimerId::none;
    ended("not open in time");
  });
  there_.push(net_.latency_.there, [this, target = std::string{target}] { knock(target); });
}

void MemoryWsStream::knock(const std::string& target) {
  const auto session = net_.dialect_.open(target, peer_, net_.clock_.wall());
  if (!session) {
    back_.push(net_.latency_.back, [this, status = session.error(), opening = opening_] {
      if (state_ == State::opening && opening == opening_) sink_.on_refused(status);
      ended("refused with " + std::to_string(status));
    });
    return;
  }
  session_ = *session;
  net_.open_[session_] = this;
  back_.push(net_.latency_.back, [this, opening = opening_] {
    if (state_ != State::opening || opening != opening_) return;
    if (deadline_ != TimerId::none) net_.timers_.cancel(std::exchange(deadline_, TimerId::none));
    state_ = State::open;
    sink_.on_open();
  });
}

bool MemoryWsStream::send(std::string_view frame) {
  if (state_ != State::open || there_.size() >= waiting_max) return false;
  there_.push(net_.latency_.there, [this, bytes = std::string{frame}] {
    if (session_ != SessionId::none) net_.dialect_.frame(session_, bytes, net_.clock_.wall());
  });
  return true;
}

void MemoryWsStream::close() {
  if (state_ == State::closed || state_ == State::closing) return;
  state_ = State::closing;
  hang_up();
  back_.push({}, [this] { ended("closed"); });
}

/// Nothing more passes in either direction.
void MemoryWsStream::hang_up() {
  if (session_ != SessionId::none) {
    net_.open_.erase(session_);
    net_.dialect_.closed(session_);
    session_ = SessionId::none;
  }
  there_.clear();
  back_.clear();
  if (deadline_ != TimerId::none) net_.timers_.cancel(std::exchange(deadline_, TimerId::none));
}

void MemoryWsStream::receive(std::string_view frame, Duration delay) {
  auto run = [this, opening = opening_, bytes = std::string{frame}] {
    if (state_ == State::open && opening == opening_) sink_.on_frame(bytes);
  };
  if (delay > Duration::zero())
    back_.push_alone(net_.latency_.back + delay, std::move(run));
  else
    back_.push(net_.latency_.back, std::move(run));
}

void MemoryWsStream::lose(std::string_view why, Duration after) {
  net_.open_.erase(session_);
  session_ = SessionId::none;
  // What was sent before the loss still arrives before it.
  back_.push(after, [this, why = std::string{why}] { ended(why); });
}

void MemoryWsStream::ended(const std::string& why) {
  if (state_ == State::closed) return;
  // Anything pushed after this end belongs to the next opening; nothing was.
  if (session_ != SessionId::none) {
    net_.open_.erase(session_);
    net_.dialect_.closed(session_);
    session_ = SessionId::none;
  }
  there_.clear();
  if (deadline_ != TimerId::none) net_.timers_.cancel(std::exchange(deadline_, TimerId::none));
  state_ = State::closed;
  sink_.on_closed(why);
}

}  // namespace signalbox::simulator
