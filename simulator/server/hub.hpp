#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "simulator/dialect.hpp"

namespace signalbox::simulator {

/// An open websocket, whatever it runs over.
class WsPeer {
 public:
  virtual ~WsPeer() = default;
  virtual void deliver(std::string frame, Duration delay) = 0;
  /// Code 0: without a goodbye.
  virtual void end(std::uint16_t code, std::string_view reason) = 0;
};

/// What connections need to know of the server: who answers, what time it is, and where frames go.
/// Server thread only.
class Hub : public DialectSink {
 public:
  /// One way of answering HTTP: a dialect's, or the control endpoints'.
  using Answer = std::function<HttpReply(const HttpRequest&)>;

  Hub(Dialect& dialect, std::function<WallTime()> now) : dialect_(dialect), now_(std::move(now)) {
    dialect_.set_sink(this);
  }
  ~Hub() override { dialect_.set_sink(nullptr); }

  Dialect& dialect() { return dialect_; }
  WallTime now() const { return now_(); }

  void add(SessionId id, WsPeer& peer) { peers_[id] = &peer; }
  void remove(SessionId id) { peers_.erase(id); }

  bool take_place(std::size_t most) {
    if (connections_ >= most) return false;
    ++connections_;
    return true;
  }
  /// For what takes over a connection that had a place.
  void take_another_place() { ++connections_; }
  void give_place_back() { --connections_; }

  /// What is written waits until what has arrived was read: an exchange's gate does not keep orders
  /// waiting behind its reports of earlier ones.
  void write_later(std::function<void()> write) { writes_.push_back(std::move(write)); }
  void write_all() {
    for (auto& write : std::exchange(writes_, {})) write();
  }

  void drop_writes() { writes_.clear(); }

  void on_frame(SessionId id, std::string_view frame, Duration delay) override {
    if (const auto found = peers_.find(id); found != peers_.end())
      found->second->deliver(std::string{frame}, delay);
  }
  void on_close(SessionId id, std::uint16_t code, std::string_view reason) override {
    if (const auto found = peers_.find(id); found != peers_.end()) found->second->end(code, reason);
  }

 private:
  Dialect& dialect_;
  std::function<WallTime()> now_;
  std::map<SessionId, WsPeer*> peers_;
  std::vector<std::function<void()>> writes_;
  std::size_t connections_ = 0;
};

}  // namespace signalbox::simulator
