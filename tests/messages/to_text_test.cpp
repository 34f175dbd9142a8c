#include "messages/to_text.hpp"

#include <catch2/catch.hpp>

#include "messages/answers.hpp"
#include "tests/messages/examples.hpp"
#include "tests/support/printing.hpp"

using namespace signalbox;
using namespace signalbox::test;

namespace {

template <class T>
std::string text_of(T value) {
  std::string out;
  printing::print(out, value);
  return out;
}

}  // namespace

TEST_CASE("a signal fits on one line", "[to_text]") {
  CHECK(to_text(full_signal()) ==
        "signal id=s-1 time=2023-11-14T22:13:20.000000001Z strategy=trend account=main "
        "symbol=BTC/USDT side=buy type=limit price=66000.12 quantity=0.1 notional=6600 risk=100 "
        "confidence=0.75 stop_loss={price=65000 percent=1.5 limit_offset=10.5 trigger=last} "
        "take_profit=[{price=67000 fraction=0.5} {percent=3 fraction=0.5}] "
        "trail={offset=250 activation=66500} break_even_after=1 "
        "valid_until=2023-11-14T22:13:21.000000000Z entry_expires=2023-11-14T22:13:22.000000000Z "
        "time_limit=3600s time_in_force=ioc post_only=true reduce_only=true leverage=3 "
        "min_tier=attached tags=[breakout v2]");
}

TEST_CASE("what is absent or empty is not mentioned", "[to_text]") {
  Done done{.id = SignalId{"c-1"}};
  CHECK(to_text(done) == "done id=c-1");
  done.detail = Detail{"no entry was resting"};
  CHECK(to_text(done) == "done id=c-1 detail=\"no entry was resting\"");
}

TEST_CASE("messages made from a template go by the template's name", "[to_text]") {
  CHECK(to_text(OrdersResult{.request = RequestId{7}, .items = {}}) ==
        "query_result request=7 outcome=unknown refusal=none code=0");
}

TEST_CASE("nobody can forge a line of a log", "[to_text]") {
  CHECK(to_text(Done{SignalId{"c-1"}, Detail{"ok\nfill side=sell"}}) ==
        "done id=c-1 detail=\"ok?fill side=sell\"");
  CHECK(to_text(Done{SignalId{"a b"}, Detail{"say \"x\" \\ \x1b[31m"}}) ==
        R"(done id="a b" detail="say \"x\" \\ ?[31m")");
}

TEST_CASE("times and durations are exact and readable", "[to_text]") {
  CHECK(text_of(wall_from_ns(0)) == "1970-01-01T00:00:00.000000000Z");
  CHECK(text_of(wall_from_ns(INT64_MAX)) == "2262-04-11T23:47:16.854775807Z");
  CHECK(text_of(wall_from_ns(-1)) == "1969-12-31T23:59:59.999999999Z");
  CHECK(text_of(Duration{0}) == "0s");
  CHECK(text_of(Duration{250'000'000}) == "250ms");
  CHECK(text_of(Duration{1'500'000}) == "1500us");
  CHECK(text_of(Duration{-1}) == "-1ns");
}

TEST_CASE("a failing check shows the messages it compared", "[to_text]") {
  CHECK(Catch::Detail::stringify(Side::sell) == "sell");
  CHECK(Catch::Detail::stringify(Done{.id = SignalId{"c-1"}}) == "done id=c-1");
}
