#include "connectors/okx/account_pages.hpp"

#include <algorithm>
#include <array>

#include "connectors/kit/fill_pages.hpp"

namespace signalbox::okx {
namespace {

using kit::not_known;
using kit::not_readable;

/// Algo orders by type, as one request may name them, then the plain orders.
constexpr auto kinds = std::array<std::string_view, 3>{"conditional,oco", "trigger", ""};

// The fresh list holds three days; a little is left for clocks.
constexpr Duration fresh_max = std::chrono::hours{71};

}  // namespace

// ---- open orders ----

void OpenOrders::ask(Shared& shared, std::optional<MarketIndex> market, PaceClass who,
                     MonoTime deadline, kit::AccountReads::OrdersDone done) {
  std::make_shared<OpenOrders>(shared, market, who, deadline, std::move(done))->next();
}

OpenOrders::OpenOrders(Shared& shared, std::optional<MarketIndex> market, PaceClass who,
                       MonoTime deadline, kit::AccountReads::OrdersDone done)
    : shared_(shared), market_(market), who_(who), deadline_(deadline), done_(std::move(done)) {}

void OpenOrders::next() {
  if (kind_ == kinds.size()) return finish(kit::good());
  if (++pages_ > pages_max) return finish(not_known("too many pages of open orders"));
  const bool algos = !kinds[kind_].empty();
  kit::Ask ask;
  ask.cost.weight = algos ? weight::algo : weight::open_orders;
  ask.who = who_;
  ask.deadline = shared_.one_within(deadline_);
  ask.write = [self = shared_from_this(), algos]() -> RequestBytes {
    auto& shared = self->shared_;
    // What the picture shows was true when the first of its requests left, or later.
    if (!self->asked_) self->asked_ = shared.clock.mono();
    const auto* market = self->market_ ? &shared.markets[*self->market_] : nullptr;
    if (algos)
      return shared.writer.open_algos(market, kinds[self->kind_], self->after_, shared.venue_now());
    return shared.writer.open_orders(market, self->after_, shared.venue_now());
  };
  ask.done = [self = shared_from_this()](const Reply& reply) { self->answered(reply); };
  shared_.rest.send(std::move(ask));
}

void OpenOrders::answered(const Reply& reply) {
  const auto verdict = shared_.verdict(reply);
  if (!verdict.is_good()) return finish(verdict);
  const auto page = kinds[kind_].empty() ? take_plain(reply.body) : take_algos(reply.body);
  if (!page) return finish(not_readable(page.error()));
  if (rows_.size() > answer_items_max) return finish(not_known("too many open orders"));
  if (page->rows < page_rows_max) {
    ++kind_;
    pages_ = 0;
    after_.clear();
  } else {
    after_ = page->last;
  }
  next();
}

Result<AnswerReader::Page> OpenOrders::take_algos(std::string_view body) {
  std::vector<AlgoRow> rows;
  auto page = shared_.answers.algos(body, rows);
  for (const auto& row : rows) {
    shared_.algos.learn(row);
    for (const auto& leg : row.legs)
      if (!is_terminal(leg.report.status)) rows_.push_back(leg);
  }
  return page;
}

Result<AnswerReader::Page> OpenOrders::take_plain(std::string_view body) {
  std::vector<PlainRow> rows;
  auto page = shared_.answers.orders(body, rows);
  for (auto& row : rows) {
    shared_.algos.adopt(row);
    rows_.push_back(row.order);
    rows_.insert(rows_.end(), row.attached.begin(), row.attached.end());
  }
  return page;
}

void OpenOrders::finish(Verdict verdict) {
  if (!verdict.is_good()) rows_.clear();
  const auto done = std::move(done_);
  done({verdict, std::move(rows_), asked_.value_or(shared_.clock.mono())});
}

// ---- fills ----

void Fills::ask(Shared& shared, const What& what, kit::AccountReads::FillsDone done) {
  std::make_shared<Fills>(shared, what, std::move(done))->next();
}

Fills::Fills(Shared& shared, const What& what, kit::AccountReads::FillsDone done)
    : shared_(shared),
      what_(what),
      is_old_(what.market && shared.venue_now() - what.since > fresh_max),
      done_(std::move(done)) {}

void Fills::send(std::uint32_t weight, std::function<RequestBytes()> write,
                 kit::ReplyHandler done) {
  kit::Ask ask;
  ask.cost.weight = weight;
  ask.who = PaceClass::urgent;  // an order of unknown fate, or the way to READY, waits for it
  ask.deadline = shared_.one_within(what_.deadline);
  ask.write = std::move(write);
  ask.done = std::move(done);
  shared_.rest.send(std::move(ask));
}

void Fills::next() {
  if (++pages_ > pages_max) return finish(not_known("too many pages of fills"));
  send(
      is_old_ ? weight::fills_history : weight::fills,
      [self = shared_from_this()]() -> RequestBytes {
        auto& shared = self->shared_;
        const auto& what = self->what_;
        const auto* market = what.market ? &shared.markets[*what.market] : nullptr;
        if (self->is_old_)
          return shared.writer.fills_history(*market, what.since, self->after_, shared.venue_now());
        return shared.writer.fills(market, what.since, self->after_, shared.venue_now());
      },
      [self = shared_from_this()](const Reply& reply) { self->answered(reply); });
}

void Fills::answered(const Reply& reply) {
  const auto verdict = shared_.verdict(reply);
  if (!verdict.is_good()) return finish(verdict);
  const auto page = shared_.answers.fills(reply.body, fills_);
  if (!page) return finish(not_readable(page.error()));
  if (fills_.size() > answer_items_max) return finish(not_known("too many fills"));
  if (page->rows >= page_rows_max) {
    if (!is_number(page->last) || page->last == after_)
      return finish(not_known("a full page of fills that cannot be gone on from"));
    after_ = page->last;
    return next();
  }
  for (auto& row : fills_) {
    if (row.report.id.empty()) row.report.id = known_owner(row);
    if (!row.report.id.empty()) continue;
    if (std::find(nameless_.begin(), nameless_.end(), row.key) == nameless_.end() &&
        nameless_.size() < owners_max)
      nameless_.push_back(row.key);
  }
  name_next();
}

ClientOrderId Fills::known_owner(const kit::FillRow& row) const {
  if (const auto named = shared_.reports.named(row); !named.id.empty()) return named.id;
  return shared_.algos.leg_of_child(row.key.id.view());
}

void Fills::name_next() {
  if (nameless_.empty()) return finish(kit::good());
  const auto key = nameless_.back();
  nameless_.pop_back();
  send(
      weight::order,
      [self = shared_from_this(), key] {
        auto& shared = self->shared_;
        const OrderRef ref{false, std::string{key.id.view()}, {}, AlgoLeg::stop};
        return shared.writer.order(ref, shared.markets[key.market], shared.venue_now());
      },
      [self = shared_from_this(), key](const Reply& reply) {
        auto& shared = self->shared_;
        const auto verdict = shared.verdict(reply);
        // An order that is gone from its list was not ours, or is named by what else we ask.
        if (!verdict.is_good() && verdict.refusal != Refusal::not_found)
          return self->finish(verdict);
        auto row = verdict.is_good() ? shared.answers.order(reply.body)
                                     : Result<PlainRow>{failed(Fault::not_found, {})};
        if (row) {
          for (const auto& fill : self->fills_)
            if (fill.key == key) row->fill = fill;
          shared.algos.adopt(*row);
          for (auto& fill : self->fills_)
            if (fill.key == key) fill.report.id = row->order.report.id;
        }
        self->name_next();
      });
}

void Fills::finish(Verdict verdict) {
  kit::sort_and_merge(fills_);
  if (!verdict.is_good()) fills_.clear();
  const auto done = std::move(done_);
  done({verdict, std::move(fills_)});
}

}  // namespace signalbox::okx
