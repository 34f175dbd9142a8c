#pragma once

#include <functional>
#include <string_view>
#include <tl/expected.hpp>
#include <type_traits>
#include <utility>
#include <vector>

#include "connectors/kit/core.hpp"
#include "connectors/kit/link.hpp"
#include "connectors/venue.hpp"

namespace signalbox::kit {

template <class Answer>
Answer result_of(RequestId request, const Verdict& verdict) {
  Answer result;
  result.request = request;
  result.outcome = verdict.outcome;
  result.refusal = verdict.refusal;
  result.code = verdict.code;
  result.detail = verdict.detail;
  return result;
}

constexpr PaceClass pace_of(OrderClass order_class) {
  return order_class == OrderClass::entry ? PaceClass::entry : PaceClass::exit;
}

constexpr PaceClass pace_of(const QueryOpenOrders& query) {
  return query.urgent ? PaceClass::urgent : PaceClass::entry;
}

/// A bare acknowledgement carries only ids: the rest is what we asked for.
void complete(OrderRow& row, const Bounded<OrderSpec, 3>& placed);

/// What every venue's desk does with a request: it is written, sent, and answered with its one
/// result. A venue's desk derives from it and knows the words. Loop thread only.
class Desk {
 public:
  Desk(Core& core, Link& link) : core_(core), link_(link) {}
  virtual ~Desk() = default;
  void set_sink(VenueSink* sink) { sink_ = sink; }

 protected:
  /// A write under way: what is needed to understand its answer.
  struct Write {
    RequestId request = RequestId::none;
    MonoTime sent{};
    ClientOrderId id;              ///< of an amendment or cancel
    Bounded<OrderSpec, 3> placed;  ///< of a placement
    MarketIndex market = 0;
    std::uint8_t kind = 0;  ///< the venue's own note
  };
  struct Route {
    PaceClass who = PaceClass::entry;
    PaceCost cost;
    MonoTime deadline{};
  };

  /// The orders of a successful answer.
  virtual Result<WrittenOrders> read_written(const Write& what, std::string_view body) = 0;

  /// `bytes(request)` writes it; on the slow way later, from a copy of the request.
  template <class Request, class Bytes>
  void write(const Request& request, const Write& what, const Route& route, Bytes bytes);
  /// The same over a websocket while it is up: `bytes(id)` writes the frame, `read(desk, what,
  /// answer)` gives the orders of a success or the verdict; it captures nothing, so that nothing is
  /// allocated. False: it did not go this way, and nothing was sent. Whichever ways two requests
  /// for one order go, the later one never overtakes the earlier.
  template <class OwnDesk, class Socket, class Bytes, class ReadAnswer>
  bool write_over(OwnDesk& desk, Socket& socket, const Write& what, const Route& route, Bytes bytes,
                  ReadAnswer read);
  /// While the placement of this order over a websocket is not answered, nothing about it may leave
  /// by another way; `after_placement` calls `then` when it has been.
  bool is_being_placed(const ClientOrderId& id) const;
  void after_placement(const ClientOrderId& id, std::function<void()> then) {
    held_.push_back({id, std::move(then)});
  }

  /// Asks, and gives `Result` with what `fill` makes of a success: nothing, or why not.
  template <class Answer>
  void read(RequestId request, PaceClass who, std::uint32_t weight, MonoTime deadline,
            std::function<RequestBytes()> bytes,
            std::function<Result<void>(std::string_view body, Answer& to)> fill);

  /// From the loop, not from inside the call.
  template <class Answer>
  void give_later(const Answer& result) {
    core_.post([this, result] { sink_->on(result); });
  }
  template <class Answer>
  void refuse(RequestId request, Refusal refusal, std::string_view why) {
    give_later(result_of<Answer>(request, {Outcome::refused, refusal, 0, Detail{why}}));
  }
  /// Nothing: it has been refused.
  template <class Answer, class Table>
  auto market_of(const Table& markets, RequestId request, const Symbol& symbol)
      -> decltype(markets.find(symbol)) {
    if (!link_.can_ask()) {
      refuse<Answer>(request, Refusal::not_sent, "not connected yet");
      return nullptr;
    }
    const auto* market = markets.find(symbol);
    if (!market) refuse<Answer>(request, Refusal::invalid, "no such symbol is loaded");
    return market;
  }

  /// Tells what an accepted write brought; for ways that do not go through `write`.
  void accepted(const Write& what, WrittenOrders& answer);

