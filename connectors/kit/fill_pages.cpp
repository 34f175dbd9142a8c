#include "connectors/kit/fill_pages.hpp"

#include <algorithm>

namespace signalbox::kit {
namespace {

constexpr Duration one_ms = std::chrono::milliseconds{1};

WallTime whole_ms(WallTime t) { return WallTime{std::chrono::floor<std::chrono::milliseconds>(t)}; }

}  // namespace

void FillPages::ask(Core& core, WallTime since, Windows windows, AccountReads::FillsDone done) {
  std::make_shared<FillPages>(core, since, std::move(windows), std::move(done))->next();
}

FillPages::FillPages(Core& core, WallTime since, Windows windows, AccountReads::FillsDone done)
    : windows_(std::move(windows)),
      from_(std::max(whole_ms(since), WallTime{})),
      // A trade of this moment may carry a time that our measure of the venue's is short of.
      until_(whole_ms(core.venue_now()) + std::chrono::seconds{1}),
      window_(windows_.window_max),
      done_(std::move(done)) {}

void FillPages::next() {
  if (from_ > until_) return finish(good());
  if (++pages_ > pages_max) return finish(not_known("too many pages of fills"));
  const auto to = std::min(until_, from_ + window_);
  windows_.read(from_, to, [self = shared_from_this(), to](FillsRead page) {
    self->answered(std::move(page), to);
  });
}

void FillPages::answered(FillsRead page, WallTime to) {
  if (!page.verdict.is_good()) return finish(page.verdict);
  const bool full = page.fills.size() >= windows_.page_rows_max;
  if (full && to == from_)
    return finish(not_known("more fills in a millisecond than a page holds"));
  if (full) {
    window_ = std::max<Duration>(one_ms, whole_ms(WallTime{(to - from_) / 2}).time_since_epoch());
    if (to - from_ <= one_ms) window_ = Duration{};
    return next();
  }
  if (fills_.size() + page.fills.size() > answer_items_max)
    return finish(not_known("too many fills"));
  fills_.insert(fills_.end(), page.fills.begin(), page.fills.end());
  from_ = to + one_ms;
  window_ = std::min(windows_.window_max, std::max(one_ms, 2 * window_));
  next();
}

void FillPages::finish(Verdict verdict) {
  sort_and_merge(fills_);
  if (!verdict.is_good()) fills_.clear();
  const auto done = std::move(done_);
  windows_.read = nullptr;
  done({verdict, std::move(fills_)});
}

void sort_and_merge(std::vector<FillRow>& fills) {
  const auto id = [](const FillRow& row) { return row.report.trade_id.view(); };
  std::sort(fills.begin(), fills.end(), [&](const FillRow& a, const FillRow& b) {
    if (a.report.time != b.report.time) return a.report.time < b.report.time;
    if (id(a) != id(b)) return counts_before(id(a), id(b));
    return counts_before(a.key.id.view(), b.key.id.view());
  });
  fills.erase(std::unique(fills.begin(), fills.end(),
                          [&](const FillRow& a, const FillRow& b) {
                            return id(a) == id(b) && a.key == b.key;
                          }),
              fills.end());
}

}  // namespace signalbox::kit
