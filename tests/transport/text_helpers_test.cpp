#include <catch2/catch.hpp>
#include <type_traits>

#include "connectors/transport/backoff.hpp"
#include "connectors/transport/json.hpp"
#include "connectors/transport/url.hpp"

using namespace signalbox;
using namespace std::chrono_literals;

TEST_CASE("query strings", "[url]") {
  std::string buffer = "/api/v3/order?";
  Query query{buffer};
  query.add("symbol", "BTCUSDT")
      .add("quantity", *Decimal::parse("0.00100"))
      .add("timestamp", std::int64_t{1499827319559})
      .add("reduceOnly", true)
      .add("note", "a b&c=d/%+~_-.é");
  CHECK(query.view() ==
        "symbol=BTCUSDT&quantity=0.001&timestamp=1499827319559&reduceOnly=true"
        "&note=a%20b%26c%3Dd%2F%25%2B~_-.%C3%A9");
  CHECK(buffer == "/api/v3/order?" + std::string{query.view()});
  buffer.clear();
  Query again{buffer};
  CHECK(again.view().empty());
  again.add("a", std::numeric_limits<std::int64_t>::min());
  CHECK(again.view() == "a=-9223372036854775808");
}

TEST_CASE("full-width digits encode as the venue's example has them", "[url][vectors]") {
  std::string out;
  append_encoded(out, "\uff11\uff12\uff13\uff14\uff15\uff16");
  CHECK(out == "%EF%BC%91%EF%BC%92%EF%BC%93%EF%BC%94%EF%BC%95%EF%BC%96");
}

TEST_CASE("fields of a json answer", "[json]") {
  JsonReader reader;
  auto object = reader.object(
      R"({"symbol":"BTCUSDT","orderId":28,"price":"0.10000000","raw": 1.25 ,"on":true,)"
      R"("none":null,"list":[{"qty":"1"},{"qty":"2"}],"inner":{"a":"b"}})");
  REQUIRE(object);
  CHECK(*json_text(*object, "symbol") == "BTCUSDT");
  CHECK(*json_integer(*object, "orderId") == 28);
  CHECK(json_decimal(*object, "price")->str() == "0.1");
  CHECK(json_decimal(*object, "raw")->str() == "1.25");
  CHECK(*json_bool(*object, "on"));
  CHECK(*json_text(*object, "symbol") == "BTCUSDT");  // in any order
  CHECK(*json_text_if(*object, "none") == std::nullopt);
  CHECK(*json_text_if(*object, "absent") == std::nullopt);
  CHECK(*json_integer_if(*object, "orderId") == 28);
  CHECK((*json_decimal_if(*object, "price"))->str() == "0.1");
  auto list = json_array(*object, "list");
  REQUIRE(list);
  std::string joined;
  for (const auto each : *list) joined += json_decimal(*each.object(), "qty")->str() + ";";
  CHECK(joined == "1;2;");
  auto inner = json_object(*object, "inner");
  REQUIRE(inner);
  CHECK(*json_text(*inner, "a") == "b");
}

TEST_CASE("a wrong json answer is named, not repeated", "[json][I5]") {
  JsonReader reader;
  const auto what = [&](auto read) {
    auto object =
        reader.object(R"({"text":"hunter2","number":7,"exp":1e5,"long":12345678901234567890,
      "many":"0.1234567890123456789","none":null})");
    REQUIRE(object);
    auto result = read(*object);
    REQUIRE_FALSE(result);
    CHECK(result.error().fault == Fault::bad_input);
    CHECK(result.error().what.find("hunter2") == std::string::npos);
    return result.error().what;
  };
  CHECK(what([](auto& o) { return json_text(o, "gone"); }) == "json field \"gone\" is missing");
  CHECK(what([](auto& o) { return json_integer(o, "text"); }) ==
        "json field \"text\" is not a whole number of 64 bits");
  CHECK(what([](auto& o) { return json_integer(o, "long"); }) ==
        "json field \"long\" is not a whole number of 64 bits");
  CHECK(what([](auto& o) { return json_text(o, "number"); }) ==
        "json field \"number\" is not a text");
  CHECK(what([](auto& o) { return json_text(o, "none"); }) == "json field \"none\" is not a text");
  CHECK(what([](auto& o) { return json_text_if(o, "number"); }) ==
        "json field \"number\" is not a text");
  CHECK_THAT(what([](auto& o) { return json_decimal(o, "text"); }),
             Catch::StartsWith("json field \"text\" is not a decimal"));
  CHECK_THAT(what([](auto& o) { return json_decimal(o, "exp"); }),
             Catch::StartsWith("json field \"exp\" is not a decimal"));
  CHECK_THAT(what([](auto& o) { return json_decimal(o, "many"); }),
             Catch::StartsWith("json field \"many\" is not a decimal"));
  CHECK_THAT(what([](auto& o) { return json_decimal(o, "none"); }),
             Catch::StartsWith("json field \"none\" is not a decimal"));
}

TEST_CASE("what is no json, or cut off", "[json]") {
  JsonReader reader;
  CHECK_FALSE(reader.object(""));
  CHECK_FALSE(reader.object("<html>Bad gateway</html>"));
  CHECK_FALSE(reader.object("[1]"));
  CHECK_FALSE(reader.array("{}"));
  CHECK_FALSE(reader.object("\xff\xfe"));
  const std::string whole = R"({"a":"1","b":{"c":[1,2,"x"]},"d":"e"})";
  for (std::size_t size = 0; size < whole.size(); ++size)
    CHECK_FALSE(reader.object(std::string_view{whole}.substr(0, size)));
  CHECK_FALSE(reader.object(whole + "}"));
  CHECK_FALSE(reader.object(R"({"a":tru})"));
  CHECK_FALSE(reader.object(R"({"a":nil})"));
  CHECK_FALSE(reader.object(R"({"a":01})"));
  CHECK_FALSE(reader.object(R"({"a":1.})"));
  CHECK_FALSE(reader.object(R"({"a" 1})"));
  CHECK_FALSE(reader.object(R"({"a":1,})"));
  CHECK_FALSE(reader.array("[1 2]"));
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  CHECK(reader.array(nested(JsonReader::depth_max)));
  CHECK_FALSE(reader.array(nested(JsonReader::depth_max + 1)));
  auto object = reader.object(whole);  // the reader is as good as new
  REQUIRE(object);
  CHECK(*json_text(*object, "d") == "e");
}

TEST_CASE("waits double up to their bound and are never all the same", "[backoff]") {
  struct Fixed : Random {
    std::uint64_t value = 0;
    std::uint64_t next() override { return value; }
  } random;
  Backoff backoff{100ms, 1s};
  CHECK(backoff.next(random) == 50ms);
  CHECK(backoff.next(random) == 100ms);
  random.value = ~std::uint64_t{0};
  for (int i = 0; i < 10; ++i) CHECK(backoff.next(random) <= 1s);
  CHECK(backoff.next(random) >= 500ms);
  backoff.reset();
  CHECK(backoff.next(random) <= 100ms);
}
