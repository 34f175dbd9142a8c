#pragma once

#include <functional>
#include <vector>

#include "connectors/binance/link.hpp"
#include "connectors/binance/market_stream.hpp"
#include "connectors/binance/shared.hpp"

namespace signalbox::binance {

/// The requests of a Venue: each is written, sent, and answered with its one result. Loop thread
/// only.
class Desk {
 public:
  Desk(Shared& shared, Link& link, MarketStream& tickers)
      : shared_(shared), link_(link), tickers_(tickers) {}
  void set_sink(VenueSink* sink) { sink_ = sink; }

  void place(const PlaceOrders& orders, MonoTime deadline);
  void amend(const AmendOrder& amend, MonoTime deadline);
  void cancel(const CancelOrder& cancel, MonoTime deadline);
  void query(const QueryOrder& query, MonoTime deadline);
  void query(const QueryOpenOrders& query, MonoTime deadline);
  void query(const QueryFills& query, MonoTime deadline);
  void query(const QueryBalances& query, MonoTime deadline);
  void query(const QueryPositions& query, MonoTime deadline);
  void query(const QueryTicker& query, MonoTime deadline);
  void subscribe(const SubscribeTicker& subscribe, MonoTime deadline);

 private:
  /// A write under way: what is needed to understand its answer.
  struct Write {
    RequestId request = RequestId::none;
    MonoTime sent{};
    ClientOrderId id;              // of an amendment or cancel
    Bounded<OrderSpec, 3> placed;  // of a placement
  };
  using Slot = std::uint32_t;

  RequestBytes bytes(const PlaceOrders& orders, const Market& market);
  RequestBytes bytes(const AmendOrder& amend, const Market& market);
  RequestBytes bytes(const CancelOrder& cancel, const Market& market);
  template <class Request>
  void write(const Request& request, const Write& what, const Market& market, PaceClass who,
             PaceCost cost, MonoTime deadline);
  void written(Slot slot, const Reply& reply);
  void accepted(const Write& what, WrittenOrders& written);

  /// Asks, and gives `Result` with what `fill` makes of a success: nothing, or why not.
  template <class Result>
  void read(RequestId request, PaceClass who, std::uint32_t cost, MonoTime deadline,
            std::function<RequestBytes()> bytes,
            std::function<tl::expected<void, Error>(std::string_view body, Result& to)> fill);
  void read_ticker(RequestId request, const Market& market, MonoTime deadline);
  /// From the loop, not from inside the call.
  template <class Result>
  void give_later(const Result& result);
  template <class Result>
  void refuse(RequestId request, Refusal refusal, std::string_view why);
  /// Nothing: it has been refused.
  template <class Result>
  const Market* market_of(RequestId request, const Symbol& symbol);

  Shared& shared_;
  Link& link_;
  MarketStream& tickers_;
  VenueSink* sink_ = nullptr;
  std::vector<Write> writes_;
  std::vector<Slot> free_;
};

}  // namespace signalbox::binance
