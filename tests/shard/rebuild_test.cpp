// A part of the hot chain throws, a defect of ours: the shard is rebuilt from its journal, and a
// bracket whose rule goes on throwing is left out.
#include <set>
#include <stdexcept>

#include "tests/shard/judge.hpp"

using namespace signalbox;
using namespace signalbox::test;
using namespace std::chrono_literals;

namespace {

/// Throws after so many more records, where the part is that wrote the last of them.
struct Mine {
  int after = 0;
  void operator()(LogNumber) {
    if (after > 0 && --after == 0) throw std::runtime_error("planned defect");
  }
};

/// A rule of these brackets throws whenever it runs.
struct Planted final : Suspects {
  std::set<SignalHash> bad;
  void at_work(const SignalHash& bracket) override {
    Suspects::at_work(bracket);
    if (bad.contains(bracket)) throw std::runtime_error("planned defect");
  }
};

TradingStage::Options with(Mine& mine) {
  TradingStage::Options options;
  options.on_record = [&mine](LogNumber number) { mine(number); };
  return options;
}

int pages(const TradingStage& t, std::string_view about) {
  int count = 0;
  for (const auto& notice : t.notes.all<NoticeEvent>())
    if (notice.page && notice.detail.view().find(about) != std::string_view::npos) ++count;
  return count;
}

}  // namespace

SCENARIO("a part that throws has the shard rebuilt, and entries open again when it is reconciled",
         "[I1][I3][I12][recovery]") {
  Mine mine;
  TradingStage t{with(mine)};
  t.submit(t.signal("s1"));
  REQUIRE(t.open_orders() == 2);
  std::vector<Signal> signals{t.signal("s1")};
  std::string who;

  SECTION("risk") {
    who = "risk";
    mine.after = 1;
    signals.push_back(t.limit_signal("s2", "99"));
    t.submit_only(SubmitSignal{signals.back(), false, 1});
  }
  SECTION("orders") {
    who = "orders";
    mine.after = 3;
    signals.push_back(t.limit_signal("s2", "99"));
    t.submit_only(SubmitSignal{signals.back(), false, 1});
  }
  SECTION("brackets") {
    who = "brackets";
    mine.after = 1;
    command(t, signals[0], BracketCommand::close);
  }
  t.stage->run();
  REQUIRE(t.defects.size() == 1);
  CHECK(t.defects[0].find(who) != std::string::npos);
  CHECK(t.defects[0].find("planned defect") != std::string::npos);
  CHECK(t.broken.empty());
  // Not before the venue has been asked.
  t.submit_only(SubmitSignal{t.signal("early"), false, 1});
  t.stage->run();
  CHECK_FALSE(t.verdict("early").approved);
  CHECK(t.verdict("early").reason == Reason::account_not_ready);

  t.pass_with_ticks(8s);
  CHECK(t.longest_uncovered() < 1s);
  t.submit(t.signal("s3"));
  CHECK(t.verdict("s3").approved);
  signals.push_back(t.signal("s3"));
  judge_at_rest(t, signals);
}

SCENARIO("a bracket whose rule throws again and again is quarantined, and the others live",
         "[I1][I12][recovery]") {
  Mine mine;
  auto options = with(mine);
  auto planted = std::make_shared<Planted>();
  options.suspects = planted;
  TradingStage t{options};
  const auto bad = t.signal("bad");
  const auto good = t.signal("good");
  t.submit(bad);
  t.submit(good);
  REQUIRE(t.open_orders() == 4);
  const auto resting = t.limit_signal("resting", "95");

  WHEN("it throws while it is traded") {
    planted->bad.insert(key_of(bad));
    command(t, bad, BracketCommand::close);
    t.pass_with_ticks(8s);
    THEN("its stop stands, a person is told, and everything else is as before") {
      CHECK(pages(t, "quarantined: the rule of signal bad") == 1);
      CHECK(t.broken.empty());
      CHECK(t.open_orders() == 4);
      CHECK(t.longest_uncovered() < 1s);
      t.submit(t.signal("next"));
      CHECK(t.verdict("next").approved);
      command(t, good, BracketCommand::close);
      t.pass_with_ticks(2s);
      CHECK(t.open_orders() == 4);  // of `bad` and `next`
    }
  }
  WHEN("it throws on replay") {
    t.options.suspects = planted = std::make_shared<Planted>();
    planted->bad.insert(key_of(bad));
    t.restart();
    t.pass_with_ticks(8s);
    THEN("it is left out of the third") {
      CHECK(pages(t, "quarantined: the rule of signal bad") == 1);
      CHECK(t.defects.empty());
      CHECK(t.open_orders() == 4);
      t.submit(t.signal("next"));
      CHECK(t.verdict("next").approved);
    }
  }
  WHEN("its entry could still fill") {
    t.submit(resting);
    REQUIRE(t.open_orders() == 5);
    t.options.suspects = planted = std::make_shared<Planted>();
    planted->bad.insert(key_of(resting));
    t.restart();
    t.pass_with_ticks(8s);
    THEN("the entry is withdrawn: nobody would cover it") { CHECK(t.open_orders() == 4); }
  }
}
