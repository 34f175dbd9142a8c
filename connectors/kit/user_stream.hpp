#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "connectors/kit/core.hpp"
#include "connectors/kit/own_timer.hpp"
#include "seams/ws_stream.hpp"

namespace signalbox::kit {

/// The account's event stream: opened, subscribed within a bound, renewed before the venue would
/// close it, given up when it is silent. A venue says how it is subscribed and what it hears; when
/// to try again is its owner's matter. Loop thread only.
class UserStream : public WsSink {
 public:
  struct Calls {
    std::function<void()> subscribed;
    /// Once after each `open`, also when it never came up. `soon`: it was our own decision; no need
    /// to wait.
    std::function<void(std::string_view why, bool soon)> lost;
  };

  /// `silence_max`: nothing heard for so long, and it is dead.
  UserStream(Core& core, Calls calls, Duration silence_max);
  void set_stream(std::unique_ptr<WsStream> stream) { stream_ = std::move(stream); }

  void open();
  /// Ends it for a reason of ours; `lost` follows from the loop.
  void drop(std::string_view why, bool soon);
  /// No call comes any more.
  void silence();

  void on_open() final;
  void on_frame(std::string_view frame) final;
  void on_closed(std::string_view why) final;

 protected:
  virtual std::string target() const = 0;
  /// It is open: say who we are and what we want.
  virtual void greet() = 0;
  virtual void heard(std::string_view frame) = 0;

  /// Gives it up when it cannot be sent.
  void send(std::string_view frame);
  /// All that was wanted is there.
  void is_subscribed();
  bool waits_for_subscription() const { return stage_ == Stage::subscribing; }

 private:
  enum class Stage : std::uint8_t { closed = 1, opening, subscribing, subscribed, closing };
  void listen();

  Core& core_;
  Calls calls_;
  Duration silence_max_;
  Stage stage_ = Stage::closed;
  std::string why_;  // of a close of ours
  bool soon_ = false;
  bool silent_ = false;
  OwnTimer within_;  // to be subscribed, then to live
  OwnTimer quiet_;
  std::unique_ptr<WsStream> stream_;
};

}  // namespace signalbox::kit
