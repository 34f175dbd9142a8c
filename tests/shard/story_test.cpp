// What `why` makes of a journal.
#include "actors/story.hpp"
#include "messages/codec.hpp"
#include "tests/shard/judge.hpp"

using namespace signalbox;
using namespace signalbox::test;
using namespace std::chrono_literals;

namespace {

Story story_named(TradingStage& t, StoryOf of) {
  Story story{std::move(of)};
  REQUIRE(t.journal->flush(1s));
  REQUIRE(t.journal->replay([&](const RecordView& record) { return story.take(record); }));
  return story;
}
Story story_of(TradingStage& t, const Signal& signal) {
  return story_named(t, {signal.id, signal.account, signal.strategy});
}

std::vector<std::string> words(const Story& story) {
  std::vector<std::string> all;
  for (const auto& step : story.steps())
    if (all.empty() || all.back() != step.what.str()) all.push_back(step.what.str());
  return all;
}

bool says(const Story& story, std::string_view what, std::string_view text) {
  return std::any_of(story.steps().begin(), story.steps().end(), [&](const WhyStep& step) {
    return step.what.view() == what && step.text.view().find(text) != std::string_view::npos;
  });
}

}  // namespace

SCENARIO("why a bracket stands where it stands, from its signal to its outcome", "[why]") {
  TradingStage t;
  const auto signal = t.signal("s1");
  t.submit(signal);
  t.submit(t.signal("another"));
  set_state(t, TradingState::no_entries);
  t.pass(100ms);
  command(t, signal, BracketCommand::close);
  t.pass(200ms);
  const auto story = story_of(t, signal);
  for (const auto& step : story.steps()) UNSCOPED_INFO(step.what << ": " << step.text);
  const auto told = words(story);
  REQUIRE(told.size() > 5);
  CHECK(told[0] == "accepted");
  CHECK(told[1] == "approved");
  CHECK(told[2] == "intended");
  CHECK(told.back() == "outcome");
  CHECK(says(story, "accepted", "buy 1 BTC/USDT at market, stop 90, target 120, confidence 0.8"));
  CHECK(says(story, "approved", "market at 100"));
  CHECK(says(story, "approved", "ms old, balances "));
  CHECK(says(story, "venue says", "its number "));
  CHECK(says(story, "approved", "tier resting"));
  CHECK(says(story, "filled", "entry ("));
  CHECK(says(story, "intended", "fires at 90"));
  CHECK(says(story, "trading state", "no_entries"));
  CHECK(says(story, "commanded", "close"));
  CHECK(says(story, "cancel intended", "target 1"));  // the venue takes the stop with it
  CHECK(says(story, "outcome", "closed, filled 1, entry at"));
  CHECK(says(story, "outcome", ", profit -"));
  CHECK(says(story, "outcome", ", after fees of 0."));
  CHECK_FALSE(story.more());
}

SCENARIO("a stop that fired is not told like one that stands", "[why]") {
  TradingStage t;
  const auto signal = t.signal("s1");
  t.submit(signal);
  CHECK_FALSE(says(story_of(t, signal), "venue says", "has fired"));
  t.move_to("89");
  t.pass(100ms);
  const auto story = story_of(t, signal);
  for (const auto& step : story.steps()) UNSCOPED_INFO(step.what << ": " << step.text);
  CHECK(says(story, "venue says", "has fired"));
  CHECK(says(story, "outcome", "stopped, filled 1, entry at 100"));
  CHECK_FALSE(says(story, "outcome", "not told"));
}

SCENARIO("why a signal was refused", "[why]") {
  TradingStage t;
  auto signal = t.signal("s1");
  signal.confidence = num("0.59");
  t.submit(signal);
  set_state(t, TradingState::no_entries);  // nothing of a story that is over
  t.pass(10ms);
  const auto story = story_of(t, signal);
  CHECK(words(story) == std::vector<std::string>{"accepted", "refused"});
  CHECK(says(story, "refused", "low_confidence"));
  CHECK(says(story, "refused", "0.59 is below 0.6"));
}

SCENARIO("why a bracket became smaller", "[why][reduce]") {
  TradingStage t;
  const auto signal = t.signal("s1");
  t.submit(signal);
  auto reduce = t.signal("r1");
  reduce.side = Side::sell;
  reduce.reduce_only = true;
  reduce.quantity = Quantity{num("0.4")};
  reduce.stop_loss.reset();
  reduce.take_profit.clear();
  t.submit(reduce);
  t.pass(100ms);
  CHECK(says(story_of(t, signal), "reduced", "signal r1 sells 0.4 of it"));
  const auto story = story_of(t, reduce);
  CHECK(says(story, "reduces", "0.4 of bracket " + key_of(signal).str()));
  CHECK(says(story, "outcome", "reduced, filled 0.4"));
}

