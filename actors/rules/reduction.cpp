#include "actors/rules/reduction.hpp"

#include <algorithm>

#include "actors/rules/risk_check.hpp"
#include "actors/rules/rounding.hpp"

namespace signalbox {
namespace {

using No = RiskCheck::No;

/// What a sale at the market cannot heed. Refused by name: ignored it would be a promise broken.
std::optional<No> unsupported(const Signal& s) {
  const std::pair<bool, std::string_view> fields[] = {
      {s.type != EntryType::market, "type: it is sold at the market"},
      {s.price.has_value(), "price: it is sold at the market"},
      {s.notional.has_value(), "notional: give the quantity"},
      {s.risk.has_value(), "risk: give the quantity"},
      {s.stop_loss.has_value(), "stop_loss: it opens nothing"},
      {!s.take_profit.empty(), "take_profit: it opens nothing"},
      {s.trail.has_value(), "trail: it opens nothing"},
      {s.break_even_after.has_value(), "break_even_after: it opens nothing"},
      {s.time_limit.has_value(), "time_limit: it opens nothing"},
      {s.entry_expires.has_value(), "entry_expires: it opens nothing"},
      {s.post_only, "post_only: it is sold at the market"},
      {s.time_in_force.has_value(), "time_in_force: it is sold at the market"},
      {s.leverage && *s.leverage != Decimal{1}, "leverage"},
      {s.min_tier.has_value(), "min_tier: it opens nothing"}};
  for (const auto& [set, name] : fields)
    if (set) return No{Reason::unsupported, Detail{name}};
  return std::nullopt;
}

std::optional<No> objection(const Signal& signal, const RiskLimits& limits, TradingState state,
                            Now now) {
  if (auto no = RiskCheck::signal_age(signal, limits, now)) return no;
  if (state == TradingState::halted)
    return No{Reason::trading_halted, Detail{"halted: only `close` and `flatten` sell"}};
  if (auto no = unsupported(signal)) return no;
  if (!signal.quantity || !signal.quantity->is_positive())
    return No{Reason::bad_field, Detail{"quantity"}};
  return std::nullopt;
}

}  // namespace

std::vector<ReductionPart> check_reduction(const Signal& signal, const RiskLimits& limits,
                                           TradingState state, const Exposure& exposure, Now now,
                                           Verdict& verdict) {
  const auto refuse = [&](const No& no) {
    verdict.reason = no.reason;
    verdict.detail = no.detail;
    return std::vector<ReductionPart>{};
  };
  if (const auto no = objection(signal, limits, state, now)) return refuse(*no);

  auto parts =
      exposure.reducible(signal.account, signal.strategy, signal.symbol, opposite(signal.side));
  Quantity left = *signal.quantity;
  Quantity sum;
  std::size_t used = 0;
  for (; used < std::min(parts.size(), Reduction::parts_max) && left.is_positive(); ++used) {
    parts[used].quantity = std::min(parts[used].quantity, left);
    left -= parts[used].quantity;
    sum += parts[used].quantity;
  }
  parts.resize(used);
  if (parts.empty()) return refuse({Reason::nothing_to_reduce, {}});
  verdict.approved = true;
  verdict.quantity = sum;
  return parts;
}

Reduction::Reduction(const Signal& signal, std::span<const ReductionPart> parts)
    : id_(signal.id), strategy_(signal.strategy), account_(signal.account), symbol_(signal.symbol) {
  for (const auto& part : parts) {
    parts_.push_back({part.bracket, part.quantity});
    asked_ += part.quantity;
  }
}

Quantity Reduction::on_sold(const SignalHash& bracket, Quantity quantity, Price price) {
  Quantity counted;
  for (auto& part : parts_) {
    if (part.bracket != bracket || part.over) continue;
    counted = std::min(quantity, part.left);
    part.left -= counted;
    part.over = part.left.is_zero();
    sold_ += counted;
    paid_ += notional(price, counted, Rounding::half_even).value_or(Notional{});
  }
  return counted;
}

std::optional<Placed> Reduction::on_placed(const SignalHash& bracket, const LegEvent& event) {
  if (!awaits(bracket) || placed_.value_or(Outcome::unknown) != Outcome::unknown)
    return std::nullopt;
  Outcome outcome = Outcome::accepted;
  switch (event.what) {
    case LegEvent::What::standing:
    case LegEvent::What::filled: break;
    case LegEvent::What::unknown: outcome = Outcome::unknown; break;
    case LegEvent::What::ended:
      if (event.end != LegEnd::rejected) return std::nullopt;
      outcome = Outcome::refused;
      break;
    default: return std::nullopt;
  }
  if (placed_ == outcome) return std::nullopt;
  placed_ = outcome;
  return Placed{.id = id_,
                .strategy = strategy_,
                .account = account_,
                .symbol = symbol_,
                .order = event.order,
                .venue_order = event.venue_order,
                .outcome = outcome,
                .refusal = event.refusal};
}

void Reduction::on_over(const SignalHash& bracket) {
  for (auto& part : parts_)
    if (part.bracket == bracket) part.over = true;
}

bool Reduction::awaits(const SignalHash& bracket) const {
  return std::any_of(parts_.begin(), parts_.end(),
                     [&](const Part& p) { return p.bracket == bracket && !p.over; });
}

bool Reduction::done() const {
  return std::all_of(parts_.begin(), parts_.end(), [](const Part& p) { return p.over; });
}

std::vector<SignalHash> Reduction::brackets() const {
  std::vector<SignalHash> keys;
  for (const auto& part : parts_) keys.push_back(part.bracket);
  return keys;
}

SignalOutcome Reduction::outcome() const {
  SignalOutcome o;
  o.id = id_;
  o.strategy = strategy_;
  o.account = account_;
  o.symbol = symbol_;
  o.outcome = sold_.is_zero() ? BracketOutcome::not_executed : BracketOutcome::reduced;
  if (sold_ < asked_)
    o.detail =
        Detail{asked_.str() + " was approved; the rest was sold otherwise, or is too little"};
  o.filled = sold_;
  o.exit_price = average_price(paid_, sold_);
  return o;
}

}  // namespace signalbox
