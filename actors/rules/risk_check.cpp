#include "actors/rules/risk_check.hpp"

#include <algorithm>

#include "actors/rules/rounding.hpp"
#include "actors/rules/tier.hpp"
#include "messages/plant.hpp"

namespace signalbox {
namespace {

constexpr Decimal hundred{100};

Decimal times(Decimal a, Decimal b, Rounding r) {
  return Decimal::mul(a, b, r).value_or(amount_max);
}

/// `amount` and the fee on top of it.
Decimal with_fee(Decimal amount, Decimal rate) {
  return amount + times(amount, rate, Rounding::ceil);
}

std::string in_ms(Duration d) {
  return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(d).count()) + " ms";
}

}  // namespace

std::optional<Plan> RiskCheck::run(Verdict& verdict) {
  using Check = Step (*)(RiskCheck&);
  static constexpr Check checks[] = {
      [](RiskCheck& c) { return c.age(); },
      [](RiskCheck& c) { return c.account_open(); },
      [](RiskCheck& c) { return c.confidence(); },
      [](RiskCheck& c) { return c.unsupported_fields(); },
      [](RiskCheck& c) { return c.direction(); },
      [](RiskCheck& c) { return c.market(); },
      [](RiskCheck& c) { return c.stop_and_targets(); },
      [](RiskCheck& c) { return c.liquidation(); },
      [](RiskCheck& c) { return c.size(); },
      [](RiskCheck& c) { return c.legs(); },
      [](RiskCheck& c) { return c.tier(); },
      [](RiskCheck& c) { return c.exposure_limits(); },
      [](RiskCheck& c) { return c.losses(); },
      [](RiskCheck& c) { return c.funds(); },
  };
  wanted_ = signal;
  Step no;
  for (const Check check : checks)
    if (no = check(*this); no) break;

  if (quote_.at != MonoTime{}) {
    verdict.reference = reference_;
    verdict.ticker_age = now.mono - quote_.at;
    verdict.balance_age = exposure.balance_age(signal.account, now.mono);
  }
  if (quantity_.is_positive()) {
    verdict.quantity = quantity_;
    verdict.notional = cost_;
  }
  if (no) {
    verdict.reason = no->reason;
    verdict.detail = no->detail;
    return std::nullopt;
  }
  if (needs_protection()) verdict.tier = facts_.tier;

  Plan plan{.key = signal_hash(signal.account, signal.strategy, signal.id),
            .signal = wanted_,
            .quantity = quantity_,
            .instrument = *instrument,
            .facts = facts_,
            .reference = reference_,
            .unprotected_by_request = !needs_protection(),
            .held_already = origin.protects,
            .entry_expires = std::nullopt};
  if (signal.entry_expires) plan.entry_expires = now.mono + (*signal.entry_expires - now.wall);
  return plan;
}

RiskCheck::Step RiskCheck::signal_age(const Signal& signal, const RiskLimits& limits, Now now) {
  if (now.wall - signal.time > limits.max_signal_age)
    return No{Reason::too_old, Detail{"`time` is older than max_signal_age"}};
  if (signal.time - now.wall > limits.max_clock_ahead)
    return No{Reason::too_old, Detail{"`time` lies in the future"}};
  if (signal.valid_until && now.wall > *signal.valid_until) return No{Reason::expired, {}};
  if (signal.entry_expires && now.wall >= *signal.entry_expires)
    return No{Reason::expired, Detail{"`entry_expires` has passed"}};
  return std::nullopt;
}

RiskCheck::Step RiskCheck::account_open() const {
  if (reconciling)
    return No{Reason::reconciling, Detail{"records were lost: every account is compared with its "
                                          "venue first"}};
  if (instrument == nullptr) {
    // Before READY nothing is known of instruments; say what is really in the way.
    if (link != LinkState::ready) return No{Reason::account_not_ready, Detail{name_of(link)}};
    return No{Reason::unknown_instrument, {}};
  }
  if (link != LinkState::ready) return No{Reason::account_not_ready, Detail{name_of(link)}};
  if (!enters()) return std::nullopt;
  if (state != TradingState::active) return No{Reason::trading_halted, Detail{name_of(state)}};
  if (!instrument->trading)
    return No{Reason::unknown_instrument, Detail{"the venue has halted this instrument"}};
  if (frozen) return No{Reason::instrument_frozen, {}};
  return std::nullopt;
}

