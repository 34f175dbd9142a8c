#include "connectors/okx/tickers.hpp"

namespace signalbox::okx {

kit::TickerWords::Bounds Tickers::bounds() const {
  return {.symbols_max = 400,
          .in_target_max = 0,  // the venue subscribes by frames only
          .in_frame_max = 100,
          .frame_every = std::chrono::milliseconds{500},
          .ping_every = shared_.config.stream_silence,
          .connect_weight = weight::stream};
}

std::string Tickers::target(std::span<const MarketIndex>) const { return std::string{public_path}; }

std::string Tickers::subscribe(std::span<const MarketIndex> more, std::int64_t id) const {
  std::string frame = "{\"id\":\"" + std::to_string(id) + R"(","op":"subscribe","args":[)";
  for (std::size_t i = 0; i < more.size(); ++i) {
    frame += i > 0 ? "," : "";
    frame += R"({"channel":"tickers","instId":")" + shared_.markets[more[i]].wire + "\"}";
  }
  return frame + "]}";
}

kit::TickerFrame Tickers::read(std::string_view frame) {
  using Kind = kit::TickerFrame::Kind;
  const auto read = shared_.frames.market(frame);
  if (!read) return {.kind = Kind::unreadable};
  switch (read->kind) {
    case MarketFrame::Kind::refused: return {.kind = Kind::refused};
    case MarketFrame::Kind::notice:
      return {.kind = may_return_at_once(read->error.code) ? Kind::ended : Kind::nothing};
    case MarketFrame::Kind::tickers: break;
    default: return {};
  }
  // One symbol a frame; of several rows the last is the newest.
  if (read->tickers.empty()) return {};
  const auto& ticker = read->tickers.back();
  if (!last_ || last_->wire != ticker.instrument)
    last_ = shared_.markets.find_wire(ticker.instrument);
  if (!last_) return {};
  const auto tick = tick_of(ticker, *last_, shared_.clock.wall());
  if (!tick) return {};  // an empty side is no price: the last one grows old instead
  return {.kind = Kind::tick, .tick = *tick};
}

}  // namespace signalbox::okx
