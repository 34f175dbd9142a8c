#include "connectors/binanceusdm/desk.hpp"

#include <algorithm>

#include "connectors/binanceusdm/ids.hpp"
#include "connectors/kit/take.hpp"

namespace signalbox::binanceusdm {

// ---- writes ----

template <class Bytes>
bool Desk::over_websocket(const Write& what, const Route& route, Bytes bytes) {
  return write_over(
      *this, trade_, what, route,
      [this, &bytes](const std::string& id) {
        return bytes(Framed{.id = id, .proof = trade_.signs_each()});
      },
      [](Desk& desk, const Write& sent,
         const binance::ApiAnswer& answer) -> tl::expected<WrittenOrders, Verdict> {
        if (answer.status != 200)
          return tl::unexpected(desk.shared_.verdict(answer.status, answer.error));
        if (!answer.result) return tl::unexpected(not_known("an answer without a result"));
        auto order = desk.shared_.answers.order(*answer.result, &desk.shared_.markets[sent.market]);
        if (!order) return tl::unexpected(not_readable(order.error()));
        return desk.written(sent, std::move(*order));
      });
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
                   .kind = placing};
  const Route route{pace_of(orders.order_class), {weight::order, 1}, deadline};
  if (over_websocket(what, route, [&](Framed as) {
        return shared_.writer.place_frame(as, orders, *market, shared_.config.position_mode,
                                          shared_.venue_now());
      }))
    return;
  write(orders, what, route, [this, market](const PlaceOrders& o) {
    return shared_.writer.place(o, *market, shared_.config.position_mode, shared_.venue_now());
  });
}

void Desk::amend(const AmendOrder& amend, MonoTime) {
  // The venue changes plain limit orders only, and exits are none; see the capabilities.
  refuse<WriteResult>(amend.request, Refusal::unsupported, "orders are not amended here");
}

void Desk::cancel(const CancelOrder& cancel, MonoTime deadline) {
  const auto* market = market_of<WriteResult>(shared_.markets, cancel.request, cancel.symbol);
  if (!market) return;
  IdSpace space = is_algo(cancel.venue_id) ? IdSpace::algo : IdSpace::plain;
  if (cancel.venue_id.empty())
    space = shared_.algos.space_of(cancel.id).value_or(likely_space(cancel.id));
  auto asked = cancel;
  if (space == IdSpace::algo) {
    const auto* algo = cancel.venue_id.empty()
                           ? shared_.algos.find(cancel.id)
                           : shared_.algos.find({market->index, cancel.venue_id});
    // It has triggered: what stands now is its child.
    if (algo && !algo->child.empty()) {
      space = IdSpace::plain;
      asked.venue_id = algo->child;
    }
  }
  const Write what{.request = cancel.request,
                   .sent = shared_.clock.mono(),
                   .id = cancel.id,
                   .market = market->index,
                   .kind = cancelling};
  const Route route{PaceClass::exit, {weight::order, 0}, deadline};
  if (over_websocket(what, route, [&](Framed as) {
        return shared_.writer.cancel_frame(as, space, asked.id, asked.venue_id, *market,
                                           shared_.venue_now());
      }))
    return;
  write(asked, what, route, [this, market, space](const CancelOrder& c) {
    return shared_.writer.cancel(space, c.id, c.venue_id, *market, shared_.venue_now());
  });
}

Result<WrittenOrders> Desk::read_written(const Write& what, std::string_view body) {
  auto read = shared_.answers.order(body, &shared_.markets[what.market]);
  if (!read) return pass(read);
  return written(what, std::move(*read));
}

WrittenOrders Desk::written(const Write& what, OrderState order) {
  auto& report = order.row.report;
  // A conditional order's cancel is answered by its ids alone: it is gone.
  if (!order.row.described && what.kind == cancelling) {
    report.status = OrderStatus::cancelled;
    if (report.id.empty()) report.id = what.id;
  }
  if (what.kind == placing && !what.placed.empty()) {
    const auto& spec = what.placed[0];
    if (!order.row.described) complete(order.row, what.placed);
    // An id that the venue did not repeat.
    if (report.id.empty() && report.raw_client_id.empty()) report.id = spec.id;
    if (space_of(spec.kind) == IdSpace::plain) shared_.algos.placed_plain(spec.id);
  }
  // Which events a conditional order sends is not documented in full.
  order.row.echoed = !is_algo(order.row.key.id);
  shared_.algos.heard(order);
  shared_.algos.adopt(order.row);
  WrittenOrders all;
  all.orders.push_back(order.row);
  return all;
}

// ---- reads ----

void Desk::query(const QueryOrder& query, MonoTime deadline) {
  const auto* market = market_of<OrdersResult>(shared_.markets, query.request, query.symbol);
  if (!market) return;
  steps_.find_order(query.id, query.venue_id, *market, deadline,
                    [this, query](const kit::OrderRead& read) {
                      auto result = result_of<OrdersResult>(query.request, read.verdict);
                      if (read.verdict.is_good()) {
                        auto report = read.order.report;
                        if (!query.id.empty()) {
                          report.id = query.id;
                          report.raw_client_id = {};
                        }
                        result.items.push_back(report);
                      }
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
  steps_.read_open_orders(market, kit::pace_of(query), deadline,
                          [this, request = query.request](const OrdersRead& read) {
                            auto result = result_of<OrdersResult>(request, read.verdict);
                            for (const auto& row : read.orders) result.items.push_back(row.report);
                            sink_->on(result);
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
        const auto account = shared_.answers.account(body);
        if (!account) return pass(account);
        for (const auto& wallet : account->wallets)
          to.items.push_back({wallet.asset, Quantity{std::max(wallet.free, Decimal{})},
                              Quantity{std::max(wallet.used, Decimal{})}});
        return {};
      });
}

void Desk::query(const QueryPositions& query, MonoTime deadline) {
  if (!link_.can_ask())
    return refuse<PositionsResult>(query.request, Refusal::not_sent, "not connected yet");
  read<PositionsResult>(
      query.request, PaceClass::exit, weight::positions, deadline,
      [this]() -> RequestBytes { return shared_.writer.positions(shared_.venue_now()); },
      [this](std::string_view body, PositionsResult& to) -> Result<void> {
        auto positions = shared_.answers.positions(body);
        if (!positions) return pass(positions);
        to.items = std::move(*positions);
        return {};
      });
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

}  // namespace signalbox::binanceusdm
