#include "simulator/exchange.hpp"

namespace signalbox::simulator {
namespace {

Decimal num(std::string_view text) { return Decimal::parse(text).value(); }

/// Markets and accounts come first: a dialect learns its symbols when it is made.
binance::Settings prepare(Engine& engine, const ExchangeSettings& settings, WallTime now) {
  for (const auto& market : settings.markets) engine.add_market(market);
  binance::Settings made;
  made.limits = settings.limits;
  for (const auto& a : settings.accounts) {
    const auto id = engine.add_account({a.name, a.maker_fee, a.taker_fee, true});
    for (const auto& d : a.deposits) engine.deposit(id, d.asset, d.amount, now);
    made.keys.push_back({a.api_key, a.secret, a.ed25519_public, id, a.key_may_withdraw});
  }
  return made;
}

}  // namespace

MarketSpec example_market() {
  MarketSpec spec;
  auto& i = spec.instrument;
  i.symbol = Symbol{"BTC/USDT"};
  i.base = Asset{"BTC"};
  i.quote = Asset{"USDT"};
  i.tick_size = Price{num("0.01")};
  i.lot_size = Quantity{num("0.00001")};
  i.quantity_min = Quantity{num("0.00001")};
  i.quantity_max = Quantity{num("9000")};
  i.market_quantity_max = Quantity{num("100")};
  i.notional_min = Notional{num("5")};
  i.notional_max = Notional{num("9000000")};
  i.buy_band_up = i.sell_band_up = num("5");
  i.buy_band_down = i.sell_band_down = num("0.2");
  i.orders_max = 200;
  i.conditional_orders_max = 5;
  spec.price_min = Price{num("0.01")};
  spec.price_max = Price{num("1000000")};
  spec.depth = {.levels = 20, .step = Price{num("0.5")}, .quantity = Quantity{num("0.5")}};
  return spec;
}

ExchangeSettings example_exchange() {
  ExchangeSettings settings;
  settings.markets = {example_market()};
  AccountSettings main;
  main.name = AccountName{"main"};
  main.api_key = "simulatorKey";
  main.secret = "simulatorSecret";
  main.deposits = {{Asset{"BTC"}, Decimal{1}}, {Asset{"USDT"}, Decimal{100'000}}};
  settings.accounts = {main};
  return settings;
}

Exchange::Exchange(const ExchangeSettings& settings, WallTime now)
    : faults(settings.seed), binance(engine, faults, prepare(engine, settings, now)) {
  engine.set_hooks(&faults);
}

}  // namespace signalbox::simulator
