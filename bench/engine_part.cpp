#include <fmt/core.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <thread>

#include "app/engine.hpp"
#include "app/venues.hpp"
#include "bench/engine_kit.hpp"
#include "bench/exchange.hpp"
#include "bench/parts.hpp"
#include "bus/client.hpp"
#include "messages/catalog.hpp"
#include "messages/codec.hpp"

namespace signalbox::bench {
namespace {

using namespace std::chrono_literals;

constexpr Duration ready_within = 10s;
constexpr Duration answer_within = 5s;
constexpr Duration touch_every = 1s;  // a ticker is old after five
constexpr Duration last_exits_take = 50ms;
constexpr unsigned tries_max = 20;

Signal sample_signal(const Load& load, unsigned number, WallTime now) {
  Signal signal;
  signal.id = SignalId{std::to_string(load.block) + "-" + std::to_string(number)};
  signal.time = now;
  signal.strategy = StrategyName{"bench"};
  signal.account = AccountName{"main"};
  signal.symbol = Symbol{"BTC/USDT"};
  signal.quantity = Quantity{Decimal::parse("0.001").value()};
  signal.confidence = Decimal::parse("0.9").value();
  signal.stop_loss = StopLoss{.percent = Decimal{20}};
  signal.take_profit = {TakeProfit{.percent = Decimal{20}}};
  return signal;
}

/// Waits until the venue has answered for the entry. Why there is none, if so.
std::optional<std::string> wait_placed(CommandClient& client) {
  for (;;) {
    const auto reply = client.receive(answer_within);
    if (!reply) throw std::runtime_error("no reply to a signal");
    if (reply->type == "placed") {
      const auto placed = decode<Placed>(reply->body);
      if (placed && placed->outcome == Outcome::accepted) return std::nullopt;
      return placed ? std::string{placed->detail.view()} : "an answer that cannot be read";
    }
    if (reply->type == "outcome") return "it ended before it was placed";
    const auto verdict = decode<Verdict>(reply->body);
    if (reply->type == "verdict" && verdict && !verdict->approved)
      return std::string{name_of(verdict->reason)};
  }
}

/// READY is published a little before risk lets anything through: tries until one is placed.
void first_signal(const Clock& clock, CommandClient& client, const Load& load) {
  constexpr unsigned own_numbers_from = 1'000'000;
  for (auto n = own_numbers_from; n < own_numbers_from + tries_max; ++n) {
    if (!client.send("signal", encoded(sample_signal(load, n, clock.wall()))))
      throw std::runtime_error("a signal was not sent");
    const auto why = wait_placed(client);
    std::this_thread::sleep_for(last_exits_take);
    while (client.receive(1ms)) {
    }
    if (!why) return;
  }
  throw std::runtime_error("the engine lets no signal through");
}

/// A bracket whose entry will not fill while this runs.
void rest_one(const Clock& clock, CommandClient& client, unsigned number) {
  auto signal = sample_signal({}, number, clock.wall());
  signal.id = SignalId{"resting-" + std::to_string(number)};
  signal.type = EntryType::limit;
  signal.price = Price{59'500};
  if (!client.send("signal", encoded(signal))) throw std::runtime_error("a signal was not sent");
  if (const auto why = wait_placed(client)) throw std::runtime_error("a resting entry: " + *why);
}

}  // namespace

void measure_engine(const Clock& clock, const Load& load, const EngineSetup& setup,
                    Durations& to_entry, Durations& to_exits) {
  LocalExchange exchange{clock};
  const Folder disk{std::filesystem::temp_directory_path()};
  const Folder memory{in_memory()};
  EngineConfig config;
  config.runtime_directory = memory.path() / "run";
  config.journal_directory = disk.path() / "journal";
  config.durability = setup.durability;
  config.hot.wait = setup.wait;
  config.hot.cpu = setup.cpu;
  config.bus.ingress = setup.ingress;
  if (setup.over == Hop::tcp) config.bus.commands = {"tcp://127.0.0.1:*"};
  config.accounts.push_back(exchange.account("main"));
  config.accounts.back().trade_by_websocket = setup.orders == OrderEntry::websocket;
  auto engine = Engine::start(std::move(config), native_venues());
  if (!engine) throw std::runtime_error(engine.error().what);
  auto client =
      CommandClient::connect(BusContext::open().value(), (*engine)->addresses().commands.front())
          .value();
  wait_ready(clock, client, ready_within);
  exchange.touch_market();
  first_signal(clock, client, load);
  auto touched = clock.mono();
  const auto keep_fresh = [&] {
    if (clock.mono() - touched < touch_every) return;
    exchange.touch_market();
    touched = clock.mono();
  };
  for (unsigned n = 0; n < setup.open; ++n) {
    keep_fresh();
    rest_one(clock, client, n);
  }
  static_cast<void>(exchange.look());

  std::vector<MonoTime> sent;
  for (unsigned n = 0; n < warm_up + load.count; ++n) {
    keep_fresh();
    const auto bytes = encoded(sample_signal(load, n, clock.wall()));
    const auto now = clock.mono();
    if (!client.send("signal", bytes)) throw std::runtime_error("a signal was not sent");
    if (const auto why = wait_placed(client))
      fmt::print(stderr, "signal {} is left out: {}\n", n, *why);
    else
      sent.push_back(now);
    std::this_thread::sleep_for(load.pace);
  }
  std::this_thread::sleep_for(last_exits_take);
  (*engine)->stop();

  const auto seen = exchange.look();
  if (seen.buys.size() != sent.size())
    throw std::runtime_error(std::to_string(sent.size()) + " placed signals are " +
                             std::to_string(seen.buys.size()) + " entries");
  for (std::size_t n = warm_up; n < sent.size(); ++n) to_entry.push_back(seen.buys[n] - sent[n]);
  const auto covered = std::min({seen.traded.size(), seen.stops.size(), seen.targets.size()});
  for (std::size_t n = warm_up; n < covered; ++n)
    to_exits.push_back(std::max(seen.stops[n], seen.targets[n]) - seen.traded[n]);
}

}  // namespace signalbox::bench
