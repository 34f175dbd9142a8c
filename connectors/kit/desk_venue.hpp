#pragma once

#include "connectors/kit/core.hpp"
#include "connectors/kit/link.hpp"
#include "connectors/venue.hpp"

namespace signalbox::kit {

/// A Venue as far as all of them are the same: its desk answers the requests, its link comes and
/// goes, and results never come from inside a call. Loop thread only.
template <class Desk>
class DeskVenue : public Venue {
 public:
  const Capabilities& capabilities() const final { return capabilities_; }

  void start(VenueSink& sink) final {
    sink_ = &sink;
    core_.reports.set_sink(&sink);
    desk_.set_sink(&sink);
    begin(sink);
  }

  void stop() final {
    if (!sink_ || stopped_) return;
    stopped_ = true;
    silence();
    // From the loop: results never come from inside a call.
    core_.post([this] {
      // What waited for an answer of theirs goes on by REST, and ends there.
      end_streams("the connection was stopped");
      core_.rest.end_all("the connection was stopped");
      link_.report_down();
    });
  }

  void place(const PlaceOrders& r, MonoTime deadline) final { desk_.place(r, deadline); }
  void amend(const AmendOrder& r, MonoTime deadline) final { desk_.amend(r, deadline); }
  void cancel(const CancelOrder& r, MonoTime deadline) final { desk_.cancel(r, deadline); }
  void query(const QueryOrder& r, MonoTime deadline) final { desk_.query(r, deadline); }
  void query(const QueryOpenOrders& r, MonoTime deadline) final { desk_.query(r, deadline); }
  void query(const QueryFills& r, MonoTime deadline) final { desk_.query(r, deadline); }
  void query(const QueryBalances& r, MonoTime deadline) final { desk_.query(r, deadline); }
  void query(const QueryPositions& r, MonoTime deadline) final { desk_.query(r, deadline); }
  void query(const QueryTicker& r, MonoTime deadline) final { desk_.query(r, deadline); }
  void subscribe(const SubscribeTicker& r, MonoTime deadline) final {
    desk_.subscribe(r, deadline);
  }

 protected:
  /// The parts are of the class that derives from this, and need not be made yet.
  DeskVenue(Capabilities capabilities, Core& core, Link& link, Desk& desk)
      : capabilities_(std::move(capabilities)), core_(core), link_(link), desk_(desk) {}

  /// Everything is told its sink; now the parts start.
  virtual void begin(VenueSink& sink) = 0;
  /// No call comes any more from streams and link.
  virtual void silence() = 0;
  /// Requests that were sent over a websocket become unknown.
  virtual void end_streams(std::string_view why) { static_cast<void>(why); }

  void tell(const Tick& tick) { sink_->on(tick); }

 private:
  Capabilities capabilities_;
  Core& core_;
  Link& link_;
  Desk& desk_;
  VenueSink* sink_ = nullptr;
  bool stopped_ = false;
};

}  // namespace signalbox::kit
