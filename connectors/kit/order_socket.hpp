#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "connectors/kit/core.hpp"
#include "connectors/kit/own_timer.hpp"
#include "connectors/kit/under_way.hpp"
#include "connectors/transport/backoff.hpp"
#include "seams/ws_stream.hpp"

namespace signalbox::kit {

/// A websocket that takes orders. It comes up by itself and is renewed before the venue would close
/// it; while it is not up orders go by REST. It is given up when an answer does not come in time,
/// or cannot be read: it may have been the answer to an order. Loop thread only.
class OrderSocket : public WsSink {
 public:
  struct Manner {
    std::string target;
    PaceCost opening_cost;
    Duration ping_every{};  ///< zero: the venue pings, or the transport does
    std::string_view ping;
  };

  OrderSocket(Core& core, Manner manner);
  /// Without one there is no such way.
  void set_stream(std::unique_ptr<WsStream> stream) { stream_ = std::move(stream); }

  void start();
  /// No call comes any more, except of `end_all`.
  void silence();
  /// What is under way becomes unknown. The calls come from inside.
  virtual void end_all(std::string_view why) = 0;

  /// For the next request; unique while the venue may remember it. Valid until the next call.
  const std::string& next_id();

  void on_open() final;
  void on_frame(std::string_view frame) final;
  void on_refused(int http_status) final { core_.handshake_refused(http_status); }
  void on_closed(std::string_view why) final;

 protected:
  /// The frame that says who we are; empty: each request proves it.
  virtual std::string_view log_on(const std::string& id) = 0;
  virtual void heard(std::string_view frame) = 0;
  virtual bool waits_for_answers() const = 0;

  bool takes_orders() const { return stage_ == Stage::up; }
  bool waits_for_log_on() const { return stage_ == Stage::logging_on; }
  bool write(std::string_view frame) { return stream_->send(frame); }
  void logged_on();
  /// Now, and again after a pause that grows.
  void drop();
  /// No further order; closed when the last answer is there.
  void retire();
  void answer_came();

 private:
  enum class Stage : std::uint8_t { closed = 1, opening, logging_on, up, retiring, closing };
  static constexpr std::size_t quiet_pings_max = 2;
  static constexpr Duration clock_looked_at_every = std::chrono::milliseconds{20};

  void open();
  void keep_awake();

  Core& core_;
  Manner manner_;
  Stage stage_ = Stage::closed;
  bool silent_ = false;
  std::string id_;
  std::size_t prefix_size_ = 0;  // of the id: drawn once
  std::uint64_t last_id_ = 0;
  std::size_t quiet_pings_ = 0;
  Backoff backoff_;
  OwnTimer retry_;
  OwnTimer within_;  // to be logged on, then to live
  OwnTimer ping_;
  std::unique_ptr<WsStream> stream_;
};

/// The same with what a venue answers.
template <class Answer>
class OrderSocketOf : public OrderSocket {
 public:
  using Requests = UnderWay<std::string, Answer>;
  using Done = typename Requests::Done;

  OrderSocketOf(Core& core, Manner manner)
      : OrderSocket(core, std::move(manner)),
        clock_(core.clock),
        // Whoever does not answer may not hear either.
        under_way_(core.clock, core.timers, [this] { drop(); }) {}

  bool is_up() const { return takes_orders() && !under_way_.full(); }
  /// False: nothing was sent, and `done` is not called.
  [[nodiscard]] bool send(const std::string& id, std::string_view frame, MonoTime deadline,
                          Done done) {
    if (!is_up() || deadline <= clock_.mono() || !write(frame)) return false;
    under_way_.add(id, deadline, std::move(done));
    return true;
  }
  void end_all(std::string_view why) override { under_way_.end_all(why); }
  void forget_all() { under_way_.forget_all(); }

 protected:
  bool waits_for_answers() const override { return !under_way_.empty(); }
  void answered(const std::string& id, const Answer& answer) {
    if (under_way_.answer(id, answer)) answer_came();
  }

 private:
  const Clock& clock_;
  Requests under_way_;
};

}  // namespace signalbox::kit
