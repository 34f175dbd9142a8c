#include "simulator/paper/paper_venue.hpp"

#include <charconv>
#include <memory>

#include "simulator/paper/reports.hpp"

namespace signalbox::simulator {
namespace {

template <class Result>
Result result_of(RequestId id, Outcome outcome, Refusal refusal, std::string_view why) {
  Result r;
  r.request = id;
  r.outcome = outcome;
  r.refusal = refusal;
  r.detail = Detail{why};
  return r;
}

template <class Result>
Result accepted(RequestId id) {
  return result_of<Result>(id, Outcome::accepted, Refusal::none, {});
}

bool places_stop(const PlaceOrders& p) {
  for (const auto& o : p.orders)
    if (o.kind == OrderKind::stop_market || o.kind == OrderKind::stop_limit) return true;
  return false;
}

TierFacts tier_facts(EntryType entry, Tier tier, bool covers_partial) {
  return {.market = MarketKind::spot,
          .entry = entry,
          .tier = tier,
          .covers_partial = covers_partial,
          .both_legs = true,
          .survives_engine = true,
          .stop_survives_partial_target = false,
          .exits_hold_balance = true,
          .pairs = true,
          .evidence = Text<120>{"simulator/engine: tests/simulator/lists_test.cpp"}};
}

}  // namespace

Capabilities paper_capabilities() {
  Capabilities c;
  c.venue = VenueName{"paper"};
  c.amends = true;
  c.amends_down_only = true;
  c.live_ids_unique = true;
  c.cancels_siblings = true;
  c.testnet = true;
  c.tiers = {tier_facts(EntryType::market, Tier::resting, true),
             tier_facts(EntryType::limit, Tier::resting, true),
             tier_facts(EntryType::limit, Tier::attached, false)};
  return c;
}

PaperVenue::PaperVenue(Engine& engine, AccountId account, const Clock& clock, Timers& timers,
                       PaperOptions options)
    : engine_(engine),
      account_(account),
      clock_(clock),
      timers_(timers),
      options_(std::move(options)),
      there_(clock, timers),
      back_(clock, timers) {}

PaperVenue::~PaperVenue() {
  if (sink_) engine_.remove_sink(*this);
  for (const auto& [id, pending] : pending_) timers_.cancel(pending.deadline);
}

// ---- connection ----

void PaperVenue::start(VenueSink& sink) {
  if (!sink_) engine_.add_sink(*this);
  sink_ = &sink;
  up_ = true;
  report_link(LinkState::connecting, "paper");
  there_.push(options_.latency_there, [this] { announce_ready(); });
}

void PaperVenue::announce_ready() {
  if (!up_) return;
  ++generation_;
  streaming_ = true;
  send_back([this] {
    InstrumentsReport all;
    for (std::size_t i = 0; i < engine_.market_count(); ++i) {
      auto instrument = engine_.spec(static_cast<MarketId>(i)).instrument;
      instrument.taker_fee = engine_.accounts().spec(account_).taker_fee;
      instrument.fee_in_base = true;
      all.instruments.push_back(instrument);
    }
    sink_->on(all);
    BalancesReport balances;
    for (const auto& b : engine_.accounts().balances(account_))
      balances.balances.push_back(to_report(b));
    sink_->on(balances);
  });
  backfill();
  report_link(LinkState::ready, "paper");
}

void PaperVenue::backfill() {
  if (!missed_from_) return;
  const auto& trades = engine_.record().trades();
  for (auto i = *missed_from_; i < trades.size(); ++i) {
    const auto& t = trades[i];
    if (t.account != account_) continue;
    send_back([this, fill = to_report(t, engine_.orders()[t.order], engine_.spec(t.market))] {
      sink_->on(fill);
    });
  }
  missed_from_.reset();
}

void PaperVenue::report_link(LinkState state, std::string_view why) {
  LinkReport r;
  r.state = state;
  r.generation = generation_;
  r.detail = Detail{why};
  send_back([this, r] { sink_->on(r); });
}

void PaperVenue::cut(Duration for_time) {
  if (!up_) return;
  lose_stream();
  report_link(LinkState::stale, "stream lost");
  there_.push_alone(for_time, [this] { announce_ready(); });
}

void PaperVenue::lose_stream() {
  streaming_ = false;
  if (!missed_from_) missed_from_ = engine_.record().trades().size();
}

void PaperVenue::stop() {
  if (!up_) return;
  up_ = false;
  lose_stream();
  while (!pending_.empty()) {
    const auto give_up = pending_.begin()->second.give_up;
    if (pending_.begin()->second.sent)
      give_up(Outcome::unknown, Refusal::none, "stopped");
    else
      give_up(Outcome::refused, Refusal::not_sent, "stopped");
  }
  report_link(LinkState::down, "stopped");
}

// ---- one request ----

template <class Result>
void PaperVenue::settle(RequestId id, Result result) {
  const auto found = pending_.find(id);
  if (found == pending_.end()) return;  // given up already: the first result was the final one
  timers_.cancel(found->second.deadline);
  pending_.erase(found);
  sink_->on(result);
}

template <class Result>
void PaperVenue::ask(RequestId id, const RequestFacts& facts, MonoTime deadline,
                     std::function<Result()> execute) {
  const auto refuse = [&](std::string_view why) {
    if (!sink_) return;  // nobody to tell
    send_back([this, r = result_of<Result>(id, Outcome::refused, Refusal::not_sent, why)] {
      sink_->on(r);
    });
  };
  if (!up_) return refuse("not started");
  if (deadline <= clock_.mono()) return refuse("the deadline has passed");
  if (pending_.size() == pending_max) return refuse("too many requests under way");
  if (pending_.count(id) != 0) return refuse("request id is in use");

  auto& pending = pending_[id];
  pending.give_up = [this, id](Outcome outcome, Refusal refusal, std::string_view why) {
    const auto found = pending_.find(id);
    timers_.cancel(found->second.deadline);
    pending_.erase(found);
    send_back([this, r = result_of<Result>(id, outcome, refusal, why)] { sink_->on(r); });
  };
  pending.deadline = timers_.at(deadline, [this, id] {
    settle(id, result_of<Result>(id, Outcome::unknown, Refusal::none, "no answer in time"));
  });
  pending.sent = true;
  // The facts hold a view of the request's id: they are completed again on arrival.
  auto kept = facts;
  kept.client_id = {};
  there_.push(options_.latency_there, [this, id, kept, execute = std::move(execute)] {
    arrive<Result>(id, kept, execute);
  });
}

template <class Result>
void PaperVenue::arrive(RequestId id, const RequestFacts& facts,
                        const std::function<Result()>& execute) {
  const auto fault =
      options_.faults ? options_.faults->on_request(facts, clock_.wall()) : std::nullopt;
  if (!fault) {
    send_back([this, id, r = execute()] { settle(id, r); });
    return;
  }
  const bool answers_as_asked = fault->kind == FaultKind::slow;
  auto result = fault->executed || answers_as_asked ? execute() : Result{};
  result.request = id;
  if (fault->kind == FaultKind::silent) return;  // the deadline will say it
  if (!answers_as_asked) {
    const bool known = fault->kind == FaultKind::unavailable ||
                       fault->kind == FaultKind::rate_limited || fault->kind == FaultKind::banned ||
                       fault->kind == FaultKind::maintenance || fault->kind == FaultKind::refused;
    const auto refusal = !known                                   ? Refusal::none
                         : fault->kind == FaultKind::rate_limited ? Refusal::rate_limited
                         : fault->kind == FaultKind::banned       ? Refusal::banned
                         : fault->kind == FaultKind::refused      ? to_refusal(fault->reject)
                                                                  : Refusal::maintenance;
    result = result_of<Result>(id, known ? Outcome::refused : Outcome::unknown, refusal,
                               name_of(fault->kind));
  }
  if (fault->delay == Duration::zero())
    return send_back([this, id, result] { settle(id, result); });
  back_.push_alone(options_.latency_back + fault->delay,
                   [this, id, result] { settle(id, result); });
}

// ---- the requests ----

void PaperVenue::place(const PlaceOrders& p, MonoTime deadline) {
  ask<WriteResult>(p.request,
                   {.kind = RequestKind::place, .account = account_, .stop = places_stop(p)},
                   deadline, [this, p, sent = clock_.wall()] { return execute(p, sent); });
}

void PaperVenue::amend(const AmendOrder& a, MonoTime deadline) {
  ask<WriteResult>(a.request, {.kind = RequestKind::amend, .account = account_}, deadline,
                   [this, a] { return execute(a); });
}

void PaperVenue::cancel(const CancelOrder& c, MonoTime deadline) {
  ask<WriteResult>(c.request, {.kind = RequestKind::cancel, .account = account_}, deadline,
                   [this, c] { return execute(c); });
}

void PaperVenue::query(const QueryOrder& q, MonoTime deadline) {
  ask<OrdersResult>(q.request, {.kind = RequestKind::query, .account = account_}, deadline,
                    [this, q] {
                      const auto* order = find(q.id, q.venue_id);
                      if (!order)
                        return result_of<OrdersResult>(q.request, Outcome::refused,
                                                       Refusal::not_found, "unknown order");
                      auto r = accepted<OrdersResult>(q.request);
                      r.items.push_back(report(order->id));
                      return r;
                    });
}

void PaperVenue::query(const QueryOpenOrders& q, MonoTime deadline) {
  ask<OrdersResult>(q.request, {.kind = RequestKind::query, .account = account_}, deadline,
                    [this, q] {
                      auto r = accepted<OrdersResult>(q.request);
                      for (const auto id : engine_.orders().open(account_)) {
                        auto item = report(id);
                        if (!q.symbol || item.symbol == *q.symbol) r.items.push_back(item);
                      }
                      return r;
                    });
}

void PaperVenue::query(const QueryFills& q, MonoTime deadline) {
  ask<FillsResult>(q.request, {.kind = RequestKind::query, .account = account_}, deadline,
                   [this, q] {
                     auto r = accepted<FillsResult>(q.request);
                     for (const auto& t : engine_.record().trades()) {
                       if (t.account != account_ || t.time < q.since) continue;
                       const auto& market = engine_.spec(t.market);
                       if (market.instrument.symbol != q.symbol) continue;
                       r.items.push_back(to_report(t, engine_.orders()[t.order], market));
                     }
                     return r;
                   });
}

void PaperVenue::query(const QueryBalances& q, MonoTime deadline) {
  ask<BalancesResult>(q.request, {.kind = RequestKind::query, .account = account_}, deadline,
                      [this, q] {
                        auto r = accepted<BalancesResult>(q.request);
                        for (const auto& b : engine_.accounts().balances(account_))
                          r.items.push_back(to_report(b));
                        return r;
                      });
}

void PaperVenue::query(const QueryPositions& q, MonoTime deadline) {
  ask<PositionsResult>(
      q.request, {.kind = RequestKind::query, .account = account_}, deadline, [this, q] {
        auto r = accepted<PositionsResult>(q.request);
        for (std::size_t i = 0; i < engine_.market_count(); ++i) {
          const auto& spec = engine_.spec(static_cast<MarketId>(i));
          if (spec.instrument.kind == MarketKind::spot) continue;
          const Asset base = spec.instrument.base;
          const auto& held = engine_.accounts();
          r.items.push_back(
              {.symbol = spec.instrument.symbol,
               .quantity = Quantity{held.free(account_, base) + held.locked(account_, base)} -
                           options_.lent});
        }
        return r;
      });
}

void PaperVenue::query(const QueryTicker& q, MonoTime deadline) {
  ask<TickerResult>(
      q.request, {.kind = RequestKind::market, .account = account_}, deadline, [this, q] {
        const auto market = engine_.find_market(q.symbol);
        if (!market)
          return result_of<TickerResult>(q.request, Outcome::refused, Refusal::invalid,
                                         to_text(Reject::unknown_market));
        auto r = accepted<TickerResult>(q.request);
        r.items.push_back(to_report(engine_.top(*market), engine_.spec(*market), clock_.wall()));
        return r;
      });
}

void PaperVenue::subscribe(const SubscribeTicker& s, MonoTime deadline) {
  ask<TickerResult>(
      s.request, {.kind = RequestKind::stream, .account = account_}, deadline, [this, s] {
        const auto market = engine_.find_market(s.symbol);
        if (!market)
          return result_of<TickerResult>(s.request, Outcome::refused, Refusal::invalid,
                                         to_text(Reject::unknown_market));
        tickers_.insert(*market);
        auto r = accepted<TickerResult>(s.request);
        if (engine_.top(*market).bid.is_positive())
          r.items.push_back(to_report(engine_.top(*market), engine_.spec(*market), clock_.wall()));
        return r;
      });
}

}  // namespace signalbox::simulator
