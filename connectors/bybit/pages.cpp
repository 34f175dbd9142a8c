#include "connectors/bybit/pages.hpp"

namespace signalbox::bybit {

void Pages::ask(Shared& shared, std::vector<Question> questions, Terms terms, Done done) {
  std::make_shared<Pages>(shared, std::move(questions), terms, std::move(done))->next();
}

Pages::Pages(Shared& shared, std::vector<Question> questions, Terms terms, Done done)
    : shared_(shared),
      questions_(std::move(questions)),
      terms_(terms),
      done_(std::move(done)),
      asked_(shared.clock.mono()) {}

void Pages::next() {
  if (at_ == questions_.size()) {
    // From the loop, also when there was nothing to ask.
    if (pages_ > 0) return finish(good());
    return shared_.post([self = shared_from_this()] { self->finish(good()); });
  }
  if (++pages_ > pages_max) return finish(not_known("too many pages"));
  Ask ask;
  ask.who = terms_.who;
  ask.cost.weight = cost::read;
  ask.deadline = terms_.deadline;
  ask.write = [self = shared_from_this()] {
    // The time it is asked is when it leaves, not when the pacer was asked.
    if (!std::exchange(self->asked_once_, true)) self->asked_ = self->shared_.clock.mono();
    return self->questions_[self->at_].write(self->cursor_);
  };
  ask.done = [self = shared_from_this()](const Reply& reply) { self->answered(reply); };
  shared_.rest.send(std::move(ask));
}

void Pages::answered(const Reply& reply) {
  const auto& question = questions_[at_];
  const auto verdict = shared_.verdict(reply);
  const bool nothing = verdict.outcome == Outcome::refused && verdict.refusal == question.unless;
  if (!verdict.is_good() && !nothing) return finish(verdict);
  std::string cursor;
  if (!nothing) {
    auto taken = question.take(reply.body);
    if (!taken) return finish(not_readable(taken.error()));
    cursor = std::move(*taken);
  }
  // A venue that gives the same cursor again would be asked for ever.
  if (cursor.empty() || cursor == cursor_) {
    ++at_;
    cursor.clear();
  }
  cursor_ = std::move(cursor);
  next();
}

void Pages::finish(const Verdict& verdict) {
  const auto done = std::move(done_);
  done(verdict, asked_);
}

// ---- open orders ----

std::vector<OrderScope> all_scopes(const Shared& shared) {
  std::vector<OrderScope> scopes;
  bool spot = false;
  for (std::size_t i = 0; i < shared.markets.size(); ++i)
    spot = spot || shared.markets[static_cast<MarketIndex>(i)].category == Category::spot;
  if (spot) scopes.push_back({Category::spot, {}, {}});
  for (auto& coin : shared.settle_coins()) scopes.push_back({Category::linear, {}, coin});
  return scopes;
}

Result<std::vector<OrderRow>> rows_of(Shared& shared, const OrdersPage& page) {
  std::vector<OrderRow> rows;
  for (const auto& fields : page.orders) {
    auto row = fields.row(shared.markets, page.category);
    if (!row && row.error().fault == Fault::not_found) continue;
    if (!row) return pass(row);
    shared.children.name(*row, fields.parent_link_id);
    rows.push_back(*row);
  }
  return rows;
}

void read_open_orders(Shared& shared, const std::vector<OrderScope>& scopes, Pages::Terms terms,
                      std::function<void(OrdersRead)> done) {
  const auto found = std::make_shared<std::vector<OrderRow>>();
  std::vector<Pages::Question> questions;
  for (const auto& scope : scopes)
    questions.push_back({.write = [&shared, scope](std::string_view cursor) -> RequestBytes {
                           return shared.writer.orders({.category = scope.category,
                                                        .name = scope.name,
                                                        .settle = scope.settle,
                                                        .limit = orders_page_max,
                                                        .cursor = cursor},
                                                       shared.venue_now());
                         },
                         .take = [&shared, found](std::string_view body) -> Result<std::string> {
                           auto page = shared.answers.orders(body);
                           if (!page) return pass(page);
                           const auto rows = rows_of(shared, *page);
                           if (!rows) return pass(rows);
                           if (found->size() + rows->size() > answer_items_max)
                             return failed(Fault::full, "too many open orders");
                           found->insert(found->end(), rows->begin(), rows->end());
                           return page->orders.empty() ? std::string{} : page->cursor;
                         }});
  Pages::ask(shared, std::move(questions), terms,
             [found, done = std::move(done)](const Verdict& verdict, MonoTime asked) {
               if (!verdict.is_good()) found->clear();
               done({verdict, std::move(*found), asked});
             });
}

}  // namespace signalbox::bybit
