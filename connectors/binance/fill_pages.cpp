#include "connectors/binance/fill_pages.hpp"

#include <algorithm>

namespace signalbox::binance {
namespace {

constexpr Duration one_ms = std::chrono::milliseconds{1};

Verdict gave_up(std::string_view why) { return {Outcome::unknown, Refusal::none, 0, Detail{why}}; }

WallTime whole_ms(WallTime t) { return WallTime{std::chrono::floor<std::chrono::milliseconds>(t)}; }

}  // namespace

void FillPages::ask(Shared& shared, const Market& market, WallTime since, MonoTime deadline,
                    PaceClass who, Done done) {
  std::make_shared<FillPages>(shared, market, since, deadline, who, std::move(done))->next();
}

FillPages::FillPages(Shared& shared, const Market& market, WallTime since, MonoTime deadline,
                     PaceClass who, Done done)
    : shared_(shared),
      market_(market),
      deadline_(deadline),
      who_(who),
      from_(std::max(whole_ms(since), WallTime{})),
      // A trade of this moment may carry a time that our measure of the venue's is short of.
      until_(whole_ms(shared.venue_now()) + std::chrono::seconds{1}),
      done_(std::move(done)) {}

void FillPages::next() {
  if (from_ > until_) return finish({Outcome::accepted, Refusal::none, 0, {}});
  if (++pages_ > pages_max) return finish(gave_up("too many pages of fills"));
  const auto to = std::min(until_, from_ + window_);
  Ask ask;
  ask.who = who_;
  ask.cost.weight = weight::trades;
  ask.deadline = deadline_;
  ask.write = [self = shared_from_this(), to]() -> RequestBytes {
    return self->shared_.writer.trades(self->market_, self->from_, to, self->shared_.venue_now());
  };
  ask.done = [self = shared_from_this(), to](const Reply& reply) { self->answered(reply, to); };
  shared_.rest.send(std::move(ask));
}

void FillPages::answered(const Reply& reply, WallTime to) {
  if (!reply.succeeded()) return finish(shared_.verdict(reply));
  auto rows = shared_.answers.trades(reply.body);
  if (!rows) return finish(gave_up(rows.error().what));
  const bool full = rows->size() >= static_cast<std::size_t>(trades_page_max);
  if (full && to == from_) return finish(gave_up("more fills in a millisecond than a page holds"));
  if (full) {
    window_ = std::max<Duration>(one_ms, whole_ms(WallTime{(to - from_) / 2}).time_since_epoch());
    if (to - from_ <= one_ms) window_ = Duration{};
    return next();
  }
  if (fills_.size() + rows->size() > answer_items_max) return finish(gave_up("too many fills"));
  fills_.insert(fills_.end(), rows->begin(), rows->end());
  from_ = to + one_ms;
  window_ = std::min(window_max, std::max(one_ms, 2 * window_));
  next();
}

void FillPages::finish(Verdict verdict) {
  // The same trade in two pages is one trade.
  std::sort(fills_.begin(), fills_.end(), [](const FillRow& a, const FillRow& b) {
    return std::pair{a.trade, a.key.number} < std::pair{b.trade, b.key.number};
  });
  fills_.erase(std::unique(fills_.begin(), fills_.end(),
                           [](const FillRow& a, const FillRow& b) {
                             return a.trade == b.trade && a.key == b.key;
                           }),
               fills_.end());
  if (verdict.outcome != Outcome::accepted) fills_.clear();
  const auto done = std::move(done_);
  done({verdict, std::move(fills_)});
}

}  // namespace signalbox::binance
