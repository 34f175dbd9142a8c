#include "actors/rules/exposure.hpp"

#include <algorithm>

namespace signalbox {
namespace {

std::int64_t day_of(WallTime t) {
  return std::chrono::floor<std::chrono::days>(t).time_since_epoch().count();
}

Decimal product(Decimal a, Decimal b) {
  return Decimal::mul(a, b, Rounding::half_even).value_or(Decimal{});
}

}  // namespace

void Exposure::on_balances(const AccountName& account, std::span<const Balance> balances,
                           MonoTime now) {
  auto& known = accounts_[account];
  for (const auto& each : balances) known.free[each.asset] = each.free;
  known.balances_at = now;
  // The venue has answered these entries before it told these balances: they are in them.
  std::erase_if(known.unpaid, [this](const SignalHash& key) {
    const auto found = open_.find(key);
    if (found == open_.end()) return true;
    Open& open = found->second;
    if (!open.now.placed && open.now.entry_live) return false;
    count(open, false);
    open.counted_by_venue = true;
    count(open, true);
    return true;
  });
}

void Exposure::count(const Open& open, bool in) {
  const auto add = [in](auto& sum, auto x) { in ? sum += x : sum -= x; };
  const auto step = in ? 1U : ~0U;
  const Notional value = worth(open);
  add(total_, value);
  for (Totals* totals : {&of_account_[open.account], &of_symbol_[{open.account, open.symbol}]}) {
    add(totals->worth, value);
    add(totals->quantity, quantity_of(open));
    add(totals->loose, std::max(open.now.held - open.now.covered, Quantity{}));
    totals->brackets += step;
    if (open.side == Side::buy) totals->buys += step;
  }
  if (open.side == Side::buy && !open.counted_by_venue)
    add(unpaid_[{open.account, open.quote_asset}], open.cost);
}

void Exposure::on_tick(const AccountName& account, const Tick& tick, MonoTime now) {
  accounts_[account].quotes[tick.symbol] = {tick.bid, tick.ask, now};
}

std::optional<Exposure::Quote> Exposure::quote(const AccountName& account,
                                               const Symbol& symbol) const {
  const auto known = accounts_.find(account);
  if (known == accounts_.end()) return std::nullopt;
  const auto found = known->second.quotes.find(symbol);
  if (found == known->second.quotes.end()) return std::nullopt;
  return found->second;
}

std::optional<Exposure::Quote> Exposure::quote(const SignalHash& bracket) const {
  const auto open = open_.find(bracket);
  return open == open_.end() ? std::nullopt : quote(open->second.account, open->second.symbol);
}

void Exposure::set_external(const AccountName& account, const Symbol& symbol, Quantity quantity) {
  accounts_[account].external[symbol] = quantity;
}

Quantity Exposure::external(const AccountName& account, const Symbol& symbol) const {
  const auto known = accounts_.find(account);
  if (known == accounts_.end()) return {};
  const auto found = known->second.external.find(symbol);
  return found == known->second.external.end() ? Quantity{} : found->second;
}

void Exposure::reserve(const Plan& plan, Notional cost) {
  const Open open{.number = ++last_number_,
                  .account = plan.signal.account,
                  .strategy = plan.signal.strategy,
                  .symbol = plan.signal.symbol,
                  .side = plan.signal.side,
                  .quote_asset = plan.instrument.quote,
                  .approved = plan.quantity,
                  .reference = plan.reference,
                  .cost = cost,
                  .now = {.key = plan.key,
                          .entry_live = !plan.held_already,
                          .placed = plan.held_already,
                          .held = plan.held_already ? plan.quantity : Quantity{}}};
  if (!open_.emplace(plan.key, open).second) return;
  count(open, true);
  accounts_[open.account].unpaid.push_back(plan.key);
  // What a bracket takes over is external no more, at once: the next may not have it, too.
  if (plan.held_already && plan.instrument.kind == MarketKind::linear) {
    auto& external = accounts_[open.account].external[open.symbol];
    external += open.side == Side::buy ? -plan.quantity : plan.quantity;
  }
}

void Exposure::count_entry(const AccountName& account, MonoTime now) {
  auto& entries = accounts_[account].entries;
  entries.push_back(now);
  if (entries.size() > entries_remembered_max) entries.pop_front();
}

void Exposure::on(const BracketExposure& change, WallTime now) {
  const auto found = open_.find(change.key);
  if (found == open_.end()) return;
  count(found->second, false);
  if (change.ended) {
    if (change.profit) restore_realised(found->second.account, *change.profit, now);
    open_.erase(found);
    return;
  }
  found->second.now = change;
  count(found->second, true);
}

void Exposure::restore_realised(const AccountName& account, Decimal profit, WallTime at) {
  auto& known = accounts_[account];
  known.realised = known.realised + profit;
  known.peak = std::max(known.peak, known.realised);  // also when nobody asks while it stands there
  auto& day = known.realised_by_day[day_of(at)];
  day = day + profit;
}

Quantity Exposure::quantity_of(const Open& open) {
  return open.now.entry_live ? std::max(open.approved, open.now.held) : open.now.held;
}

Notional Exposure::worth(const Open& open) {
  const auto price = std::max(open.reference, open.now.entry_price.value_or(open.reference));
  return notional(price, quantity_of(open), Rounding::ceil).value_or(Notional{amount_max});
}

Notional Exposure::open_notional() const { return total_; }

Notional Exposure::open_notional(const AccountName& account) const {
  const auto found = of_account_.find(account);
  return found == of_account_.end() ? Notional{} : found->second.worth;
}

const Exposure::Totals& Exposure::of(const AccountName& account, const Symbol& symbol) const {
  static const Totals none;
  const auto found = of_symbol_.find({account, symbol});
  return found == of_symbol_.end() ? none : found->second;
}

Notional Exposure::open_notional(const AccountName& account, const Symbol& symbol) const {
  return of(account, symbol).worth;
}

Quantity Exposure::position(const AccountName& account, const Symbol& symbol) const {
  return of(account, symbol).quantity;
}

std::uint32_t Exposure::open_brackets(const AccountName& account) const {
  const auto found = of_account_.find(account);
  return found == of_account_.end() ? 0 : found->second.brackets;
}

std::uint32_t Exposure::entries_within(const AccountName& account, Duration window, MonoTime now) {
  auto& entries = accounts_[account].entries;
  while (!entries.empty() && now - entries.front() >= window) entries.pop_front();
  return static_cast<std::uint32_t>(entries.size());
}

bool Exposure::side_open(const AccountName& account, const Symbol& symbol, Side side) const {
  const Totals& totals = of(account, symbol);
  return (side == Side::buy ? totals.buys : totals.brackets - totals.buys) > 0;
}

bool Exposure::opposes(const SignalHash& bracket, const Signal& signal) const {
  const auto found = open_.find(bracket);
  return found != open_.end() && found->second.symbol == signal.symbol &&
         found->second.side == opposite(signal.side);
}

std::vector<ReductionPart> Exposure::reducible(const AccountName& account,
                                               const StrategyName& strategy, const Symbol& symbol,
                                               Side side) const {
  std::vector<const Open*> own;
  for (const auto& [key, open] : open_)
    if (open.account == account && open.strategy == strategy && open.symbol == symbol &&
        open.side == side && open.now.held > open.now.shedding)
      own.push_back(&open);
  std::sort(own.begin(), own.end(),
            [](const Open* a, const Open* b) { return a->number < b->number; });
  std::vector<ReductionPart> parts;
  for (const Open* open : own)
    parts.push_back({open->now.key, open->now.held - open->now.shedding});
  return parts;
}

Quantity Exposure::free_funds(const AccountName& account, const Asset& asset) const {
  const auto known = accounts_.find(account);
  if (known == accounts_.end()) return {};
  const auto found = known->second.free.find(asset);
  return found == known->second.free.end() ? Quantity{} : found->second;
}

Quantity Exposure::available(const AccountName& account, const Asset& asset) const {
  const auto unpaid = unpaid_.find({account, asset});
  const Quantity taken{unpaid == unpaid_.end() ? Decimal{} : unpaid->second.decimal()};
  return std::max(free_funds(account, asset) - taken, Quantity{});
}

std::optional<Duration> Exposure::balance_age(const AccountName& account, MonoTime now) const {
  const auto known = accounts_.find(account);
  if (known == accounts_.end() || !known->second.balances_at) return std::nullopt;
  return now - *known->second.balances_at;
}

Quantity Exposure::free_inventory(const AccountName& account, const Instrument& instrument) const {
  // What a bracket holds and no stop has locked at the venue shows as free there.
  return std::max(free_funds(account, instrument.base) - of(account, instrument.symbol).loose,
                  Quantity{});
}

Decimal Exposure::unrealised(const AccountName& account) const {
  Decimal sum;
  for (const auto& [key, open] : open_) {
    if (open.account != account || !open.now.entry_price || open.now.held.is_zero()) continue;
    const auto now = quote(account, open.symbol);
    if (!now) continue;
    const Price exit = open.side == Side::buy ? now->bid : now->ask;
    const Decimal worth_now = product(exit.decimal(), open.now.held.decimal());
    sum = sum + open.now.cash + (open.side == Side::buy ? worth_now : -worth_now);
  }
  return sum;
}

Decimal Exposure::profit_today(const AccountName& account, WallTime now) const {
  Decimal sum = unrealised(account);
  if (const auto known = accounts_.find(account); known != accounts_.end()) {
    const auto today = known->second.realised_by_day.find(day_of(now));
    if (today != known->second.realised_by_day.end()) sum = sum + today->second;
  }
  return sum;
}

Decimal Exposure::drawdown(const AccountName& account) const {
  const auto known = accounts_.find(account);
  if (known == accounts_.end()) return {};
  const Decimal level = known->second.realised + unrealised(account);
  known->second.peak = std::max(known->second.peak, level);
  return known->second.peak - level;
}

}  // namespace signalbox
