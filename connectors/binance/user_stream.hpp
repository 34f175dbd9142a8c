#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "connectors/binance/shared.hpp"
#include "seams/ws_stream.hpp"

namespace signalbox::binance {

/// The account's event stream: a websocket API connection that has been subscribed with a
/// signature. It knows how to get there and what it hears; when to try again is its owner's
/// matter. Loop thread only.
class UserStream final : public WsSink {
 public:
  struct Calls {
    std::function<void()> subscribed;
    /// Once after each `open`, also when it never came up. `soon`: the venue said that it would
    /// close, or it was our own decision; no need to wait.
    std::function<void(std::string_view why, bool soon)> lost;
    std::function<void(const UserFrame&)> event;
  };

  UserStream(Shared& shared, Calls calls);
  void set_stream(std::unique_ptr<WsStream> stream) { stream_ = std::move(stream); }

  void open();
  /// Ends it for a reason of ours; `lost` follows from the loop.
  void drop(std::string_view why, bool soon);
  bool is_closed() const { return stage_ == Stage::closed; }
  /// No call comes any more.
  void silence();

  void on_open() override;
  void on_frame(std::string_view frame) override;
  void on_closed(std::string_view why) override;

 private:
  enum class Stage : std::uint8_t { closed = 1, opening, subscribing, subscribed, closing };
  void answered(const ApiAnswer& answer);

  Shared& shared_;
  Calls calls_;
  Stage stage_ = Stage::closed;
  std::uint64_t last_id_ = 0;
  std::string id_;   // of the subscription under way
  std::string why_;  // of a close of ours
  bool soon_ = false;
  bool silent_ = false;
  OwnTimer within_;  // to be subscribed, then to live
  std::unique_ptr<WsStream> stream_;
};

}  // namespace signalbox::binance
