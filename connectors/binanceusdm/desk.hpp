#pragma once

#include "connectors/binance/api_socket.hpp"
#include "connectors/binanceusdm/shared.hpp"
#include "connectors/binanceusdm/steps.hpp"
#include "connectors/kit/ticker_desk.hpp"
#include "connectors/kit/ticker_stream.hpp"

namespace signalbox::binanceusdm {

/// The requests of a Venue, in this venue's words: writes over the websocket API while it stands
/// and by REST otherwise, never twice. Loop thread only.
class Desk final : public kit::TickerDesk<Market> {
 public:
  Desk(Shared& shared, Link& link, Steps& steps, TickerStream& tickers, binance::ApiSocket& trade)
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
  Result<WrittenOrders> read_written(const Write& what, std::string_view body) override;

 private:
  enum Kind : std::uint8_t { placing = 1, cancelling };
  WrittenOrders written(const Write& what, OrderState order);
  template <class Bytes>
  bool over_websocket(const Write& what, const Route& route, Bytes bytes);
  TickerStream& stream_of(const Market&) override { return tickers_; }
  void read_ticker(RequestId request, const Market& market, MonoTime deadline) override;

  Shared& shared_;
  Steps& steps_;
  TickerStream& tickers_;
  binance::ApiSocket& trade_;
};

}  // namespace signalbox::binanceusdm