RiskCheck::Step RiskCheck::confidence() const {
  if (origin.by_place_order) return std::nullopt;
  if (!signal.confidence) return No{Reason::no_confidence, {}};
  if (!SIGNALBOX_PLANTED(confidence_not_asked) &&
      *signal.confidence < settings.limits.confidence_threshold)
    return No{Reason::low_confidence, Detail{signal.confidence->str() + " is below " +
                                             settings.limits.confidence_threshold.str()}};
  return std::nullopt;
}

RiskCheck::Step RiskCheck::unsupported_fields() const {
  // Refused by name rather than ignored: a promise half kept is worse than a refusal.
  const bool spot = instrument->kind == MarketKind::spot;
  const auto set = spot ? Decimal{1} : settings.limits.leverage;
  if (signal.leverage && signal.leverage != set)
    return No{Reason::unsupported,
              Detail{"leverage: the account's is " + (set ? set->str() : "not configured")}};
  const auto trigger = signal.stop_loss ? signal.stop_loss->trigger : std::nullopt;
  if (trigger && trigger != Trigger::last && trigger != default_trigger(instrument->kind))
    return No{Reason::trigger_unavailable, Detail{name_of(*trigger)}};
  return std::nullopt;
}

RiskCheck::Step RiskCheck::direction() const {
  if (signal.type == EntryType::limit && !signal.price) return No{Reason::price_required, {}};
  const bool sells_inventory =
      origin.by_place_order && !signal.stop_loss && signal.take_profit.empty();
  if (instrument->kind == MarketKind::spot && signal.side == Side::sell && !sells_inventory)
    return No{Reason::no_short_on_spot, {}};
  if (exposure.side_open(signal.account, signal.symbol, opposite(signal.side)) && !sells_inventory)
    return No{Reason::opposite_open, {}};
  // Netted at the venue, the two would close each other.
  const Quantity external = exposure.external(signal.account, signal.symbol);
  const bool against = signal.side == Side::buy ? external.is_negative() : external.is_positive();
  if (against && !sells_inventory)
    return No{Reason::opposite_open, Detail{external.str() + " that no bracket owns"}};
  return std::nullopt;
}

RiskCheck::Step RiskCheck::market() {
  const auto quote = exposure.quote(signal.account, signal.symbol);
  if (!quote) return No{Reason::stale_ticker, Detail{"the market has not been heard of yet"}};
  if (const auto old = now.mono - quote->at; old > settings.limits.max_ticker_age)
    return No{Reason::stale_ticker, Detail{"last heard " + in_ms(old) + " ago, at most " +
                                           in_ms(settings.limits.max_ticker_age)}};
  if (!quote->bid.is_positive() || quote->ask < quote->bid)
    return No{Reason::stale_ticker, Detail{"the book is crossed or empty"}};
  quote_ = *quote;
  const bool buys = signal.side == Side::buy;
  reference_ = buys ? quote_.ask : quote_.bid;
  const Price worst = moved_by_percent(reference_, settings.limits.collar_percent, buys);
  if (signal.type == EntryType::market) {
    entry_ = worst;
    return std::nullopt;
  }
  entry_ = *signal.price;
  const bool beyond = buys ? entry_ > worst : entry_ < worst;
  if (beyond)
    return No{Reason::collar_exceeded,
              Detail{"limit " + entry_.str() + " against " + reference_.str()}};
  return std::nullopt;
}

Price RiskCheck::stop_price() const {
  const StopLoss& stop = *wanted_.stop_loss;
  const Price from = signal.price.value_or(reference_);
  return stop.price ? *stop.price
                    : moved_by_percent(from, *stop.percent, signal.side == Side::sell);
}

Price RiskCheck::target_price(const TakeProfit& target) const {
  const Price from = signal.price.value_or(reference_);
  return target.price ? *target.price
                      : moved_by_percent(from, *target.percent, signal.side == Side::buy);
}