SCENARIO("a story is asked for by its signal, its bracket or any of its orders", "[why]") {
  TradingStage t;
  const auto signal = t.signal("s1");
  t.submit(signal);
  t.submit(t.signal("another"));
  t.pass(100ms);
  const auto by_id = story_of(t, signal);
  const auto whole = words(by_id);
  REQUIRE(whole.size() > 3);

  std::vector<SignalId> names{SignalId{key_of(signal).view()}};
  for (const auto& step : by_id.steps())
    if (step.what.view() == "intended") {
      const auto text = step.text.str();
      names.emplace_back(
          std::string_view{text}.substr(text.find('(') + 1, ClientOrderId::capacity));
    }
  REQUIRE(names.size() >= 4);  // the entry, a stop and a target
  for (const auto& name : names) {
    INFO(name);
    const auto story = story_named(t, {name});
    CHECK(words(story) == whole);
    CHECK(story.answer(SignalId{"w"}).signal == signal.id);
    CHECK(story.answer(SignalId{"w"}).strategy == signal.strategy);
    CHECK_FALSE(story.ambiguous());
  }
  CHECK_FALSE(story_named(t, {SignalId{"nobody"}}).found());
  CHECK_FALSE(story_named(t, {signal.id, signal.account, StrategyName{"other"}}).found());

  WHEN("another strategy uses the same id") {
    auto same = t.signal("s1");
    same.strategy = StrategyName{"other"};
    t.submit(same);
    THEN("whoever asks must say whose") {
      CHECK(story_named(t, {signal.id}).ambiguous());
      const auto story = story_of(t, same);
      CHECK_FALSE(story.ambiguous());
      CHECK(story.answer(SignalId{"w"}).strategy == same.strategy);
    }
  }
}

SCENARIO("fees in an asset that the profit does not count are named beside it", "[why]") {
  const AccountName main{"main"};
  Signal signal;
  signal.id = SignalId{"s1"};
  signal.account = main;
  signal.strategy = StrategyName{"trend"};
  signal.symbol = Symbol{"BTC/USDT:USDT"};
  const auto key = signal_hash(main, signal.strategy, signal.id);
  std::uint64_t number = 0;
  Story story{{signal.id}};
  const auto take = [&](RecordType type, const auto& payload) {
    const auto text = encoded(payload);
    REQUIRE(story.take({.number = LogNumber{++number},
                        .account = main,
                        .kind = static_cast<RecordKind>(type),
                        .payload = std::as_bytes(std::span{text})}));
  };
  take(RecordType::signal_accepted, SignalRecord{.signal = signal});
  FillReport fill{.symbol = signal.symbol,
                  .id = client_order_id(Book{"abcd"}, key, {LegKind::entry, 0}, 0),
                  .trade_id = TradeId{"1"},
                  .price = Price{100},
                  .quantity = Quantity{1},
                  .fee = num("0.1"),
                  .fee_asset = Asset{"USDT"}};
  take(RecordType::filled, fill);
  take(RecordType::filled, fill);
  fill.fee.reset();
  take(RecordType::filled, fill);
  fill.fee = num("0.002");
  fill.fee_asset = Asset{"BNB"};
  take(RecordType::filled, fill);
  take(RecordType::bracket_ended, SignalOutcome{.id = signal.id,
                                                .strategy = signal.strategy,
                                                .account = main,
                                                .symbol = signal.symbol,
                                                .outcome = BracketOutcome::target_hit,
                                                .profit = num("19.8")});
  for (const auto& step : story.steps()) UNSCOPED_INFO(step.what << ": " << step.text);
  CHECK(says(story, "outcome", "profit 19.8, after fees of 0.2 USDT, but not of 0.002 BNB"));
  CHECK(says(story, "filled", "1 at 100, fee not told"));
  CHECK(says(story, "outcome", ", the fees of 1 fills were not told"));
}

SCENARIO("a story that is too long says so, and a record that cannot be read is named", "[why]") {
  Story story{{SignalId{"s1"}}};
  const auto key = signal_hash(AccountName{"main"}, StrategyName{"trend"}, SignalId{"s1"});
  Signal signal;
  signal.id = SignalId{"s1"};
  signal.account = AccountName{"main"};
  signal.strategy = StrategyName{"trend"};
  signal.symbol = Symbol{"BTC/USDT"};
  const auto accepted = encoded(SignalRecord{.signal = signal});
  REQUIRE(story.take({.number = LogNumber{6},
                      .account = AccountName{"main"},
                      .kind = static_cast<RecordKind>(RecordType::signal_accepted),
                      .payload = std::as_bytes(std::span{accepted})}));
  REQUIRE(story.found());
  const auto text = encoded(CommandRecord{.bracket = key, .command = BracketCommand::cancel_entry});
  RecordView record{.number = LogNumber{7},
                    .account = AccountName{"main"},
                    .kind = static_cast<RecordKind>(RecordType::bracket_commanded),
                    .payload = std::as_bytes(std::span{text})};
  for (std::size_t i = 1; i < Story::steps_max; ++i) REQUIRE(story.take(record));
  CHECK_FALSE(story.more());
  REQUIRE(story.take(record));
  CHECK(story.more());
  CHECK(story.steps().size() == Story::steps_max);
  const auto cut = std::string_view{text}.substr(0, text.size() - 1);
  record.payload = std::as_bytes(std::span{cut});
  const auto failed = story.take(record);
  REQUIRE_FALSE(failed);
  CHECK(failed.error().what.find("record 7") != std::string::npos);
  record.account = AccountName{"other"};
  CHECK(story.take(record));
}
