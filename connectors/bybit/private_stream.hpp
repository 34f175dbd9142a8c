#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "connectors/bybit/shared.hpp"
#include "seams/ws_stream.hpp"

namespace signalbox::bybit {

/// The account's event stream: logged on, subscribed, and kept awake. It knows how to get there and
/// what it hears; when to try again is its owner's matter. Loop thread only.
class PrivateStream final : public WsSink {
 public:
  struct Calls {
    std::function<void()> subscribed;
    /// Once after each `open`, also when it never came up. `soon`: it was our own decision; no need
    /// to wait.
    std::function<void(std::string_view why, bool soon)> lost;
    std::function<void(const PrivateFrame&)> event;
  };

  PrivateStream(Shared& shared, Calls calls);
  void set_stream(std::unique_ptr<WsStream> stream) { stream_ = std::move(stream); }

  void open();
  /// Ends it for a reason of ours; `lost` follows from the loop.
  void drop(std::string_view why, bool soon);
  /// No call comes any more.
  void silence();

  void on_open() override;
  void on_frame(std::string_view frame) override;
  void on_refused(int http_status) override { shared_.handshake_refused(http_status); }
  void on_closed(std::string_view why) override;

 private:
  enum class Stage : std::uint8_t {
    closed = 1,
    opening,
    logging_on,
    subscribing,
    subscribed,
    closing
  };
  void answered(const PrivateFrame& frame);
  void subscribe();
  void keep_awake();

  Shared& shared_;
  Calls calls_;
  Stage stage_ = Stage::closed;
  std::uint64_t last_id_ = 0;
  std::string id_;   // of the operation under way
  std::string why_;  // of a close of ours
  bool soon_ = false;
  bool silent_ = false;
  std::size_t quiet_pings_ = 0;  // sent since anything was heard
  OwnTimer within_;              // to be subscribed, then to live
  OwnTimer ping_;
  std::unique_ptr<WsStream> stream_;
};

// The venue closes a connection that says nothing; its own advice is every 20 s.
inline constexpr Duration ping_every = std::chrono::seconds{20};
// Even a quiet account answers pings.
inline constexpr std::size_t quiet_pings_max = 2;
// Long enough for a slow log-on, short enough that an overheard one is worthless.
inline constexpr Duration log_on_valid_for = std::chrono::seconds{10};

}  // namespace signalbox::bybit
