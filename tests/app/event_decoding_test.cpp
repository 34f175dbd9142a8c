#include "app/event_decoding.hpp"

#include <catch2/catch.hpp>

#include "messages/catalog.hpp"
#include "messages/codec.hpp"
#include "tests/app/events_kit.hpp"

using namespace signalbox;
using namespace signalbox::test;

namespace {

EventHeader header_of(std::string_view type) {
  EventHeader header;
  header.type = Text<32>{type};
  header.epoch = 3;
  header.stream = Text<96>{"signal.main"};
  header.sequence = 12;
  header.time = at(1);
  return header;
}

BusEvent on_the_bus(const EventHeader& header, std::string body) {
  return {.topic = "signal.main.", .header = encoded(header), .body = std::move(body)};
}

template <class T>
void comes_back(const T& event) {
  const auto header = header_of(type_of<T>(events));
  INFO(header.type);
  const auto decoded = decode_event(on_the_bus(header, encoded(event)));
  REQUIRE(decoded);
  CHECK(decoded->first == header);
  CHECK(decoded->second == Event{event});
}

}  // namespace

TEST_CASE("every kind of event comes back from the bus as it was", "[monitor]") {
  comes_back(accepted("s-1", at(0)));
  comes_back(verdict("s-1", at(0), Reason::too_old));
  comes_back(placed("s-1", at(0), Outcome::unknown));
  comes_back(outcome("s-1", at(0), BracketOutcome::stopped));
  comes_back(order("s-1", LegKind::stop, OrderStage::working));
  comes_back(fill("s-1", LegKind::entry));
  comes_back(bracket("s-1", BracketPhase::open));
  comes_back(PositionEvent{.account = AccountName{"main"},
                           .symbol = Symbol{"BTC/USDT:USDT"},
                           .position = Quantity{-3},
                           .external = Quantity{-1},
                           .time = at(0)});
  comes_back(BalanceEvent{.account = AccountName{"main"}, .balances = {}, .time = at(0)});
  comes_back(connection("main", LinkState::ready));
  comes_back(notice("", TradingState::halted, true));
  STATIC_REQUIRE(std::variant_size_v<Event> == 11);  // a new kind belongs in this list
}

TEST_CASE("what is no event of a trade, or broken, is nothing", "[monitor]") {
  const auto body = encoded(accepted("s-1", at(0)));
  CHECK(decode_event(on_the_bus(header_of("accepted"), body)));
  CHECK_FALSE(decode_event(on_the_bus(header_of("verdict"), body)));
  CHECK_FALSE(decode_event(on_the_bus(header_of("nonsense"), body)));
  CHECK_FALSE(decode_event(on_the_bus(header_of("accepted"), body.substr(1))));
  CHECK_FALSE(decode_event({.topic = "signal.main.", .header = "", .body = body}));
  const HealthSequences numbers{.streams = {}, .time = at(0)};
  CHECK_FALSE(
      decode_event(on_the_bus(header_of(type_of<HealthSequences>(events)), encoded(numbers))));
}
