#include <algorithm>

#include "connectors/binance/binance.hpp"
#include "connectors/binanceusdm/binanceusdm.hpp"
#include "connectors/bybit/bybit.hpp"
#include "simulation/far_side.hpp"
#include "simulator/binanceusdm/usdm_exchange.hpp"
#include "simulator/bybit/bybit_exchange.hpp"
#include "simulator/exchange.hpp"

namespace signalbox::simulation {
namespace {

using simulator::AccountId;
using simulator::ClientId;
using simulator::OrderChange;
using simulator::OrderId;
using simulator::OrderState;

/// Room for several brackets at a time; a venue's five would end most sessions early.
constexpr int conditional_orders_max = 50;

Quantity q(std::string_view text) { return Quantity{Decimal::parse(text).value()}; }
Price p(std::string_view text) { return Price{Decimal::parse(text).value()}; }

simulator::ExchangeSettings spot_settings(std::uint64_t seed, bool owns_free_coins) {
  auto made = simulator::example_exchange();
  made.seed = seed;
  made.markets[0].instrument.conditional_orders_max = conditional_orders_max;
  made.accounts[0].deposits = {{Asset{"USDT"}, Decimal{100'000}}};
  if (owns_free_coins) made.accounts[0].deposits.push_back({Asset{"BTC"}, Decimal{1}});
  return made;
}

MarketFacts spot_facts() {
  return {.symbol = Symbol{"BTC/USDT"},
          .fee_in_base = true,
          .lot = q("0.00001"),
          .lots_many = 400,
          .dust = q("0.00012"),  // 5 USDT
          .tick = p("0.01")};
}

template <class Config>
Config config_of(const Symbol& symbol, const std::shared_ptr<kit::PauseMemory>& pauses) {
  Config config;
  config.api_key = Secret::take(std::string{api_key});
  config.api_secret = Secret::take(std::string{api_secret});
  config.symbols = {symbol};
  config.pauses = pauses;
  return config;
}

/// Of an exchange that has `engine`, `faults` and `dialect`.
template <class Exchange>
class FarExchange : public FarSide {
 public:
  template <class... Made>
  explicit FarExchange(Made&&... made) : exchange(std::forward<Made>(made)...) {}
  simulator::Engine& engine() override { return exchange.engine; }
  simulator::FaultPlan& faults() override { return exchange.faults; }

  Exchange exchange;

 protected:
  const simulator::Engine& seen() const override { return exchange.engine; }
};

class BinanceFar final : public FarExchange<simulator::Exchange> {
 public:
  using FarExchange::FarExchange;
  simulator::Dialect& dialect() override { return exchange.binance; }
  const Words& words() const override { return binance_words(); }
  MarketFacts facts() const override { return spot_facts(); }
  VenueName venue() const override { return VenueName{"binance"}; }
  Capabilities capabilities() const override {
    return binance_spot_capabilities(binance::Network::testnet);
  }
  std::unique_ptr<Venue> connect(const Wires& w, const Clock& clock, Timers& timers, Random& random,
                                 const std::shared_ptr<kit::PauseMemory>& pauses) override {
    return make_binance_spot(config_of<BinanceConfig>(facts().symbol, pauses),
                             {w.lane, w.lane, w.stream, w.stream}, clock, timers, random);
  }
  void shut_down_streams(AccountId, WallTime now) override {
    exchange.binance.shut_down_streams(now);
  }
};

class UsdmFar final : public FarExchange<simulator::UsdmExchange> {
 public:
  UsdmFar(std::uint64_t seed, WallTime now) : FarExchange(now) {
    exchange.faults = simulator::FaultPlan{seed};
  }
  simulator::Dialect& dialect() override { return exchange.dialect; }
  const Words& words() const override { return usdm_words(); }
  MarketFacts facts() const override {
    return {.symbol = Symbol{"BTC/USDT:USDT"},
            .shorts = true,
            .lot = q("0.001"),
            .lots_many = 4,
            .dust = Quantity{},  // the smallest order is worth more than the
                                 // least the venue takes
            .tick = p("0.1")};
  }
  VenueName venue() const override { return VenueName{"binanceusdm"}; }
  Capabilities capabilities() const override {
    return binance_usdm_capabilities(binance::Network::demo);
  }
  std::unique_ptr<Venue> connect(const Wires& w, const Clock& clock, Timers& timers, Random& random,
                                 const std::shared_ptr<kit::PauseMemory>& pauses) override {
    return make_binance_usdm(config_of<BinanceUsdmConfig>(facts().symbol, pauses),
                             {w.lane, w.lane, w.stream, w.stream}, clock, timers, random);
  }
  void shut_down_streams(AccountId, WallTime now) override {
    exchange.dialect.expire_listen_keys(now);
  }
  void move(Price price, Quantity quantity, WallTime now) override {
    exchange.move_to(price, quantity, now);
  }

  std::vector<StopStep> stops() const override {
    using Step = simulator::binanceusdm::UsdmDialect::AlgoStep;
    std::vector<StopStep> steps;
    for (const Step& each : exchange.dialect.algo_record()) {
      if (!each.stop) continue;
      steps.push_back({.time = each.time,
                       .what = each.what == Step::waits    ? StopStep::stands
                               : each.what == Step::fired  ? StopStep::fired
                               : each.what == Step::filled ? StopStep::filled
                                                           : StopStep::ended,
                       .stop = OrderId{static_cast<std::uint64_t>(each.id)},
                       .space = conditional_orders,
                       .client_id = each.client_id,
                       .side = each.side,
                       .rest = each.quantity});
    }
    return steps;
  }
  std::vector<std::string> open(AccountId account) const override {
    auto all = FarSide::open(account);
    for (const auto& each : exchange.dialect.waiting(account)) all.push_back(each.client_id.str());
    return all;
  }
  std::string client_id_of(std::uint64_t number) const override {
    const auto id = exchange.dialect.algo_client_id(static_cast<std::int64_t>(number));
    return id.empty() ? FarSide::client_id_of(number) : id.str();
  }
  Price waits_at(AccountId account, const ClientId& id) const override {
    for (const auto& each : exchange.dialect.waiting(account))
      if (each.client_id == id) return each.trigger;
    return FarSide::waits_at(account, id);
  }
  std::vector<ClientId> cancel_stops(AccountId account, std::uint64_t draw, bool all,
                                     const MayCancel& may, WallTime now) override {
    auto waiting = exchange.dialect.waiting(account);
    std::erase_if(waiting, [&](const auto& each) { return !each.stop || !may(each.client_id); });
    std::vector<ClientId> gone;
    for (std::size_t i = 0; i < waiting.size(); ++i)
      if ((all || i == draw % waiting.size()) && exchange.dialect.withdraw(waiting[i].id, now))
        gone.push_back(waiting[i].client_id);
    return gone;
  }
};

class BybitFar final : public FarExchange<simulator::bybit::BybitExchange> {
 public:
  using FarExchange::FarExchange;
  simulator::Dialect& dialect() override { return exchange.dialect; }
  const Words& words() const override { return bybit_words(); }
  MarketFacts facts() const override {
    auto facts = spot_facts();
    facts.orders_per_second = 20;
    return facts;
  }
  VenueName venue() const override { return VenueName{"bybit"}; }
  Capabilities capabilities() const override { return bybit_capabilities(bybit::Network::testnet); }
  std::unique_ptr<Venue> connect(const Wires& w, const Clock& clock, Timers& timers, Random& random,
                                 const std::shared_ptr<kit::PauseMemory>& pauses) override {
    auto config = config_of<BybitConfig>(facts().symbol, pauses);
    config.trade_by_websocket = false;  // what left is read from requests
    config.firewall_pause = firewall_pause;
    return make_bybit(std::move(config), {w.lane, w.lane, w.stream, w.stream, w.stream, {}}, clock,
                      timers, random);
  }
  void shut_down_streams(AccountId account, WallTime) override {
    exchange.dialect.cut_user_streams(account);
  }
};

}  // namespace

// ---- what stands in the matching engine ----

std::vector<StopStep> FarSide::stops() const {
  std::vector<StopStep> steps;
  for (const auto& entry : seen().record().entries()) {
    if (!simulator::is_stop(entry.type) || entry.state == OrderState::held) continue;
    StopStep step{.time = entry.time,
                  .stop = entry.order,
                  .client_id = owner(entry.order),
                  .side = entry.side,
                  .rest = entry.rest};
    if (entry.state == OrderState::open || entry.state == OrderState::partly_filled)
      step.what = entry.triggered ? StopStep::fired : StopStep::stands;
    else
      step.what = entry.state == OrderState::filled ? StopStep::filled : StopStep::ended;
    steps.push_back(step);
  }
  return steps;
}

std::vector<std::string> FarSide::open(AccountId account) const {
  std::vector<std::string> ids;
  for (const auto id : seen().orders().open(account)) {
    const auto& named = seen().orders()[id].client_id;
    const bool ours = parse_client_order_id(named.view()).has_value();
    ids.push_back(ours ? named.str() : std::to_string(static_cast<std::uint64_t>(id)));
  }
  return ids;
}

ClientId FarSide::owner(OrderId id) const {
  const auto& order = seen().orders()[id];
  if (order.list == simulator::ListId::none || parse_client_order_id(order.client_id.view()))
    return order.client_id;
  return seen().orders()[seen().orders()[order.list].orders[0]].client_id;
}

std::string FarSide::client_id_of(std::uint64_t number) const {
  const auto* order = seen().orders().find(OrderId{number});
  return order ? owner(order->id).str() : std::string{};
}

Price FarSide::waits_at(AccountId account, const ClientId& id) const {
  const auto* order = seen().orders().find(account, id);
  if (!order || order->done()) return {};
  return simulator::is_conditional(order->type) ? order->stop_price : order->price;
}

std::vector<ClientId> FarSide::cancel_stops(AccountId account, std::uint64_t draw, bool all,
                                            const MayCancel& may, WallTime now) {
  const auto& orders = engine().orders();
  std::vector<OrderId> stops;
  for (const auto id : orders.open(account))
    if (simulator::is_stop(orders[id].type) && may(owner(id))) stops.push_back(id);
  std::vector<ClientId> gone;
  for (std::size_t i = 0; i < stops.size(); ++i) {
    if (!all && i != draw % stops.size()) continue;
    gone.push_back(owner(stops[i]));
    static_cast<void>(
        engine().cancel(account, stops[i], ClientId{"byhand"}, simulator::CancelOnly::any, now));
  }
  return gone;
}

std::unique_ptr<FarSide> make_far_side(std::string_view venue, std::uint64_t seed,
                                       bool owns_free_coins, WallTime now) {
  if (venue == "binance")
    return std::make_unique<BinanceFar>(spot_settings(seed, owns_free_coins), now);
  if (venue == "binanceusdm") return std::make_unique<UsdmFar>(seed, now);
  if (venue == "bybit") {
    simulator::bybit::Settings settings;
    settings.limits.ban = firewall_pause;
    return std::make_unique<BybitFar>(spot_settings(seed, owns_free_coins), now, settings);
  }
  return nullptr;
}

}  // namespace signalbox::simulation
