// A strategy in a process of its own: follows the ticker and sends signals. Some are not sure
// enough and some are too large, to show what becomes of those.
//
//   example_strategy COMMANDS TICKS ACCOUNT SYMBOL
#include <fmt/core.h>

#include <csignal>

#include "bus/client.hpp"
#include "messages/catalog.hpp"
#include "messages/codec.hpp"

using namespace signalbox;
using namespace std::chrono_literals;

namespace {

volatile std::sig_atomic_t stopped = 0;

Decimal number(std::string_view text) { return Decimal::parse(text).value_or(Decimal{}); }

WallTime wall_now() {
  return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
}

Signal signal_number(unsigned n, const AccountName& account, const Tick& tick) {
  Signal s;
  s.id = SignalId{"demo-" + std::to_string(n)};
  s.time = wall_now();
  s.strategy = StrategyName{"example"};
  s.account = account;
  s.symbol = tick.symbol;
  s.side = Side::buy;
  s.quantity = Quantity{number("0.01")};
  s.confidence = number("0.85");
  s.stop_loss = StopLoss{.percent = number("0.04")};
  s.take_profit = {TakeProfit{.percent = number("0.04")}};
  if (n % 3 == 2) {  // rests at the bid; what has not filled in five seconds goes
    s.type = EntryType::limit;
    s.price = tick.bid;
    s.entry_expires = s.time + 5s;
  }
  if (n % 5 == 3) s.confidence = number("0.45");       // under the threshold of 0.6
  if (n % 7 == 5) s.quantity = Quantity{number("5")};  // above max_order_notional
  return s;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) {
    fmt::print(stderr, "usage: example_strategy COMMANDS TICKS ACCOUNT SYMBOL\n");
    return 2;
  }
  std::signal(SIGINT, [](int) { stopped = 1; });
  std::signal(SIGTERM, [](int) { stopped = 1; });
  auto context = BusContext::open();
  if (!context) return 1;
  auto commands = CommandClient::connect(*context, argv[1]);
  auto ticks = EventReader::connect(*context, argv[2]);
  if (!commands || !ticks) return 1;
  ticks->subscribe("ticker." + std::string{argv[3]} + ".");

  std::optional<Tick> latest;
  unsigned n = 0;
  auto next = std::chrono::steady_clock::now() + 500ms;
  while (stopped == 0) {
    if (const auto event = ticks->receive(20ms))
      if (const auto tick = decode<Tick>(event->body); tick && tick->symbol.view() == argv[4])
        latest = *tick;
    while (commands->receive(Duration{})) {
    }  // a real strategy would act on these
    if (!latest || std::chrono::steady_clock::now() < next) continue;
    next += 600ms;
    const auto signal = signal_number(++n, AccountName{argv[3]}, *latest);
    if (commands->send("signal", encoded(signal)))
      fmt::print("sent {} {}\n", signal.id.view(), ns(signal.time));
    std::fflush(stdout);
  }
  return 0;
}
