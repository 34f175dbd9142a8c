#include "connectors/binance/catch_up.hpp"

#include <memory>

#include "connectors/binance/fill_pages.hpp"

namespace signalbox::binance {
namespace {

Verdict good() { return {Outcome::accepted, Refusal::none, 0, {}}; }

}  // namespace

void CatchUp::run(Done done) {
  ++run_;
  done_ = std::move(done);
  open_.clear();
  markets_.clear();
  missing_.clear();
  ask_open_orders([this](const Reply& reply, MonoTime asked) {
    asked_ = asked;
    if (!reply.succeeded()) return finish(shared_.verdict(reply));
    auto open = shared_.answers.open_orders(reply.body);
    if (!open) return finish({Outcome::unknown, Refusal::none, 0, shown(open.error().what)});
    open_ = std::move(open->orders);
    // Orders that nobody here knew of can have filled meanwhile as well.
    for (const auto& row : open_) shared_.reports.touch(row.key.market);
    if (whole_until_) {
      markets_ = shared_.reports.touched_since(whole_until_mono_ - shared_.config.overlap);
    } else if (shared_.config.fills_since) {
      for (const auto& symbol : shared_.config.symbols)
        if (const auto* market = shared_.markets.find(symbol)) markets_.push_back(market->index);
    }
    ask_fills();
  });
}

void CatchUp::ask_open_orders(std::function<void(const Reply&, MonoTime asked)> done) {
  // The time it is asked is when it leaves, not when the pacer was asked.
  const auto asked = std::make_shared<MonoTime>(shared_.clock.mono());
  shared_.ask(
      weight::open_orders_of_all,
      [this, asked]() -> RequestBytes {
        *asked = shared_.clock.mono();
        return shared_.writer.open_orders(nullptr, shared_.venue_now());
      },
      [this, asked, run = run_, call = std::move(done)](const Reply& reply) {
        if (run == run_) call(reply, *asked);
      });
}

WallTime CatchUp::fills_since() const {
  if (whole_until_) return *whole_until_ - shared_.config.overlap;
  return shared_.config.fills_since.value_or(shared_.server_clock.at(asked_));
}

void CatchUp::ask_fills() {
  if (markets_.empty()) return tell_orders();
  const auto& market = shared_.markets[markets_.back()];
  markets_.pop_back();
  FillPages::ask(shared_, market, fills_since(),
                 shared_.clock.mono() + shared_.config.request_within, PaceClass::entry,
                 [this, run = run_](const FillPages::Found& found) {
                   if (run != run_) return;
                   if (found.verdict.outcome != Outcome::accepted) return finish(found.verdict);
                   for (const auto& fill : found.fills) shared_.reports.filled(fill);
                   ask_fills();
                 });
}

void CatchUp::tell_orders() {
  missing_ = shared_.reports.missing(open_, asked_);
  for (const auto& row : open_) shared_.reports.pictured(row, asked_);
  ask_missing();
}

void CatchUp::ask_missing() {
  while (!missing_.empty() && shared_.reports.streamed_since(missing_.back().key, asked_))
    missing_.pop_back();
  if (missing_.empty()) return finish(good());
  const auto order = missing_.back();
  missing_.pop_back();
  shared_.ask(
      weight::query,
      [this, order]() -> RequestBytes {
        return shared_.writer.order({}, venue_order_id(order.key.number),
                                    shared_.markets[order.key.market], shared_.venue_now());
      },
      [this, order, run = run_](const Reply& reply) {
        if (run == run_) missing_answered(reply, order);
      });
}

void CatchUp::missing_answered(const Reply& reply, const Reports::Live& order) {
  if (!reply.succeeded()) {
    const auto verdict = shared_.verdict(reply);
    if (verdict.refusal != Refusal::not_found) return finish(verdict);
    shared_.reports.gone(order.key);
    return ask_missing();
  }
  auto row = shared_.answers.order(reply.body);
  if (!row) return finish({Outcome::unknown, Refusal::none, 0, shown(row.error().what)});
  if (!order.id.empty()) {
    row->report.id = order.id;
    row->report.raw_client_id = {};
  }
  shared_.reports.pictured(*row, asked_);
  ask_missing();
}

void CatchUp::finish(const Verdict& verdict) {
  if (verdict.outcome == Outcome::accepted) whole_until(asked_);
  const auto done = std::move(done_);
  done(verdict);
}

void CatchUp::whole_until(MonoTime asked) {
  whole_until_ = shared_.server_clock.at(asked);
  whole_until_mono_ = asked;
}

void CatchUp::compare(Compared done) {
  ask_open_orders([this, call = std::move(done)](const Reply& reply, MonoTime asked) {
    if (!reply.succeeded()) return call(shared_.verdict(reply), {}, asked);
    const auto open = shared_.answers.open_orders(reply.body);
    if (!open)
      return call({Outcome::unknown, Refusal::none, 0, shown(open.error().what)}, {}, asked);
    const auto ahead = shared_.reports.ahead_of_stream(open->orders, asked);
    if (ahead.empty()) whole_until(asked);
    call(good(), ahead, asked);
  });
}

}  // namespace signalbox::binance
