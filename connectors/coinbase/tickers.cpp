#include "connectors/coinbase/tickers.hpp"

#include <algorithm>

#include "connectors/coinbase/account_stream.hpp"

namespace signalbox::coinbase {

TickerWords::Bounds Tickers::bounds() const {
  Bounds bounds;
  bounds.in_target_max = 0;  // subscriptions are frames here
  bounds.in_frame_max = 50;
  bounds.frame_every = std::chrono::milliseconds{200};  // 8 messages a second from an address
  bounds.silence_max = heartbeat_within;
  return bounds;
}

void Tickers::learn_books() const {
  on_book_.clear();
  for (std::size_t i = 0; i < shared_.markets.size(); ++i) {
    const auto& market = shared_.markets[static_cast<MarketIndex>(i)];
    on_book_[std::string{book_of(market)}].push_back(market.index);
    if (book_of(market) != market.wire) on_book_[market.wire].push_back(market.index);
  }
}

std::string Tickers::subscribe(std::span<const MarketIndex> more, std::int64_t) const {
  learn_books();
  std::vector<std::string> products;
  for (const auto index : more) products.push_back(shared_.markets[index].wire);
  return std::string{shared_.writer.subscribe("ticker", products, true, shared_.token_time())};
}

std::string Tickers::greeting() {
  sequence_ = {};
  return std::string{shared_.writer.subscribe("heartbeats", {}, true, shared_.token_time())};
}

TickerFrame Tickers::read(std::string_view bytes) {
  using Kind = TickerFrame::Kind;
  left_.clear();
  const auto read = shared_.frames.read(bytes);
  if (!read) return {.kind = Kind::unreadable};
  const auto& frame = **read;
  // A new subscription begins with a picture, which makes up for what was lost.
  if (frame.sequence && !sequence_.follows(frame.kind, *frame.sequence))
    return {.kind = Kind::ended};
  if (frame.kind == Frame::Kind::error) return {.kind = Kind::refused};
  for (const auto& ticker : frame.tickers) {
    const auto found = on_book_.find(std::string{ticker.product});
    if (found == on_book_.end()) continue;
    for (const auto index : found->second)
      // An empty side is no price: the last one grows old instead.
      if (auto tick = tick_of(ticker, shared_.markets[index], shared_.venue_now()))
        left_.push_back(*tick);
  }
  std::reverse(left_.begin(), left_.end());
  TickerFrame first{.kind = Kind::tick};
  return next(first.tick) ? first : TickerFrame{};
}

bool Tickers::next(Tick& tick) {
  if (left_.empty()) return false;
  tick = left_.back();
  left_.pop_back();
  return true;
}

}  // namespace signalbox::coinbase
