#include "connectors/kraken/desk.hpp"

namespace signalbox::kraken {

using kit::pace_of;
using kit::result_of;

// ---- writes ----

template <class Frame, class Bytes>
void Desk::send(const Plan& plan, Frame frame, Bytes bytes) {
  const auto now = shared_.clock.mono();
  const auto& what = plan.what;
  const auto counted = shared_.counters.cost(plan.change, plan.order, now);
  if (plan.who == PaceClass::entry && !shared_.counters.has_room(what.market, counted, now))
    return refuse<WriteResult>(what.request, Refusal::rate_limited,
                               "the pair's counter of orders is nearly full");
  // The key's counter of calls knows no orders; a lock of the key or address holds for everything.
  const auto pace = shared_.pacer.ask(now, plan.who, {});
  auto& socket = steps_.account();
  const bool by_socket = shared_.config.trade_by_websocket && socket.takes_orders();
  if (by_socket && pace.kind != Pace::Kind::banned) {
    const auto number = socket.next_number();
    const RequestBytes written = frame(number);
    if (!written)
      return refuse<WriteResult>(what.request, written.error().refusal,
                                 written.error().detail.view());
    if (socket.send(number, *written, plan.deadline,
                    [this, what](const AccountFrame* answer, std::string_view why) {
                      answered(what, answer, why);
                    }))
      return shared_.counters.count(what.market, counted, now);
  }
  shared_.counters.count(what.market, counted, now);
  Ask ask;
  ask.lane = kit::LaneKind::orders;
  ask.who = plan.who;
  ask.deadline = plan.deadline;
  ask.may_wait = plan.who == PaceClass::exit;  // an entry that is late is worth nothing
  ask.route.exit = plan.who == PaceClass::exit;
  ask.write = std::move(bytes);
  ask.done = [this, what](const Reply& reply) { answered(what, reply); };
  shared_.send(std::move(ask));
}

void Desk::give(const Write& what, const Verdict& verdict) {
  sink_->on(result_of<WriteResult>(what.request, verdict));
}

void Desk::answered(const Write& what, const AccountFrame* answer, std::string_view why) {
  if (!answer) return give(what, not_known(why));
  // A failure without a word is none that anybody could act on.
  if (!answer->succeeded && answer->error.empty())
    return give(what, not_known("a refusal without a reason"));
  const auto verdict = answer->succeeded ? good() : shared_.verdict(answer->error);
  if (!verdict.is_good()) return give(what, verdict);
  if (what.kind == static_cast<std::uint8_t>(Change::add) && answer->order_id.empty())
    return give(what, not_known("an order was placed under no id"));
  auto written = acknowledged(what, answer->order_id);
  accepted(what, written);
}

void Desk::answered(const Write& what, const Reply& reply) {
  const auto verdict = shared_.verdict(reply);
  if (!verdict.is_good()) return give(what, verdict);
  auto written = read_written(what, reply.body);
  if (!written) return give(what, not_readable(written.error()));
  accepted(what, *written);
}

/// An answer names an order and nothing else: a placed one is as we asked until the stream says
/// otherwise; of a change or a cancel only the stream tells.
WrittenOrders Desk::acknowledged(const Write& what, std::string_view order_id) {
  WrittenOrders written;
  if (order_id.empty() || !VenueOrderId::fits(order_id)) return written;
  OrderRow row;
  row.key = {what.market, VenueOrderId{order_id}};
  row.report.symbol = shared_.markets[what.market].instrument.symbol;
  row.report.venue_id = row.key.id;
  row.report.time = shared_.venue_now();
  row.described = false;
  if (what.kind != static_cast<std::uint8_t>(Change::add)) {
    row.report.id = what.id;
    shared_.reports.answered(row, what.sent, shared_.clock.mono() + shared_.config.echo_within);
    return written;
  }
  row.report.id = what.placed[0].id;
  shared_.counters.born(row.key.id, shared_.clock.mono());
  kit::complete(row, what.placed);
  // The stream leaves out what the answer has told; what it said before stays.
  if (!shared_.known.find(row.key.id)) shared_.known.learn(row);
  written.orders.push_back(row);
  return written;
}

Result<WrittenOrders> Desk::read_written(const Write& what, std::string_view body) {
  switch (static_cast<Change>(what.kind)) {
    case Change::add: {
      const auto placed = shared_.answers.placed(body);
      if (!placed) return kit::pass(placed);
      return acknowledged(what, placed->order_id);
    }
    case Change::amend:
      if (const auto amended = shared_.answers.amended(body); !amended) return kit::pass(amended);
      break;
    case Change::cancel:
      if (const auto cancelled = shared_.answers.cancelled(body); !cancelled)
        return kit::pass(cancelled);
      break;
  }
  return WrittenOrders{};
}

void Desk::place(const PlaceOrders& orders, MonoTime deadline) {
  const auto* market = market_of<WriteResult>(shared_.markets, orders.request, orders.symbol);
  if (!market) return;
  // Whatever the answer, something may have been executed there.
  shared_.reports.touch(market->index);
  const Write what{.request = orders.request,
                   .sent = shared_.clock.mono(),
                   .placed = orders.orders,
                   .market = market->index,
                   .kind = static_cast<std::uint8_t>(Change::add)};
  send(
      {what, pace_of(orders.order_class), deadline, Change::add, {}},
      [&](FrameWriter::RequestNumber number) {
        return shared_.frames_out.place(number, orders, *market, shared_.venue_now());
      },
      [this, orders, market] {
        return shared_.writer.place(orders, *market, shared_.venue_now());
      });
}

void Desk::amend(const AmendOrder& amend, MonoTime deadline) {
  const auto* market = market_of<WriteResult>(shared_.markets, amend.request, amend.symbol);
  if (!market) return;
  const Write what{.request = amend.request,
                   .sent = shared_.clock.mono(),
                   .id = amend.id,
                   .market = market->index,
                   .kind = static_cast<std::uint8_t>(Change::amend)};
  send(
      {what, pace_of(amend.order_class), deadline, Change::amend, amend.venue_id},
      [&](FrameWriter::RequestNumber number) {
        return shared_.frames_out.amend(number, amend, *market);
      },
      [this, amend, market] { return shared_.writer.amend(amend, *market, shared_.venue_now()); });
}

void Desk::cancel(const CancelOrder& cancel, MonoTime deadline) {
  const auto* market = market_of<WriteResult>(shared_.markets, cancel.request, cancel.symbol);
  if (!market) return;
  const Write what{.request = cancel.request,
                   .sent = shared_.clock.mono(),
                   .id = cancel.id,
                   .market = market->index,
                   .kind = static_cast<std::uint8_t>(Change::cancel)};
  send(
      {what, PaceClass::exit, deadline, Change::cancel, cancel.venue_id},
      [&](FrameWriter::RequestNumber number) { return shared_.frames_out.cancel(number, cancel); },
      [this, cancel] { return shared_.writer.cancel(cancel, shared_.venue_now()); });
}

// ---- reads ----

template <class Answer, class Fill>
void Desk::read(RequestId request, std::uint32_t weight, MonoTime deadline,
                std::function<RequestBytes()> bytes, Fill fill) {
  const auto result = std::make_shared<Answer>();
  Pages::ask(shared_,
             {{.write = [bytes = std::move(bytes)](std::string_view) { return bytes(); },
               .take = [result, fill](std::string_view body) -> Result<std::string> {
                 if (auto filled = fill(body, *result); !filled) return kit::pass(filled);
                 return std::string{};
               },
               .weight = weight}},
             terms(shared_, deadline), [this, request, result](const Verdict& verdict, MonoTime) {
               auto answer = result_of<Answer>(request, verdict);
               if (verdict.is_good()) answer.items = std::move(result->items);
               sink_->on(answer);
             });
}

void Desk::query(const QueryOrder& query, MonoTime deadline) {
  const auto* market = market_of<OrdersResult>(shared_.markets, query.request, query.symbol);
  if (!market) return;
  OrderSearch::ask(shared_, {query.id, query.venue_id}, terms(shared_, deadline, PaceClass::exit),
                   [this, request = query.request](const OrderRead& read) {
                     auto result = result_of<OrdersResult>(request, read.verdict);
                     if (read.verdict.is_good()) result.items.push_back(read.order.report);
                     sink_->on(result);
                   });
}

void Desk::query(const QueryOpenOrders& query, MonoTime deadline) {
  std::optional<MarketIndex> only;
  if (query.symbol) {
    const auto* market = market_of<OrdersResult>(shared_.markets, query.request, *query.symbol);
    if (!market) return;
    only = market->index;
  } else if (!link_.can_ask()) {
    return refuse<OrdersResult>(query.request, Refusal::not_sent, "not connected yet");
  }
  read_open_orders(shared_, terms(shared_, deadline, kit::pace_of(query)),
                   [this, only, request = query.request](const OrdersRead& read) {
                     auto result = result_of<OrdersResult>(request, read.verdict);
                     for (const auto& row : read.orders)
                       if (!only || row.key.market == *only) result.items.push_back(row.report);
                     sink_->on(result);
                   });
}

void Desk::query(const QueryFills& query, MonoTime deadline) {
  const auto* market = market_of<FillsResult>(shared_.markets, query.request, query.symbol);
  if (!market) return;
  read_fills(shared_, market->index, query.since, terms(shared_, deadline, PaceClass::urgent),
             [this, request = query.request](const FillsRead& found) {
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
      query.request, cost::read, deadline,
      [this]() -> RequestBytes { return shared_.writer.balance(shared_.venue_now()); },
      [this](std::string_view body, BalancesResult& to) -> Result<void> {
        const auto balances = shared_.answers.balances(body, shared_.assets);
        if (!balances) return kit::pass(balances);
        to.items = to_balances(*balances);
        return {};
      });
}

/// Without margin there are none.
void Desk::query(const QueryPositions& query, MonoTime) {
  if (!link_.can_ask())
    return refuse<PositionsResult>(query.request, Refusal::not_sent, "not connected yet");
  give_later(result_of<PositionsResult>(query.request, good()));
}

void Desk::read_ticker(RequestId request, const Market& market, MonoTime deadline) {
  read<TickerResult>(
      request, cost::free, deadline,
      [this, &market]() -> RequestBytes { return shared_.writer.ticker(market); },
      [this, &market](std::string_view body, TickerResult& to) -> Result<void> {
        const auto& symbol = market.instrument.symbol;
        const auto read = shared_.answers.ticker(body, symbol);
        if (!read) return kit::pass(read);
        const auto bid = unless_zero(read->bid);
        const auto ask = unless_zero(read->ask);
        if (bid && ask)
          to.items.push_back({.symbol = symbol,
                              .bid = Price{*bid},
                              .bid_quantity = Quantity{read->bid_quantity.value_or(Decimal{})},
                              .ask = Price{*ask},
                              .ask_quantity = Quantity{read->ask_quantity.value_or(Decimal{})},
                              .time = shared_.venue_now()});
        return {};
      });
}

}  // namespace signalbox::kraken
