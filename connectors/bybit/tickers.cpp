#include "connectors/bybit/tickers.hpp"

#include "connectors/bybit/private_stream.hpp"

namespace signalbox::bybit {

TickerWords::Bounds Tickers::bounds() const {
  Bounds bounds;
  bounds.symbols_max = 500;  // their names together have to stay below 21,000 characters
  bounds.in_target_max = 0;  // subscriptions are frames here
  bounds.in_frame_max = 10;  // spot's own bound
  bounds.frame_every = std::chrono::milliseconds{100};
  bounds.ping_every = ping_every;
  return bounds;
}

std::string Tickers::target(std::span<const MarketIndex>) const {
  return std::string{category_ == Category::spot ? spot_stream_path : linear_stream_path};
}

std::string Tickers::subscribe(std::span<const MarketIndex> more, std::int64_t id) const {
  std::vector<std::string> topics;
  for (const auto index : more) topics.push_back("orderbook.1." + shared_.markets[index].name);
  return operation_frame("tickers-" + std::to_string(id), "subscribe", topics);
}

std::string Tickers::ping() const { return operation_frame("ping", "ping", {}); }

TickerFrame Tickers::read(std::string_view frame) {
  using Kind = TickerFrame::Kind;
  const auto read = shared_.frames.market(frame);
  if (!read) return {.kind = Kind::unreadable};
  if (read->kind == PublicFrame::Kind::answer)
    return {.kind = read->succeeded ? Kind::nothing : Kind::refused};
  if (read->kind != PublicFrame::Kind::book) return {};
  if (!last_ || last_->name != read->name) last_ = find(shared_.markets, category_, read->name);
  // An empty side is no price: the last one grows old instead.
  if (!last_ || !read->bid || !read->ask) return {};
  return {.kind = Kind::tick,
          .tick = {.symbol = last_->instrument.symbol,
                   .bid = *read->bid,
                   .bid_quantity = read->bid_quantity,
                   .ask = *read->ask,
                   .ask_quantity = read->ask_quantity,
                   .time = read->time}};
}

}  // namespace signalbox::bybit
