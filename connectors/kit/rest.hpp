#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <string_view>
#include <vector>

#include "connectors/kit/verdict.hpp"
#include "connectors/transport/pacer.hpp"
#include "seams/clock.hpp"
#include "seams/http_lane.hpp"
#include "seams/timers.hpp"

namespace signalbox::kit {

/// What became of one request. Views are valid only during the call.
struct Reply {
  enum class Kind : std::uint8_t {
    answered = 1,
    refused,  ///< it never left: `rejection` says why
    unknown,  ///< it left, and nothing came back
  };
  Kind kind = Kind::unknown;
  int status = 0;
  std::string_view headers;
  std::string_view body;
  Rejection rejection;
  std::string_view why;

  bool succeeded() const { return kind == Kind::answered && status >= 200 && status < 300; }
};
using ReplyHandler = std::function<void(const Reply&)>;

enum class LaneKind : std::uint8_t { orders = 1, queries };

/// One request, not yet written: it is written when it may leave, so that its time is fresh.
struct Ask {
  LaneKind lane = LaneKind::queries;
  PaceClass who = PaceClass::entry;
  PaceCost cost;
  HttpRoute route;
  MonoTime deadline{};
  Duration within{};     ///< of its answer, once it has left; zero: until the deadline
  bool may_wait = true;  ///< for the pacer; an entry that is late is worth nothing
  std::function<RequestBytes()> write;
  ReplyHandler done;
};

/// The way of every request: the pacer first, then a lane, and exactly one call of `done`, never
/// from inside `send`. Loop thread only.
class Rest final : public HttpSink {
 public:
  static constexpr std::size_t under_way_max = 512;  // requests
  static constexpr std::size_t waiting_max = 128;    // requests that the pacer holds back

  Rest(const Clock& clock, Timers& timers, Pacer& pacer)
      : clock_(clock), timers_(timers), pacer_(pacer) {}
  ~Rest() override;
  void set_lanes(std::unique_ptr<HttpLane> orders, std::unique_ptr<HttpLane> queries);

  void send(Ask ask);
  /// The short way, for orders: true when a request of this cost may leave now, which counts it;
  /// then `send_written` must follow. Otherwise `send` decides what becomes of it.
  bool may_leave_now(PaceClass who, PaceCost cost) {
    return pacer_.ask(clock_.mono(), who, cost).kind == Pace::Kind::go;
  }
  void send_written(LaneKind lane, const HttpRoute& route, PaceCost cost, const RequestBytes& bytes,
                    MonoTime deadline, ReplyHandler done);

  /// Ends everything: what waits is refused `not_sent`, what is under way becomes unknown. The
  /// calls come from inside.
  void end_all(std::string_view why);
  /// The same without a call: whoever listened is gone.
  void forget_all();

  void on_answer(HttpToken token, const HttpAnswer& answer) override;
  void on_failure(HttpToken token, HttpFailure failure, std::string_view why) override;

 private:
  struct Slot {
    bool used = false;
    std::uint32_t generation = 0;
    PaceCost cost;
    ReplyHandler done;
  };
  struct Waiting {
    Ask ask;
    TimerId timer = TimerId::none;
  };

  void wait(Ask ask, MonoTime until);
  void refuse_later(ReplyHandler done, Refusal refusal, std::string_view why);
  std::size_t take_slot();
  /// Frees the slot and answers its handler; nothing for a token that is not under way.
  ReplyHandler close_slot(HttpToken token, PaceCost* cost = nullptr);

  const Clock& clock_;
  Timers& timers_;
  Pacer& pacer_;
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> free_;
  std::list<Waiting> waiting_;
  // Last: what they still report when they die finds the rest alive.
  std::unique_ptr<HttpLane> orders_;
  std::unique_ptr<HttpLane> queries_;
};

}  // namespace signalbox::kit
