#include <fmt/core.h>

#include <fstream>

#include "actors/runtime/steady_clock.hpp"
#include "app/commands.hpp"
#include "app/signals.hpp"
#include "simulator/engine/cover.hpp"
#include "simulator/server/simulator_server.hpp"

namespace signalbox {
namespace {

using simulator::AccountSettings;

Result<AccountSettings> account_from(std::string_view text) {
  const auto first = text.find(':');
  const auto second = first == text.npos ? first : text.find(':', first + 1);
  if (second == text.npos || first == 0 || second == first + 1 || second + 1 == text.size())
    return failed(Fault::bad_input, "an account is name:key:secret");
  auto account = simulator::example_exchange().accounts.front();  // its fees and deposits
  account.name = AccountName{text.substr(0, first)};
  account.api_key = text.substr(first + 1, second - first - 1);
  account.secret = text.substr(second + 1);
  return account;
}

/// What the venue's own record says, account by account and market by market.
std::string verdict(simulator::Exchange& exchange, WallTime now) {
  std::string out;
  for (std::size_t m = 0; m < exchange.engine.market_count(); ++m) {
    const auto market = static_cast<simulator::MarketId>(m);
    const auto& spec = exchange.engine.spec(market);
    for (std::size_t a = 0; a < exchange.engine.accounts().count(); ++a) {
      const simulator::CoverQuestion question{.account = static_cast<simulator::AccountId>(a),
                                              .market = market,
                                              .client_prefix = {},
                                              .dust = spec.instrument.lot_size,
                                              .fired_counts_for = std::chrono::seconds{1},
                                              .until = now};
      const auto worst = simulator::longest_uncovered(exchange.engine.record(), question);
      out += fmt::format(
          "{}\n  {{\"symbol\": \"{}\", \"longest_uncovered_ns\": {}, \"held\": \"{}\"}}",
          out.empty() ? "" : ",", spec.instrument.symbol.view(), worst.length.count(),
          simulator::held_position(exchange.engine.record(), question).str());
    }
  }
  return fmt::format("{{\"trades\": {}, \"cover\": [{}\n]}}\n",
                     exchange.engine.record().trades().size(), out);
}

}  // namespace

int simulator_command(const SimulatorArguments& arguments) {
  const StopSignals stop;
  const SteadyClock clock;
  simulator::SimulatorOptions options;
  auto dialect = simulator::dialect_named(arguments.speak);
  if (!dialect) {
    fmt::print(stderr, "signalbox simulator: {}\n", dialect.error().what);
    return exit_usage;
  }
  options.dialect = std::move(*dialect);
  options.tls_port = arguments.port;
  options.control_port = arguments.control_port;
  if (arguments.plain) options.plain_port = 0;
  options.ca_path = arguments.ca_file;
  if (!arguments.accounts.empty()) options.exchange.accounts.clear();
  for (const auto& each : arguments.accounts) {
    auto account = account_from(each);
    if (!account) {
      fmt::print(stderr, "signalbox simulator: {}\n", account.error().what);
      return exit_usage;
    }
    options.exchange.accounts.push_back(std::move(*account));
  }
  // The venue takes its fees from the money, the matching engine from what was bought: none, then.
  if (arguments.speak == "coinbase")
    for (auto& account : options.exchange.accounts)
      account.maker_fee = account.taker_fee = Decimal{};
  if (!arguments.data.empty())
    options.replay =
        simulator::ReplaySource{.path = arguments.data, .options = {.speed = arguments.speed}};

  auto server = simulator::SimulatorServer::start(std::move(options), clock);
  if (!server) {
    fmt::print(stderr, "signalbox simulator: {}\n", server.error().what);
    return exit_failed;
  }
  auto& s = **server;
  if (arguments.data.empty())
    s.with([](simulator::Exchange& exchange, WallTime now) {
      exchange.engine.move_to(static_cast<simulator::MarketId>(0), Price{60'000}, Quantity{10},
                              now);
    });
  const auto ready = fmt::format(
      "{{\"tls_port\": {}, \"plain_port\": {}, \"control_port\": {}, \"ca_file\": \"{}\"}}\n",
      s.tls_port(), s.plain_port(), s.control_port(), s.ca_path());
  fmt::print("{}", ready);
  std::fflush(stdout);
  if (!arguments.ready_file.empty()) {
    // Written aside and renamed: whoever waits for it never reads half of it.
    const auto aside = arguments.ready_file + ".new";
    std::ofstream{aside} << ready;
    std::filesystem::rename(aside, arguments.ready_file);
  }
  stop.wait();
  if (!arguments.verdict_file.empty())
    s.with([&](simulator::Exchange& exchange, WallTime now) {
      std::ofstream{arguments.verdict_file} << verdict(exchange, now);
    });
  s.stop();
  return exit_ok;
}

}  // namespace signalbox
