#pragma once

#include "connectors/kit/desk.hpp"
#include "connectors/kit/market_table.hpp"
#include "connectors/kit/ticker_stream.hpp"

namespace signalbox::kit {

/// A desk as far as tickers go: they are asked for once, or subscribed to. Loop thread only.
template <class Market>
class TickerDesk : public Desk {
 public:
  TickerDesk(Core& core, Link& link, const MarketTable<Market>& markets)
      : Desk(core, link), markets_(markets) {}

  void query(const QueryTicker& query, MonoTime deadline) {
    if (const auto* market = market_of<TickerResult>(markets_, query.request, query.symbol))
      read_ticker(query.request, *market, deadline);
  }

  void subscribe(const SubscribeTicker& subscribe, MonoTime deadline) {
    const auto* market = market_of<TickerResult>(markets_, subscribe.request, subscribe.symbol);
    if (!market) return;
    if (!stream_of(*market).subscribe(market->index))
      return refuse<TickerResult>(subscribe.request, Refusal::maximum, "too many tickers");
    // A quiet market sends nothing for long: the first ticker comes with the answer.
    read_ticker(subscribe.request, *market, deadline);
  }

 protected:
  virtual TickerStream& stream_of(const Market& market) = 0;
  virtual void read_ticker(RequestId request, const Market& market, MonoTime deadline) = 0;

 private:
  const MarketTable<Market>& markets_;
};

}  // namespace signalbox::kit
