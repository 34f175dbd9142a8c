#pragma once

#include <functional>
#include <string_view>
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
  void written(Slot slot, const Reply& reply);

  std::vector<Write> writes_;
  std::vector<Slot> free_;
};

template <class Request, class Bytes>
void Desk::write(const Request& request, const Write& what, const Route& route, Bytes bytes) {
  const auto slot = take_slot(what);
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
