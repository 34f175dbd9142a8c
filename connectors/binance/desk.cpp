#include "connectors/binance/desk.hpp"

#include "connectors/binance/fill_pages.hpp"
#include "connectors/binance/take.hpp"

namespace signalbox::binance {
namespace {

template <class Result>
Result result_of(RequestId request, const Verdict& verdict) {
  Result result;
  result.request = request;
  result.outcome = verdict.outcome;
  result.refusal = verdict.refusal;
  result.code = verdict.code;
  result.detail = verdict.detail;
  return result;
}

Verdict good() { return {Outcome::accepted, Refusal::none, 0, {}}; }

Verdict not_readable(const Error& error) {
  return {Outcome::unknown, Refusal::none, 0, shown("answer not readable: " + error.what)};
}

PaceClass pace_of(OrderClass order_class) {
  return order_class == OrderClass::entry ? PaceClass::entry : PaceClass::exit;
}

/// A bare acknowledgement carries only ids: the rest is what we asked for.
void complete(OrderRow& row, const Bounded<OrderSpec, 3>& placed) {
  for (const auto& spec : placed) {
    if (spec.id != row.report.id) continue;
    const bool first = &spec == placed.begin();
    const bool held = placed.size() == 3 && !first;
    row.report.status = held ? OrderStatus::pending : OrderStatus::working;
    row.report.side = spec.side;
    row.report.kind = spec.kind;
    row.report.quantity = spec.quantity;
    row.report.price = spec.price;
    row.report.trigger_price = spec.trigger_price;
    row.described = true;
  }
}

}  // namespace

// ---- writes ----

void Desk::place(const PlaceOrders& orders, MonoTime deadline) {
  const auto* market = market_of<WriteResult>(orders.request, orders.symbol);
  if (!market) return;
  // Whatever the answer, something may have been executed there.
  shared_.reports.touch(market->index);
  const auto count = static_cast<std::uint32_t>(orders.orders.size());
  write(orders, {.request = orders.request, .sent = shared_.clock.mono(), .placed = orders.orders},
        *market, pace_of(orders.order_class), {weight::order, count}, deadline);
}

void Desk::amend(const AmendOrder& amend, MonoTime deadline) {
  const auto* market = market_of<WriteResult>(amend.request, amend.symbol);
  if (!market) return;
  write(amend, {.request = amend.request, .sent = shared_.clock.mono(), .id = amend.id}, *market,
        pace_of(amend.order_class), {weight::amend, 0}, deadline);
}

void Desk::cancel(const CancelOrder& cancel, MonoTime deadline) {
  const auto* market = market_of<WriteResult>(cancel.request, cancel.symbol);
  if (!market) return;
  write(cancel, {.request = cancel.request, .sent = shared_.clock.mono(), .id = cancel.id}, *market,
        PaceClass::exit, {weight::order, 0}, deadline);
}

RequestBytes Desk::bytes(const PlaceOrders& orders, const Market& market) {
  return shared_.writer.place(orders, market, shared_.venue_now());
}
RequestBytes Desk::bytes(const AmendOrder& amend, const Market& market) {
  return shared_.writer.amend(amend, market, shared_.venue_now());
}
RequestBytes Desk::bytes(const CancelOrder& cancel, const Market& market) {
  return shared_.writer.cancel(cancel, market, shared_.venue_now());
}

template <class Request>
void Desk::write(const Request& request, const Write& what, const Market& market, PaceClass who,
                 PaceCost cost, MonoTime deadline) {
  Slot slot = 0;
  if (free_.empty()) {
    slot = static_cast<Slot>(writes_.size());
    writes_.push_back(what);
  } else {
    slot = free_.back();
    free_.pop_back();
    writes_[slot] = what;
  }
  const HttpRoute route{.key = market.index + std::uint64_t{1}, .exit = who == PaceClass::exit};
  auto done = [this, slot](const Reply& reply) { written(slot, reply); };
  if (shared_.rest.may_leave_now(who, cost)) {
    shared_.rest.send_written(LaneKind::orders, route, cost, bytes(request, market), deadline,
                              std::move(done));
    return;
  }
  Ask ask;
  ask.lane = LaneKind::orders;
  ask.who = who;
  ask.cost = cost;
  ask.route = route;
  ask.deadline = deadline;
  ask.may_wait = who == PaceClass::exit;  // an entry that is late is worth nothing
  ask.write = [this, request, &market] { return bytes(request, market); };
  ask.done = std::move(done);
  shared_.rest.send(std::move(ask));
}

void Desk::written(Slot slot, const Reply& reply) {
  const Write what = writes_[slot];
  free_.push_back(slot);
  if (!reply.succeeded()) {
    sink_->on(result_of<WriteResult>(what.request, shared_.verdict(reply)));
    return;
  }
  auto answer = shared_.answers.written(reply.body);
  if (!answer) {
    sink_->on(result_of<WriteResult>(what.request, not_readable(answer.error())));
    return;
  }
  accepted(what, *answer);
}

void Desk::accepted(const Write& what, WrittenOrders& answer) {
  auto result = result_of<WriteResult>(what.request, good());
  const auto echo_due = shared_.clock.mono() + shared_.config.echo_within;
  for (auto& row : answer.orders) {
    if (!row.described) complete(row, what.placed);
    // A cancel may be answered under an id of its own.
    if (row.report.id.empty() && !what.id.empty() && answer.orders.size() == 1)
      row.report.id = what.id;
    shared_.reports.answered(row, what.sent, echo_due);
    result.orders.push_back(row.report);
  }
  link_.watch_echoes();
  sink_->on(result);
  for (const auto& fill : answer.fills) shared_.reports.filled(fill);
}

// ---- reads ----

template <class Result>
void Desk::read(RequestId request, PaceClass who, std::uint32_t cost, MonoTime deadline,
                std::function<RequestBytes()> bytes,
                std::function<tl::expected<void, Error>(std::string_view, Result&)> fill) {
  Ask ask;
  ask.who = who;
  ask.cost.weight = cost;
  ask.deadline = deadline;
  ask.write = std::move(bytes);
  ask.done = [this, request, fill = std::move(fill)](const Reply& reply) {
    if (!reply.succeeded()) {
      sink_->on(result_of<Result>(request, shared_.verdict(reply)));
      return;
    }
    auto result = result_of<Result>(request, good());
    if (const auto filled = fill(reply.body, result); !filled)
      result = result_of<Result>(request, not_readable(filled.error()));
    sink_->on(result);
  };
  shared_.rest.send(std::move(ask));
}

void Desk::query(const QueryOrder& query, MonoTime deadline) {
  const auto* market = market_of<OrdersResult>(query.request, query.symbol);
  if (!market) return;
  read<OrdersResult>(
      query.request, PaceClass::exit, weight::query, deadline,
      [this, query, market] {
        return shared_.writer.order(query.id, query.venue_id, *market, shared_.venue_now());
      },
      [this, id = query.id](std::string_view body, OrdersResult& to) -> Result<void> {
        auto row = shared_.answers.order(body);
        if (!row) return pass(row);
        if (!id.empty()) {
          row->report.id = id;
          row->report.raw_client_id = {};
        }
        to.items.push_back(row->report);
        return {};
      });
}

void Desk::query(const QueryOpenOrders& query, MonoTime deadline) {
  const Market* market = nullptr;
  if (query.symbol) {
    market = market_of<OrdersResult>(query.request, *query.symbol);
    if (!market) return;
  } else if (!link_.can_ask()) {
    return refuse<OrdersResult>(query.request, Refusal::not_sent, "not connected yet");
  }
  read<OrdersResult>(
      query.request, PaceClass::entry, market ? weight::open_orders : weight::open_orders_of_all,
      deadline,
      [this, market]() -> RequestBytes {
        return shared_.writer.open_orders(market, shared_.venue_now());
      },
      [this](std::string_view body, OrdersResult& to) -> Result<void> {
        const auto open = shared_.answers.open_orders(body);
        if (!open) return pass(open);
        for (const auto& row : open->orders) to.items.push_back(row.report);
        return {};
      });
}

void Desk::query(const QueryFills& query, MonoTime deadline) {
  const auto* market = market_of<FillsResult>(query.request, query.symbol);
  if (!market) return;
  FillPages::ask(shared_, *market, query.since, deadline, PaceClass::entry,
                 [this, request = query.request](const FillPages::Found& found) {
                   auto result = result_of<FillsResult>(request, found.verdict);
                   for (const auto& fill : found.fills)
                     result.items.push_back(shared_.reports.named(fill));
                   sink_->on(result);
                 });
}

void Desk::query(const QueryBalances& query, MonoTime deadline) {
  if (!link_.can_ask())
    return refuse<BalancesResult>(query.request, Refusal::not_sent, "not connected yet");
  read<BalancesResult>(
      query.request, PaceClass::entry, weight::account, deadline,
      [this]() -> RequestBytes { return shared_.writer.account(shared_.venue_now()); },
      [this](std::string_view body, BalancesResult& to) -> Result<void> {
        auto account = shared_.answers.account(body);
        if (!account) return pass(account);
        to.items = std::move(account->balances);
        return {};
      });
}

void Desk::query(const QueryPositions& query, MonoTime) {
  give_later(result_of<PositionsResult>(query.request, good()));  // spot has none
}

void Desk::query(const QueryTicker& query, MonoTime deadline) {
  if (const auto* market = market_of<TickerResult>(query.request, query.symbol))
    read_ticker(query.request, *market, deadline);
}

void Desk::subscribe(const SubscribeTicker& subscribe, MonoTime deadline) {
  const auto* market = market_of<TickerResult>(subscribe.request, subscribe.symbol);
  if (!market) return;
  if (!tickers_.subscribe(*market))
    return refuse<TickerResult>(subscribe.request, Refusal::maximum, "too many tickers");
  // A quiet market sends nothing for long: the first ticker comes with the answer.
  read_ticker(subscribe.request, *market, deadline);
}

void Desk::read_ticker(RequestId request, const Market& market, MonoTime deadline) {
  read<TickerResult>(
      request, PaceClass::entry, weight::book_ticker, deadline,
      [this, &market]() -> RequestBytes { return shared_.writer.book_ticker(market); },
      [this, &market](std::string_view body, TickerResult& to) -> Result<void> {
        const auto top = shared_.answers.book_ticker(body);
        if (!top) return pass(top);
        if (top->bid.is_positive() && top->ask.is_positive())
          to.items.push_back({.symbol = market.instrument.symbol,
                              .bid = top->bid,
                              .bid_quantity = top->bid_quantity,
                              .ask = top->ask,
                              .ask_quantity = top->ask_quantity,
                              .time = shared_.clock.wall()});
        return {};
      });
}

// ---- what is refused here ----

template <class Result>
void Desk::give_later(const Result& result) {
  shared_.post([this, result] { sink_->on(result); });
}

template <class Result>
void Desk::refuse(RequestId request, Refusal refusal, std::string_view why) {
  give_later(result_of<Result>(request, {Outcome::refused, refusal, 0, Detail{why}}));
}

template <class Result>
const Market* Desk::market_of(RequestId request, const Symbol& symbol) {
  if (!link_.can_ask()) {
    refuse<Result>(request, Refusal::not_sent, "not connected yet");
    return nullptr;
  }
  const auto* market = shared_.markets.find(symbol);
  if (!market) refuse<Result>(request, Refusal::invalid, "no such symbol is loaded");
  return market;
}

}  // namespace signalbox::binance
