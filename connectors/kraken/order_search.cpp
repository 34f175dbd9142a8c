#include "connectors/kraken/order_search.hpp"

#include <charconv>

#include "connectors/kit/fill_pages.hpp"

namespace signalbox::kraken {
namespace {

constexpr std::int64_t page_rows = 50;  // the venue's own, of ended orders and of trades

Verdict not_there() {
  return {Outcome::refused, Refusal::not_found, 0, Detail{"the venue knows no such order"}};
}

std::int64_t number_in(std::string_view cursor) {
  std::int64_t offset = 0;
  static_cast<void>(std::from_chars(cursor.data(), cursor.data() + cursor.size(), offset));
  return offset;
}

}  // namespace

Pages::Terms terms(Shared& shared, MonoTime deadline, PaceClass who) {
  return {.deadline = deadline, .who = who, .send = [&shared](Ask ask) {
            shared.send(std::move(ask));
          }};
}

Result<std::vector<OrderRow>> rows_of(Shared& shared, const OrdersPage& page) {
  std::vector<OrderRow> rows;
  for (const auto& fields : page.orders) {
    auto row = fields.row(shared.markets);
    if (!row && row.error().fault == Fault::not_found) continue;
    if (!row) return kit::pass(row);
    shared.known.learn(*row);
    rows.push_back(*row);
  }
  return rows;
}

// ---- one order ----

void OrderSearch::ask(Shared& shared, const Wanted& wanted, Pages::Terms terms, Done done) {
  const auto search = std::make_shared<OrderSearch>(shared, wanted, terms, std::move(done));
  search->look(wanted.venue_id.empty() ? Place::open : Place::by_number);
}

OrderSearch::OrderSearch(Shared& shared, const Wanted& wanted, Pages::Terms terms, Done done)
    : shared_(shared), wanted_(wanted), terms_(terms), done_(std::move(done)) {}

RequestBytes OrderSearch::question(Place place) {
  const auto now = shared_.venue_now();
  switch (place) {
    case Place::by_number: return shared_.writer.order(wanted_.venue_id.view(), false, now);
    case Place::closed: return shared_.writer.closed_orders({.client_id = wanted_.id.view()}, now);
    case Place::open:
    case Place::nowhere: break;
  }
  return shared_.writer.open_orders(wanted_.id.view(), now);
}

OrderSearch::Place OrderSearch::after(Place place) const {
  if (wanted_.id.empty() || place == Place::closed) return Place::nowhere;
  return place == Place::by_number ? Place::open : Place::closed;
}

void OrderSearch::look(Place place) {
  if (place == Place::nowhere) return finish({not_there(), {}});
  Ask ask;
  ask.who = terms_.who;
  ask.cost.weight = cost::read;
  ask.deadline = terms_.deadline;
  ask.within = terms_.within;
  ask.write = [self = shared_from_this(), place] { return self->question(place); };
  ask.done = [self = shared_from_this(), place](const Reply& reply) {
    self->answered(reply, place);
  };
  shared_.send(std::move(ask));
}

void OrderSearch::answered(const Reply& reply, Place place) {
  const auto verdict = shared_.verdict(reply);
  // "Unknown order" and, some report, "Invalid order" of an id that the venue has forgotten.
  const bool silent =
      verdict.outcome == Outcome::refused && place == Place::by_number &&
      (verdict.refusal == Refusal::not_found || verdict.refusal == Refusal::invalid);
  if (silent) return look(after(place));
  if (!verdict.is_good()) return finish({verdict, {}});
  const auto page = place == Place::open     ? shared_.answers.open_orders(reply.body)
                    : place == Place::closed ? shared_.answers.closed_orders(reply.body)
                                             : shared_.answers.orders(reply.body);
  if (!page) return finish({not_readable(page.error()), {}});
  const auto rows = rows_of(shared_, *page);
  if (!rows) return finish({not_readable(rows.error()), {}});
  // An id of ours may be used again once its order has ended: the newest counts.
  const OrderRow* newest = nullptr;
  for (const auto& row : *rows) {
    const bool asked_for =
        place == Place::by_number ? row.key.id == wanted_.venue_id : row.report.id == wanted_.id;
    if (asked_for && (!newest || row.report.time > newest->report.time)) newest = &row;
  }
  if (newest) return finish({good(), *newest});
  look(after(place));
}

void OrderSearch::finish(OrderRead read) {
  const auto done = std::move(done_);
  done(std::move(read));
}

// ---- many ----

void read_open_orders(Shared& shared, Pages::Terms terms, std::function<void(OrdersRead)> done) {
  const auto found = std::make_shared<std::vector<OrderRow>>();
  Pages::ask(shared,
             {{.write = [&shared](std::string_view) -> RequestBytes {
                 return shared.writer.open_orders({}, shared.venue_now());
               },
               .take = [&shared, found](std::string_view body) -> Result<std::string> {
                 const auto page = shared.answers.open_orders(body);
                 if (!page) return kit::pass(page);
                 auto rows = rows_of(shared, *page);
                 if (!rows) return kit::pass(rows);
                 *found = std::move(*rows);
                 return std::string{};
               },
               .weight = cost::read}},
             terms, [found, done = std::move(done)](const Verdict& verdict, MonoTime asked) {
               if (!verdict.is_good()) found->clear();
               done({verdict, std::move(*found), asked});
             });
}

void read_fills(Shared& shared, std::optional<MarketIndex> market, WallTime since,
                Pages::Terms terms, std::function<void(FillsRead)> done) {
  const auto found = std::make_shared<std::vector<FillRow>>();
  // Whole seconds, and the venue leaves its start out.
  const auto from = since - std::chrono::seconds{1};
  Pages::ask(
      shared,
      {{.write = [&shared, from](std::string_view cursor) -> RequestBytes {
          return shared.writer.trades(
              {.since = from, .offset = number_in(cursor), .each_trade = true}, shared.venue_now());
        },
        .take = [&shared, found, market, since, offset = std::make_shared<std::int64_t>(0)](
                    std::string_view body) -> Result<std::string> {
          const auto page = shared.answers.trades(body);
          if (!page) return kit::pass(page);
          for (const auto& each : page->trades) {
            const auto fill = each.row(shared.markets);
            if (!fill && fill.error().fault == Fault::not_found) continue;
            if (!fill) return kit::pass(fill);
            if ((market && fill->key.market != *market) || fill->report.time < since) continue;
            if (found->size() == answer_items_max) return failed(Fault::full, "too many trades");
            found->push_back(*fill);
          }
          // Newest first: what comes meanwhile moves the rest to later pages, and nothing is lost.
          *offset += static_cast<std::int64_t>(page->trades.size());
          const bool last =
              page->trades.empty() || (*offset >= page->count && page->trades.size() < page_rows);
          return last ? std::string{} : std::to_string(*offset);
        },
        .weight = cost::history}},
      terms, [&shared, found, done = std::move(done)](const Verdict& verdict, MonoTime) {
        if (!verdict.is_good()) return done({verdict, {}});
        kit::sort_and_merge(*found);
        for (auto& fill : *found)
          if (fill.report.id.empty())
            if (const auto* order = shared.known.find(fill.key.id))
              fill.report.id = order->report.id;
        done({verdict, std::move(*found)});
      });
}

}  // namespace signalbox::kraken
