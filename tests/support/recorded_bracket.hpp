#pragma once

#include <string>
#include <utility>

#include "actors/recorder.hpp"
#include "messages/instrument.hpp"
#include "messages/records.hpp"

namespace signalbox::test {

/// Writes the records that a bracket leaves, without the engine: one BTC bought at 100, its stop
/// at 90 and its target at 120 as a pair.
class RecordedBrackets {
 public:
  static inline const AccountName account{"main"};
  static inline const StrategyName strategy{"trend"};
  static inline const Symbol symbol{"BTC/USDT"};

  RecordedBrackets(Journal& journal, const Clock& clock)
      : book_(journal.book()), recorder_(journal, clock) {}

  static Instrument instrument() {
    Instrument i;
    i.symbol = symbol;
    i.base = Asset{"BTC"};
    i.quote = Asset{"USDT"};
    i.tick_size = Price{*Decimal::parse("0.01")};
    i.lot_size = i.quantity_min = Quantity{*Decimal::parse("0.001")};
    i.quantity_max = i.market_quantity_max = Quantity{100};
    i.notional_min = Notional{5};
    i.notional_max = Notional{100'000};
    i.taker_fee = *Decimal::parse("0.001");
    return i;
  }
  static Signal signal(std::string_view id, WallTime time) {
    Signal s;
    s.id = SignalId{id};
    s.time = time;
    s.strategy = strategy;
    s.account = account;
    s.symbol = symbol;
    s.quantity = Quantity{1};
    s.confidence = *Decimal::parse("0.8");
    s.stop_loss = StopLoss{.price = Price{90}};
    s.take_profit = {TakeProfit{.price = Price{120}}};
    return s;
  }
  static SignalHash key_of(std::string_view id) {
    return signal_hash(account, strategy, SignalId{id});
  }

  Result<void> refused(std::string_view id, WallTime time) {
    const Signal s = signal(id, time);
    return all(
        {write(RecordType::signal_accepted, SignalRecord{s}),
         write(RecordType::signal_judged,
               JudgedRecord{.verdict = verdict(s, Reason::low_confidence), .plan = std::nullopt})});
  }

  /// Bought, and its pair confirmed.
  Result<void> open(std::string_view id, WallTime time) {
    const Signal s = signal(id, time);
    TierFacts facts;
    facts.tier = Tier::resting;
    facts.pairs = true;
    facts.exits_hold_balance = true;
    const LegId entry{LegKind::entry, 0}, stop{LegKind::stop, 0}, target{LegKind::target, 0};
    auto bought = spec(id, entry, Side::buy, OrderKind::market);
    auto down = spec(id, stop, Side::sell, OrderKind::stop_market);
    auto up = spec(id, target, Side::sell, OrderKind::limit);
    down.trigger_price = Price{90};
    up.price = Price{120};
    return all({
        write(RecordType::signal_accepted, SignalRecord{s}),
        write(RecordType::signal_judged,
              JudgedRecord{
                  .verdict = verdict(s, Reason::none),
                  .plan = PlanRecord{.signal = s, .instrument = instrument(), .facts = facts}}),
        write(RecordType::orders_intended,
              PlaceOrders{.symbol = symbol, .orders = {bought}, .epoch = 1}),
        write(RecordType::filled, fill(bought, time, Price{100})),
        write(RecordType::orders_intended, PlaceOrders{.symbol = symbol,
                                                       .order_class = OrderClass::protective,
                                                       .linkage = Linkage::one_cancels_other,
                                                       .orders = {down, up},
                                                       .epoch = 1}),
        write(RecordType::order_reported, standing(down, time)),
        write(RecordType::order_reported, standing(up, time)),
    });
  }

  /// And sold by its stop.
  Result<void> closed(std::string_view id, WallTime time) {
    if (auto opened = open(id, time); !opened) return opened;
    const auto down = spec(id, {LegKind::stop, 0}, Side::sell, OrderKind::stop_market);
    auto up = standing(spec(id, {LegKind::target, 0}, Side::sell, OrderKind::limit), time);
    up.status = OrderStatus::expired;
    const Signal s = signal(id, time);
    return all({write(RecordType::filled, fill(down, time, Price{90})),
                write(RecordType::order_reported, up),
                write(RecordType::bracket_ended, SignalOutcome{.id = s.id,
                                                               .strategy = strategy,
                                                               .account = account,
                                                               .symbol = symbol,
                                                               .outcome = BracketOutcome::stopped,
                                                               .filled = Quantity{1},
                                                               .time = time})});
  }

  /// As the venue lists them.
  std::pair<OrderReport, OrderReport> pair_of(std::string_view id, WallTime time) const {
    auto down = spec(id, {LegKind::stop, 0}, Side::sell, OrderKind::stop_market);
    auto up = spec(id, {LegKind::target, 0}, Side::sell, OrderKind::limit);
    return {standing(down, time), standing(up, time)};
  }

 private:
  OrderSpec spec(std::string_view id, LegId leg, Side side, OrderKind kind) const {
    OrderSpec spec;
    spec.id = client_order_id(book_, key_of(id), leg, 0);
    spec.side = side;
    spec.kind = kind;
    spec.quantity = Quantity{1};
    return spec;
  }
  OrderReport standing(const OrderSpec& spec, WallTime time) const {
    OrderReport report;
    report.symbol = symbol;
    report.id = spec.id;
    report.venue_id = VenueOrderId{"v" + spec.id.str()};
    report.side = spec.side;
    report.kind = spec.kind;
    report.quantity = spec.quantity;
    report.time = time;
    return report;
  }
  FillReport fill(const OrderSpec& spec, WallTime time, Price price) {
    FillReport f;
    f.symbol = symbol;
    f.id = spec.id;
    f.venue_id = VenueOrderId{"v" + spec.id.str()};
    f.trade_id = TradeId{std::to_string(++trades_)};
    f.side = spec.side;
    f.price = price;
    f.quantity = spec.quantity;
    f.time = time;
    return f;
  }
  Verdict verdict(const Signal& s, Reason reason) const {
    Verdict v;
    v.id = s.id;
    v.strategy = s.strategy;
    v.account = s.account;
    v.symbol = s.symbol;
    v.approved = reason == Reason::none;
    v.reason = reason;
    v.quantity = s.quantity;
    v.reference = Price{100};
    v.time = s.time;
    return v;
  }
  template <class T>
  Result<LogNumber> write(RecordType type, const T& value) {
    return recorder_.record(account, type, value, RecordUse::exit);
  }
  static Result<void> all(std::initializer_list<Result<LogNumber>> written) {
    for (const auto& each : written)
      if (!each) return tl::unexpected<Error>(each.error());
    return {};
  }

  Book book_;
  Recorder recorder_;
  std::uint64_t trades_ = 0;
};

}  // namespace signalbox::test
