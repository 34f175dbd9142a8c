#pragma once

#include "connectors/kit/ticker_desk.hpp"
#include "connectors/kit/ticker_stream.hpp"
#include "connectors/okx/order_entry.hpp"
#include "connectors/okx/shared.hpp"
#include "connectors/okx/steps.hpp"

namespace signalbox::okx {

/// The requests of a Venue: each is written, sent, and answered with its one result. Loop thread
/// only.
class Desk final : public kit::TickerDesk<Market> {
 public:
  Desk(Shared& shared, kit::Link& link, Steps& steps, kit::TickerStream& tickers)
      : TickerDesk(shared, link, shared.markets),
        shared_(shared),
        tickers_(tickers),
        entry_(shared, steps) {}

  void place(const PlaceOrders& orders, MonoTime deadline);
  void amend(const AmendOrder& amend, MonoTime deadline);
  void cancel(const CancelOrder& cancel, MonoTime deadline);
  void query(const QueryOrder& query, MonoTime deadline);
  void query(const QueryOpenOrders& query, MonoTime deadline);
  void query(const QueryFills& query, MonoTime deadline);
  void query(const QueryBalances& query, MonoTime deadline);
  void query(const QueryPositions& query, MonoTime deadline);
  using TickerDesk::query;

  OrderEntry& order_entry() { return entry_; }

 private:
  /// What a write was, for reading its answer.
  enum Kind : std::uint8_t { plain_order = 1, algo_order, pair, entry_with_exits, change };

  Result<kit::WrittenOrders> read_written(const Write& what, std::string_view body) override;
  Result<kit::WrittenOrders> written_orders(const Write& what, const Acknowledged& names);
  static Kind kind_of(const PlaceOrders& orders);

  /// Over the websocket; false: it has to go another way.
  bool over_stream(const std::function<RequestBytes(std::string_view id)>& frame, const Write& what,
                   const Market& market, const Route& route);
  void place_algo(const PlaceOrders& orders, const Write& what, const Market& market,
                  const Route& route, bool again);
  void cancel_known(const CancelOrder& cancel, const OrderRef& ref, const Market& market,
                    MonoTime deadline);
  void give(const Write& what, const Verdict& verdict, Result<kit::WrittenOrders> written);
  kit::TickerStream& stream_of(const Market&) override { return tickers_; }
  void read_ticker(RequestId request, const Market& market, MonoTime deadline) override;

  Shared& shared_;
  kit::TickerStream& tickers_;
  OrderEntry entry_;
};

}  // namespace signalbox::okx
