#include "connectors/coinbase/desk.hpp"

#include <algorithm>

#include "connectors/coinbase/collar.hpp"
#include "connectors/kit/take.hpp"

namespace signalbox::coinbase {
namespace {

using kit::pace_of;
using kit::result_of;

/// What the venue wants to have both of, from what is known of the order where it is not changed.
/// Nothing: too little is known.
std::optional<AmendOrder> completed(AmendOrder amend, const KnownOrders::Known& known,
                                    const Instrument& instrument) {
  const auto& last = known.last;
  if (known.is_bracket) return std::nullopt;
  if (!amend.quantity && last.quantity.is_positive()) amend.quantity = last.quantity;
  const bool conditional = kit::is_conditional(last.kind);
  if (conditional && !amend.trigger_price) amend.trigger_price = last.trigger_price;
  if (!amend.price) amend.price = last.price;
  if (conditional && !kit::has_limit_price(last.kind) && amend.trigger_price)
    amend.price = collar(*amend.trigger_price, last.side, instrument);
  if (!amend.quantity || !amend.price) return std::nullopt;
  return amend;
}

bool is_same(const OrderRow& row, const OrderSpec& spec) {
  return row.report.id == spec.id && row.report.side == spec.side &&
         row.report.quantity == spec.quantity && (!spec.price || row.report.price == spec.price) &&
         (!spec.trigger_price || row.report.trigger_price == spec.trigger_price);
}

}  // namespace

// ---- placing ----

void Desk::place(const PlaceOrders& orders, MonoTime deadline) {
  const auto* market = market_of<WriteResult>(shared_.markets, orders.request, orders.symbol);
  if (!market) return;
  // Whatever the answer, something may have been executed there.
  shared_.reports.touch(market->index);
  if (!shared_.known.placing(orders)) return place_again(orders, *market, deadline);
  const bool pair = orders.linkage == Linkage::one_triggers_pair;
  const Write what{.request = orders.request,
                   .sent = shared_.clock.mono(),
                   .placed = orders.orders,
                   .market = market->index,
                   .kind = pair ? placing_pair : placing};
  write(orders, what, {pace_of(orders.order_class), cost::write, deadline},
        [this, market](const PlaceOrders& o) {
          return shared_.writer.place(o, *market, shared_.token_time());
        });
}

/// An id that was sent before gives the old order back as if it were accepted, whatever has become
/// of it: the answer is what the venue says of that order.
void Desk::place_again(const PlaceOrders& orders, const Market& market, MonoTime deadline) {
  Ask ask;
  ask.lane = kit::LaneKind::orders;
  ask.who = pace_of(orders.order_class);
  ask.cost = cost::write;
  ask.route = {.key = market.index + std::uint64_t{1}, .exit = ask.who == PaceClass::exit};
  ask.deadline = deadline;
  ask.may_wait = ask.who == PaceClass::exit;
  ask.write = [this, orders, &market] {
    return shared_.writer.place(orders, market, shared_.token_time());
  };
  ask.done = [this, orders, &market, deadline, sent = shared_.clock.mono()](const Reply& reply) {
    const auto verdict = shared_.verdict(reply);
    if (!verdict.is_good()) return sink_->on(result_of<WriteResult>(orders.request, verdict));
    const auto names = shared_.answers.acknowledged(reply.body);
    if (!names || !is_venue_id(names->order_id))
      return sink_->on(
          result_of<WriteResult>(orders.request, not_known("accepted, and no order is named")));
    verify_again(orders, market, VenueOrderId{names->order_id}, sent, deadline);
  };
  shared_.rest.send(std::move(ask));
}

void Desk::verify_again(const PlaceOrders& orders, const Market& market,
                        const VenueOrderId& order_id, MonoTime sent, MonoTime deadline) {
  Inquiry::ask(
      shared_, {order_id}, {.deadline = deadline, .who = PaceClass::exit},
      [this, orders, &market, sent](const OrdersRead& read) {
        if (!read.verdict.is_good() || read.orders.empty())
          return sink_->on(result_of<WriteResult>(
              orders.request, not_known("accepted, and the order could not be looked at")));
        const auto& row = read.orders[0];
        if (!is_same(row, orders.orders[0]))
          return sink_->on(result_of<WriteResult>(
              orders.request, {Outcome::refused, Refusal::duplicate_id, 0,
                               Detail{"the venue gave back another order of this id"}}));
        WrittenOrders written;
        written.orders.push_back(row);
        written.orders[0].echoed = false;  // it was looked at: there may be nothing new to hear
        accepted({.request = orders.request,
                  .sent = sent,
                  .placed = orders.orders,
                  .market = market.index},
                 written);
      });
}

WrittenOrders Desk::placed_rows(const PlaceOrders& orders, const Market& market,
                                std::string_view order_id, std::string_view attached) {
  shared_.known.accepted(orders, market.index, order_id, attached);
  WrittenOrders written;
  const auto add = [&](const OrderSpec& spec, const VenueOrderId& id) {
    OrderRow row;
    row.key = {market.index, id};
    row.report.symbol = market.instrument.symbol;
    row.report.id = spec.id;
    row.report.venue_id = id;
    row.report.time = shared_.venue_now();
    row.described = false;
    if (!written.orders.empty()) row.report.parent_id = VenueOrderId{order_id};
    written.orders.push_back(row);
  };
  add(orders.orders[0], VenueOrderId{order_id});
  if (attached.empty() || orders.orders.size() < 3) return written;
  add(orders.orders[1], VenueOrderId{attached});
  add(orders.orders[2], target_id(attached));
  return written;
}

/// An acknowledgement says that the venue will try, and nothing more: a placed order is as we asked
/// until the stream says otherwise; of a change or a cancel only the stream tells.
Result<WrittenOrders> Desk::read_written(const Write& what, std::string_view body) {
  const auto names = shared_.answers.acknowledged(body);
  if (!names) return kit::pass(names);
  const auto& market = shared_.markets[what.market];
  if (what.kind == changing) {
    if (const auto order_id = shared_.known.wire_of(what.id)) {
      OrderRow row;
      row.key = {what.market, *order_id};
      row.report.id = what.id;
      row.described = false;
      shared_.reports.answered(row, what.sent, shared_.clock.mono() + shared_.config.echo_within);
      link_.watch_echoes();
    }
    return WrittenOrders{};
  }
  if (!is_venue_id(names->order_id)) return failed(Fault::bad_input, "no order is named");
  const bool attached = is_venue_id(names->attached_id);
  PlaceOrders orders;
  orders.symbol = market.instrument.symbol;
  orders.orders = what.placed;
  return placed_rows(orders, market, names->order_id,
                     attached ? names->attached_id : std::string_view{});
}

// ---- changing ----

void Desk::amend(const AmendOrder& amend, MonoTime deadline) {
  const auto* market = market_of<WriteResult>(shared_.markets, amend.request, amend.symbol);
  if (!market) return;
  auto named = amend;
  if (named.venue_id.empty())
    named.venue_id = shared_.known.wire_of(amend.id).value_or(VenueOrderId{});
  const auto* known = shared_.known.find(named.venue_id.view());
  if (!known)
    return refuse<WriteResult>(amend.request, Refusal::not_found,
                               "nothing is known of the order that could be kept");
  const auto whole = completed(named, *known, market->instrument);
  if (!whole)
    return refuse<WriteResult>(amend.request, Refusal::unsupported,
                               "a bracket, or an order whose price is not known");
  const Write what{.request = amend.request,
                   .sent = shared_.clock.mono(),
                   .id = amend.id,
                   .market = market->index,
                   .kind = changing};
  write(*whole, what, {pace_of(amend.order_class), cost::write, deadline},
        [this, market](const AmendOrder& a) {
          return shared_.writer.amend(a, *market, shared_.token_time());
        });
}

void Desk::cancel(const CancelOrder& cancel, MonoTime deadline) {
  const auto* market = market_of<WriteResult>(shared_.markets, cancel.request, cancel.symbol);
  if (!market) return;
  auto order_id = cancel.venue_id;
  if (order_id.empty()) order_id = shared_.known.wire_of(cancel.id).value_or(VenueOrderId{});
  if (!order_id.empty()) return cancel_known(cancel, *market, order_id, deadline);
  // The venue takes its own ids only.
  find_order(shared_, {*market, cancel.id, {}}, {.deadline = deadline, .who = PaceClass::exit},
             [this, cancel, market, deadline](const OrderRead& read) {
               if (!read.verdict.is_good())
                 return sink_->on(result_of<WriteResult>(cancel.request, read.verdict));
               cancel_known(cancel, *market, read.order.key.id, deadline);
             });
}

void Desk::cancel_known(const CancelOrder& cancel, const Market& market,
                        const VenueOrderId& order_id, MonoTime deadline) {
  const Write what{.request = cancel.request,
                   .sent = shared_.clock.mono(),
                   .id = cancel.id,
                   .market = market.index,
                   .kind = changing};
  // Both legs of a bracket are one order.
  const VenueOrderId wire{wire_id(order_id)};
  write(wire, what, {PaceClass::exit, cost::write, deadline}, [this](const VenueOrderId& id) {
    return shared_.writer.cancel(std::span{&id, 1}, false, shared_.token_time());
  });
}

// ---- reads ----

void Desk::query(const QueryOrder& query, MonoTime deadline) {
  const auto* market = market_of<OrdersResult>(shared_.markets, query.request, query.symbol);
  if (!market) return;
  find_order(shared_, {*market, query.id, query.venue_id},
             {.deadline = deadline, .who = PaceClass::exit},
             [this, request = query.request](const OrderRead& read) {
               auto result = result_of<OrdersResult>(request, read.verdict);
               if (read.verdict.is_good()) result.items.push_back(read.order.report);
               sink_->on(result);
             });
}

void Desk::query(const QueryOpenOrders& query, MonoTime deadline) {
  const Market* market = nullptr;
  if (query.symbol) {
    market = market_of<OrdersResult>(shared_.markets, query.request, *query.symbol);
    if (!market) return;
  } else if (!link_.can_ask()) {
    return refuse<OrdersResult>(query.request, Refusal::not_sent, "not connected yet");
  }
  read_open_orders(shared_, market, {.deadline = deadline, .who = PaceClass::exit},
                   [this, request = query.request](const OrdersRead& read) {
                     auto result = result_of<OrdersResult>(request, read.verdict);
                     for (const auto& row : read.orders) result.items.push_back(row.report);
                     sink_->on(result);
                   });
}

void Desk::query(const QueryFills& query, MonoTime deadline) {
  const auto* market = market_of<FillsResult>(shared_.markets, query.request, query.symbol);
  if (!market) return;
  read_fills(shared_, *market, query.since, {.deadline = deadline, .who = PaceClass::exit},
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
  const auto found = std::make_shared<std::vector<Balance>>();
  Pages::ask(shared_, {steps_.ask_balances(found)}, {.deadline = deadline},
             [this, found, request = query.request](const Verdict& verdict, MonoTime) {
               auto result = result_of<BalancesResult>(request, verdict);
               if (verdict.is_good()) result.items = std::move(*found);
               sink_->on(result);
             });
}

/// Spot has none.
void Desk::query(const QueryPositions& query, MonoTime) {
  give_later(result_of<PositionsResult>(query.request, good()));
}

void Desk::read_ticker(RequestId request, const Market& market, MonoTime deadline) {
  read<TickerResult>(
      request, PaceClass::entry, cost::read, deadline,
      [this, &market]() -> RequestBytes {
        return shared_.writer.best_bid_ask(market, shared_.token_time());
      },
      [this, &market](std::string_view body, TickerResult& to) -> Result<void> {
        const auto tick = shared_.answers.best_bid_ask(body, market);
        if (!tick) return kit::pass(tick);
        if (!*tick) return {};
        to.items.push_back(**tick);
        if (to.items[0].time == WallTime{}) to.items[0].time = shared_.venue_now();
        return {};
      });
}

}  // namespace signalbox::coinbase
