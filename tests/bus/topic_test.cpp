#include "bus/topic.hpp"

#include <catch2/catch.hpp>
#include <map>

#include "bus/sequencer.hpp"

using namespace signalbox;

TEST_CASE("a topic begins with its stream and a dot", "[bus]") {
  CHECK(event_stream("order", "main") == "order.main");
  CHECK(topic_of("order.main", "BTC/USDT") == "order.main.BTC/USDT");
  CHECK(topic_of("signal.main") == "signal.main.");
  CHECK(ticker_stream("binance", "BTC/USDT") == "ticker.binance.BTC/USDT");
}

TEST_CASE("the stream is read back from a topic", "[bus]") {
  CHECK(stream_of("order.main.BTC/USDT") == "order.main");
  CHECK(stream_of("order.main.BTC/USDT.more") == "order.main");
  CHECK(stream_of("signal.main.") == "signal.main");
  CHECK(stream_of("health.sequences") == "health.sequences");
  CHECK(stream_of("ticker.binance.BTC/USDT.") == "ticker.binance.BTC/USDT");
  CHECK(stream_of("ticker.binance.BTC/USDT:USDT.") == "ticker.binance.BTC/USDT:USDT");
  CHECK(stream_of("ticker.binance.BTC/USDT") == "ticker.binance.BTC/USDT");
  CHECK(stream_of("odd") == "odd");
  CHECK(stream_of("") == "");
}

TEST_CASE("a symbol never brings a dot into a topic", "[bus]") {
  CHECK(escape_symbol("BTC/USDT") == "BTC/USDT");
  CHECK(escape_symbol("A.B/USD.C") == "A%2EB/USD%2EC");
  CHECK(stream_of(topic_of(ticker_stream("main", "LUNA2.0/USDT"))) == "ticker.main.LUNA2%2E0/USDT");
  for (const auto* symbol :
       {"BTC/USDT:USDT", "A.B", "..", "%2E", "100%", "%", "%2", "a%25b.c", ""}) {
    CHECK(unescape_symbol(escape_symbol(symbol)) == symbol);
    CHECK(escape_symbol(symbol).find('.') == std::string::npos);
  }
}

TEST_CASE("each stream counts for itself, from 1", "[bus]") {
  Sequencer sequencer;
  CHECK(sequencer.last("order.main") == 0);
  CHECK(sequencer.next("order.main") == 1u);
  CHECK(sequencer.next("order.main") == 2u);
  CHECK(sequencer.next("fill.main") == 1u);
  CHECK(sequencer.next("order.main") == 3u);

  std::map<std::string, std::uint64_t> last;
  sequencer.for_each_last(
      [&](std::string_view stream, std::uint64_t number) { last.emplace(stream, number); });
  CHECK(last == std::map<std::string, std::uint64_t>{{"order.main", 3}, {"fill.main", 1}});
}

TEST_CASE("the set of streams is bounded; those that are there go on", "[bus][I9]") {
  Sequencer sequencer{2};
  CHECK(sequencer.next("a.x") == 1u);
  CHECK(sequencer.next("b.x") == 1u);
  const auto third = sequencer.next("c.x");
  REQUIRE_FALSE(third);
  CHECK(third.error().fault == Fault::full);
  CHECK(sequencer.next("a.x") == 2u);
  CHECK(sequencer.size() == 2);
}
