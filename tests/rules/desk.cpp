#include "tests/rules/desk.hpp"

#include <algorithm>

namespace signalbox::test {
namespace {
using std::chrono::milliseconds;
using std::chrono::seconds;
}  // namespace

Desk::Desk(Options given) : options(std::move(given)), venue(options.venue), random_(options.seed) {
  book.set_policy(main_account, options.cover);
  orders = std::make_unique<Orders>(policy());
}

OrdersPolicy Desk::policy() const {
  return {.book = Book{"test"}, .live_ids_unique = options.live_ids_unique};
}

void Desk::later(Duration after, std::function<void()> what) {
  due_.emplace(now_.mono + after, [life = life_, this, what = std::move(what)] {
    if (life == life_) what();
  });
}

void Desk::open(const Plan& plan) {
  plans.push_back(plan);
  facts_.emplace_back(plan);
  orders->own(plan.key, owner_of(plan));
  book.open(plan, now_, book_out_);
  settle();
}

bool Desk::close(const SignalHash& bracket) {
  if (book.find(bracket) == nullptr || book.find(bracket)->ended()) return false;
  facts_.emplace_back(CommandRecord{.bracket = bracket, .command = BracketCommand::close});
  book.close(bracket, BracketOutcome::closed, now_, book_out_);
  settle();
  return true;
}

bool Desk::cancel_entry(const SignalHash& bracket) {
  if (book.find(bracket) == nullptr || book.find(bracket)->ended()) return false;
  facts_.emplace_back(CommandRecord{.bracket = bracket, .command = BracketCommand::cancel_entry});
  book.cancel_entry(bracket, now_, book_out_);
  settle();
  return true;
}

bool Desk::shed(const SignalHash& bracket, Quantity quantity) {
  if (book.find(bracket) == nullptr || book.find(bracket)->ended()) return false;
  facts_.emplace_back(
      CommandRecord{.bracket = bracket, .command = BracketCommand::close, .quantity = quantity});
  book.shed(bracket, quantity, now_, book_out_);
  settle();
  return true;
}

bool Desk::release(const SignalHash& bracket) {
  if (book.find(bracket) == nullptr || book.find(bracket)->ended()) return false;
  facts_.emplace_back(CommandRecord{.bracket = bracket, .command = BracketCommand::release});
  book.release(bracket, now_, book_out_);
  settle();
  return true;
}

void Desk::reduce(const Signal& signal, const std::vector<ReductionPart>& parts) {
  facts_.emplace_back(Reduced{signal, parts});
  book.reduce(signal, parts, now_, book_out_);
  settle();
}

void Desk::tick(Price market) {
  book.on_tick(main_account, Tick{.symbol = btc_usdt, .bid = market, .ask = market}, now_.mono,
               now_, book_out_);
  settle();
}

void Desk::link(LinkState state) {
  note("link " + std::string{name_of(state)});
  if (state == LinkState::ready) {
    ++generation_;
    // What was missed comes before READY, as every venue here promises.
    for (const auto& fill : std::exchange(missed_, {})) {
      orders->on(fill, now_, out_);
      link_ = state;
      settle();
    }
  }
  link_ = state;
  if (state == LinkState::down) ++life_;  // whatever was on its way is lost
  if (options.watches_positions) watch.on_link(LinkReport{.state = state}, now_);
  orders->on(LinkReport{.state = state, .generation = generation_}, now_, out_);
  orders->on_time(now_, out_);
  book.on_link(main_account, state == LinkState::ready, now_, book_out_);
  settle();
}

Desk::Rebuilt Desk::rebuild() {
  Rebuilt fresh;
  fresh.book.set_policy(main_account, options.cover);
  fresh.orders = std::make_unique<Orders>(policy());
  OrdersOut out;
  BookOut replayed;
  for (const auto& fact : facts_) {
    if (const auto* plan = std::get_if<Plan>(&fact)) {
      fresh.orders->own(plan->key, owner_of(*plan));
      fresh.book.restore(*plan);
    } else if (const auto* command = std::get_if<CommandRecord>(&fact)) {
      fresh.book.replay(*command, now_);
    } else if (const auto* ended = std::get_if<Ended>(&fact)) {
      fresh.book.replay_ended(ended->bracket, now_);
    } else if (const auto* reduced = std::get_if<Reduced>(&fact)) {
      fresh.book.restore(reduced->signal, reduced->parts, now_);
    } else {
      out.clear();
      fresh.orders->replay(std::get<OrderRecord>(fact), now_, out);
      for (const auto& each : out.told) fresh.book.replay(each.bracket, each.event, now_, replayed);
    }
  }
  return fresh;
}

void Desk::restart() {
  link(LinkState::down);
  auto fresh = rebuild();
  book = std::move(fresh.book);
  orders = std::move(fresh.orders);
  orders->after_replay(now_);
  link(LinkState::ready);
  // The orders' actor waits for the truth, for at most five seconds.
  for (int i = 0; i < 50 && !orders->settled(); ++i) pass(milliseconds{100});
  book.resume(main_account, {}, now_, book_out_);
  settle();
}

void Desk::pass(Duration d) {
  const MonoTime until = now_.mono + d;
  const auto go_to = [this](MonoTime t) {
    if (t <= now_.mono) return;
    now_.wall += t - now_.mono;
    now_.mono = t;
  };
  while (true) {
    auto next = until;
    if (!due_.empty()) next = std::min(next, due_.begin()->first);
    if (const auto due = orders->next_due()) next = std::min(next, *due);
    if (const auto due = book.next_due()) next = std::min(next, *due);
    if (const auto due = watch.next_due()) next = std::min(next, *due);
    if (++steps > 2'000'000) throw std::runtime_error("restless: the rules never come to rest");
    go_to(next);
    if (!due_.empty() && due_.begin()->first <= now_.mono) {
      const auto what = std::move(due_.begin()->second);
      due_.erase(due_.begin());
      what();
      continue;
    }
    const auto orders_due = orders->next_due();
    const auto book_due = book.next_due();
    const auto watch_due = watch.next_due();
    const auto is_due = [this](const auto& at) { return at && *at <= now_.mono; };
    const bool more = is_due(orders_due) || is_due(book_due) || is_due(watch_due);
    if (!more) {
      if (now_.mono >= until) return;
      continue;
    }
    orders->on_time(now_, out_);
    settle();
    book.on_time(now_, book_out_);
    settle();
    watch_step();
  }
}

void Desk::watch_step() {
  watch.on_time(now_, watch_out_);
  auto asked = std::exchange(watch_out_, {});
  for (const auto& ask : asked.positions)
    later(milliseconds{1}, [this, ask] {
      later(milliseconds{1}, [this, result = venue.query(ask)] {
        const auto seen = watch.on(result, orders->sought(), now_);
        if (!seen) return;
        book.on_positions(main_account, *seen, now_, book_out_);
        settle();
      });
    });
  for (const auto& ask : asked.fills)
    later(milliseconds{1}, [this, ask] {
      later(milliseconds{1}, [this, result = venue.query(ask)] {
        for (const auto& fill : result.items) {
          orders->on(fill, now_, out_);
          settle();
        }
        watch.on(result, now_);
      });
    });
}

void Desk::trade_outside(Side side, Quantity quantity, bool streamed) {
  venue.trade_outside(side, quantity);
  if (streamed) later(milliseconds{1}, [this] { watch.on_foreign_trade(now_); });
}

void Desk::settle() {
  // Records, then sends, then tells; the brackets' wishes begin it again.
  while (!out_.empty() || !book_out_.wishes.empty() || !book_out_.outcomes.empty() ||
         !book_out_.commanded.empty() || !book_out_.doubts.empty() ||
         !book_out_.positions.empty() || !book_out_.pages.empty()) {
    if (++steps > 2'000'000) throw std::runtime_error("restless: the rules never come to rest");
    for (const auto& outcome : std::exchange(book_out_.outcomes, {})) {
      const auto key = signal_hash(outcome.account, outcome.strategy, outcome.id);
      facts_.emplace_back(Ended{key});
      ++outcomes[key];
      told.push_back(outcome);
    }
    for (const auto& each : book_out_.placed) placed.push_back(each.second);
    for (const auto& each : book_out_.commanded) facts_.emplace_back(each.second);
    for (const auto& each : book_out_.doubts) watch.doubt(each.second, now_);
    for (const auto& each : book_out_.positions) positions.push_back(each);
    for (const auto& page : book_out_.pages) pages.push_back(page);
    const auto wishes = std::exchange(book_out_.wishes, {});
    book_out_.clear();
    for (const auto& asked : wishes) orders->wish(asked.bracket, asked.wish, now_, out_);
    for (const auto& record : out_.records) facts_.emplace_back(record);
    const auto requests = std::move(out_.requests);
    const auto events = std::move(out_.told);
    for (const auto& page : out_.pages) pages.push_back(page);
    for (const auto& fill : out_.fills) watch.on_own_trade(fill.fill.symbol, now_);
    out_.clear();
    for (const auto& request : requests) send(request);
    for (const auto& each : events) book.told(each.bracket, each.event, now_, book_out_);
  }
  book_out_.clear();
}

Refusal Desk::some_refusal() {
  static constexpr std::array refusals{
      Refusal::rate_limited, Refusal::too_many_orders, Refusal::invalid, Refusal::would_trigger,
      Refusal::clock,        Refusal::price_band,      Refusal::other,   Refusal::not_sent};
  return refusals[draw(refusals.size())];
}

void Desk::note(const std::string& line) {
  if (!options.keep_log) return;
  const auto ms = std::chrono::duration_cast<milliseconds>(now_.mono - at({}).mono).count();
  log.push_back(std::to_string(ms) + " ms  " + line);
}

namespace {
std::string text(const VenueRequest& request) {
  if (const auto* p = std::get_if<PlaceOrders>(&request)) {
    std::string line = "place";
    for (const auto& o : p->orders) line += " " + o.id.str() + " " + o.quantity.str();
    return line;
  }
  if (const auto* c = std::get_if<CancelOrder>(&request)) return "cancel " + c->id.str();
  if (const auto* q = std::get_if<QueryOrder>(&request)) return "query " + q->id.str();
  return std::holds_alternative<QueryFills>(request)      ? "query fills"
         : std::holds_alternative<QueryBalances>(request) ? "query balances"
                                                          : "query open";
}
std::string text(const OrderReport& r) {
  return "order " + r.id.str() + " " + std::string{name_of(r.status)} + " " + r.filled.str();
}
std::string text(const Balance& b) { return b.asset.str() + " " + b.free.str(); }
std::string text(const Position& p) { return p.symbol.str() + " " + p.quantity.str(); }
std::string text(const FillReport& f) { return "fill " + f.id.str() + " " + f.quantity.str(); }
std::string text(const WriteResult& r) {
  return "answer " + std::to_string(static_cast<std::uint64_t>(r.request)) + " " +
         std::string{name_of(r.outcome)} + " " + std::string{name_of(r.refusal)};
}
template <class T>
std::string text(const QueryResult<T>& r) {
  std::string line = "answer " + std::to_string(static_cast<std::uint64_t>(r.request)) + " " +
                     std::string{name_of(r.outcome)};
  for (const auto& each : r.items) line += "; " + text(each);
  return line;
}
}  // namespace

// ---- the way to the venue and back ----

void Desk::hear(Duration after) {
  // What the venue said by itself comes in order, unless a fault holds it up.
  for (const auto& said : venue.take_events()) {
    if (link_ != LinkState::ready) {
      if (const auto* fill = std::get_if<FillReport>(&said)) missed_.push_back(*fill);
      continue;
    }
    const auto deliver = [this, said, generation = generation_] {
      // Reports of an earlier connection are dropped, fills excepted: they are fetched again.
      std::visit(
          [&](const auto& s) {
            note("stream: " + text(s));
            orders->on(s, now_, out_);
          },
          said);
      settle();
    };
    Duration delay = after;
    if (chance(options.faults.event_late_percent)) {
      delay += milliseconds{draw(400)};
    } else {
      stream_free_ = std::max(stream_free_, now_.mono + delay);
      delay = stream_free_ - now_.mono;
    }
    if (const auto* fill = std::get_if<FillReport>(&said)) {
      // Lost with the connection, it is fetched by the next one.
      due_.emplace(now_.mono + delay, [this, life = life_, fill = *fill] {
        if (life != life_) missed_.push_back(fill);
      });
    }
    later(delay, deliver);
    if (chance(options.faults.event_twice_percent)) later(delay, deliver);
  }
}

void Desk::trade(std::size_t number, Quantity quantity) {
  venue.trade(number, quantity, now_.wall);
  hear(milliseconds{1});
}

void Desk::expire(std::size_t number) {
  venue.expire(number, now_.wall);
  hear(milliseconds{1});
}

void Desk::cancel_outside(std::size_t number) {
  venue.cancel_outside(number, now_.wall);
  hear(milliseconds{1});
}

template <class Result>
void Desk::answer(Duration after, Result result, bool) {
  later(after, [this, result = std::move(result)] {
    note(text(result));
    if constexpr (requires { orders->on(result, now_, out_); }) orders->on(result, now_, out_);
    settle();
  });
}

void Desk::send(const VenueRequest& request) {
  note(std::to_string(static_cast<std::uint64_t>(
           std::visit([](const auto& r) { return r.request; }, request))) +
       " " + text(request));
  const auto& f = options.faults;
  const auto unknown = [&](RequestId id, auto result) {
    result.request = id;
    result.outcome = Outcome::unknown;
    return result;
  };
  const auto id = std::visit([](const auto& r) { return r.request; }, request);
  const auto* place = std::get_if<PlaceOrders>(&request);
  const auto* cancel = std::get_if<CancelOrder>(&request);
  if (place == nullptr && cancel == nullptr) {
    if (link_ < LinkState::stale) return;
    const bool lost = chance(f.query_lost_percent);
    std::visit(
        [&](const auto& r) {
          if constexpr (requires { venue.query(r); }) {
            later(milliseconds{1}, [this, r, lost, unknown] {
              auto result = venue.query(r);
              if (lost) result = unknown(r.request, decltype(result){});
              answer(milliseconds{1}, result, false);
            });
          }
        },
        request);
    return;
  }
  if (link_ < LinkState::stale) {
    answer(Duration{},
           WriteResult{.request = id, .outcome = Outcome::refused, .refusal = Refusal::not_sent},
           false);
    return;
  }
  const bool exit = place == nullptr || place->order_class != OrderClass::entry;
  if (exit && chance(f.refused_percent)) {
    answer(milliseconds{2},
           WriteResult{.request = id, .outcome = Outcome::refused, .refusal = some_refusal()},
           false);
    return;
  }
  const bool lost = chance(f.lost_percent);
  const bool executed = !lost || chance(60);
  const Duration there =
      milliseconds{chance(f.late_percent) ? 1 + static_cast<int>(draw(1500)) : 1};
  if (executed) {
    // Once it has left, it arrives whatever becomes of this process or its connection.
    due_.emplace(now_.mono + there, [this, request, lost, life = life_, sent = now_.mono] {
      WriteResult result;
      if (const auto* p = std::get_if<PlaceOrders>(&request)) {
        if (p->valid_for > Duration{} && now_.mono - sent > p->valid_for)
          result = {.request = p->request, .outcome = Outcome::refused, .refusal = Refusal::clock};
        else
          result = venue.place(*p, now_.wall);
        note("at the venue: " + text(request) + " " + std::string{name_of(result.outcome)});
      } else {
        result = venue.cancel(std::get<CancelOrder>(request), now_.wall);
      }
      if (!lost && life == life_) answer(milliseconds{1}, result, false);
      hear(milliseconds{1});
    });
  }
  if (lost) answer(milliseconds{3 + draw(300)}, unknown(id, WriteResult{}), false);
}

}  // namespace signalbox::test
