#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/kit/own_timer.hpp"
#include "connectors/okx/shared.hpp"
#include "seams/ws_stream.hpp"

namespace signalbox::okx {

/// One logged-in websocket: opened, logged in, subscribed, kept awake by pings. It knows how to get
/// there and what it hears; when to try again is its owner's matter. Loop thread only.
class UserSocket final : public WsSink {
 public:
  struct Calls {
    std::function<void()> subscribed;
    /// Once after each `open`, also when it never came up. `soon`: the venue said that it would
    /// close, or it was our own decision; no need to wait.
    std::function<void(std::string_view why, bool soon)> lost;
    std::function<void(UserFrame&)> event;
  };

  UserSocket(Shared& shared, std::string_view path, std::vector<std::string_view> channels,
             Calls calls);
  void set_stream(std::unique_ptr<WsStream> stream) { stream_ = std::move(stream); }

  void open();
  /// Ends it for a reason of ours; `lost` follows from the loop.
  void drop(std::string_view why, bool soon);
  bool is_closed() const { return stage_ == Stage::closed; }
  bool is_up() const { return stage_ == Stage::subscribed; }
  /// False: it is not up, or its queue is full.
  [[nodiscard]] bool send(std::string_view frame);
  /// No call comes any more.
  void silence();

  void on_open() override;
  void on_frame(std::string_view frame) override;
  void on_closed(std::string_view why) override;

 private:
  enum class Stage : std::uint8_t {
    closed = 1,
    opening,
    logging_in,
    subscribing,
    subscribed,
    closing
  };
  void logged_in();
  void refused(const UserFrame& frame);
  void stay_awake();

  Shared& shared_;
  std::string path_;
  std::vector<std::string_view> channels_;
  Calls calls_;
  Stage stage_ = Stage::closed;
  std::size_t acknowledged_ = 0;  // of the channels
  std::string why_;               // of a close of ours
  bool soon_ = false;
  bool silent_ = false;
  bool pinged_ = false;
  kit::OwnTimer within_;  // to be subscribed, then to live
  kit::OwnTimer quiet_;
  std::unique_ptr<WsStream> stream_;
};

}  // namespace signalbox::okx
