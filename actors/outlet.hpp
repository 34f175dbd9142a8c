#pragma once

#include <cstdint>
#include <variant>

#include "messages/answers.hpp"

namespace signalbox {

/// Who sent a command: given by the bus with each, given back with the replies. Zero: nobody waits.
using ClientToken = std::uint64_t;

using Event = std::variant<Accepted, Verdict, Placed, SignalOutcome, OrderEvent, FillEvent,
                           BracketEvent, PositionEvent, BalanceEvent, ConnectionEvent, NoticeEvent>;

using Reply = std::variant<Accepted, Verdict, Placed, SignalOutcome, Refused, Done, TickerAnswer,
                           BalanceAnswer, OrdersAnswer, SignalAnswer, WhyAnswer, ExchangesAnswer,
                           SnapshotAnswer, StatusAnswer>;

/// Where the shard's actors put what others shall see. The engine's wiring hands events to the
/// publishing loop and replies to the command socket; a test writes them down.
/// Hot loop only; never blocks, never fails: behind it every queue is bounded and counted.
class Outlet {
 public:
  virtual ~Outlet() = default;
  virtual void publish(const Event& event) = 0;
  virtual void tick(const AccountName& account, const Tick& tick) = 0;
  virtual void reply(ClientToken to, const Reply& reply) = 0;
};

}  // namespace signalbox
