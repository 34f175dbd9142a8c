#pragma once

#include "connectors/binance/shared.hpp"
#include "connectors/binance/steps.hpp"
#include "connectors/kit/ticker_desk.hpp"
#include "connectors/kit/ticker_stream.hpp"

namespace signalbox::binance {

/// The requests of a Venue, in this venue's words: writes over the websocket API while it stands
/// and by REST otherwise, never twice. Loop thread only.
class Desk final : public kit::TickerDesk<Market> {
 public:
  Desk(Shared& shared, Link& link, Steps& steps, TickerStream& tickers, ApiSocket& trade)
      : TickerDesk(shared, link, shared.markets),
        shared_(shared),
        steps_(steps),
        tickers_(tickers),
        trade_(trade) {}

  void place(const PlaceOrders& orders, MonoTime deadline);
  void amend(const AmendOrder& amend, MonoTime deadline);
  void cancel(const CancelOrder& cancel, MonoTime deadline);
  void query(const QueryOrder& query, MonoTime deadline);
  void query(const QueryOpenOrders& query, MonoTime deadline);
  void query(const QueryFills& query, MonoTime deadline);
  void query(const QueryBalances& query, MonoTime deadline);
  void query(const QueryPositions& query, MonoTime deadline);
  using TickerDesk::query;

 protected:
  Result<WrittenOrders> read_written(const Write&, std::string_view body) override {
    return shared_.answers.written(body);
  }

 private:
  TickerStream& stream_of(const Market&) override { return tickers_; }
  void read_ticker(RequestId request, const Market& market, MonoTime deadline) override;
  template <class Bytes>
  bool over_websocket(const Write& what, const Route& route, Bytes bytes);

  Shared& shared_;
  Steps& steps_;
  TickerStream& tickers_;
  ApiSocket& trade_;
};

}  // namespace signalbox::binance
