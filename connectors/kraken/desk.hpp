#pragma once

#include "connectors/kit/ticker_desk.hpp"
#include "connectors/kit/ticker_stream.hpp"
#include "connectors/kraken/steps.hpp"

namespace signalbox::kraken {

/// The requests of a Venue, in this venue's words: writes over the websocket while it stands and by
/// REST otherwise, never both. Loop thread only.
class Desk final : public kit::TickerDesk<Market> {
 public:
  Desk(Shared& shared, Link& link, Steps& steps, kit::TickerStream& tickers)
      : TickerDesk(shared, link, shared.markets),
        shared_(shared),
        steps_(steps),
        tickers_(tickers) {}

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
  using Change = RateCounters::Change;
  struct Plan {
    Write what;
    PaceClass who = PaceClass::entry;
    MonoTime deadline{};
    Change change = Change::add;
    VenueOrderId order;  ///< that is changed, where it is known
  };

  /// By the one way or the other; `frame(number)` and `bytes()` write it.
  template <class Frame, class Bytes>
  void send(const Plan& plan, Frame frame, Bytes bytes);
  WrittenOrders acknowledged(const Write& what, std::string_view order_id);
  void answered(const Write& what, const AccountFrame* answer, std::string_view why);
  void answered(const Write& what, const Reply& reply);
  void give(const Write& what, const Verdict& verdict);
  template <class Answer, class Fill>
  void read(RequestId request, std::uint32_t weight, MonoTime deadline,
            std::function<RequestBytes()> bytes, Fill fill);
  kit::TickerStream& stream_of(const Market&) override { return tickers_; }
  void read_ticker(RequestId request, const Market& market, MonoTime deadline) override;

  Shared& shared_;
  Steps& steps_;
  kit::TickerStream& tickers_;
};

}  // namespace signalbox::kraken