RiskCheck::Step RiskCheck::stop_and_targets() {
  if (!wanted_.stop_loss && !origin.by_place_order && settings.limits.default_stop_loss_percent)
    wanted_.stop_loss = StopLoss{.percent = settings.limits.default_stop_loss_percent};
  if (!wanted_.stop_loss) {
    if (origin.by_place_order && wanted_.take_profit.empty()) return std::nullopt;
    if (!target_alone()) return No{Reason::stop_required, {}};
    if (auto no = shares()) return no;
    return targets_beyond();
  }
  if (wanted_.stop_loss->price.has_value() == wanted_.stop_loss->percent.has_value())
    return No{Reason::bad_field, Detail{"stop_loss: exactly one of price and percent"}};
  if (auto no = shares()) return no;

  // The stop must lie beyond the entry and beyond the market, or it would fire at once.
  const bool buys = signal.side == Side::buy;
  const Price market = buys ? quote_.bid : quote_.ask;
  const Price entry = signal.price.value_or(reference_);
  const Price stop = stop_price();
  const Price safe = buys ? std::min(entry, market) : std::max(entry, market);
  if (!stop.is_positive() || (buys ? stop >= safe : stop <= safe))
    return No{Reason::wrong_side_stop, Detail{"stop " + stop.str() + " against " + safe.str()}};
  return targets_beyond();
}

RiskCheck::Step RiskCheck::targets_beyond() const {
  const bool buys = signal.side == Side::buy;
  const Price entry = signal.price.value_or(reference_);
  for (const auto& wanted : wanted_.take_profit) {
    const Price target = target_price(wanted);
    const Price far = buys ? std::max(entry, quote_.ask) : std::min(entry, quote_.bid);
    if (!target.is_positive() || (buys ? target <= far : target >= far))
      return No{Reason::wrong_side_target,
                Detail{"target " + target.str() + " against " + far.str()}};
  }
  return std::nullopt;
}

RiskCheck::Step RiskCheck::liquidation() const {
  const auto& limits = settings.limits;
  if (instrument->kind == MarketKind::spot || !limits.leverage || !wanted_.stop_loss || !enters())
    return std::nullopt;
  // With all of its margin gone. What the venue keeps of that, and fees, are what the margin in
  // percent is for.
  const bool buys = signal.side == Side::buy;
  const Price entry = signal.price.value_or(reference_);
  const Price lost{
      Decimal::div(entry.decimal(), *limits.leverage, Rounding::down).value_or(Decimal{})};
  const Price liquidated = buys ? entry - lost : entry + lost;
  const Price kept = moved_by_percent(entry, limits.liquidation_margin_percent, true) - entry;
  const Price stop = stop_price();
  const Price limit = buys ? liquidated + kept : liquidated - kept;
  if (buys ? stop >= limit : stop <= limit) return std::nullopt;
  return No{Reason::wrong_side_stop,
            Detail{"stop " + stop.str() + " against " + limit.str() +
                   ": liquidated first, with leverage " + limits.leverage->str()}};
}

RiskCheck::Step RiskCheck::shares() const {
  const auto& targets = wanted_.take_profit;
  Decimal sum;
  for (const auto& target : targets) {
    if (target.price.has_value() == target.percent.has_value())
      return No{Reason::bad_field, Detail{"take_profit: exactly one of price and percent"}};
    if (targets.size() > 1 && (!target.fraction || !target.fraction->is_positive()))
      return No{Reason::bad_targets, Detail{"each of several targets needs a positive fraction"}};
    sum = sum + target.fraction.value_or(Decimal{1});
  }
  if (!targets.empty() && sum != Decimal{1})
    return No{Reason::bad_targets, Detail{"fractions add to " + sum.str() + ", not to 1"}};
  if (const auto n = wanted_.break_even_after; n && (*n == 0 || *n >= targets.size()))
    return No{Reason::bad_field, Detail{"break_even_after: a target must be left after it"}};
  if (wanted_.trail && !wanted_.trail->offset.is_positive())
    return No{Reason::bad_field, Detail{"trail.offset must be positive"}};
  return std::nullopt;
}

RiskCheck::Step RiskCheck::size() {
  const int given =
      signal.quantity.has_value() + signal.notional.has_value() + signal.risk.has_value();
  if (given != 1)
    return No{Reason::bad_field, Detail{"exactly one of quantity, notional and risk"}};
  const Decimal fee = instrument->taker_fee;
  const auto as_quantity = [](auto result) { return Quantity{result.value_or(Decimal{})}; };
  if (signal.quantity) {
    quantity_ = *signal.quantity;
  } else if (signal.notional) {
    quantity_ = as_quantity(
        Decimal::div(signal.notional->decimal(), with_fee(entry_.decimal(), fee), Rounding::down));
  } else {
    if (!wanted_.stop_loss) return No{Reason::stop_required, Detail{"risk needs a stop"}};
    // What one unit loses at the stop, with the fees of both ways.
    const Price stop = stop_price();
    const Decimal distance = std::max(entry_, stop).decimal() - std::min(entry_, stop).decimal();
    const Decimal fees = times(entry_.decimal() + stop.decimal(), fee, Rounding::ceil);
    quantity_ = as_quantity(Decimal::div(signal.risk->decimal(), distance + fees, Rounding::down));
  }
  quantity_ = to_lot(quantity_, *instrument);
  if (!quantity_.is_positive()) return No{Reason::below_minimum, Detail{"less than one lot"}};
  const auto worth = notional(entry_, quantity_, Rounding::ceil);
  if (!worth) return No{Reason::above_maximum, Detail{"price times quantity is out of range"}};
  cost_ = Notional{with_fee(worth->decimal(), fee)};
  return std::nullopt;
}

