#pragma once

#include "connectors/kit/ticker_stream.hpp"
#include "connectors/kraken/shared.hpp"

namespace signalbox::kraken {

/// Best bid and ask, told at every change of them.
class Tickers final : public kit::TickerWords {
 public:
  explicit Tickers(Shared& shared) : shared_(shared) {}

  Bounds bounds() const override;
  std::string target(std::span<const MarketIndex> first) const override;
  std::string subscribe(std::span<const MarketIndex> more, std::int64_t id) const override;
  std::string ping() const override;
  kit::TickerFrame read(std::string_view frame) override;

 private:
  Shared& shared_;
  const Market* last_ = nullptr;  // most frames are of the pair before
};

}  // namespace signalbox::kraken
