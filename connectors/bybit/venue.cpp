#include "connectors/bybit/bybit.hpp"
#include "connectors/bybit/desk.hpp"
#include "connectors/bybit/shared.hpp"
#include "connectors/bybit/steps.hpp"
#include "connectors/bybit/tickers.hpp"
#include "connectors/bybit/trade_stream.hpp"
#include "connectors/kit/desk_venue.hpp"

namespace signalbox {
namespace bybit {
namespace {

class Bybit final : public kit::DeskVenue<Desk> {
 public:
  Bybit(BybitConfig config, const BybitWires& wires, const Clock& clock, Timers& timers,
        Random& random)
      : DeskVenue(bybit_capabilities(config.network), shared_, link_, desk_),
        shared_(std::move(config), {clock, timers, random}),
        steps_(shared_),
        link_(shared_, steps_, steps_),
        trade_(shared_),
        spot_words_(shared_, Category::spot),
        linear_words_(shared_, Category::linear),
        spot_tickers_(shared_, spot_words_, [this](const Tick& tick) { tell(tick); }),
        linear_tickers_(shared_, linear_words_, [this](const Tick& tick) { tell(tick); }),
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

 private:
  void begin(VenueSink& sink) override {
    steps_.set(link_, &sink);
    link_.start(sink);
    trade_.start();
    spot_tickers_.start();
    linear_tickers_.start();
  }
  void end_streams(std::string_view why) override { trade_.end_all(why); }
  void silence() override {
    spot_tickers_.silence();
    linear_tickers_.silence();
    trade_.silence();
    link_.silence();
  }

  Shared shared_;
  Steps steps_;
  Link link_;
  TradeStream trade_;
  Tickers spot_words_;
  Tickers linear_words_;
  TickerStream spot_tickers_;
  TickerStream linear_tickers_;
  Desk desk_;
};

}  // namespace
}  // namespace bybit

std::unique_ptr<Venue> make_bybit(BybitConfig config, const BybitWires& wires, const Clock& clock,
                                  Timers& timers, Random& random) {
  return std::make_unique<bybit::Bybit>(std::move(config), wires, clock, timers, random);
}

}  // namespace signalbox
