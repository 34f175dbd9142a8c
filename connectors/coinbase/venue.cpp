#include "connectors/coinbase/desk.hpp"
#include "connectors/kit/desk_venue.hpp"

namespace signalbox {
namespace coinbase {
namespace {

class Coinbase final : public kit::DeskVenue<Desk> {
 public:
  Coinbase(CoinbaseConfig config, const CoinbaseWires& wires, const Clock& clock, Timers& timers,
           Random& random)
      : DeskVenue(coinbase_capabilities(config.network), shared_, link_, desk_),
        shared_(std::move(config), {clock, timers, random}),
        steps_(shared_),
        link_(shared_, steps_, steps_),
        ticker_words_(shared_),
        tickers_(shared_, ticker_words_, [this](const Tick& tick) { tell(tick); }),
        desk_(shared_, link_, steps_, tickers_) {
    shared_.rest.set_lanes(wires.orders(shared_.rest), wires.queries(shared_.rest));
    steps_.set_stream(wires.user(steps_.stream_sink()));
    tickers_.set_stream(wires.market(tickers_));
  }

  ~Coinbase() override {
    // Lanes and streams report what they lose when they die; nobody is there to listen then.
    shared_.rest.forget_all();
    silence();
  }

 private:
  void begin(VenueSink& sink) override {
    steps_.set(link_, &sink);
    link_.start(sink);
    tickers_.start();
  }
  void silence() override {
    tickers_.silence();
    link_.silence();
  }

  Shared shared_;
  Steps steps_;
  kit::Link link_;
  Tickers ticker_words_;
  kit::TickerStream tickers_;
  Desk desk_;
};

}  // namespace
}  // namespace coinbase

std::unique_ptr<Venue> make_coinbase(CoinbaseConfig config, const CoinbaseWires& wires,
                                     const Clock& clock, Timers& timers, Random& random) {
  return std::make_unique<coinbase::Coinbase>(std::move(config), wires, clock, timers, random);
}

}  // namespace signalbox
