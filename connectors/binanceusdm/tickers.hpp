#pragma once

#include "connectors/binanceusdm/shared.hpp"
#include "connectors/kit/ticker_stream.hpp"

namespace signalbox::binanceusdm {

/// The bookTicker streams, which are in the venue's public group. Loop thread only.
class Tickers final : public TickerWords {
 public:
  explicit Tickers(Shared& shared) : shared_(shared) {}

  Bounds bounds() const override {
    // The venue takes 10 messages a second, pings included.
    return {.frame_every = std::chrono::milliseconds{250}};
  }
  std::string target(std::span<const MarketIndex> first) const override;
  std::string subscribe(std::span<const MarketIndex> more, std::int64_t id) const override;
  TickerFrame read(std::string_view frame) override;

 private:
  Shared& shared_;
  const Market* last_ = nullptr;  // most frames are of the symbol before
};

}  // namespace signalbox::binanceusdm
