#include "connectors/kraken/tickers.hpp"

#include "connectors/kraken/account_socket.hpp"

namespace signalbox::kraken {

using kit::TickerFrame;

kit::TickerWords::Bounds Tickers::bounds() const {
  Bounds bounds;
  bounds.in_target_max = 0;  // subscriptions are frames here
  bounds.in_frame_max = 100;
  bounds.ping_every = ping_every;
  return bounds;
}

std::string Tickers::target(std::span<const MarketIndex>) const { return std::string{stream_path}; }

std::string Tickers::subscribe(std::span<const MarketIndex> more, std::int64_t id) const {
  std::vector<std::string_view> names;
  for (const auto index : more) names.push_back(shared_.markets[index].stream_name);
  return std::string{shared_.frames_out.subscribe_tickers(id, names)};
}

std::string Tickers::ping() const { return std::string{shared_.frames_out.ping(0)}; }

TickerFrame Tickers::read(std::string_view frame) {
  using Kind = TickerFrame::Kind;
  const auto read = shared_.frames.market(frame);
  if (!read) return {.kind = Kind::unreadable};
  if (read->kind == MarketFrame::Kind::answer)
    return {.kind = read->succeeded ? Kind::nothing : Kind::refused};
  // The venue tells one pair a frame; a side that is empty is no price.
  if (read->tickers.empty()) return {};
  const auto& ticker = read->tickers.back();
  if (!last_ || last_->stream_name != ticker.name) last_ = shared_.markets.find_any(ticker.name);
  if (!last_) return {};
  return {.kind = Kind::tick,
          .tick = {.symbol = last_->instrument.symbol,
                   .bid = ticker.bid,
                   .bid_quantity = ticker.bid_quantity,
                   .ask = ticker.ask,
                   .ask_quantity = ticker.ask_quantity,
                   .time = ticker.time == WallTime{} ? shared_.venue_now() : ticker.time}};
}

}  // namespace signalbox::kraken
