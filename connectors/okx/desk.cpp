#include "connectors/okx/desk.hpp"

#include <algorithm>

#include "connectors/kit/take.hpp"
#include "connectors/okx/account_pages.hpp"
#include "connectors/okx/lookup.hpp"

namespace signalbox::okx {
namespace {

using kit::not_known;
using kit::pace_of;
using kit::result_of;
using kit::WrittenOrders;

/// Whether an order known by our id alone may stand at the venue as an algo order.
bool may_be_algo(const ClientOrderId& id) {
  const auto parsed = parse_client_order_id(id.view());
  return parsed && (parsed->leg.kind == LegKind::stop || parsed->leg.kind == LegKind::target);
}

/// A target that rests is shown twice: as a leg of its pair, and as the plain order it is in the
/// book. The latter is the one that fills.
bool stands_as_plain(const kit::OrderRow& row, const std::vector<kit::OrderRow>& all) {
  if (row.report.id.empty() || is_number(row.key.id.view())) return false;
  return std::any_of(all.begin(), all.end(), [&](const kit::OrderRow& other) {
    return other.report.id == row.report.id && is_number(other.key.id.view());
  });
}

kit::OrderRow row_of(const OrderSpec& spec, const Market& market, const VenueOrderId& id,
                     const VenueOrderId& parent, OrderStatus status) {
  kit::OrderRow row;
  row.key = {market.index, id};
  auto& report = row.report;
  report.symbol = market.instrument.symbol;
  report.id = spec.id;
  report.venue_id = id;
  report.parent_id = parent;
  report.status = status;
  report.side = spec.side;
  report.kind = spec.kind;
  report.quantity = spec.quantity;
  report.price = spec.price;
  report.trigger_price = spec.trigger_price;
  return row;
}

}  // namespace

// ---- placing ----

Desk::Kind Desk::kind_of(const PlaceOrders& orders) {
  switch (orders.linkage) {
    case Linkage::one_cancels_other: return pair;
    case Linkage::one_triggers_other:
    case Linkage::one_triggers_pair: return entry_with_exits;
    case Linkage::single: break;
  }
  return is_algo(orders) ? algo_order : plain_order;
}

void Desk::place(const PlaceOrders& orders, MonoTime deadline) {
  const auto* market = market_of<WriteResult>(shared_.markets, orders.request, orders.symbol);
  if (!market) return;
  // Whatever the answer, something may have been executed there.
  shared_.reports.touch(market->index);
  const auto kind = kind_of(orders);
  const bool algo = kind == algo_order || kind == pair;
  const Write what{.request = orders.request,
                   .sent = shared_.clock.mono(),
                   .placed = orders.orders,
                   .market = market->index,
                   .kind = kind};
  const Route route{pace_of(orders.order_class), {0, algo ? algo_write : plain_write}, deadline};
  if (kind != plain_order && !why_not(orders, *market, Wording::documented))
    shared_.algos.expect(orders, market->index);
  if (algo) return place_algo(orders, what, *market, route, false);
  const auto frame = [&](std::string_view id) {
    return shared_.writer.place_frame(id, orders, *market, shared_.venue_now());
  };
  if (kind == plain_order && !why_not(orders, *market, Wording::documented) &&
      over_stream(frame, what, *market, route))
    return;
  write(orders, what, route, [this, market](const PlaceOrders& o) {
    return shared_.writer.place(o, *market, shared_.venue_now());
  });
}

bool Desk::over_stream(const std::function<RequestBytes(std::string_view id)>& frame,
                       const Write& what, const Market& market, const Route& route) {
  if (!shared_.config.orders_over_stream || !market.code || !entry_.is_up() ||
      !shared_.rest.may_leave_now(route.who, route.cost))
    return false;
  const bool sent = entry_.send(frame, route.deadline,
                                [this, what](const UserFrame* answer, std::string_view why) {
                                  if (!answer) return give(what, not_known(why), WrittenOrders{});
                                  constexpr int answered = 200;
                                  const auto verdict = shared_.verdict(answered, answer->error);
                                  if (!verdict.is_good())
                                    return give(what, verdict, WrittenOrders{});
                                  give(what, verdict, written_orders(what, answer->names));
                                });
  if (!sent) shared_.pacer.give_back(shared_.clock.mono(), route.cost);
  return sent;
}

/// Twice at most: what an account's mode wants in `tdMode` of exits on spot is not documented well
/// enough to know it beforehand, and a refusal of the parameter leaves no order behind.
void Desk::place_algo(const PlaceOrders& orders, const Write& what, const Market& market,
                      const Route& route, bool again) {
  kit::Ask ask;
  ask.lane = kit::LaneKind::orders;
  ask.who = route.who;
  ask.cost = route.cost;
  ask.route = {.key = market.index + std::uint64_t{1}, .exit = route.who == PaceClass::exit};
  ask.deadline = route.deadline;
  ask.may_wait = route.who == PaceClass::exit;
  ask.write = [this, orders, &market] {
    return shared_.writer.place(orders, market, shared_.venue_now());
  };
  ask.done = [this, orders, what, &market, route, again](const Reply& reply) {
    const auto verdict = shared_.verdict(reply);
    if (verdict.is_good()) return give(what, verdict, read_written(what, reply.body));
    const bool of_mode = reply.kind == Reply::Kind::answered && !market.is_swap() &&
                         refuses_trade_mode(shared_.answers.error(reply.body));
    if (!of_mode || again) return give(what, verdict, WrittenOrders{});
    auto& mode = shared_.writer.modes().spot_exits;
    mode = mode == TradeMode::cash ? TradeMode::cross : TradeMode::cash;
    place_algo(orders, what, market, route, true);
  };
  shared_.rest.send(std::move(ask));
}

void Desk::give(const Write& what, const Verdict& verdict, Result<WrittenOrders> written) {
  if (!verdict.is_good()) return sink_->on(result_of<WriteResult>(what.request, verdict));
  if (!written)
    return sink_->on(result_of<WriteResult>(what.request, kit::not_readable(written.error())));
  accepted(what, *written);
}

Result<WrittenOrders> Desk::read_written(const Write& what, std::string_view body) {
  const auto names = shared_.answers.acknowledged(body);
  if (!names) return kit::pass(names);
  return written_orders(what, *names);
}

/// The venue acknowledges a name: what stands under it is what we asked for.
Result<WrittenOrders> Desk::written_orders(const Write& what, const Acknowledged& names) {
  if (!is_number(names.number)) return failed(Fault::bad_input, "answer: no order id");
  const auto& market = shared_.markets[what.market];
  const auto& placed = what.placed;
  WrittenOrders written;
  switch (what.kind) {
    case plain_order:
      written.orders.push_back(
          row_of(placed[0], market, plain_id(names.number), {}, OrderStatus::working));
      break;
    case algo_order:
    case pair: {
      shared_.algos.named(placed[0].id, names.number);
      const auto parent = what.kind == pair ? algo_id(names.number) : VenueOrderId{};
      for (const auto& spec : placed)
        written.orders.push_back(row_of(spec, market,
                                        algo_id(names.number, &spec != placed.begin()), parent,
                                        OrderStatus::working));
      break;
    }
    case entry_with_exits: {
      const auto parent = plain_id(names.number);
      for (const auto& spec : placed) {
        const bool first = &spec == placed.begin();
        const auto id = first ? parent : attached_id(names.number, !kit::is_stop(spec.kind));
        written.orders.push_back(row_of(spec, market, id, first ? VenueOrderId{} : parent,
                                        first ? OrderStatus::working : OrderStatus::pending));
      }
      break;
    }
    default: {
      // Only the stream says what became of it; an acknowledgement is no word about the order.
      kit::OrderRow row;
      row.key = {what.market, plain_id(names.number)};
      row.described = false;
      if (const auto* algo = shared_.algos.by_number(names.number)) {
        const bool is_target = algo->is_pair && what.id == algo->legs.target;
        row.key.id = algo_id(names.number, is_target);
      }
      row.report.id = what.id;
      shared_.reports.answered(row, what.sent, shared_.clock.mono() + shared_.config.echo_within);
      break;
    }
  }
  return written;
}

// ---- changing ----

void Desk::amend(const AmendOrder& amend, MonoTime deadline) {
  const auto* market = market_of<WriteResult>(shared_.markets, amend.request, amend.symbol);
  if (!market) return;
  if (const auto bad = why_not(amend, *market))
    return refuse<WriteResult>(amend.request, bad->refusal, bad->detail.view());
  const auto ref = shared_.algos.find(amend.id, amend.venue_id).ref;
  write(amend,
        {.request = amend.request,
         .sent = shared_.clock.mono(),
         .id = amend.id,
         .market = market->index,
         .kind = change},
        {pace_of(amend.order_class), {0, ref.is_algo ? algo_write : plain_write}, deadline},
        [this, market, ref](const AmendOrder& a) {
          return shared_.writer.amend(a, ref, *market, shared_.venue_now());
        });
}

void Desk::cancel(const CancelOrder& cancel, MonoTime deadline) {
  const auto* market = market_of<WriteResult>(shared_.markets, cancel.request, cancel.symbol);
  if (!market) return;
  if (const auto bad = why_not(cancel.id, cancel.venue_id))
    return refuse<WriteResult>(cancel.request, bad->refusal, bad->detail.view());
  const auto found = shared_.algos.find_to_cancel(cancel.id, cancel.venue_id);
  if (found.is_certain || !may_be_algo(cancel.id))
    return cancel_known(cancel, found.ref, *market, deadline);
  // An exit of which only our own name is known: the venue is asked first what it is there.
  Lookup::ask(shared_, {market->index, cancel.id, cancel.venue_id, deadline},
              [this, cancel, market, deadline](const kit::OrderRead& read) {
                if (!read.verdict.is_good())
                  return sink_->on(result_of<WriteResult>(cancel.request, read.verdict));
                const auto known = shared_.algos.find_to_cancel(cancel.id, read.order.key.id);
                cancel_known(cancel, known.ref, *market, deadline);
              });
}

void Desk::cancel_known(const CancelOrder& cancel, const OrderRef& ref, const Market& market,
                        MonoTime deadline) {
  const Write what{.request = cancel.request,
                   .sent = shared_.clock.mono(),
                   .id = cancel.id,
                   .market = market.index,
                   .kind = change};
  const Route route{PaceClass::exit, {0, ref.is_algo ? algo_write : plain_write}, deadline};
  const auto frame = [&](std::string_view id) {
    return shared_.writer.cancel_frame(id, ref, market);
  };
  if (!ref.is_algo && over_stream(frame, what, market, route)) return;
  write(cancel, what, route, [this, &market, ref](const CancelOrder&) {
    return shared_.writer.cancel(ref, market, shared_.venue_now());
  });
}

// ---- reads ----

void Desk::query(const QueryOrder& query, MonoTime deadline) {
  const auto* market = market_of<OrdersResult>(shared_.markets, query.request, query.symbol);
  if (!market) return;
  if (const auto bad = why_not(query.id, query.venue_id))
    return refuse<OrdersResult>(query.request, bad->refusal, bad->detail.view());
  Lookup::ask(shared_, {market->index, query.id, query.venue_id, deadline},
              [this, request = query.request](const kit::OrderRead& read) {
                auto result = result_of<OrdersResult>(request, read.verdict);
                if (read.verdict.is_good()) result.items.push_back(read.order.report);
                sink_->on(result);
              });
}

void Desk::query(const QueryOpenOrders& query, MonoTime deadline) {
  std::optional<MarketIndex> market;
  if (query.symbol) {
    const auto* found = market_of<OrdersResult>(shared_.markets, query.request, *query.symbol);
    if (!found) return;
    market = found->index;
  } else if (!link_.can_ask()) {
    return refuse<OrdersResult>(query.request, Refusal::not_sent, "not connected yet");
  }
  OpenOrders::ask(shared_, market, pace_of(query), deadline,
                  [this, request = query.request](const kit::OrdersRead& read) {
                    auto result = result_of<OrdersResult>(request, read.verdict);
                    for (const auto& row : read.orders)
                      if (!stands_as_plain(row, read.orders)) result.items.push_back(row.report);
                    sink_->on(result);
                  });
}

void Desk::query(const QueryFills& query, MonoTime deadline) {
  const auto* market = market_of<FillsResult>(shared_.markets, query.request, query.symbol);
  if (!market) return;
  Fills::ask(shared_, {market->index, query.since, deadline},
             [this, request = query.request](const kit::FillsRead& found) {
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
      query.request, PaceClass::entry, weight::balance, deadline,
      [this]() -> RequestBytes { return shared_.writer.balances(shared_.venue_now()); },
      [this](std::string_view body, BalancesResult& to) -> Result<void> {
        auto rows = shared_.answers.balances(body);
        if (!rows) return kit::pass(rows);
        to.items = std::move(*rows);
        return {};
      });
}

void Desk::query(const QueryPositions& query, MonoTime deadline) {
  if (!link_.can_ask())
    return refuse<PositionsResult>(query.request, Refusal::not_sent, "not connected yet");
  read<PositionsResult>(
      query.request, PaceClass::entry, weight::positions, deadline,
      [this]() -> RequestBytes {
        return shared_.writer.positions(nullptr, true, shared_.venue_now());
      },
      [this](std::string_view body, PositionsResult& to) -> Result<void> {
        auto rows = shared_.answers.positions(body);
        if (!rows) return kit::pass(rows);
        to.items = std::move(*rows);
        return {};
      });
}

void Desk::read_ticker(RequestId request, const Market& market, MonoTime deadline) {
  read<TickerResult>(
      request, PaceClass::entry, weight::ticker, deadline,
      [this, &market]() -> RequestBytes { return shared_.writer.ticker(market); },
      [this, &market](std::string_view body, TickerResult& to) -> Result<void> {
        const auto read = shared_.answers.ticker(body);
        if (!read) return kit::pass(read);
        if (auto tick = tick_of(*read, market, shared_.clock.wall())) to.items.push_back(*tick);
        return {};
      });
}

}  // namespace signalbox::okx
