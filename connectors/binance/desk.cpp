#include "connectors/binance/desk.hpp"

#include "connectors/kit/take.hpp"

namespace signalbox::binance {

// ---- writes ----

template <class Bytes>
bool Desk::over_websocket(const Write& what, const Route& route, Bytes bytes) {
  return write_over(
      *this, trade_, what, route,
      [this, &bytes](const std::string& id) {
        return bytes(Framed{.id = id, .proof = trade_.signs_each()});
      },
      [](Desk& desk, const Write&,
         const ApiAnswer& answer) -> tl::expected<WrittenOrders, Verdict> {
        if (answer.status != 200)
          return tl::unexpected(desk.shared_.verdict(answer.status, answer.error));
        if (!answer.result) return tl::unexpected(not_known("an answer without a result"));
        auto orders = desk.shared_.answers.written(*answer.result);
        if (!orders) return tl::unexpected(not_readable(orders.error()));
        return std::move(*orders);
      });
}

void Desk::place(const PlaceOrders& orders, MonoTime deadline) {
  const auto* market = market_of<WriteResult>(shared_.markets, orders.request, orders.symbol);
  if (!market) return;
  // Whatever the answer, something may have been executed there.
  shared_.reports.touch(market->index);
  const auto count = static_cast<std::uint32_t>(orders.orders.size());
  const Write what{.request = orders.request,
                   .sent = shared_.clock.mono(),
                   .placed = orders.orders,
                   .market = market->index};
  const Route route{pace_of(orders.order_class), {weight::order, count}, deadline};
  if (over_websocket(what, route, [&](Framed as) {
        return shared_.writer.place_frame(as, orders, *market, shared_.venue_now());
      }))
    return;
  write(orders, what, route, [this, market](const PlaceOrders& o) {
    return shared_.writer.place(o, *market, shared_.venue_now());
  });
}

void Desk::amend(const AmendOrder& amend, MonoTime deadline) {
  const auto* market = market_of<WriteResult>(shared_.markets, amend.request, amend.symbol);
  if (!market) return;
  const Write what{.request = amend.request,
                   .sent = shared_.clock.mono(),
                   .id = amend.id,
                   .market = market->index};
  const Route route{pace_of(amend.order_class), {weight::amend, 0}, deadline};
  if (over_websocket(what, route, [&](Framed as) {
        return shared_.writer.amend_frame(as, amend, *market, shared_.venue_now());
      }))
    return;
  write(amend, what, route, [this, market](const AmendOrder& a) {
    return shared_.writer.amend(a, *market, shared_.venue_now());
  });
}

void Desk::cancel(const CancelOrder& cancel, MonoTime deadline) {
  const auto* market = market_of<WriteResult>(shared_.markets, cancel.request, cancel.symbol);
  if (!market) return;
  const Write what{.request = cancel.request,
                   .sent = shared_.clock.mono(),
                   .id = cancel.id,
                   .market = market->index};
  const Route route{PaceClass::exit, {weight::order, 0}, deadline};
  if (over_websocket(what, route, [&](Framed as) {
        return shared_.writer.cancel_frame(as, cancel, *market, shared_.venue_now());
      }))
    return;
  write(cancel, what, route, [this, market](const CancelOrder& c) {
    return shared_.writer.cancel(c, *market, shared_.venue_now());
  });
}

// ---- reads ----

void Desk::query(const QueryOrder& query, MonoTime deadline) {
  const auto* market = market_of<OrdersResult>(shared_.markets, query.request, query.symbol);
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
    market = market_of<OrdersResult>(shared_.markets, query.request, *query.symbol);
    if (!market) return;
  } else if (!link_.can_ask()) {
    return refuse<OrdersResult>(query.request, Refusal::not_sent, "not connected yet");
  }
  read<OrdersResult>(
      query.request, kit::pace_of(query), market ? weight::open_orders : weight::open_orders_of_all,
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
  const auto* market = market_of<FillsResult>(shared_.markets, query.request, query.symbol);
  if (!market) return;
  steps_.read_fills(market->index, query.since, deadline,
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

}  // namespace signalbox::binance
