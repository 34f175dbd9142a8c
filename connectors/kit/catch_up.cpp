#include "connectors/kit/catch_up.hpp"

namespace signalbox::kit {

void CatchUp::run(Done done) {
  ++run_;
  done_ = std::move(done);
  open_.clear();
  markets_.clear();
  missing_.clear();
  reads_.read_open_orders([this, run = run_](OrdersRead read) {
    if (run != run_) return;
    asked_ = read.asked;
    if (!read.verdict.is_good()) return finish(read.verdict);
    open_ = std::move(read.orders);
    // Orders that nobody here knew of can have filled meanwhile as well.
    for (const auto& row : open_) core_.reports.touch(row.key.market);
    choose_markets();
    const auto heard = [this, run](FillsRead fills) {
      if (run != run_) return;
      if (!fills.verdict.is_good()) return finish(fills.verdict);
      for (const auto& fill : fills.fills) core_.reports.filled(fill);
      tell_orders();
    };
    if (markets_.empty() || !reads_.read_all_fills(fills_since(), heard)) ask_fills();
  });
}

void CatchUp::choose_markets() {
  if (whole_until_)
    markets_ = core_.reports.touched_since(whole_until_mono_ - core_.settings.overlap);
  else if (core_.settings.fills_since)
    markets_ = reads_.chosen_markets();
}

WallTime CatchUp::fills_since() const {
  if (whole_until_) return *whole_until_ - core_.settings.overlap;
  return core_.settings.fills_since.value_or(core_.server_clock.at(asked_));
}

void CatchUp::ask_fills() {
  if (markets_.empty()) return tell_orders();
  const auto market = markets_.back();
  markets_.pop_back();
  reads_.read_fills(market, fills_since(), [this, run = run_](const FillsRead& read) {
    if (run != run_) return;
    if (!read.verdict.is_good()) return finish(read.verdict);
    for (const auto& fill : read.fills) core_.reports.filled(fill);
    ask_fills();
  });
}

void CatchUp::tell_orders() {
  missing_ = core_.reports.missing(open_, asked_);
  for (const auto& row : open_) core_.reports.pictured(row, asked_);
  ask_missing();
}

void CatchUp::ask_missing() {
  while (!missing_.empty() && core_.reports.streamed_since(missing_.back().key, asked_))
    missing_.pop_back();
  if (missing_.empty()) return finish(good());
  const auto order = missing_.back();
  missing_.pop_back();
  reads_.read_order(order, [this, order, run = run_](OrderRead read) {
    if (run == run_) missing_answered(std::move(read), order);
  });
}

void CatchUp::missing_answered(OrderRead read, const Reports::Live& order) {
  if (!read.verdict.is_good()) {
    if (read.verdict.refusal != Refusal::not_found) return finish(read.verdict);
    core_.reports.not_found(order.key);
    return ask_missing();
  }
  if (!order.id.empty()) {
    read.order.report.id = order.id;
    read.order.report.raw_client_id = {};
  }
  core_.reports.pictured(read.order, asked_);
  ask_missing();
}

void CatchUp::finish(const Verdict& verdict) {
  if (verdict.is_good()) whole_until(asked_);
  const auto done = std::move(done_);
  done(verdict);
}

void CatchUp::whole_until(MonoTime asked) {
  whole_until_ = core_.server_clock.at(asked);
  whole_until_mono_ = asked;
}

void CatchUp::compare(Compared done) {
  reads_.read_open_orders([this, run = run_, call = std::move(done)](const OrdersRead& read) {
    if (run != run_) return;
    if (!read.verdict.is_good()) return call(read.verdict, {}, read.asked);
    const auto ahead = core_.reports.ahead_of_stream(read.orders, read.asked);
    if (ahead.empty()) whole_until(read.asked);
    call(good(), ahead, read.asked);
  });
}

}  // namespace signalbox::kit
