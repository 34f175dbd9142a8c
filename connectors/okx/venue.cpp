#include "connectors/kit/desk_venue.hpp"
#include "connectors/okx/desk.hpp"
#include "connectors/okx/okx.hpp"
#include "connectors/okx/shared.hpp"
#include "connectors/okx/steps.hpp"
#include "connectors/okx/tickers.hpp"

namespace signalbox {
namespace okx {
namespace {

class Okx final : public kit::DeskVenue<Desk> {
 public:
  Okx(OkxConfig config, const OkxWires& wires, const Clock& clock, Timers& timers, Random& random)
      : DeskVenue(okx_capabilities(config.network), shared_, link_, desk_),
        shared_(std::move(config), {clock, timers, random}),
        steps_(shared_),
        link_(shared_, steps_, steps_),
        ticker_words_(shared_),
        tickers_(shared_, ticker_words_, [this](const Tick& tick) { tell(tick); }),
        desk_(shared_, link_, steps_, tickers_) {
    shared_.rest.set_lanes(wires.orders(shared_.rest), wires.queries(shared_.rest));
    steps_.set_streams(wires.private_stream(steps_.orders_socket()),
                       wires.business_stream(steps_.algos_socket()));
    tickers_.set_stream(wires.public_stream(tickers_));
  }

  ~Okx() override {
    // Lanes and streams report what they lose when they die; nobody is there to listen then.
    shared_.rest.forget_all();
    desk_.order_entry().forget_all();
    silence();
  }

 private:
  void begin(VenueSink& sink) override {
    steps_.set(link_, &sink);
    link_.start(sink);
    tickers_.start();
  }
  void end_streams(std::string_view why) override { desk_.order_entry().end_all(why); }
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
}  // namespace okx

std::unique_ptr<Venue> make_okx(OkxConfig config, const OkxWires& wires, const Clock& clock,
                                Timers& timers, Random& random) {
  return std::make_unique<okx::Okx>(std::move(config), wires, clock, timers, random);
}

}  // namespace signalbox
