#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "connectors/bybit/private_stream.hpp"
#include "connectors/kit/under_way.hpp"
#include "connectors/transport/backoff.hpp"

namespace signalbox::bybit {

/// Orders over a websocket: one log-on, then no signature for each. It comes up by itself, and
/// while it is not up orders go by REST. What was sent and not answered when it is lost, or in
/// time, is unknown. Loop thread only.
class TradeStream final : public WsSink {
 public:
  using UnderWay = kit::UnderWay<std::string, TradeAnswer>;
  using Done = UnderWay::Done;

  explicit TradeStream(Shared& shared);
  /// Without one there is no such way.
  void set_stream(std::unique_ptr<WsStream> stream) { stream_ = std::move(stream); }

  void start();
  /// No call comes any more, except of `end_all`.
  void silence();
  /// What is under way becomes unknown. The calls come from inside.
  void end_all(std::string_view why) { under_way_.end_all(why); }
  void forget_all() { under_way_.forget_all(); }

  bool is_up() const { return stage_ == Stage::up && !under_way_.full(); }
  /// For the next request; unique while the venue may remember it.
  std::string next_id() { return prefix_ + std::to_string(++last_id_); }
  /// False: nothing was sent, and `done` is not called.
  [[nodiscard]] bool send(const std::string& id, std::string_view frame, MonoTime deadline,
                          Done done);

  void on_open() override;
  void on_frame(std::string_view frame) override;
  void on_closed(std::string_view why) override;

 private:
  enum class Stage : std::uint8_t { closed = 1, opening, logging_on, up, closing };
  void open();
  void drop();
  void keep_awake();

  Shared& shared_;
  Stage stage_ = Stage::closed;
  bool silent_ = false;
  std::string prefix_;
  std::uint64_t last_id_ = 0;
  std::size_t quiet_pings_ = 0;
  UnderWay under_way_;
  Backoff backoff_;
  OwnTimer retry_;
  OwnTimer within_;  // to be logged on, then to live
  OwnTimer ping_;
  std::unique_ptr<WsStream> stream_;
};

}  // namespace signalbox::bybit
