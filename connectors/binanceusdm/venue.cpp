#include "connectors/binanceusdm/binanceusdm.hpp"
#include "connectors/binanceusdm/desk.hpp"
#include "connectors/binanceusdm/shared.hpp"
#include "connectors/binanceusdm/steps.hpp"
#include "connectors/binanceusdm/tickers.hpp"
#include "connectors/kit/link.hpp"

namespace signalbox {
namespace binanceusdm {
namespace {

class BinanceUsdm final : public Venue {
 public:
  BinanceUsdm(BinanceUsdmConfig config, const BinanceUsdmWires& wires, const Clock& clock,
              Timers& timers, Random& random)
      : capabilities_(binance_usdm_capabilities(config.network)),
        shared_(std::move(config), {clock, timers, random}),
        steps_(shared_),
        link_(shared_, steps_, steps_),
        ticker_words_(shared_),
        tickers_(shared_, ticker_words_, [this](const Tick& tick) { sink_->on(tick); }),
        desk_(shared_, link_, steps_, tickers_) {
    shared_.rest.set_lanes(wires.orders(shared_.rest), wires.queries(shared_.rest));
    steps_.set_stream(wires.user(steps_.stream_sink()));
    tickers_.set_stream(wires.market(tickers_));
  }

  ~BinanceUsdm() override {
    // Lanes and streams report what they lose when they die; nobody is there to listen then.
    shared_.rest.forget_all();
    link_.silence();
    tickers_.silence();
  }

  const Capabilities& capabilities() const override { return capabilities_; }

  void start(VenueSink& sink) override {
    sink_ = &sink;
    desk_.set_sink(&sink);
    steps_.set(link_, &sink);
    shared_.reports.set_sink(&sink);
    link_.start(sink);
    tickers_.start();
  }

  void stop() override {
    if (!sink_ || stopped_) return;
    stopped_ = true;
    tickers_.silence();
    link_.silence();
    // From the loop: results never come from inside a call.
    shared_.post([this] {
      shared_.rest.end_all("the connection was stopped");
      link_.report_down();
    });
  }

  void place(const PlaceOrders& r, MonoTime deadline) override { desk_.place(r, deadline); }
  void amend(const AmendOrder& r, MonoTime deadline) override { desk_.amend(r, deadline); }
  void cancel(const CancelOrder& r, MonoTime deadline) override { desk_.cancel(r, deadline); }
  void query(const QueryOrder& r, MonoTime deadline) override { desk_.query(r, deadline); }
  void query(const QueryOpenOrders& r, MonoTime deadline) override { desk_.query(r, deadline); }
  void query(const QueryFills& r, MonoTime deadline) override { desk_.query(r, deadline); }
  void query(const QueryBalances& r, MonoTime deadline) override { desk_.query(r, deadline); }
  void query(const QueryPositions& r, MonoTime deadline) override { desk_.query(r, deadline); }
  void query(const QueryTicker& r, MonoTime deadline) override { desk_.query(r, deadline); }
  void subscribe(const SubscribeTicker& r, MonoTime deadline) override {
    desk_.subscribe(r, deadline);
  }

 private:
  Capabilities capabilities_;
  Shared shared_;
  Steps steps_;
  Link link_;
  Tickers ticker_words_;
  TickerStream tickers_;
  Desk desk_;
  VenueSink* sink_ = nullptr;
  bool stopped_ = false;
};

}  // namespace
}  // namespace binanceusdm

std::unique_ptr<Venue> make_binance_usdm(BinanceUsdmConfig config, const BinanceUsdmWires& wires,
                                         const Clock& clock, Timers& timers, Random& random) {
  return std::make_unique<binanceusdm::BinanceUsdm>(std::move(config), wires, clock, timers,
                                                    random);
}

}  // namespace signalbox
