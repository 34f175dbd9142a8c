#pragma once

#include "connectors/bybit/shared.hpp"
#include "connectors/kit/ticker_stream.hpp"

namespace signalbox::bybit {

using kit::TickerFrame;
using kit::TickerWords;

/// Best bid and ask of one product line, from the first level of its order books: spot's tickers
/// have no bid and ask, and a perpetual's come ten times slower.
class Tickers final : public TickerWords {
 public:
  Tickers(Shared& shared, Category category) : shared_(shared), category_(category) {}

  Bounds bounds() const override;
  std::string target(std::span<const MarketIndex> first) const override;
  std::string subscribe(std::span<const MarketIndex> more, std::int64_t id) const override;
  std::string ping() const override;
  TickerFrame read(std::string_view frame) override;

 private:
  Shared& shared_;
  Category category_;
  const Market* last_ = nullptr;  // most frames are of the symbol before
};

}  // namespace signalbox::bybit
