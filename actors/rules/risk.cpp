#include "actors/rules/risk.hpp"

#include <algorithm>

#include "actors/rules/reduction.hpp"
#include "actors/rules/risk_check.hpp"
#include "actors/rules/rounding.hpp"
#include "actors/rules/tier.hpp"
#include "messages/codec.hpp"

namespace signalbox {
namespace {

constexpr std::string_view external_strategy = "external";  // of what `flatten` takes over
constexpr std::int64_t external_stop_percent = 10;
constexpr std::size_t signal_bytes = 512;  // room for most; a longer one costs an allocation more

/// Two signals under one id are the same only if every field is.
std::uint64_t digest_of(Signal signal, Origin origin) {
  if (origin.by_place_order) signal.time = {};
  std::string bytes;
  bytes.reserve(signal_bytes);
  if (origin.protects) bytes.push_back('p');
  encode(signal, bytes);
  return std::hash<std::string>{}(bytes);
}

}  // namespace

SignalOutcome refused_outcome(const Verdict& verdict, WallTime time) {
  SignalOutcome o;
  o.id = verdict.id;
  o.strategy = verdict.strategy;
  o.account = verdict.account;
  o.symbol = verdict.symbol;
  o.outcome = BracketOutcome::refused;
  o.reason = verdict.reason;
  o.detail = verdict.detail;
  o.time = time;
  return o;
}

Risk::Risk(Options options, std::vector<RiskAccount> accounts) : options_(std::move(options)) {
  for (auto& each : accounts) {
    const AccountName name = each.account;
    accounts_[name].settings = std::move(each);
  }
}

void Risk::on_instruments(const AccountName& account, std::span<const Instrument> instruments) {
  const auto known = accounts_.find(account);
  if (known == accounts_.end()) return;
  for (const auto& each : instruments)
    known->second.instruments.insert_or_assign(each.symbol, each);
}

std::optional<MarketNow> Risk::market_of(const AccountName& account, const SignalHash& bracket,
                                         MonoTime now) const {
  const auto known = accounts_.find(account);
  const auto quote = exposure_.quote(bracket);
  if (known == accounts_.end() || !quote) return std::nullopt;
  if (now - quote->at > known->second.settings.limits.max_ticker_age) return std::nullopt;
  return MarketNow{quote->bid, quote->ask};
}

void Risk::on_link(const AccountName& account, LinkState state) {
  if (const auto known = accounts_.find(account); known != accounts_.end())
    known->second.link = state;
}

void Risk::set_state(const AccountName& account, TradingState state) {
  if (const auto known = accounts_.find(account); known != accounts_.end())
    known->second.state = state;
}

TradingState Risk::state(const AccountName& account) const {
  const auto known = accounts_.find(account);
  return known == accounts_.end() ? TradingState::halted : known->second.state;
}

const Instrument* Risk::instrument(const AccountName& account, const Symbol& symbol) const {
  const auto known = accounts_.find(account);
  if (known == accounts_.end()) return nullptr;
  const auto found = known->second.instruments.find(symbol);
  return found == known->second.instruments.end() ? nullptr : &found->second;
}

void Risk::set_frozen(const AccountName& account, const Symbol& symbol, bool frozen) {
  if (const auto known = accounts_.find(account); known != accounts_.end())
    known->second.frozen[symbol] = frozen;
}

Risk::Known Risk::known(const Signal& signal, Origin origin) const {
  const auto key = signal_hash(signal.account, signal.strategy, signal.id);
  const auto as = [&](std::uint64_t digest) {
    return digest == digest_of(signal, origin) ? Known::repeated : Known::id_reused;
  };
  if (const auto found = memory_.find(key); found != memory_.end()) return as(found->second.digest);
  const auto ended = ended_orders_.find(key);
  return ended == ended_orders_.end() ? Known::fresh : as(ended->second.digest);
}

void Risk::remember(const Signal& signal, Origin origin, const Accepted& accepted, Now now) {
  forget_old(now.mono);
  const auto key = signal_hash(signal.account, signal.strategy, signal.id);
  Memory memory{
      .digest = digest_of(signal, origin), .by_place_order = origin.by_place_order, .answer = {}};
  memory.answer.id = signal.id;
  memory.answer.accepted = accepted;
  memory_.insert_or_assign(key, std::move(memory));
  memory_order_.emplace_back(now.mono, key);
}

Duration Risk::remembered_for() const {
  Duration age{};
  for (const auto& [name, account] : accounts_)
    age = std::max(
        age, account.settings.limits.max_signal_age + account.settings.limits.max_clock_ahead);
  return age + options_.remember_beyond_age;
}

bool Risk::beyond_memory(const Signal& signal, WallTime now) const {
  return now - signal.time > remembered_for();
}

void Risk::forget_old(MonoTime now) {
  const Duration keep = remembered_for();
  while (!memory_order_.empty() && now - memory_order_.front().first > keep) {
    const auto key = memory_order_.front().second;
    memory_order_.pop_front();
    if (!forget_if_over(key)) memory_order_.emplace_back(now, key);
  }
}

void Risk::forget_before(WallTime latest) {
  // The clock of those days may have been set, and a signal is told from its repeat by memory only.
  constexpr Duration clock_may_err = std::chrono::hours{24};
  const auto before = latest - remembered_for() - clock_may_err;
  for (auto left = memory_order_.size(); left > 0; --left) {
    const auto [since, key] = memory_order_.front();
    const auto found = memory_.find(key);
    if (found != memory_.end() && found->second.answer.accepted &&
        found->second.answer.accepted->time >= before)
      return;
    memory_order_.pop_front();
    if (!forget_if_over(key)) memory_order_.emplace_back(since, key);
  }
}

/// False: it is still open.
bool Risk::forget_if_over(const SignalHash& key) {
  const auto found = memory_.find(key);
  if (found == memory_.end()) return true;
  const auto& accepted = found->second.answer.accepted;
  const auto& outcome = found->second.answer.outcome;
  if (!accepted || !outcome) return false;
  // Older signals are refused whatever their id, so forgetting them is safe. An order of
  // place_order has the time at which it arrives and would be traded again.
  if (found->second.by_place_order)
    ended_orders_.insert_or_assign(key, Ended{.digest = found->second.digest,
                                              .log_number = accepted->log_number,
                                              .accepted = accepted->time,
                                              .ended = outcome->time,
                                              .outcome = outcome->outcome,
                                              .reason = outcome->reason,
                                              .filled = outcome->filled});
  memory_.erase(found);
  return true;
}

SignalAnswer Risk::state_of(const Signal& signal) const {
  const auto key = signal_hash(signal.account, signal.strategy, signal.id);
  const auto found = ended_orders_.find(key);
  if (found == ended_orders_.end()) return state_of(key);
  const auto& ended = found->second;
  SignalAnswer answer;
  answer.id = signal.id;
  answer.accepted = Accepted{.id = signal.id,
                             .strategy = signal.strategy,
                             .account = signal.account,
                             .symbol = signal.symbol,
                             .log_number = ended.log_number,
                             .time = ended.accepted};
  auto& outcome = answer.outcome.emplace();
  outcome.id = signal.id;
  outcome.strategy = signal.strategy;
  outcome.account = signal.account;
  outcome.symbol = signal.symbol;
  outcome.outcome = ended.outcome;
  outcome.reason = ended.reason;
  outcome.detail = Detail{"the journal has the rest"};
  outcome.filled = ended.filled;
  outcome.time = ended.ended;
  return answer;
}

SignalAnswer Risk::state_of(const SignalHash& key) const {
  const auto found = memory_.find(key);
  return found == memory_.end() ? SignalAnswer{} : found->second.answer;
}

void Risk::note(const SignalHash& key, const Verdict& verdict) {
  if (const auto found = memory_.find(key); found != memory_.end())
    found->second.answer.verdict = verdict;
}

void Risk::note(const SignalHash& key, const Placed& placed) {
  if (const auto found = memory_.find(key); found != memory_.end())
    found->second.answer.placed = placed;
}

void Risk::note(const SignalHash& key, const SignalOutcome& outcome) {
  if (const auto found = memory_.find(key); found != memory_.end())
    found->second.answer.outcome = outcome;
}

Verdict Risk::blank(const Signal& signal, Now now) const {
  Verdict verdict;
  verdict.id = signal.id;
  verdict.strategy = signal.strategy;
  verdict.account = signal.account;
  verdict.symbol = signal.symbol;
  verdict.confidence = signal.confidence;
  verdict.time = now.wall;
  return verdict;
}

std::optional<Plan> Risk::check(const Signal& signal, Origin origin, Now now, Verdict& verdict) {
  const auto& account = accounts_.at(signal.account);
  const auto instrument = account.instruments.find(signal.symbol);
  const auto frozen = account.frozen.find(signal.symbol);
  RiskCheck check{RiskInputs{
      .signal = signal,
      .origin = origin,
      .now = now,
      .settings = account.settings,
      .link = account.link,
      .state = account.state,
      .instrument = instrument == account.instruments.end() ? nullptr : &instrument->second,
      .frozen = frozen != account.frozen.end() && frozen->second,
      .reconciling = reconciling_,
      .max_total_notional = options_.max_total_notional,
      .exposure = exposure_}};
  return check.run(verdict);
}

Risk::Decision Risk::judge(const Signal& signal, Origin origin, Now now) {
  Decision decision{.verdict = blank(signal, now), .plan = std::nullopt};
  Verdict& verdict = decision.verdict;
  const auto account = accounts_.find(signal.account);
  if (account == accounts_.end()) {
    verdict.reason = Reason::unknown_account;
    return decision;
  }
  if (signal.reduce_only && !origin.by_place_order) {
    decision.reduces = check_reduction(signal, account->second.settings.limits,
                                       account->second.state, exposure_, now, verdict);
    return decision;
  }
  // A signal that could never be forgotten could never be refused as a repeat.
  if (memory_.size() + ended_orders_.size() > options_.signals_remembered_max) {
    verdict.reason = Reason::busy;
    verdict.detail = Detail{"as many signal ids are remembered as fit"};
    return decision;
  }
  auto plan = check(signal, origin, now, verdict);
  if (!plan) return decision;

  verdict.approved = true;
  // Selling inventory opens nothing, and what is there already is paid for.
  if (plan->held_already) {
    exposure_.reserve(*plan, {});
  } else if (!plan->unprotected_by_request || signal.side == Side::buy ||
             !plan->signal.take_profit.empty()) {
    exposure_.reserve(*plan, verdict.notional.value_or(Notional{}));
    exposure_.count_entry(signal.account, now.mono);
  }
  decision.plan = Approved<Plan>{std::move(*plan)};
  return decision;
}

Verdict Risk::judge_after(const SignalHash& bracket, const Signal& signal, Now now) {
  return exposure_.without(bracket, [&] {
    Verdict verdict = blank(signal, now);
    verdict.approved = check(signal, {}, now, verdict).has_value();
    return verdict;
  });
}

std::vector<Symbol> Risk::external_on(const AccountName& account) const {
  std::vector<Symbol> symbols;
  const auto known = accounts_.find(account);
  if (known == accounts_.end()) return symbols;
  for (const auto& [symbol, instrument] : known->second.instruments)
    if (instrument.kind == MarketKind::linear && !exposure_.external(account, symbol).is_zero())
      symbols.push_back(symbol);
  return symbols;
}

std::optional<Approved<Plan>> Risk::take_external(const AccountName& account, const Symbol& symbol,
                                                  const SignalId& id, Now now) {
  const auto& known = accounts_.at(account);
  const Quantity external = exposure_.external(account, symbol);
  const auto& instrument = known.instruments.at(symbol);
  Plan plan;
  plan.instrument = instrument;
  plan.signal.id = id;
  plan.signal.time = now.wall;
  plan.signal.strategy = StrategyName{external_strategy};
  plan.signal.account = account;
  plan.signal.symbol = symbol;
  plan.signal.side = external.is_positive() ? Side::buy : Side::sell;
  plan.signal.reduce_only = true;
  plan.quantity = to_lot(external.is_negative() ? -external : external, instrument);
  plan.signal.quantity = plan.quantity;
  if (!plan.quantity.is_positive()) return std::nullopt;
  if (const auto quote = exposure_.quote(account, symbol))
    plan.reference = external.is_positive() ? quote->bid : quote->ask;
  // Should it have to stand for a while, it stands under a stop.
  plan.signal.stop_loss = StopLoss{.percent = Decimal{external_stop_percent}};
  plan.facts = choose_tier(known.settings.tiers, MarketKind::linear, plan.signal)
                   .value_or(TierFacts{.market = MarketKind::linear});
  plan.held_already = true;
  plan.key = signal_hash(account, plan.signal.strategy, id);
  exposure_.reserve(plan, {});
  return Approved<Plan>{std::move(plan)};
}

Approved<Plan> Risk::approved_before(Plan plan) {
  const auto cost =
      plan.held_already
          ? Notional{}
          : notional(plan.reference, plan.quantity, Rounding::ceil).value_or(Notional{});
  if (!plan.unprotected_by_request || plan.signal.side == Side::buy) exposure_.reserve(plan, cost);
  return Approved<Plan>{std::move(plan)};
}

}  // namespace signalbox
