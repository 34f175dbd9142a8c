#include "tests/shard/trading_stage.hpp"

#include <algorithm>
#include <caf/send.hpp>
#include <map>

#include "messages/to_text.hpp"

namespace signalbox::test {
namespace {

simulator::MarketSpec btc_usdt() {
  simulator::MarketSpec spec;
  auto& i = spec.instrument;
  i.symbol = Symbol{"BTC/USDT"};
  i.base = Asset{"BTC"};
  i.quote = Asset{"USDT"};
  i.tick_size = Price{num("0.01")};
  i.lot_size = Quantity{num("0.001")};
  i.quantity_min = Quantity{num("0.001")};
  i.quantity_max = Quantity{100};
  i.market_quantity_max = Quantity{50};
  i.notional_min = Notional{5};
  i.notional_max = Notional{100'000};
  i.buy_band_up = i.sell_band_up = num("5");
  i.buy_band_down = i.sell_band_down = num("0.2");
  i.orders_max = 200;
  i.conditional_orders_max = 50;
  i.taker_fee = num("0.001");
  i.fee_in_base = true;
  return spec;
}

}  // namespace

TradingStage::TradingStage(Options given) : options(std::move(given)) {
  exchange.set_hooks(&faults);
  options.paper.faults = &faults;
  auto spec = btc_usdt();
  spec.instrument.orders_max = options.orders_max;
  spec.instrument.conditional_orders_max = options.conditional_orders_max;
  if (options.kind == MarketKind::linear) {
    spec.instrument.kind = MarketKind::linear;
    spec.instrument.fee_in_base = false;
    for (auto& tier : options.paper.capabilities.tiers) tier.market = MarketKind::linear;
    options.paper.lent = Quantity{10};
  }
  market = exchange.add_market(spec);
  account = exchange.add_account({AccountName{"main"}, num(options.fee), num(options.fee), true});
  stage = std::make_unique<Stage>(options.stage);
  exchange.deposit(account, Asset{"USDT"}, Decimal{10'000}, stage->clock().wall());
  if (options.kind == MarketKind::linear)
    exchange.deposit(account, Asset{"BTC"}, Decimal{10}, stage->clock().wall());
  move_to("100");
  start();
}

TradingStage::~TradingStage() { crash(); }

void TradingStage::start() {
  auto opened = MemoryJournal::open(file, options.journal);
  REQUIRE(opened);
  journal = std::move(*opened);
  watched = std::make_unique<WatchedJournal>(*journal, options.on_record);
  AccountSetup setup{.account = AccountName{"main"},
                     .venue = VenueName{"paper"},
                     .limits = options.limits,
                     .cover = options.cover,
                     .silences = options.silences,
                     .symbols = {Symbol{"BTC/USDT"}},
                     .capabilities = options.paper.capabilities,
                     .make_venue = [this]() -> std::unique_ptr<Venue> {
                       if (options.make_venue) return options.make_venue(*this);
                       auto made = std::make_unique<simulator::PaperVenue>(
                           exchange, account, stage->clock(), stage->timers(), options.paper);
                       venue = made.get();
                       ++venues_made;
                       return made;
                     }};
  ShardSetup group{.accounts = {setup},
                   .max_total_notional = options.max_total_notional,
                   .durability = options.durability};
  group.suspects = options.suspects;
  group.on_defect = [this](const std::string& why) { defects.push_back(why); };
  group.on_rebuilt = [this](const Shard& rebuilt) { shard = rebuilt; };
  group.on_broken = [this](const std::string& why) { broken.push_back(why); };
  auto started = start_shard(stage->system(), nullptr, std::move(group),
                             ShardSeams{*watched, stage->clock(), stage->random(), notes});
  REQUIRE(started);
  shard = *started;
  for (const auto& actor :
       {shard.keeper, shard.connections, shard.risk, shard.brackets, shard.orders})
    stage->keep(actor);
  pass(std::chrono::milliseconds{100});
  exchange.set_top(market, exchange.top(market), stage->clock().wall());  // a first tick
  pass(std::chrono::milliseconds{10});
}

void TradingStage::crash() {
  if (!shard.risk) return;
  for (const auto& actor :
       {shard.keeper, shard.connections, shard.risk, shard.brackets, shard.orders})
    stage->stop(actor);
  shard = {};
  venue = nullptr;
  watched.reset();
  journal.reset();
}

void TradingStage::restart() {
  crash();
  start();
}

Signal TradingStage::signal(std::string_view id) const {
  Signal s;
  s.id = SignalId{id};
  s.time = stage->clock().wall();
  s.strategy = StrategyName{"trend"};
  s.account = AccountName{"main"};
  s.symbol = Symbol{"BTC/USDT"};
  s.quantity = Quantity{1};
  s.confidence = num("0.8");
  s.stop_loss = StopLoss{.price = Price{90}};
  s.take_profit = {TakeProfit{.price = Price{120}}};
  return s;
}

Signal TradingStage::limit_signal(std::string_view id, std::string_view price) const {
  auto s = signal(id);
  s.type = EntryType::limit;
  s.price = Price{num(price)};
  return s;
}

void TradingStage::move_to(std::string_view price, std::string_view quantity) {
  nudged_ = false;
  exchange.move_to(market, Price{num(price)}, Quantity{num(quantity)}, stage->clock().wall());
  stage->run();
}

void TradingStage::pass_with_ticks(Duration d) {
  const auto until = stage->clock().mono() + d;
  while (stage->clock().mono() < until) {
    // A market that does not change is not told of: a wider ask, and the next time as before.
    auto top = exchange.top(market);
    const Price tick{num("0.01")};
    nudged_ = !nudged_;
    top.ask = nudged_ ? top.ask + tick : top.ask - tick;
    exchange.set_top(market, top, stage->clock().wall());
    pass(std::min<Duration>(std::chrono::seconds{1}, until - stage->clock().mono()));
  }
}

std::string TradingStage::total(std::string_view asset) const {
  const Asset a{asset};
  const Decimal sum = exchange.accounts().free(account, a) + exchange.accounts().locked(account, a);
  return sum.str();
}

std::size_t TradingStage::open_orders() const {
  const auto& all = exchange.record().entries();
  std::map<simulator::OrderId, bool> open;
  for (const auto& entry : all)
    if (entry.account == account) open[entry.order] = !simulator::is_done(entry.state);
  return static_cast<std::size_t>(
      std::count_if(open.begin(), open.end(), [](const auto& o) { return o.second; }));
}

simulator::CoverQuestion TradingStage::question() const {
  // Below the venue's minimum at the lowest price here nothing can be sold: now, and of each
  // bracket that has ended.
  const Quantity dust{num("0.06")};
  Quantity all = dust;
  for (const auto& outcome : outcomes())
    if (outcome.left.is_positive()) all += std::min(outcome.left, dust);
  return {.account = account,
          .market = market,
          .client_prefix = {},
          .dust = all,
          .fired_counts_for = std::chrono::seconds{1},
          .until = stage->clock().wall()};
}

Duration TradingStage::longest_uncovered() const {
  return simulator::longest_uncovered(exchange.record(), question()).length;
}

Quantity TradingStage::held() const {
  return simulator::held_position(exchange.record(), question());
}

std::string TradingStage::timeline() const {
  std::multimap<WallTime, std::string> lines;
  WallTime last{};
  for (const auto& event : notes.events)
    std::visit(
        [&](const auto& e) {
          if constexpr (requires { e.time; }) last = e.time;
          lines.emplace(last, "says " + to_text(e));
        },
        event);
  for (const auto& e : exchange.record().entries())
    lines.emplace(e.time, "exchange " + std::string{simulator::word_of(e.change)} + " " +
                              e.client_id.str() + " rest " + e.rest.str() +
                              (simulator::is_done(e.state) ? " over" : ""));
  for (const auto& r : exchange.record().refusals())
    lines.emplace(r.time, "exchange refuses " + r.order.client_id.str() + ", reason " +
                              std::to_string(static_cast<int>(r.reject)));
  std::string all;
  for (const auto& [at, line] : lines) {
    printing::print(all, at);
    all += "  " + line + "\n";
  }
  return all;
}

Verdict TradingStage::verdict(std::string_view id) const {
  for (const auto& v : notes.all<Verdict>())
    if (v.id.view() == id) return v;
  FAIL("no verdict on " << id);
  return {};
}

}  // namespace signalbox::test
