#include "bench/exchange.hpp"

#include <algorithm>
#include <stdexcept>

namespace signalbox::bench {
namespace {

constexpr auto btc_usdt = static_cast<simulator::MarketId>(0);
constexpr std::uint32_t orders_max = 60'000;
constexpr int clock_comparisons = 20;

simulator::SimulatorOptions options() {
  simulator::SimulatorOptions options;
  auto& spec = options.exchange.markets.front();
  spec.instrument.orders_max = orders_max;
  spec.instrument.conditional_orders_max = orders_max;
  spec.lists_max = orders_max;
  options.exchange.limits = {.weight_per_minute = 100'000'000,
                             .orders_per_10s = 10'000'000,
                             .orders_per_day = 100'000'000};
  options.exchange.accounts.front().deposits = {{Asset{"BTC"}, Decimal{1000}},
                                                {Asset{"USDT"}, Decimal{1'000'000'000}}};
  return options;
}

}  // namespace

LocalExchange::LocalExchange(const Clock& clock) : clock_(clock) {
  auto started = simulator::SimulatorServer::start(options(), clock);
  if (!started) throw std::runtime_error(started.error().what);
  server_ = std::move(*started);
  // Both are read one after the other on its thread; the closest pair of several is the offset.
  offset_ = Duration::min();
  for (int i = 0; i < clock_comparisons; ++i)
    server_->with([&](simulator::Exchange&, WallTime t) {
      offset_ =
          std::max<Duration>(offset_, t.time_since_epoch() - clock_.mono().time_since_epoch());
    });
  server_->with([](simulator::Exchange& e, WallTime t) {
    e.engine.move_to(btc_usdt, Price{60'000}, Quantity{100'000}, t);
  });
}

Seen LocalExchange::look() {
  Seen seen;
  server_->with([&](simulator::Exchange& e, WallTime) {
    const auto& all = e.engine.record().entries();
    for (; looked_ < all.size(); ++looked_) {
      const auto& entry = all[looked_];
      const MonoTime at{std::chrono::duration_cast<Duration>(entry.time.time_since_epoch()) -
                        offset_};
      const bool buy = entry.side == Side::buy;
      if (entry.change == simulator::OrderChange::traded && buy) seen.traded.push_back(at);
      if (entry.change == simulator::OrderChange::cancelled)
        seen.cancelled.emplace(std::string{entry.client_id.view()}, at);
      if (entry.change != simulator::OrderChange::accepted) continue;
      seen.accepted.emplace(std::string{entry.client_id.view()}, at);
      if (buy)
        seen.buys.push_back(at);
      else if (entry.type == simulator::OrderType::stop_loss)
        seen.stops.push_back(at);
      else
        seen.targets.push_back(at);
    }
  });
  return seen;
}

MonoTime LocalExchange::touch_market() {
  MonoTime at{};
  server_->with([&](simulator::Exchange& e, WallTime t) {
    at = MonoTime{std::chrono::duration_cast<Duration>(t.time_since_epoch()) - offset_};
    // A frame is sent only of what has changed.
    touched_ = !touched_;
    auto top = e.engine.top(btc_usdt);
    top.bid_quantity = Quantity{touched_ ? 100'001 : 100'000};
    e.engine.set_top(btc_usdt, top, t);
  });
  return at;
}

AccountConfig LocalExchange::account(std::string_view name) const {
  return account_at(port(), ca_file(), name);
}

AccountConfig account_at(std::uint16_t port, const std::string& ca_file, std::string_view name) {
  AccountConfig config;
  config.name = AccountName{name};
  config.venue = VenueName{"binance"};
  config.api_key = Secret::take("simulatorKey");
  config.api_secret = Secret::take("simulatorSecret");
  const auto at = "127.0.0.1:" + std::to_string(port);
  config.hosts = {.rest = "https://" + at,
                  .market_ws = "wss://" + at,
                  .user_ws = "wss://" + at,
                  .ca_file = ca_file};
  config.symbols = {Symbol{"BTC/USDT"}};
  config.limits.max_order_notional = Notional{1'000'000};
  config.limits.max_account_notional = Notional{1'000'000'000};
  config.limits.max_open_brackets = 100'000;
  config.limits.max_entries_per_minute = 1'000'000;
  return config;
}

}  // namespace signalbox::bench
