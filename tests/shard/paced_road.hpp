#pragma once

#include <memory>

#include "connectors/transport/pacer.hpp"
#include "connectors/venue.hpp"
#include "tests/shard/trading_stage.hpp"

namespace signalbox::test {

/// A road to the exchange on which the venue's order budget is counted as connections count it: an
/// entry that may not leave now is refused, an exit may use what is kept for it. Cancels are no
/// orders. Loop thread only.
class PacedRoad final : public Venue {
 public:
  PacedRoad(TradingStage& stage, PacerOptions budget)
      : inner_(stage.exchange, stage.account, stage.stage->clock(), stage.stage->timers(),
               stage.options.paper),
        clock_(stage.stage->clock()),
        timers_(stage.stage->timers()),
        pacer_(std::move(budget)) {}
  ~PacedRoad() override { *alive_ = false; }

  const Capabilities& capabilities() const override { return inner_.capabilities(); }
  void start(VenueSink& sink) override {
    sink_ = &sink;
    inner_.start(sink);
  }
  void stop() override { inner_.stop(); }
  void place(const PlaceOrders& r, MonoTime d) override {
    const auto orders = static_cast<std::uint32_t>(r.orders.size());
    const auto who = r.order_class == OrderClass::entry ? PaceClass::entry : PaceClass::exit;
    const auto pace = pacer_.ask(clock_.mono(), who, {.weight = 0, .orders = orders});
    if (pace.kind == Pace::Kind::go) return inner_.place(r, d);
    timers_.at(clock_.mono(), [this, alive = alive_, request = r.request] {
      if (*alive)
        sink_->on(WriteResult{.request = request,
                              .outcome = Outcome::refused,
                              .refusal = Refusal::rate_limited,
                              .code = 0,
                              .detail = Detail{"held back by our own pacer"},
                              .orders = {}});
    });
  }
  void amend(const AmendOrder& r, MonoTime d) override { inner_.amend(r, d); }
  void cancel(const CancelOrder& r, MonoTime d) override { inner_.cancel(r, d); }
  void query(const QueryOrder& r, MonoTime d) override { inner_.query(r, d); }
  void query(const QueryOpenOrders& r, MonoTime d) override { inner_.query(r, d); }
  void query(const QueryFills& r, MonoTime d) override { inner_.query(r, d); }
  void query(const QueryBalances& r, MonoTime d) override { inner_.query(r, d); }
  void query(const QueryPositions& r, MonoTime d) override { inner_.query(r, d); }
  void query(const QueryTicker& r, MonoTime d) override { inner_.query(r, d); }
  void subscribe(const SubscribeTicker& r, MonoTime d) override { inner_.subscribe(r, d); }

 private:
  simulator::PaperVenue inner_;
  const Clock& clock_;
  Timers& timers_;
  Pacer pacer_;
  VenueSink* sink_ = nullptr;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace signalbox::test
