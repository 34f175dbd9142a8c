#include "connectors/kit/desk_venue.hpp"
#include "connectors/kraken/desk.hpp"
#include "connectors/kraken/kraken.hpp"
#include "connectors/kraken/shared.hpp"
#include "connectors/kraken/steps.hpp"
#include "connectors/kraken/tickers.hpp"

namespace signalbox {
namespace kraken {
namespace {

class Kraken final : public kit::DeskVenue<Desk> {
 public:
  Kraken(KrakenConfig config, const KrakenWires& wires, const Clock& clock, Timers& timers,
         Random& random)
      : DeskVenue(kraken_capabilities(config.network), shared_, link_, desk_),
        shared_(std::move(config), {clock, timers, random}),
        steps_(shared_),
        link_(shared_, steps_, steps_),
        ticker_words_(shared_),
        tickers_(shared_, ticker_words_, [this](const Tick& tick) { tell(tick); }),
        desk_(shared_, link_, steps_, tickers_) {
    shared_.rest.set_lanes(wires.orders(shared_.rest), wires.queries(shared_.rest));
    steps_.account().set_stream(wires.account(steps_.account()));
    tickers_.set_stream(wires.market(tickers_));
  }

  ~Kraken() override {
    // Lanes and streams report what they lose when they die; nobody is there to listen then.
    shared_.rest.forget_all();
    steps_.account().forget_all();
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
  void end_streams(std::string_view why) override { steps_.account().end_all(why); }

  Shared shared_;
  Steps steps_;
  Link link_;
  Tickers ticker_words_;
  kit::TickerStream tickers_;
  Desk desk_;
};

}  // namespace
}  // namespace kraken

std::unique_ptr<Venue> make_kraken(KrakenConfig config, const KrakenWires& wires,
                                   const Clock& clock, Timers& timers, Random& random) {
  return std::make_unique<kraken::Kraken>(std::move(config), wires, clock, timers, random);
}

}  // namespace signalbox
