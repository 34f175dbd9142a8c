#include "simulator/binanceusdm/usdm_exchange.hpp"

namespace signalbox::simulator {
namespace {

Decimal num(std::string_view text) { return Decimal::parse(text).value(); }

binanceusdm::Settings prepare(Engine& engine, binanceusdm::Settings settings, AccountId& account,
                              WallTime now) {
  MarketSpec spec;
  auto& in = spec.instrument;
  in.symbol = Symbol{"BTC/USDT"};
  in.base = Asset{"BTC"};
  in.quote = Asset{"USDT"};
  in.tick_size = Price{num("0.1")};
  in.lot_size = in.quantity_min = Quantity{num("0.001")};
  in.quantity_max = Quantity{num("1000")};
  in.market_quantity_max = Quantity{num("120")};
  in.notional_min = Notional{num("5")};
  in.orders_max = 200;
  spec.price_min = Price{num("0.1")};
  spec.price_max = Price{num("1000000")};
  spec.notional_min_for_market = false;
  spec.depth = {.levels = 20, .step = Price{num("0.5")}, .quantity = Quantity{num("0.5")}};
  engine.add_market(spec);
  account = engine.add_account({AccountName{"main"}, Decimal{}, Decimal{}, true});
  // Inventory for both sides: what an account may hold is not the matching engine's to say here.
  engine.deposit(account, in.base, Decimal{1'000'000}, now);
  engine.deposit(account, in.quote, Decimal{1'000'000'000'000}, now);
  if (settings.keys.empty())
    settings.keys = {{.key = "simulatorKey", .secret = "simulatorSecret", .account = account}};
  return settings;
}

}  // namespace

UsdmExchange::UsdmExchange(WallTime now, binanceusdm::Settings settings)
    : dialect(engine, faults, prepare(engine, std::move(settings), account, now)) {
  engine.set_hooks(&faults);
}

void UsdmExchange::move_to(Price price, Quantity quantity, WallTime now) {
  engine.move_to(MarketId{0}, price, quantity, now);
  dialect.settle(now);
}

}  // namespace signalbox::simulator
