#include "messages/codec.hpp"

#include <catch2/catch.hpp>
#include <limits>

#include "tests/messages/examples.hpp"
#include "tests/messages/raw.hpp"

using namespace signalbox;
using namespace signalbox::test;

namespace {

Signal decoded(const raw::Map& body) {
  const auto signal = decode<Signal>(body.bytes());
  if (!signal) FAIL(signal.error().what);
  return *signal;
}

/// The confidence that comes of a packed value; nothing when it was refused.
std::optional<std::string> confidence(const std::string& packed) {
  const auto signal = decode<Signal>(raw_signal().with("confidence", packed).bytes());
  if (!signal) return std::nullopt;
  return signal->confidence.value().str();
}

}  // namespace

TEST_CASE("a signal travels as any msgpack library reads it", "[codec]") {
  CHECK(raw::as_json(encoded(full_signal())) ==
        R"({"id":"s-1","time":1700000000000000001,"strategy":"trend","account":"main",)"
        R"("symbol":"BTC\/USDT","side":"buy","type":"limit","price":"66000.12","quantity":"0.1",)"
        R"("notional":"6600","risk":"100","confidence":"0.75","stop_loss":{"price":"65000",)"
        R"("percent":"1.5","limit_offset":"10.5","trigger":"last"},"take_profit":[{"price":)"
        R"("67000","fraction":"0.5"},{"percent":"3","fraction":"0.5"}],"trail":{"offset":"250",)"
        R"("activation":"66500"},"break_even_after":1,"valid_until":1700000001000000000,)"
        R"("entry_expires":1700000002000000000,"time_limit":3600000000000,"time_in_force":"ioc",)"
        R"("post_only":true,"reduce_only":true,"leverage":"3","min_tier":"attached",)"
        R"("tags":["breakout","v2"]})");
}

TEST_CASE("a signal comes back as it left", "[codec]") {
  CHECK(decode<Signal>(encoded(full_signal())) == full_signal());
}

TEST_CASE("encoding appends, so that a buffer is used again", "[codec]") {
  std::string buffer = "before";
  encode(full_signal(), buffer);
  CHECK(buffer == "before" + encoded(full_signal()));
}

TEST_CASE("optionals that hold nothing stay at home, everything else travels", "[codec]") {
  CHECK(raw::as_json(encoded(decoded(raw_signal()))) ==
        R"({"id":"s-1","time":1700000000000000001,"strategy":"trend","account":"main",)"
        R"("symbol":"BTC\/USDT","side":"buy","type":"market","take_profit":[],)"
        R"("post_only":false,"reduce_only":false,"tags":[]})");
}

TEST_CASE("the order of keys means nothing", "[codec]") {
  CHECK(decoded(raw_signal().reversed()) == decoded(raw_signal()));
}

TEST_CASE("nil is an optional that holds nothing", "[codec]") {
  CHECK(decoded(raw_signal().with("price", raw::nil())) == decoded(raw_signal()));
  CHECK(decoded(raw_signal().with("stop_loss", raw::nil())) == decoded(raw_signal()));
  CHECK_FALSE(decode<Signal>(raw_signal().with("post_only", raw::nil()).bytes()));
  CHECK_FALSE(decode<Signal>(raw_signal().with("symbol", raw::nil()).bytes()));
}

TEST_CASE("confidence means what its sender wrote, as text or number", "[codec]") {
  CHECK(confidence(raw::text("0.6")) == "0.6");
  CHECK(confidence(raw::real(0.6)) == "0.6");
  CHECK(confidence(raw::real32(0.6F)) == "0.6");
  CHECK(confidence(raw::real(1.0)) == "1");
  CHECK(confidence(raw::integer(1)) == "1");  // as JavaScript packs 1.0
  CHECK(confidence(raw::integer(0)) == "0");
  CHECK(confidence(raw::real(-0.0)) == "0");
  CHECK(confidence(raw::real(0.59999999999999998)) == "0.6");
  CHECK(confidence(raw::real(0.1 + 0.2)) == "0.30000000000000004");
  CHECK(confidence(raw::real(0.99999999999999989)) == "0.9999999999999999");
}

TEST_CASE("a float with more digits than a decimal keeps is cut, never rounded up", "[codec]") {
  CHECK(confidence(raw::real(1e-9 / 3)) == "0.000000000333333333");
  CHECK(confidence(raw::real(std::numeric_limits<double>::denorm_min())) == "0");
}

TEST_CASE("confidence lies between 0 and 1 in every form", "[codec]") {
  using Limits = std::numeric_limits<double>;
  for (const auto& packed :
       {raw::real(Limits::quiet_NaN()), raw::real(Limits::infinity()),
        raw::real(-Limits::infinity()), raw::real(-0.1), raw::real(1.0000000000000002),
        raw::real(Limits::max()), raw::real32(std::numeric_limits<float>::quiet_NaN()),
        raw::integer(2), raw::integer(-1), raw::text("1.1"), raw::text("-0.1"), raw::text("NaN"),
        raw::flag(true)})
    CHECK_FALSE(confidence(packed));
}

TEST_CASE("no other amount may be a number", "[codec]") {
  for (const auto* key : {"price", "quantity", "notional", "risk", "leverage"}) {
    for (const auto& packed : {raw::real(0.5), raw::real32(0.5F), raw::integer(1)}) {
      const auto signal = decode<Signal>(raw_signal().with(key, packed).bytes());
      INFO(key);
      REQUIRE_FALSE(signal);
      CHECK(signal.error().reason == DecodeRefusal::wrong_type);
      CHECK(signal.error().field == key);
    }
  }
}

TEST_CASE("what others may put in a text we clean before we send it", "[codec]") {
  Signal signal = decoded(raw_signal());
  signal.tags = {Text<32>{"two\nlines"}, Text<32>{"\xff\xfe"}, Text<32>{"caf\xc3\xa9"},
                 Text<32>{"\x1b[31m"}, Text<32>{"\xc2\x9b\x31m"}};
  const auto back = decode<Signal>(encoded(signal));
  REQUIRE(back);
  CHECK(back->tags[0].view() == "two?lines");
  CHECK(back->tags[1].view() == "??");
  CHECK(back->tags[2].view() == "café");
  CHECK(back->tags[3].view() == "?[31m");
  CHECK(back->tags[4].view() == "??1m");
}

TEST_CASE("assets may have names in any script", "[codec]") {
  CHECK(decoded(raw_signal().with("symbol", raw::text("币安人生/USDT"))).symbol.view() ==
        "币安人生/USDT");
}

TEST_CASE("integers are taken in whatever width they were packed", "[codec]") {
  // 5 as uint64: other libraries do not always choose the shortest form.
  const std::string wide{"\xcf\0\0\0\0\0\0\0\5", 9};
  CHECK(decoded(raw_signal().with("time", wide)).time == wall_from_ns(5));
  const std::string signed_wide{"\xd3\0\0\0\0\0\0\0\5", 9};
  CHECK(decoded(raw_signal().with("break_even_after", signed_wide)).break_even_after ==
        std::uint8_t{5});
}
