#include "connectors/coinbase/lookup.hpp"

#include <algorithm>

#include "connectors/kit/fill_pages.hpp"

namespace signalbox::coinbase {
namespace {

Verdict nowhere() {
  return {Outcome::refused, Refusal::not_found, 0, Detail{"the venue knows no such order"}};
}

bool contains(const std::vector<OrderRow>& rows, const OrderRow& row) {
  return std::any_of(rows.begin(), rows.end(),
                     [&](const OrderRow& each) { return each.key == row.key; });
}

/// The open orders, then all since `back` ago, whatever has become of them. Named when `done` is
/// called.
void read_lists(Shared& shared, const Market* market, Duration back, bool open_only,
                Pages::Terms terms, AccountReads::OrdersDone done) {
  // A reload of the products may replace the market while pages are under way.
  const std::string product = market ? market->wire : std::string{};
  const std::vector<ListAsk> lists{{.status = "OPEN", .limit = orders_page_max},
                                   {.since = shared.venue_now() - back, .limit = orders_page_max}};
  const auto found = std::make_shared<std::vector<OrderRow>>();
  std::vector<Pages::Question> questions;
  for (const auto& list : lists)
    questions.push_back(
        {.write = [&shared, list, product](std::string_view cursor) -> RequestBytes {
           auto ask = list;
           ask.product = product;
           ask.cursor = cursor;
           return shared.writer.orders(ask, shared.token_time());
         },
         .take = [&shared, found, open_only](std::string_view body) -> Result<std::string> {
           return shared.answers.orders(body, [&](const ReadOrder& read) -> Result<void> {
             shared.known.note(read);
             for (const auto& row : read.rows) {
               if (contains(*found, row)) continue;
               if (open_only && is_terminal(row.report.status)) continue;
               if (found->size() == answer_items_max) return failed(Fault::full, "too many orders");
               found->push_back(row);
             }
             return {};
           });
         }});
  Pages::ask(
      shared, std::move(questions), terms,
      [&shared, found, terms, done = std::move(done)](const Verdict& verdict, MonoTime asked) {
        if (!verdict.is_good()) return done({verdict, {}, asked});
        std::vector<VenueOrderId> entries;
        for (const auto& row : *found)
          if (const auto entry = shared.known.unknown_parent(wire_id(row.key.id));
              !entry.empty() && std::find(entries.begin(), entries.end(), entry) == entries.end())
            entries.push_back(entry);
        Inquiry::ask(shared, std::move(entries), terms,
                     [&shared, found, asked, done](const OrdersRead& read) {
                       if (!read.verdict.is_good()) return done({read.verdict, {}, asked});
                       for (auto& row : *found) shared.known.name(row, shared.markets);
                       done({good(), std::move(*found), asked});
                     });
      });
}

/// Fills of a list, named, oldest first.
struct FillList {
  std::string product;
  std::string order_id;
  WallTime since{};
};
void read_fill_list(Shared& shared, const Market& market, FillList list, Pages::Terms terms,
                    AccountReads::FillsDone done) {
  const auto found = std::make_shared<std::vector<FillRow>>();
  std::vector<Pages::Question> questions;
  questions.push_back(
      {.write = [&shared, list = std::move(list)](std::string_view cursor) -> RequestBytes {
         return shared.writer.fills({.product = list.product,
                                     .order_id = list.order_id,
                                     .since = list.since,
                                     .limit = fills_page_max,
                                     .cursor = cursor},
                                    shared.token_time());
       },
       .take = [&shared, found, &market](std::string_view body) -> Result<std::string> {
         return shared.answers.fills(body, [&](const FillRow& row) -> Result<void> {
           if (found->size() == answer_items_max) return failed(Fault::full, "too many fills");
           // Events and trades name the book's product: known orders say which was ordered on.
           found->push_back(row);
           found->back().key.market = market.index;
           found->back().report.symbol = market.instrument.symbol;
           return {};
         });
       }});
  Pages::ask(shared, std::move(questions), terms,
             [&shared, found, terms, done = std::move(done)](const Verdict& verdict, MonoTime) {
               if (!verdict.is_good()) return done({verdict, {}});
               std::vector<VenueOrderId> owners;
               for (const auto& row : *found)
                 if (shared.known.is_undecided(row.key.id.view()) &&
                     std::find(owners.begin(), owners.end(), row.key.id) == owners.end())
                   owners.push_back(row.key.id);
               Inquiry::ask(shared, std::move(owners), terms,
                            [&shared, found, done](const OrdersRead& read) {
                              if (!read.verdict.is_good()) return done({read.verdict, {}});
                              for (auto& row : *found) shared.known.name(row, shared.markets);
                              kit::sort_and_merge(*found);
                              done({good(), std::move(*found)});
                            });
             });
}

}  // namespace

// ---- one by one ----

void Inquiry::ask(Shared& shared, std::vector<VenueOrderId> orders, Pages::Terms terms,
                  AccountReads::OrdersDone done) {
  std::make_shared<Inquiry>(shared, std::move(orders), terms, std::move(done))->next();
}

Inquiry::Inquiry(Shared& shared, std::vector<VenueOrderId> orders, Pages::Terms terms,
                 AccountReads::OrdersDone done)
    : shared_(shared),
      orders_(std::move(orders)),
      wanted_(orders_.size()),
      terms_(terms),
      done_(std::move(done)),
      asked_(shared.clock.mono()) {}

void Inquiry::next() {
  if (at_ == orders_.size()) return finish(good());
  if (at_ == orders_max) return finish(not_known("too many orders to ask for"));
  Ask ask;
  ask.who = terms_.who;
  ask.cost.weight = cost::read;
  ask.deadline = terms_.deadline;
  ask.write = [self = shared_from_this()] {
    return self->shared_.writer.order(self->orders_[self->at_].view(), self->shared_.token_time());
  };
  ask.done = [self = shared_from_this()](const Reply& reply) { self->answered(reply); };
  shared_.rest.send(std::move(ask));
}

void Inquiry::answered(const Reply& reply) {
  const auto verdict = shared_.verdict(reply);
  const bool gone = verdict.outcome == Outcome::refused && verdict.refusal == Refusal::not_found;
  if (!verdict.is_good() && !gone) return finish(verdict);
  const auto& id = orders_[at_];
  if (!gone) {
    const auto read = shared_.answers.order(reply.body);
    // Of a product that is not loaded: as good as not there.
    if (!read && read.error().fault != Fault::not_found) return finish(not_readable(read.error()));
    if (read) {
      shared_.known.note(*read);
      if (const auto entry = shared_.known.unknown_parent(id.view());
          !entry.empty() && std::find(orders_.begin(), orders_.end(), entry) == orders_.end())
        orders_.push_back(entry);
      if (at_ < wanted_) rows_.insert(rows_.end(), read->rows.begin(), read->rows.end());
    }
  }
  ++at_;
  next();
}

void Inquiry::finish(const Verdict& verdict) {
  if (!verdict.is_good()) rows_.clear();
  for (auto& row : rows_) shared_.known.name(row, shared_.markets);
  const auto done = std::move(done_);
  done({verdict, std::move(rows_), asked_});
}

// ---- lists ----

void read_open_orders(Shared& shared, const Market* market, Pages::Terms terms,
                      AccountReads::OrdersDone done) {
  read_lists(shared, market, under_way_window, true, terms, std::move(done));
}

void read_fills(Shared& shared, const Market& market, WallTime since, Pages::Terms terms,
                AccountReads::FillsDone done) {
  const auto first = WallTime{} + std::chrono::seconds{1};  // nothing would be no bound
  read_fill_list(shared, market, {.product = market.wire, .since = std::max(since, first)}, terms,
                 std::move(done));
}

void read_fills_of(Shared& shared, const Market& market, std::string_view order_id,
                   Pages::Terms terms, AccountReads::FillsDone done) {
  read_fill_list(shared, market, {.order_id = std::string{order_id}}, terms, std::move(done));
}

void find_order(Shared& shared, const WantedOrder& wanted, Pages::Terms terms,
                AccountReads::OrderDone done) {
  auto order_id = wanted.venue_id;
  if (order_id.empty()) order_id = shared.known.wire_of(wanted.id).value_or(VenueOrderId{});
  const auto pick = [id = wanted.id, venue_id = wanted.venue_id,
                     done = std::move(done)](const OrdersRead& read) {
    if (!read.verdict.is_good()) return done({read.verdict, {}});
    const auto named = std::find_if(read.orders.begin(), read.orders.end(), [&](const auto& row) {
      return id.empty() ? row.key.id == venue_id : row.report.id == id;
    });
    if (named != read.orders.end()) return done({good(), *named});
    // Under the venue's id it is what was asked for, whatever it is called now.
    const auto same = std::find_if(read.orders.begin(), read.orders.end(), [&](const auto& row) {
      return !venue_id.empty() && row.key.id == venue_id;
    });
    if (same == read.orders.end()) return done({nowhere(), {}});
    auto row = *same;
    row.report.id = id;
    row.report.raw_client_id = {};
    done({good(), row});
  };
  if (!order_id.empty())
    return Inquiry::ask(shared, {VenueOrderId{wire_id(order_id)}}, terms, pick);
  read_lists(shared, &wanted.market, search_window, false, terms, pick);
}

}  // namespace signalbox::coinbase