  Core& core_;
  Link& link_;
  VenueSink* sink_ = nullptr;

 private:
  using Slot = std::uint32_t;
  Slot take_slot(const Write& what);
  Write give_slot(Slot slot);
  void written(Slot slot, const Reply& reply);
  std::uint32_t& under_way_by_rest(MarketIndex market);
  void placement_answered(const Write& what);

  static constexpr std::size_t held_max = 256;  // requests that wait for a placement's answer
  struct Held {
    ClientOrderId id;
    std::function<void()> then;
  };

  std::vector<Write> writes_;
  std::vector<Slot> free_;
  std::vector<std::uint32_t> by_rest_;      // writes under way, by market
  std::vector<ClientOrderId> over_socket_;  // placed there, not answered
  std::vector<Held> held_;
};

template <class Request, class Bytes>
void Desk::write(const Request& request, const Write& what, const Route& route, Bytes bytes) {
  if (is_being_placed(what.id))
    return after_placement(
        what.id, [this, request, what, route, bytes] { write(request, what, route, bytes); });
  const auto slot = take_slot(what);
  ++under_way_by_rest(what.market);
  const HttpRoute lane{.key = what.market + std::uint64_t{1}, .exit = route.who == PaceClass::exit};
  auto done = [this, slot](const Reply& reply) { written(slot, reply); };
  if (core_.rest.may_leave_now(route.who, route.cost)) {
    core_.rest.send_written(LaneKind::orders, lane, route.cost, bytes(request), route.deadline,
                            std::move(done));
    return;
  }
  Ask ask;
  ask.lane = LaneKind::orders;
  ask.who = route.who;
  ask.cost = route.cost;
  ask.route = lane;
  ask.deadline = route.deadline;
  ask.may_wait = route.who == PaceClass::exit;  // an entry that is late is worth nothing
  ask.write = [bytes, request] { return bytes(request); };
  ask.done = std::move(done);
  core_.rest.send(std::move(ask));
}

template <class OwnDesk, class Socket, class Bytes, class ReadAnswer>
bool Desk::write_over(OwnDesk& desk, Socket& socket, const Write& what, const Route& route,
                      Bytes bytes, ReadAnswer read) {
  // Behind what is under way by REST it leaves by REST too: there one waits for the other.
  if (!socket.is_up() || under_way_by_rest(what.market) > 0 ||
      !core_.rest.may_leave_now(route.who, route.cost))
    return false;
  const auto& id = socket.next_id();
  const RequestBytes frame = bytes(id);
  const auto give_back = [&] { core_.pacer.give_back(core_.clock.mono(), route.cost); };
  if (!frame) {
    give_back();
    const auto& no = frame.error();
    refuse<WriteResult>(what.request, no.refusal, no.detail.view());
    return true;
  }
  const auto slot = take_slot(what);
  auto done = [&desk, slot, read](const auto* answer, std::string_view why) {
    const Write sent = desk.give_slot(slot);
    tl::expected<WrittenOrders, Verdict> orders = tl::unexpected(not_known(why));
    if (answer) orders = read(desk, sent, *answer);
    if (orders)
      desk.accepted(sent, *orders);
    else
      desk.sink_->on(result_of<WriteResult>(sent.request, orders.error()));
    desk.placement_answered(sent);
  };
  static_assert(sizeof(done) <= 2 * sizeof(void*) && std::is_trivially_copyable_v<decltype(done)>);
  if (!socket.send(id, *frame, route.deadline, done)) {
    give_slot(slot);
    give_back();
    return false;
  }
  for (const auto& spec : what.placed) over_socket_.push_back(spec.id);
  return true;
}

template <class Answer>
void Desk::read(RequestId request, PaceClass who, std::uint32_t weight, MonoTime deadline,
                std::function<RequestBytes()> bytes,
                std::function<Result<void>(std::string_view, Answer&)> fill) {
  Ask ask;
  ask.who = who;
  ask.cost.weight = weight;
  ask.deadline = deadline;
  ask.write = std::move(bytes);
  ask.done = [this, request, fill = std::move(fill)](const Reply& reply) {
    const auto verdict = core_.verdict(reply);
    auto result = result_of<Answer>(request, verdict);
    if (verdict.is_good())
      if (const auto filled = fill(reply.body, result); !filled)
        result = result_of<Answer>(request, not_readable(filled.error()));
    sink_->on(result);
  };
  core_.rest.send(std::move(ask));
}

}  // namespace signalbox::kit