RiskCheck::Step RiskCheck::within_band(Price price, Side side, std::string_view what) const {
  const Decimal up = side == Side::buy ? instrument->buy_band_up : instrument->sell_band_up;
  const Decimal down = side == Side::buy ? instrument->buy_band_down : instrument->sell_band_down;
  const bool above =
      up.is_positive() && price.decimal() > times(reference_.decimal(), up, Rounding::down);
  const bool below =
      down.is_positive() && price.decimal() < times(reference_.decimal(), down, Rounding::up);
  if (above || below) return No{Reason::outside_price_band, Detail{what}};
  return std::nullopt;
}

RiskCheck::Step RiskCheck::entry_leg() const {
  const Instrument& i = *instrument;
  if (!meets_minimum(quantity_, signal.price.value_or(reference_), i))
    return No{Reason::below_minimum, Detail{"the entry"}};
  if (i.quantity_max.is_positive() && quantity_ > i.quantity_max)
    return No{Reason::above_maximum, Detail{"the entry's quantity"}};
  if (signal.type == EntryType::market && i.market_quantity_max.is_positive() &&
      quantity_ > i.market_quantity_max)
    return No{Reason::above_maximum, Detail{"the market entry's quantity"}};
  if (i.notional_max.is_positive() && cost_ > i.notional_max)
    return No{Reason::above_maximum, Detail{"the entry's notional"}};
  if (signal.price)
    if (auto no = within_band(*signal.price, signal.side, "the entry")) return no;
  return std::nullopt;
}

RiskCheck::Step RiskCheck::legs() const {
  const Instrument& i = *instrument;
  if (enters())
    if (auto no = entry_leg()) return no;
  if (!wanted_.stop_loss && !target_alone()) return std::nullopt;

  // Every leg must be sellable after fees: a position that cannot be left is not entered.
  const Side exit = opposite(signal.side);
  Quantity left = quantity_;
  if (enters() && i.fee_in_base && signal.side == Side::buy)
    left -= Quantity{times(quantity_.decimal(), i.taker_fee, Rounding::ceil)};
  left = to_lot(left, i);
  if (target_alone()) return target_legs(left, std::nullopt);
  const Price stop = stop_to_tick(stop_price(), exit, i);
  if (!meets_minimum(left, stop, i))
    return No{Reason::below_minimum, Detail{"the stop, after fees"}};
  // A stop at market is a market order when it fires; one too large would be refused as a stop.
  if (!wanted_.stop_loss->limit_offset && i.market_quantity_max.is_positive() &&
      left > i.market_quantity_max)
    return No{Reason::above_maximum, Detail{"the stop's quantity"}};
  if (auto no = within_band(stop, exit, "the stop")) return no;
  if (wanted_.stop_loss->limit_offset) {
    const Price offset = *wanted_.stop_loss->limit_offset;
    const Price limit = exit == Side::sell ? stop - offset : stop + offset;
    if (!limit.is_positive() || offset.is_negative())
      return No{Reason::bad_field, Detail{"stop_loss.limit_offset"}};
    if (!meets_minimum(left, limit, i))
      return No{Reason::below_minimum, Detail{"the stop's limit, after fees"}};
    if (auto no = within_band(limit, exit, "the stop's limit")) return no;
  }
  return target_legs(left, stop);
}

RiskCheck::Step RiskCheck::target_legs(Quantity left, std::optional<Price> stop) const {
  const Instrument& i = *instrument;
  const Side exit = opposite(signal.side);
  for (const auto& target : wanted_.take_profit) {
    const Price price = target_to_tick(target_price(target), exit, i);
    const Quantity share = to_lot(
        Quantity{times(left.decimal(), target.fraction.value_or(Decimal{1}), Rounding::down)}, i);
    // Each share has a stop of its own, and the stop is the cheaper of the two.
    if (!meets_minimum(share, price, i) || (stop && !meets_minimum(share, *stop, i)))
      return No{Reason::below_minimum, Detail{"a target's share, after fees"}};
    if (auto no = within_band(price, exit, "the target")) return no;
  }
  return std::nullopt;
}

