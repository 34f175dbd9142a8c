#include "connectors/binance/api_socket.hpp"
#include "connectors/binanceusdm/binanceusdm.hpp"
#include "connectors/binanceusdm/desk.hpp"
#include "connectors/binanceusdm/shared.hpp"
#include "connectors/binanceusdm/steps.hpp"
#include "connectors/binanceusdm/tickers.hpp"
#include "connectors/kit/desk_venue.hpp"

namespace signalbox {
namespace binanceusdm {
namespace {

class BinanceUsdm final : public kit::DeskVenue<Desk> {
 public:
  BinanceUsdm(BinanceUsdmConfig config, const BinanceUsdmWires& wires, const Clock& clock,
              Timers& timers, Random& random)
      : DeskVenue(binance_usdm_capabilities(config.network), shared_, link_, desk_),
        shared_(std::move(config), {clock, timers, random}),
        steps_(shared_),
        link_(shared_, steps_, steps_),
        trade_(shared_, binance::api_words(shared_, trade_path, weight::websocket)),
        ticker_words_(shared_),
        tickers_(shared_, ticker_words_, [this](const Tick& tick) { tell(tick); }),
        desk_(shared_, link_, steps_, tickers_, trade_) {
    shared_.rest.set_lanes(wires.orders(shared_.rest), wires.queries(shared_.rest));
    steps_.set_stream(wires.user(steps_.stream_sink()));
    tickers_.set_stream(wires.market(tickers_));
    if (wires.trade && shared_.config.trade_by_websocket) trade_.set_stream(wires.trade(trade_));
  }

  ~BinanceUsdm() override {
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
    tickers_.start();
  }
  void end_streams(std::string_view why) override { trade_.end_all(why); }
  void silence() override {
    tickers_.silence();
    trade_.silence();
    link_.silence();
  }

  Shared shared_;
  Steps steps_;
  Link link_;
  binance::ApiSocket trade_;
  Tickers ticker_words_;
  TickerStream tickers_;
  Desk desk_;
};

}  // namespace
}  // namespace binanceusdm

std::unique_ptr<Venue> make_binance_usdm(BinanceUsdmConfig config, const BinanceUsdmWires& wires,
                                         const Clock& clock, Timers& timers, Random& random) {
  return std::make_unique<binanceusdm::BinanceUsdm>(std::move(config), wires, clock, timers,
                                                    random);
}

}  // namespace signalbox
