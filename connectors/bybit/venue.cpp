#include "connectors/bybit/bybit.hpp"
#include "connectors/bybit/desk.hpp"
#include "connectors/bybit/shared.hpp"
#include "connectors/bybit/steps.hpp"
#include "connectors/bybit/tickers.hpp"
#include "connectors/bybit/trade_stream.hpp"
#include "connectors/kit/link.hpp"

namespace signalbox {
namespace bybit {
namespace {

class Bybit final : public Venue {
 public:
  Bybit(BybitConfig config, const BybitWires& wires, const Clock& clock, Timers& timers,
        Random& random)
      : capabilities_(bybit_capabilities(config.network)),
        shared_(std::move(config), {clock, timers, random}),
        steps_(shared_),
        link_(shared_, steps_, steps_),
        trade_(shared_),
        spot_words_(shared_, Category::spot),
        linear_words_(shared_, Category::linear),
        spot_tickers_(shared_, spot_words_, [this](const Tick& tick) { sink_->on(tick); }),
        linear_tickers_(shared_, linear_words_, [this](const Tick& tick) { sink_->on(tick); }),
        desk_({shared_, link_, steps_, trade_, spot_tickers_, linear_tickers_}) {
    shared_.rest.set_lanes(wires.orders(shared_.rest), wires.queries(shared_.rest));
    steps_.set_stream(wires.account(steps_.stream_sink()));
    spot_tickers_.set_stream(wires.spot_market(spot_tickers_));
    linear_tickers_.set_stream(wires.linear_market(linear_tickers_));
    if (wires.trade && shared_.config.trade_by_websocket && shared_.hosts.trade_stream)
      trade_.set_stream(wires.trade(trade_));
  }

  ~Bybit() override {
    // Lanes and streams report what they lose when they die; nobody is there to listen then.
    shared_.rest.forget_all();
    trade_.forget_all();
    silence();
  }

  const Capabilities& capabilities() const override { return capabilities_; }

  void start(VenueSink& sink) override {
    sink_ = &sink;
    desk_.set_sink(&sink);
    steps_.set(link_, &sink);
    shared_.reports.set_sink(&sink);
    link_.start(sink);
    trade_.start();
    spot_tickers_.start();
    linear_tickers_.start();
  }

  void stop() override {
    if (!sink_ || stopped_) return;
    stopped_ = true;
    silence();
    // From the loop: results never come from inside a call.
    shared_.post([this] {
      shared_.rest.end_all("the connection was stopped");
      trade_.end_all("the connection was stopped");
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
  void silence() {
    spot_tickers_.silence();
    linear_tickers_.silence();
    trade_.silence();
    link_.silence();
  }

  Capabilities capabilities_;
  Shared shared_;
  Steps steps_;
  Link link_;
  TradeStream trade_;
  Tickers spot_words_;
  Tickers linear_words_;
  TickerStream spot_tickers_;
  TickerStream linear_tickers_;
  Desk desk_;
  VenueSink* sink_ = nullptr;
  bool stopped_ = false;
};

}  // namespace
}  // namespace bybit

std::unique_ptr<Venue> make_bybit(BybitConfig config, const BybitWires& wires, const Clock& clock,
                                  Timers& timers, Random& random) {
  return std::make_unique<bybit::Bybit>(std::move(config), wires, clock, timers, random);
}

}  // namespace signalbox
