#include "simulator/data/replay.hpp"

#include <stdlib.h>
#include <unistd.h>

#include <fstream>

#include "tests/simulator/desk.hpp"

using namespace signalbox;
using namespace signalbox::simulator;
using namespace signalbox::simulator::test;
using namespace std::chrono_literals;

namespace {

const std::string example = SIGNALBOX_DATA_DIR "/binance-spot-btcusdt-20240809.gz";

constexpr auto lines =
    R"(1000 {"stream":"btcusdt@depth@100ms","data":{"e":"depthUpdate","b":[],"a":[]}}
1000 {"stream":"btcusdt@bookTicker","data":{"u":1,"s":"BTCUSDT","b":"99.5","B":"1","a":"100","A":"2"}}
2000001000 {"e":"trade","E":1,"s":"BTCUSDT","t":3,"p":"99.75","q":"0.5","T":1,"m":true,"M":true}
4000001000 {"u":2,"s":"BTCUSDT","b":"97","B":"1","a":"98","A":"2"}
)";

}  // namespace

TEST_CASE("recorded frames are read, wrapped or raw; others are passed over", "[replay]") {
  const auto recording = Recording::parse(lines);
  REQUIRE(recording);
  REQUIRE(recording->events().size() == 3);
  CHECK(recording->events()[0].top.ask == price("100"));
  CHECK(recording->events()[1].at == 2s);
  CHECK(recording->events()[1].print.buyer_is_maker);
  CHECK(recording->length() == 4s);
}

TEST_CASE("bad lines are named, not guessed at", "[replay]") {
  const auto fault = [](std::string_view text) {
    const auto r = Recording::parse(text);
    REQUIRE_FALSE(r);
    return r.error().what;
  };
  CHECK(fault("x {}") == "line 1: no receive time before the frame");
  CHECK(fault("1") == "line 1: no receive time before the frame");
  CHECK(fault("1 {") == "line 1: the frame is not JSON");
  CHECK(fault(R"(1 {"b":"1","a":"x"})") == "line 1: a bookTicker without its prices");
  CHECK(fault(R"(1 {"e":"trade","p":"-1","q":"1","m":true})") ==
        "line 1: a trade without its price");
  CHECK(fault("5 {}\n4 {\"b\":\"1\",\"B\":\"1\",\"a\":\"1\",\"A\":\"1\"}\n"
              "3 {\"b\":\"1\",\"B\":\"1\",\"a\":\"1\",\"A\":\"1\"}") ==
        "line 3: time runs backwards");
  CHECK(Recording::read("/nonexistent").error().fault == Fault::not_found);
}

TEST_CASE("the recording that comes with the project is whole", "[replay]") {
  const auto recording = Recording::read(example);
  REQUIRE(recording);
  CHECK(recording->events().size() == 55'281);
  CHECK(recording->length() > 304s);
}

TEST_CASE("a damaged recording is refused", "[replay]") {
  std::ifstream in{example, std::ios::binary};
  std::string bytes{std::istreambuf_iterator<char>{in}, {}};
  bytes.resize(bytes.size() / 2);
  std::string path = "/tmp/signalbox-recording-XXXXXX";
  const int file = mkstemp(path.data());
  REQUIRE(file >= 0);
  REQUIRE(write(file, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
  close(file);
  const auto read = Recording::read(path);
  unlink(path.c_str());
  CHECK_FALSE(read);
}

TEST_CASE("a replay moves the market at its speed and begins again at a seam", "[replay]") {
  const auto recording = Recording::parse(lines);
  Desk desk;
  Replay replay{*recording, desk.engine, desk.market, {.speed = 2, .seam = 1s}};
  CHECK(replay.next_due() == 0s);
  CHECK(replay.advance(999ms, desk.now) == 1);
  CHECK(desk.engine.top(desk.market).bid == price("99.5"));
  CHECK(desk.engine.last(desk.market) == price("100"));
  CHECK(replay.advance(1s, desk.now) == 1);
  CHECK(desk.engine.last(desk.market) == price("99.75"));
  CHECK(replay.advance(2s, desk.now) == 1);
  CHECK(desk.engine.top(desk.market).ask == price("98"));
  CHECK(replay.seams() == 1);
  CHECK(replay.next_due() == 2500ms);
  CHECK(replay.advance(2500ms, desk.now) == 1);
  CHECK(desk.engine.top(desk.market).bid == price("99.5"));

  Replay once{*recording, desk.engine, desk.market, {.repeat = false}};
  CHECK(once.advance(1h, desk.now) == 3);
  CHECK_FALSE(once.next_due());
}

TEST_CASE("recorded minutes fill orders and fire stops", "[replay]") {
  const auto recording = Recording::read(example);
  REQUIRE(recording);
  auto spec = Desk::rules();
  spec.instrument.lot_size = qty("0.00001");
  spec.instrument.quantity_min = qty("0.00001");
  spec.depth = {.levels = 10, .step = price("0.5"), .quantity = qty("0.5")};
  Desk desk{spec};
  Replay replay{*recording, desk.engine, desk.market, {.speed = 1, .repeat = false}};
  replay.advance(1s, desk.now);
  const auto buy = desk.place(desk.buy_limit("0.1", "61650"));
  const auto stop = desk.place(desk.sell_stop("0.1", "61600"));
  while (replay.next_due()) {
    const auto due = *replay.next_due();
    replay.advance(due, desk.now + due);
  }
  CHECK(desk.order(buy).state == OrderState::filled);
  CHECK(desk.order(stop).state == OrderState::filled);
}
