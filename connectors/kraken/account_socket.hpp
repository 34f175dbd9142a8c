#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "connectors/kit/under_way.hpp"
#include "connectors/kraken/shared.hpp"
#include "seams/ws_stream.hpp"

namespace signalbox::kraken {

/// The account's websocket: a token from REST, then events and, on the same connection, orders. It
/// knows how to get there and what it hears; when to try again is its owner's matter. What was sent
/// and not answered when it is lost, or in time, is unknown. Loop thread only.
class AccountSocket final : public WsSink {
 public:
  struct Calls {
    std::function<void()> subscribed;
    /// Once after each `open`, also when it never came up. `soon`: it was our own decision; no need
    /// to wait.
    std::function<void(std::string_view why, bool soon)> lost;
    /// Executions and balances.
    std::function<void(const AccountFrame&)> event;
  };
  using UnderWay = kit::UnderWay<FrameWriter::RequestNumber, AccountFrame>;

  AccountSocket(Shared& shared, Calls told);
  void set_stream(std::unique_ptr<WsStream> stream) { stream_ = std::move(stream); }

  void open();
  /// Ends it for a reason of ours; `lost` follows from the loop.
  void drop(std::string_view why, bool soon);
  /// No call comes any more, except of `end_all`.
  void silence();
  void end_all(std::string_view why) { under_way_.end_all(why); }
  void forget_all() { under_way_.forget_all(); }

  /// Whether an order can go this way.
  bool takes_orders() const { return stage_ == Stage::subscribed && !under_way_.full(); }
  FrameWriter::RequestNumber next_number() { return ++last_number_; }
  /// False: nothing was sent, and `done` is not called.
  [[nodiscard]] bool send(FrameWriter::RequestNumber number, std::string_view frame,
                          MonoTime deadline, UnderWay::Done done);

  void on_open() override;
  void on_frame(std::string_view frame) override;
  void on_closed(std::string_view why) override;

 private:
  enum class Stage : std::uint8_t { closed = 1, asking, opening, subscribing, subscribed, closing };
  void token_answered(const Reply& reply);
  void subscription_answered(const AccountFrame& frame);
  bool is_next(const AccountFrame& frame);
  void keep_awake();
  void lost_later(std::string_view why);

  Shared& shared_;
  Calls calls_;
  Stage stage_ = Stage::closed;
  std::uint64_t opening_ = 0;  // which opening: an old token's answer is not listened to
  FrameWriter::RequestNumber last_number_ = 0;
  int confirmed_ = 0;                           // subscriptions
  std::int64_t executions_ = 0, balances_ = 0;  // the last sequences
  std::string why_;                             // of a close of ours
  bool soon_ = false;
  bool silent_ = false;
  std::size_t quiet_pings_ = 0;  // sent since anything was heard
  UnderWay under_way_;
  OwnTimer within_;  // to be subscribed, then to live
  OwnTimer ping_;
  std::unique_ptr<WsStream> stream_;
};

// Even a quiet account hears a heartbeat each second, and pongs.
inline constexpr Duration ping_every = std::chrono::seconds{5};
inline constexpr std::size_t quiet_pings_max = 2;

}  // namespace signalbox::kraken
