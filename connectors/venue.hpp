#pragma once

#include <span>

#include "messages/capabilities.hpp"
#include "messages/venue_reports.hpp"
#include "messages/venue_requests.hpp"

namespace signalbox {

/// Where everything a venue says arrives: results (exactly one per request) and stream events.
/// Calls come on the venue's loop and never from inside a method of `Venue`.
class VenueSink {
 public:
  virtual ~VenueSink() = default;

  virtual void on(const WriteResult&) = 0;
  virtual void on(const OrdersResult&) = 0;
  virtual void on(const FillsResult&) = 0;
  virtual void on(const BalancesResult&) = 0;
  virtual void on(const PositionsResult&) = 0;
  virtual void on(const TickerResult&) = 0;

  virtual void on(const LinkReport&) = 0;
  virtual void on(const InstrumentsReport&) = 0;
  virtual void on(const OrderReport&) = 0;
  virtual void on(const FillReport&) = 0;
  virtual void on(const BalancesReport&) = 0;
  virtual void on(const Tick&) = 0;
};

/// One account at one exchange. Asynchronous, never blocks, never throws after construction; every
/// call belongs to the venue's loop. Each request gets exactly one final result on the sink, at the
/// latest when its `deadline` passes or the venue is stopped: accepted, refused (with a class) or
/// unknown. Requests that were never sent are refused `not_sent`.
class Venue {
 public:
  virtual ~Venue() = default;

  virtual const Capabilities& capabilities() const = 0;

  /// Connects and keeps connecting; progress comes as LinkReports.
  virtual void start(VenueSink& sink) = 0;
  /// Fails every request under way (unknown if it was sent) and goes down. Last call on the sink.
  virtual void stop() = 0;

  virtual void place(const PlaceOrders&, MonoTime deadline) = 0;
  virtual void amend(const AmendOrder&, MonoTime deadline) = 0;
  virtual void cancel(const CancelOrder&, MonoTime deadline) = 0;
  virtual void query(const QueryOrder&, MonoTime deadline) = 0;
  virtual void query(const QueryOpenOrders&, MonoTime deadline) = 0;
  virtual void query(const QueryFills&, MonoTime deadline) = 0;
  virtual void query(const QueryBalances&, MonoTime deadline) = 0;
  virtual void query(const QueryPositions&, MonoTime deadline) = 0;
  virtual void query(const QueryTicker&, MonoTime deadline) = 0;
  virtual void subscribe(const SubscribeTicker&, MonoTime deadline) = 0;
};

}  // namespace signalbox
