// What goes wrong around a bracket: connections that die, streams that are cut, journals that are
// full or slow, states that change.
#include <stdexcept>

#include "tests/shard/judge.hpp"

using namespace signalbox;
using namespace signalbox::test;
using namespace std::chrono_literals;
using simulator::FaultKind;
using simulator::RequestFault;
using simulator::RequestKind;

namespace {

/// A paper venue that throws in the middle of a call when it is told to: a defect of ours.
class Fragile final : public Venue {
 public:
  Fragile(std::unique_ptr<Venue> inner, int& throws_after)
      : inner_(std::move(inner)), throws_after_(throws_after) {}

  const Capabilities& capabilities() const override { return inner_->capabilities(); }
  void start(VenueSink& sink) override { inner_->start(sink); }
  void stop() override { inner_->stop(); }
  void place(const PlaceOrders& r, MonoTime d) override {
    if (throws_after_ > 0 && --throws_after_ == 0) throw std::runtime_error("planned defect");
    inner_->place(r, d);
  }
  void amend(const AmendOrder& r, MonoTime d) override { inner_->amend(r, d); }
  void cancel(const CancelOrder& r, MonoTime d) override { inner_->cancel(r, d); }
  void query(const QueryOrder& r, MonoTime d) override { inner_->query(r, d); }
  void query(const QueryOpenOrders& r, MonoTime d) override { inner_->query(r, d); }
  void query(const QueryFills& r, MonoTime d) override { inner_->query(r, d); }
  void query(const QueryBalances& r, MonoTime d) override { inner_->query(r, d); }
  void query(const QueryPositions& r, MonoTime d) override { inner_->query(r, d); }
  void query(const QueryTicker& r, MonoTime d) override { inner_->query(r, d); }
  void subscribe(const SubscribeTicker& r, MonoTime d) override { inner_->subscribe(r, d); }

 private:
  std::unique_ptr<Venue> inner_;
  int& throws_after_;
};

}  // namespace

SCENARIO("a connection that dies in the middle of a bracket comes back to it", "[I1][I12]") {
  for (const int nth : {1, 2}) {
    DYNAMIC_SECTION((nth == 1 ? "placing the entry" : "placing stop and target")) {
      int throws_after = 0;
      TradingStage::Options options;
      options.make_venue = [&](TradingStage& t) -> std::unique_ptr<Venue> {
        auto paper = std::make_unique<simulator::PaperVenue>(
            t.exchange, t.account, t.stage->clock(), t.stage->timers(), t.options.paper);
        return std::make_unique<Fragile>(std::move(paper), throws_after);
      };
      TradingStage t{options};
      throws_after = nth;
      t.submit(t.signal("s1"));
      t.pass_with_ticks(10s);
      if (nth == 1) {
        CHECK(t.trades() == 0);
        REQUIRE(t.outcomes().size() == 1);
        CHECK(t.outcomes()[0].outcome == BracketOutcome::not_executed);
      } else {
        CHECK(t.trades() == 1);
        CHECK(t.open_orders() == 2);
        CHECK(t.longest_uncovered() < 3s);
      }
      // It serves again.
      auto next = t.signal("s2");
      t.submit(next);
      CHECK(t.verdict("s2").approved);
    }
  }
}

SCENARIO("the shard is rebuilt from its journal when one of the hot chain throws",
         "[I12][recovery]") {
  bool throws = false;
  TradingStage::Options options;
  options.on_record = [&](LogNumber) {
    if (std::exchange(throws, false)) throw std::runtime_error("planned defect");
  };
  TradingStage t{options};
  t.submit(t.signal("s1"));
  CHECK(t.defects.empty());
  const auto throw_at = [&](std::string_view id) {
    throws = true;
    t.submit(t.signal(id));
    t.pass_with_ticks(5s);
  };
  throw_at("s2");
  REQUIRE(t.defects.size() == 1);
  CHECK(t.defects[0].find("planned defect") != std::string::npos);
  CHECK(t.broken.empty());
  CHECK(t.open_orders() == 2);  // s1 is as it was
  CHECK(t.longest_uncovered() < 1s);
  CHECK(t.venues_made == 2);

  GIVEN("it serves again") {
    t.submit(t.signal("s3"));
    CHECK(t.verdict("s3").approved);
    CHECK(t.open_orders() == 4);
    CHECK(t.trades() == 2);  // s2 was never judged: accepted, and not executed
  }
  GIVEN("it throws again, and a third time in sixty seconds") {
    throw_at("s3");
    CHECK(t.defects.size() == 2);
    CHECK(t.broken.empty());
    throw_at("s4");
    REQUIRE(t.broken.size() == 1);
    CHECK(t.broken[0].find("planned defect") != std::string::npos);

    THEN("another process takes over") {
      t.restart();
      t.pass_with_ticks(5s);
      CHECK(t.open_orders() == 2);
      t.submit(t.signal("s5"));
      CHECK(t.verdict("s5").approved);
    }
  }
  GIVEN("it throws again, and a third time when the first is long ago") {
    throw_at("s3");
    t.pass_with_ticks(61s);
    throw_at("s4");
    CHECK(t.defects.size() == 3);
    CHECK(t.broken.empty());
  }
}