RiskCheck::Step RiskCheck::tier() {
  // Nothing was chosen, so nothing is known of its exits: the worse reading.
  if (target_alone()) facts_.exits_hold_balance = true;
  if (!needs_protection()) return std::nullopt;
  const auto facts = choose_tier(settings.tiers, instrument->kind, wanted_);
  if (!facts) return No{Reason::tier_unavailable, {}};
  facts_ = *facts;
  const auto slots = instrument->conditional_orders_max;
  // Every open bracket may hold a stop: one for each share must still fit.
  const auto stops = std::max<std::size_t>(1, wanted_.take_profit.size());
  if (slots > 0 && exposure.brackets_on(signal.account, signal.symbol) + stops > slots)
    return No{Reason::no_protective_slot, Detail{std::to_string(slots) + " at the venue"}};
  return std::nullopt;
}

RiskCheck::Step RiskCheck::exposure_limits() {
  if (!enters()) return std::nullopt;
  const RiskLimits& l = settings.limits;
  const auto over = [](Reason reason, Notional sum, Notional limit) {
    return No{reason, Detail{sum.str() + " is above " + limit.str()}};
  };
  const bool sells_inventory = !needs_protection() && !target_alone() && signal.side == Side::sell;
  if (cost_ > l.max_order_notional && !SIGNALBOX_PLANTED(order_limit_not_asked))
    return over(Reason::order_limit, cost_, l.max_order_notional);
  if (sells_inventory) return std::nullopt;
  if (const auto sum = exposure.open_notional(signal.account, signal.symbol) + cost_;
      l.max_symbol_notional && sum > *l.max_symbol_notional)
    return over(Reason::symbol_limit, sum, *l.max_symbol_notional);
  if (const auto sum = exposure.open_notional(signal.account) + cost_; sum > l.max_account_notional)
    return over(Reason::account_limit, sum, l.max_account_notional);
  if (const auto sum = exposure.open_notional() + cost_;
      max_total_notional && sum > *max_total_notional)
    return over(Reason::total_limit, sum, *max_total_notional);
  if (const auto sum = exposure.position(signal.account, signal.symbol) + quantity_;
      l.max_position && sum > *l.max_position)
    return No{Reason::position_limit, Detail{sum.str() + " is above " + l.max_position->str()}};
  if (exposure.open_brackets(signal.account) >= l.max_open_brackets)
    return No{Reason::bracket_limit, {}};
  if (exposure.entries_within(signal.account, std::chrono::minutes{1}, now.mono) >=
      l.max_entries_per_minute)
    return No{Reason::rate_limit, {}};
  return std::nullopt;
}

RiskCheck::Step RiskCheck::losses() const {
  if (!enters()) return std::nullopt;
  const RiskLimits& l = settings.limits;
  if (l.max_daily_loss)
    if (const Decimal today = exposure.profit_today(signal.account, now.wall);
        - today >= l.max_daily_loss->decimal())
      return No{Reason::daily_loss, Detail{today.str()}};
  if (l.max_drawdown)
    if (const Decimal down = exposure.drawdown(signal.account); down >= l.max_drawdown->decimal())
      return No{Reason::drawdown, Detail{down.str()}};
  return std::nullopt;
}

RiskCheck::Step RiskCheck::funds() {
  if (instrument->kind != MarketKind::spot) {
    if (enters()) return std::nullopt;
    const Quantity external = exposure.external(signal.account, signal.symbol);
    const Quantity there = signal.side == Side::buy ? external : -external;
    if (there >= quantity_) return std::nullopt;
    return No{Reason::insufficient_balance,
              Detail{there.str() + " of the position is nobody's, less than " + quantity_.str()}};
  }
  if (signal.side == Side::buy && enters()) {
    const Quantity have = exposure.available(signal.account, instrument->quote);
    if (have.decimal() < cost_.decimal())
      return No{Reason::insufficient_balance, Detail{have.str() + " is less than " + cost_.str()}};
    return std::nullopt;
  }
  const Quantity have = exposure.free_inventory(signal.account, *instrument);
  if (have < quantity_)
    return No{Reason::insufficient_balance,
              Detail{have.str() + " is less than " + quantity_.str()}};
  return std::nullopt;
}

}  // namespace signalbox
