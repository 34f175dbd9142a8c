#include "connectors/bybit/order_search.hpp"

#include "messages/ids.hpp"

namespace signalbox::bybit {
namespace {

Verdict nowhere() {
  return {Outcome::refused, Refusal::not_found, 0, Detail{"the venue knows no such order"}};
}

bool may_be_exit(const ClientOrderId& id) {
  const auto parsed = parse_client_order_id(id.view());
  return parsed && (parsed->leg.kind == LegKind::stop || parsed->leg.kind == LegKind::target);
}

}  // namespace

void OrderSearch::ask(Shared& shared, const Wanted& wanted, Pages::Terms terms, Done done) {
  std::make_shared<OrderSearch>(shared, wanted, terms, std::move(done))->look(false);
}

OrderSearch::OrderSearch(Shared& shared, const Wanted& wanted, Pages::Terms terms, Done done)
    : shared_(shared), wanted_(wanted), terms_(terms), done_(std::move(done)) {
  if (wanted_.venue_id.empty())
    if (const auto known = shared_.children.find(wanted_.id)) wanted_.venue_id = *known;
}

void OrderSearch::look(bool history) {
  Ask ask;
  ask.who = terms_.who;
  ask.cost.weight = cost::read;
  ask.deadline = shared_.one_within(terms_.deadline);
  ask.write = [self = shared_from_this(), history] {
    return self->shared_.writer.order(self->wanted_.id, self->wanted_.venue_id,
                                      self->wanted_.market, history, self->shared_.venue_now());
  };
  ask.done = [self = shared_from_this(), history](const Reply& reply) {
    self->answered(reply, history);
  };
  shared_.rest.send(std::move(ask));
}

void OrderSearch::answered(const Reply& reply, bool history) {
  const auto verdict = shared_.verdict(reply);
  if (!verdict.is_good() && verdict.refusal != Refusal::not_found) return finish({verdict, {}});
  if (verdict.is_good()) {
    const auto page = shared_.answers.orders(reply.body);
    if (!page) return finish({not_readable(page.error()), {}});
    const auto rows = rows_of(shared_, *page);
    if (!rows) return finish({not_readable(rows.error()), {}});
    if (!rows->empty()) return finish({good(), rows->front()});
  }
  if (!history) return look(true);
  if (wanted_.venue_id.empty() && may_be_exit(wanted_.id)) return look_among_exits();
  finish({nowhere(), {}});
}

void OrderSearch::look_among_exits() {
  read_open_orders(
      shared_, {{wanted_.market.category, wanted_.market.name, {}}}, terms_,
      [self = shared_from_this()](const OrdersRead& read) { self->exits_answered(read); });
}

void OrderSearch::exits_answered(const OrdersRead& read) {
  if (!read.verdict.is_good()) return finish({read.verdict, {}});
  const auto entry = shared_.children.entry_of(wanted_.id);
  for (const auto& row : read.orders) {
    if (row.report.id == wanted_.id) return finish({good(), row});
    if (!entry || row.report.id != *entry) continue;
    // Its entry stands: the exit will be made of what that fills.
    OrderRow held;
    held.key = row.key;
    held.report.symbol = row.report.symbol;
    held.report.id = wanted_.id;
    held.report.parent_id = row.report.venue_id;
    held.report.status = OrderStatus::pending;
    held.report.side = opposite(row.report.side);
    held.report.kind = OrderKind::stop_market;
    held.report.time = row.report.time;
    return finish({good(), held});
  }
  finish({nowhere(), {}});
}

void OrderSearch::finish(OrderRead read) {
  if (read.verdict.is_good() && !wanted_.id.empty()) {
    read.order.report.id = wanted_.id;
    read.order.report.raw_client_id = {};
  }
  const auto done = std::move(done_);
  done(std::move(read));
}

}  // namespace signalbox::bybit
