#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "connectors/binanceusdm/shared.hpp"
#include "connectors/kit/own_timer.hpp"
#include "seams/ws_stream.hpp"

namespace signalbox::binanceusdm {

/// The account's event stream: a listen key is got over REST, a websocket is opened with it, and
/// the key is kept alive. It knows how to get there and what it hears; when to try again is its
/// owner's matter. Loop thread only.
class UserStream final : public WsSink {
 public:
  struct Calls {
    std::function<void()> subscribed;
    /// Once after each `open`, also when it never came up. `soon`: no need to wait.
    std::function<void(std::string_view why, bool soon)> lost;
    std::function<void(const UserFrame&)> event;
  };

  UserStream(Shared& shared, Calls calls);
  void set_stream(std::unique_ptr<WsStream> stream) { stream_ = std::move(stream); }

  void open();
  /// Ends it for a reason of ours; `lost` follows from the loop.
  void drop(std::string_view why, bool soon);
  /// No call comes any more.
  void silence();

  void on_open() override;
  void on_frame(std::string_view frame) override;
  void on_closed(std::string_view why) override;

 private:
  enum class Stage : std::uint8_t { closed = 1, getting_key, opening, open, closing };
  void key_answered(const Reply& reply);
  void keep_alive();
  void give_up(std::string_view why);

  Shared& shared_;
  Calls calls_;
  Stage stage_ = Stage::closed;
  std::string why_;  // of a close of ours
  bool soon_ = false;
  bool silent_ = false;
  OwnTimer life_;
  OwnTimer key_timer_;
  std::unique_ptr<WsStream> stream_;
};

}  // namespace signalbox::binanceusdm
