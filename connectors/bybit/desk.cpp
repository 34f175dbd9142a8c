#include "connectors/bybit/desk.hpp"

#include "messages/ids.hpp"

namespace signalbox::bybit {
namespace {

using kit::pace_of;
using kit::result_of;

/// In which of spot's books an order may stand, the likeliest first: its kind is not said.
std::vector<Filter> likely_filters(const ClientOrderId& id) {
  const auto parsed = parse_client_order_id(id.view());
  if (parsed && parsed->leg.kind == LegKind::stop)
    return {Filter::tpsl, Filter::stop, Filter::plain};
  if (parsed && parsed->leg.kind == LegKind::target)
    return {Filter::plain, Filter::tpsl, Filter::stop};
  return {Filter::plain, Filter::stop, Filter::tpsl};
}

}  // namespace

// ---- writes ----

template <class Bytes>
bool Desk::by_websocket(const Write& what, const Route& route, Bytes bytes) {
  return write_over(*this, parts_.trade, what, route, bytes,
                    [](Desk& desk, const Write& sent,
                       const TradeAnswer& answer) -> tl::expected<WrittenOrders, Verdict> {
                      const auto verdict = desk.shared_.verdict(answer.error, answer.comes_again);
                      if (!verdict.is_good()) return tl::unexpected(verdict);
                      return desk.acknowledged(sent, answer.order_id);
                    });
}

/// An acknowledgement says that the venue will try, and nothing more: a placed order is as we asked
/// until the stream says otherwise; of a change or a cancel only the stream tells.
WrittenOrders Desk::acknowledged(const Write& what, std::string_view order_id) {
  WrittenOrders written;
  if (order_id.empty() || !VenueOrderId::fits(order_id)) return written;
  OrderRow row;
  row.key = {what.market, VenueOrderId{order_id}};
  row.report.symbol = shared_.markets[what.market].instrument.symbol;
  row.report.venue_id = row.key.id;
  row.report.id = what.kind == placing ? what.placed[0].id : what.id;
  row.report.time = shared_.venue_now();
  row.described = false;
  if (what.kind == placing)
    written.orders.push_back(row);
  else
    shared_.reports.answered(row, what.sent, shared_.clock.mono() + shared_.config.echo_within);
  return written;
}

Result<WrittenOrders> Desk::read_written(const Write& what, std::string_view body) {
  const auto ids = shared_.answers.acknowledged(body);
  // "Nothing to change" names no order; a placement that is accepted without one is not.
  if (!ids && what.kind == placing) return kit::pass(ids);
  return acknowledged(what, ids ? ids->order_id : std::string_view{});
}

void Desk::place(const PlaceOrders& orders, MonoTime deadline) {
  const auto* market = market_of<WriteResult>(shared_.markets, orders.request, orders.symbol);
  if (!market) return;
  // Whatever the answer, something may have been executed there.
  shared_.reports.touch(market->index);
  shared_.children.placed(orders);
  const Write what{.request = orders.request,
                   .sent = shared_.clock.mono(),
                   .placed = orders.orders,
                   .market = market->index,
                   .kind = placing};
  const Route route{pace_of(orders.order_class), cost::order, deadline};
  const auto mode = shared_.mode_of(*market);
  if (by_websocket(what, route, [&](const std::string& id) {
        return shared_.writer.place_frame(id, orders, *market, mode, shared_.venue_now());
      }))
    return;
  write(orders, what, route, [this, market, mode](const PlaceOrders& o) {
    return shared_.writer.place(o, *market, mode, shared_.venue_now());
  });
}

void Desk::amend(const AmendOrder& amend, MonoTime deadline) {
  const auto* market = market_of<WriteResult>(shared_.markets, amend.request, amend.symbol);
  if (!market) return;
  auto named = amend;
  if (named.venue_id.empty())
    if (const auto exit = shared_.children.find(amend.id)) named.venue_id = *exit;
  const Write what{.request = amend.request,
                   .sent = shared_.clock.mono(),
                   .id = amend.id,
                   .market = market->index,
                   .kind = amending};
  const Route route{pace_of(amend.order_class), cost::order, deadline};
  if (by_websocket(what, route, [&](const std::string& id) {
        return shared_.writer.amend_frame(id, named, *market, shared_.venue_now());
      }))
    return;
  write(named, what, route, [this, market](const AmendOrder& a) {
    return shared_.writer.amend(a, *market, shared_.venue_now());
  });
}

void Desk::cancel(const CancelOrder& cancel, MonoTime deadline) {
  const auto* market = market_of<WriteResult>(shared_.markets, cancel.request, cancel.symbol);
  if (!market) return;
  auto named = cancel;
  if (named.venue_id.empty())
    if (const auto exit = shared_.children.find(cancel.id)) named.venue_id = *exit;
  if (market->category == Category::spot)
    return cancel_spot(named, *market, likely_filters(cancel.id), deadline);
  const Write what{.request = cancel.request,
                   .sent = shared_.clock.mono(),
                   .id = cancel.id,
                   .market = market->index,
                   .kind = cancelling};
  const Route route{PaceClass::exit, cost::cancel, deadline};
  if (by_websocket(what, route, [&](const std::string& id) {
        return shared_.writer.cancel_frame(id, named, *market, Filter::plain, shared_.venue_now());
      }))
    return;
  write(named, what, route, [this, market](const CancelOrder& c) {
    return shared_.writer.cancel(c, *market, Filter::plain, shared_.venue_now());
  });
}

/// In one of spot's books after the other: "not found" in one says nothing of the next.
void Desk::cancel_spot(const CancelOrder& cancel, const Market& market, std::vector<Filter> filters,
                       MonoTime deadline) {
  if (is_being_placed(cancel.id))
    return after_placement(cancel.id, [this, cancel, &market, filters, deadline] {
      cancel_spot(cancel, market, filters, deadline);
    });
  const auto filter = filters.front();
  filters.erase(filters.begin());
  Ask ask;
  ask.lane = kit::LaneKind::orders;
  ask.who = PaceClass::exit;
  ask.cost = cost::cancel;
  ask.route = {.key = market.index + std::uint64_t{1}, .exit = true};
  ask.deadline = deadline;
  ask.write = [this, cancel, &market, filter] {
    return shared_.writer.cancel(cancel, market, filter, shared_.venue_now());
  };
  ask.done = [this, cancel, &market, filters = std::move(filters), deadline,
              sent = shared_.clock.mono()](const Reply& reply) {
    const auto verdict = shared_.verdict(reply);
    if (verdict.refusal == Refusal::not_found && !filters.empty())
      return cancel_spot(cancel, market, filters, deadline);
    if (!verdict.is_good()) return sink_->on(result_of<WriteResult>(cancel.request, verdict));
    const Write what{.request = cancel.request,
                     .sent = sent,
                     .id = cancel.id,
                     .market = market.index,
                     .kind = cancelling};
    auto written = read_written(what, reply.body);
    if (!written)
      return sink_->on(result_of<WriteResult>(cancel.request, not_readable(written.error())));
    accepted(what, *written);
  };
  shared_.rest.send(std::move(ask));
}

// ---- reads ----

void Desk::query(const QueryOrder& query, MonoTime deadline) {
  const auto* market = market_of<OrdersResult>(shared_.markets, query.request, query.symbol);
  if (!market) return;
  OrderSearch::ask(shared_, {*market, query.id, query.venue_id},
                   {.deadline = deadline, .who = PaceClass::exit},
                   [this, request = query.request](const OrderRead& read) {
                     auto result = result_of<OrdersResult>(request, read.verdict);
                     if (read.verdict.is_good()) result.items.push_back(read.order.report);
                     sink_->on(result);
                   });
}

void Desk::query(const QueryOpenOrders& query, MonoTime deadline) {
  std::vector<OrderScope> scopes;
  if (query.symbol) {
    const auto* market = market_of<OrdersResult>(shared_.markets, query.request, *query.symbol);
    if (!market) return;
    scopes.push_back({market->category, market->name, {}});
  } else if (!link_.can_ask()) {
    return refuse<OrdersResult>(query.request, Refusal::not_sent, "not connected yet");
  } else {
    scopes = all_scopes(shared_);
  }
  read_open_orders(shared_, scopes, {.deadline = deadline, .who = kit::pace_of(query)},
                   [this, request = query.request](const OrdersRead& read) {
                     auto result = result_of<OrdersResult>(request, read.verdict);
                     for (const auto& row : read.orders) result.items.push_back(row.report);
                     sink_->on(result);
                   });
}

void Desk::query(const QueryFills& query, MonoTime deadline) {
  const auto* market = market_of<FillsResult>(shared_.markets, query.request, query.symbol);
  if (!market) return;
  parts_.steps.read_fills(market->index, query.since, deadline,
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
      query.request, PaceClass::entry, cost::read, deadline,
      [this]() -> RequestBytes { return shared_.writer.wallet(shared_.venue_now()); },
      [this](std::string_view body, BalancesResult& to) -> Result<void> {
        auto balances = shared_.answers.wallet(body);
        if (!balances) return kit::pass(balances);
        to.items = std::move(*balances);
        return {};
      });
}

void Desk::query(const QueryPositions& query, MonoTime deadline) {
  if (!link_.can_ask())
    return refuse<PositionsResult>(query.request, Refusal::not_sent, "not connected yet");
  const auto found = std::make_shared<std::vector<Position>>();
  std::vector<Pages::Question> questions;
  for (const auto& coin : shared_.settle_coins())
    questions.push_back(
        {.write = [this, coin](std::string_view cursor) -> RequestBytes {
           return shared_.writer.positions(
               {.settle = coin, .limit = positions_page_max, .cursor = cursor},
               shared_.venue_now());
         },
         .take = [this, found](std::string_view body) -> Result<std::string> {
           auto page = shared_.answers.positions(body);
           if (!page) return kit::pass(page);
           for (const auto& each : page->positions) {
             const auto* market = find(shared_.markets, Category::linear, each.name);
             if (!market || each.signed_size().is_zero()) continue;
             shared_.modes[market->index] = each.mode();
             Position position{.symbol = market->instrument.symbol,
                               .quantity = each.signed_size(),
                               .entry_price = Price{each.entry_price.value_or(Decimal{})}};
             if (const auto price = unless_zero(each.liquidation_price))
               position.liquidation_price = Price{*price};
             found->push_back(position);
           }
           return page->positions.empty() ? std::string{} : page->cursor;
         }});
  Pages::ask(shared_, std::move(questions), {.deadline = deadline},
             [this, found, request = query.request](const Verdict& verdict, MonoTime) {
               auto result = result_of<PositionsResult>(request, verdict);
               if (verdict.is_good()) result.items = std::move(*found);
               sink_->on(result);
             });
}

void Desk::read_ticker(RequestId request, const Market& market, MonoTime deadline) {
  read<TickerResult>(
      request, PaceClass::entry, cost::read, deadline,
      [this, &market]() -> RequestBytes { return shared_.writer.ticker(market); },
      [this, &market](std::string_view body, TickerResult& to) -> Result<void> {
        const auto read = shared_.answers.ticker(body);
        if (!read) return kit::pass(read);
        const auto bid = unless_zero(read->bid);
        const auto ask = unless_zero(read->ask);
        if (bid && ask)
          to.items.push_back({.symbol = market.instrument.symbol,
                              .bid = Price{*bid},
                              .bid_quantity = Quantity{read->bid_quantity.value_or(Decimal{})},
                              .ask = Price{*ask},
                              .ask_quantity = Quantity{read->ask_quantity.value_or(Decimal{})},
                              .time = shared_.venue_now()});
        return {};
      });
}

}  // namespace signalbox::bybit
