#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "connectors/coinbase/sequence.hpp"
#include "connectors/coinbase/shared.hpp"
#include "connectors/kit/ticker_stream.hpp"

namespace signalbox::coinbase {

using kit::TickerFrame;
using kit::TickerStream;
using kit::TickerWords;

/// Best bid and ask from the ticker channel, with heartbeats beside it. Products that share a book
/// all get its ticks.
class Tickers final : public TickerWords {
 public:
  explicit Tickers(Shared& shared) : shared_(shared) {}

  Bounds bounds() const override;
  std::string target(std::span<const MarketIndex>) const override { return "/"; }
  std::string subscribe(std::span<const MarketIndex> more, std::int64_t id) const override;
  std::string greeting() override;
  TickerFrame read(std::string_view frame) override;
  bool next(Tick& tick) override;

 private:
  void learn_books() const;

  Shared& shared_;
  Sequence sequence_;
  std::vector<Tick> left_;  // of the last frame, newest first
  // Whose ticks a product's are; made again when more is subscribed.
  mutable std::unordered_map<std::string, std::vector<MarketIndex>> on_book_;
};

}  // namespace signalbox::coinbase
