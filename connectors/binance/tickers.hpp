#pragma once

#include "connectors/binance/shared.hpp"
#include "connectors/kit/ticker_stream.hpp"

namespace signalbox::binance {

/// The bookTicker streams. Loop thread only.
class Tickers final : public TickerWords {
 public:
  explicit Tickers(Shared& shared) : shared_(shared) {}

  Bounds bounds() const override {
    // The venue takes 5 messages a second, pings included.
    return {.frame_every = std::chrono::milliseconds{500}, .connect_weight = weight::stream};
  }
  std::string target(std::span<const MarketIndex> first) const override;
  std::string subscribe(std::span<const MarketIndex> more, std::int64_t id) const override;
  TickerFrame read(std::string_view frame) override;

 private:
  TickerFrame told(const BookTicker& book);

  Shared& shared_;
  const Market* last_ = nullptr;  // most frames are of the symbol before
};

}  // namespace signalbox::binance
