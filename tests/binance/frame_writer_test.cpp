#include "connectors/binance/frame_writer.hpp"

#include "connectors/transport/json.hpp"
#include "tests/binance/words.hpp"

using namespace signalbox;
using namespace signalbox::binance;

namespace {

constexpr std::string_view host = "ws-api.binance.com";

/// Whatever order the parameters were written in.
constexpr std::string_view printed_form =
    "symbol=BTCUSDT&side=SELL&type=LIMIT&timeInForce=GTC&quantity=0.01000000&price=52000.00"
    "&recvWindow=100&timestamp=1645423376532";

struct Fixture {
  RequestBuffer out{host, printed_key(), printed_secret(), {}};
  FrameWriter frames{out};
};

}  // namespace

TEST_CASE("the signed request that the venue prints", "[binance][requests][vectors]") {
  Fixture f;
  const auto frame = f.frames.write("a-1", "order.place", printed_form, true);
  JsonReader json;
  const auto root = json.object(frame).value();
  CHECK(json_text(root, "id") == "a-1");
  CHECK(json_text(root, "method") == "order.place");
  const auto params = json_object(root, "params").value();
  CHECK(json_text(params, "signature") ==
        "aa1b5712c094bc4e57c05a1a5c1fd8d88dcd628338ea863fec7b88e59fe2db24");
  CHECK(json_text(params, "apiKey") == printed_key().reveal());
  CHECK(json_text(params, "price") == "52000.00");
  CHECK(json_integer(params, "timestamp") == 1645423376532);
  CHECK(json_integer(params, "recvWindow") == 100);
}

TEST_CASE("a session that has logged on proves nothing again", "[binance][requests]") {
  Fixture f;
  CHECK(
      f.frames.write("a-2", "order.cancel", "symbol=BTCUSDT&orderId=28&timestamp=7", false) ==
      R"({"id":"a-2","method":"order.cancel","params":{"symbol":"BTCUSDT","orderId":28,"timestamp":7}})");
}

TEST_CASE("a session logs on once, by the key of RFC 8032's first test",
          "[binance][requests][vectors]") {
  RequestBuffer out{
      host,
      Secret::take("4yNzx3yWC5bS6YTwEkSRaC0nRmSQIIStAUOh1b6kqaBrTLIhjCpI5lJH8q8R8WNO"),
      Secret::take("MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g"),
      {}};
  CHECK(out.can_log_on());
  CHECK_FALSE(Fixture{}.out.can_log_on());
  FrameWriter frames{out};
  const auto frame = frames.log_on("l-1", ms(1649729878532));
  JsonReader json;
  const auto root = json.object(frame).value();
  CHECK(json_text(root, "method") == "session.logon");
  const auto params = json_object(root, "params").value();
  CHECK(json_text(params, "signature") ==
        "NBJq5sX1RkU7ta3XDctruMgnrhyBcouMvvPIxxQSCUbVWxhp3ai6W7a0Iip/3nOwmJxkVIv6n20cekYCOa5qAg==");
}

TEST_CASE("values are signed and sent as they are, not encoded", "[binance][requests]") {
  Fixture encoded;
  std::string buffer;
  Query query{buffer};
  query.add("symbol", "\xE5\xB8\x81USDT").add("newClientOrderId", R"(a"b\c)");
  const std::string frame{encoded.frames.write("a-3", "order.place", query.view(), false)};
  CHECK(frame ==
        "{\"id\":\"a-3\",\"method\":\"order.place\",\"params\":{\"symbol\":\"\xE5\xB8\x81USDT\","
        R"("newClientOrderId":"a\"b\\c"}})");
  CHECK(JsonReader{}.object(frame).has_value());
}

TEST_CASE("a form with more parameters than there are is cut, not overrun", "[binance][requests]") {
  Fixture f;
  std::string form;
  for (int i = 0; i < 200; ++i) form += (i == 0 ? "p" : "&p") + std::to_string(i) + "=%4";
  JsonReader json;
  const auto root = json.object(f.frames.write("a-4", "x", form, true)).value();
  std::size_t count = 0;
  const auto params = json_object(root, "params").value();
  for (const auto each : params) count += each.is_null() ? 0U : 1U;
  CHECK(count == FrameWriter::parameters_max + 2);
}
