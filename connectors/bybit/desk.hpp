#pragma once

#include <memory>
#include <vector>

#include "connectors/bybit/steps.hpp"
#include "connectors/bybit/trade_stream.hpp"
#include "connectors/kit/ticker_desk.hpp"
#include "connectors/kit/ticker_stream.hpp"

namespace signalbox::bybit {

using kit::TickerStream;

/// The requests of a Venue, in this venue's words: writes over the websocket while it stands and by
/// REST otherwise, never twice. Loop thread only.
class Desk final : public kit::TickerDesk<Market> {
 public:
  struct Parts {
    Shared& shared;
    Link& link;
    Steps& steps;
    TradeStream& trade;
    TickerStream& spot;
    TickerStream& linear;
  };
  explicit Desk(const Parts& parts)
      : TickerDesk(parts.shared, parts.link, parts.shared.markets),
        shared_(parts.shared),
        parts_(parts) {}

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
  enum Kind : std::uint8_t { placing = 1, amending, cancelling };

  template <class Bytes>
  bool by_websocket(const Write& what, const Route& route, Bytes bytes);
  WrittenOrders acknowledged(const Write& what, std::string_view order_id);
  void cancel_spot(const CancelOrder& cancel, const Market& market, std::vector<Filter> filters,
                   MonoTime deadline);
  TickerStream& stream_of(const Market& market) override {
    return market.category == Category::spot ? parts_.spot : parts_.linear;
  }
  void read_ticker(RequestId request, const Market& market, MonoTime deadline) override;

  Shared& shared_;
  Parts parts_;
};

}  // namespace signalbox::bybit
