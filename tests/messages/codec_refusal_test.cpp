#include <catch2/catch.hpp>
#include <limits>

#include "messages/answers.hpp"
#include "messages/codec.hpp"
#include "messages/commands.hpp"
#include "messages/records.hpp"
#include "tests/messages/examples.hpp"
#include "tests/messages/raw.hpp"

// One story per way to be refused: each says which field, and what to do about it.

using namespace signalbox;
using namespace signalbox::test;

namespace {

template <class T = Signal>
DecodeError refused(std::string_view bytes, const DecodeLimits& limits = {}) {
  const auto message = decode<T>(bytes, limits);
  REQUIRE_FALSE(message);
  DecodeError error = message.error();
  // The text is complete in itself.
  if (!error.field.empty()) CHECK(error.what.starts_with(error.field + ": "));
  CHECK(error.what.size() > error.field.size() + 2);
  return error;
}
template <class T = Signal>
DecodeError refused(const raw::Map& body) {
  return refused<T>(body.bytes());
}
DecodeError refused_with(std::string_view key, const std::string& value) {
  return refused(raw_signal().with(key, value));
}

bool is(const DecodeError& error, DecodeRefusal reason, std::string_view field) {
  INFO("got " << name_of(error.reason) << " in \"" << error.field << "\": " << error.what);
  CHECK(error.reason == reason);
  CHECK(error.field == field);
  return error.reason == reason && error.field == field;
}

/// `levels` lists inside each other.
std::string nested(std::size_t levels) {
  std::string value = raw::text("x");
  for (std::size_t i = 0; i < levels; ++i) value = raw::list({value});
  return value;
}

}  // namespace

TEST_CASE("refused: nothing at all", "[codec]") {
  CHECK(is(refused(std::string_view{}), DecodeRefusal::truncated, ""));
}

TEST_CASE("refused: a message that ends too early", "[codec]") {
  std::string bytes = raw_signal().bytes();
  bytes.pop_back();
  CHECK(is(refused(bytes), DecodeRefusal::truncated, ""));
}

TEST_CASE("refused: bytes after the message", "[codec]") {
  CHECK(is(refused(raw_signal().bytes() + raw::nil()), DecodeRefusal::trailing, ""));
  CHECK(is(refused(raw_signal().bytes() + raw_signal().bytes()), DecodeRefusal::trailing, ""));
}

TEST_CASE("refused: bytes that are not msgpack", "[codec]") {
  CHECK(is(refused("\xc1"), DecodeRefusal::malformed, ""));
  CHECK(is(refused_with("price", "\xc1"), DecodeRefusal::malformed, ""));
}

TEST_CASE("refused: more bytes than a command may have", "[codec]") {
  const auto body = raw_signal().with("tags", raw::list({raw::text(std::string(64 * 1024, 'x'))}));
  CHECK(is(refused(body), DecodeRefusal::too_large, ""));
  CHECK(is(refused(body.bytes(), connection_limits), DecodeRefusal::too_long, "tags[0]"));
  const std::string small = raw_signal().bytes();
  CHECK(decode<Signal>(small, {.bytes = small.size()}));
  CHECK(is(refused(small, {.bytes = small.size() - 1}), DecodeRefusal::too_large, ""));
}

TEST_CASE("refused: more values than any message holds", "[codec]") {
  const auto body = raw_signal().with("tags", raw::list_of(message_values_max, raw::nil()));
  CHECK(is(refused(body.bytes(), connection_limits), DecodeRefusal::too_large, ""));
}

TEST_CASE("refused: maps and lists more than eight deep", "[codec]") {
  CHECK(is(refused_with("tags", nested(8)), DecodeRefusal::too_deep, ""));
  CHECK(is(refused_with("tags", nested(7)), DecodeRefusal::wrong_type, "tags[0]"));
  CHECK(is(refused(std::string(60'000, '\x91')), DecodeRefusal::too_deep, ""));
  CHECK(is(refused(std::string(60'000, '\x81')), DecodeRefusal::too_deep, ""));
  // Whatever a caller allows, there is an end.
  CHECK(is(refused(std::string(60'000, '\x91'), {.depth = 100'000}), DecodeRefusal::too_deep, ""));
}

TEST_CASE("refused: a message that is not a map", "[codec]") {
  CHECK(is(refused(raw::list({})), DecodeRefusal::not_a_map, ""));
  CHECK(is(refused(raw::text("signal")), DecodeRefusal::not_a_map, ""));
  CHECK(is(refused(raw::nil()), DecodeRefusal::not_a_map, ""));
}

TEST_CASE("refused: a key that is no field", "[codec]") {
  CHECK(is(refused_with("stop", raw::text("1")), DecodeRefusal::unknown_key, "stop"));
  CHECK(is(refused_with("", raw::text("1")), DecodeRefusal::unknown_key, ""));
  CHECK(is(refused_with("Price", raw::text("1")), DecodeRefusal::unknown_key, "Price"));
  CHECK(is(refused_with("stop_loss", raw::Map{{"limit", raw::text("1")}}.bytes()),
           DecodeRefusal::unknown_key, "stop_loss.limit"));
}

TEST_CASE("refused: a key that is not a text", "[codec]") {
  const std::string body = std::string{"\x81"} + raw::integer(1) + raw::integer(2);
  CHECK(is(refused(body), DecodeRefusal::wrong_type, ""));
  CHECK(is(refused(std::string{"\x81"} + raw::binary("id") + raw::text("x")),
           DecodeRefusal::wrong_type, ""));
}

TEST_CASE("refused: a field that is not there", "[codec]") {
  for (const auto* key : {"id", "time", "strategy", "account", "symbol", "side", "type"})
    CHECK(is(refused(raw_signal().without(key)), DecodeRefusal::missing_key, key));
  CHECK(is(refused_with("trail", raw::Map{}.bytes()), DecodeRefusal::missing_key, "trail.offset"));
  CHECK(is(refused(raw::Map{}), DecodeRefusal::missing_key, "id"));
}

TEST_CASE("refused: a key that comes twice", "[codec]") {
  CHECK(is(refused(raw_signal().and_again("side", raw::text("buy"))), DecodeRefusal::duplicate_key,
           "side"));
  CHECK(is(refused(raw_signal().with("price", raw::nil()).and_again("price", raw::text("1"))),
           DecodeRefusal::duplicate_key, "price"));
}

TEST_CASE("refused: a value of the wrong type", "[codec]") {
  CHECK(is(refused_with("id", raw::integer(7)), DecodeRefusal::wrong_type, "id"));
  CHECK(is(refused_with("id", raw::binary("s-1")), DecodeRefusal::wrong_type, "id"));
  CHECK(is(refused_with("time", raw::text("now")), DecodeRefusal::wrong_type, "time"));
  CHECK(is(refused_with("time", raw::real(1.7e18)), DecodeRefusal::wrong_type, "time"));
  CHECK(is(refused_with("side", raw::integer(1)), DecodeRefusal::wrong_type, "side"));
  CHECK(is(refused_with("price", raw::real(66000.5)), DecodeRefusal::wrong_type, "price"));
  CHECK(is(refused_with("post_only", raw::integer(1)), DecodeRefusal::wrong_type, "post_only"));
  CHECK(is(refused_with("stop_loss", raw::text("65000")), DecodeRefusal::wrong_type, "stop_loss"));
  CHECK(is(refused_with("take_profit", raw::Map{}.bytes()), DecodeRefusal::wrong_type,
           "take_profit"));
  CHECK(is(refused_with("take_profit", raw::list({raw::Map{}.bytes(), raw::nil()})),
           DecodeRefusal::wrong_type, "take_profit[1]"));
  CHECK(is(refused_with("break_even_after", raw::flag(true)), DecodeRefusal::wrong_type,
           "break_even_after"));
  // Our way to say so names the field and the fix.
  CHECK(refused_with("stop_loss", raw::Map{{"price", raw::real(1.5)}}.bytes()).what ==
        "stop_loss.price: send a decimal string, \"0.1\", not a float");
}

TEST_CASE("refused: a text outside its alphabet", "[codec]") {
  for (const auto* name : {"", "Main", "a.b", "a b", "é", "a/b", "a\n"}) {
    CHECK(is(refused_with("account", raw::text(name)), DecodeRefusal::bad_text, "account"));
    CHECK(is(refused_with("strategy", raw::text(name)), DecodeRefusal::bad_text, "strategy"));
  }
  for (const auto* id : {"", "s\n1", "s\x7f", "é", "\xff"})
    CHECK(is(refused_with("id", raw::text(id)), DecodeRefusal::bad_text, "id"));
  // Control characters, C1 included; what is not UTF-8: cut, overlong, surrogate, too large.
  for (const auto* symbol : {"", "BTC\n", "\x1b[2J", "\xc2\x85", "\xc3", "\x80", "\xc0\xaf",
                             "\xe0\x80\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80",
                             "\xa5\xa5", "\xe0\x83\xbf", "\xf0\x80\x84\x80"})
    CHECK(is(refused_with("symbol", raw::text(symbol)), DecodeRefusal::bad_text, "symbol"));
  CHECK(is(refused_with("symbol", raw::text({"BTC\0USDT", 8})), DecodeRefusal::bad_text, "symbol"));
  CHECK(is(refused_with("tags", raw::list({raw::text("\t")})), DecodeRefusal::bad_text, "tags[0]"));
}

TEST_CASE("refused: half a client order id", "[codec]") {
  const auto cancel = [](std::string_view id) {
    return raw::Map{{"request", raw::integer(1)},
                    {"symbol", raw::text("BTC/USDT")},
                    {"id", raw::text(id)},
                    {"venue_id", raw::text("")},
                    {"epoch", raw::integer(1)}};
  };
  CHECK(decode<CancelOrder>(cancel("b00k0cma45ypffe000").bytes()));
  CHECK(decode<CancelOrder>(cancel("").bytes()));
  CHECK(is(refused<CancelOrder>(cancel("b00k0cma45ypff")), DecodeRefusal::bad_text, "id"));
  CHECK(is(refused<CancelOrder>(cancel("B00K0CMA45YPFFE000")), DecodeRefusal::bad_text, "id"));
}

TEST_CASE("refused: a name that no enum has", "[codec]") {
  for (const auto* name : {"", "BUY", "buy ", "long", "?"})
    CHECK(is(refused_with("side", raw::text(name)), DecodeRefusal::bad_enum, "side"));
  CHECK(refused_with("type", raw::text("stop")).what == "type: send one of market, limit");
  CHECK(is(refused_with("stop_loss", raw::Map{{"trigger", raw::text("bid")}}.bytes()),
           DecodeRefusal::bad_enum, "stop_loss.trigger"));
}

TEST_CASE("refused: a decimal that is none", "[codec]") {
  for (const auto* amount :
       {"", "-", ".", "1.", ".5", "1e5", "NaN", "inf", "0x1", " 1", "1,5", "0.0000000000000000001"})
    CHECK(is(refused_with("price", raw::text(amount)), DecodeRefusal::bad_decimal, "price"));
}

TEST_CASE("refused: texts and lists longer than their type", "[codec]") {
  CHECK(decode<Signal>(raw_signal().with("id", raw::text(std::string(64, 'x'))).bytes()));
  CHECK(is(refused_with("id", raw::text(std::string(65, 'x'))), DecodeRefusal::too_long, "id"));
  CHECK(is(refused_with("account", raw::text(std::string(25, 'x'))), DecodeRefusal::too_long,
           "account"));
  CHECK(refused_with("symbol", raw::text(std::string(41, 'x'))).what ==
        "symbol: send at most 40 bytes");
  CHECK(decode<Signal>(raw_signal().with("price", raw::text(std::string(48, '0'))).bytes()));
  CHECK(
      is(refused_with("price", raw::text(std::string(49, '0'))), DecodeRefusal::too_long, "price"));
  CHECK(decode<Signal>(raw_signal().with("tags", raw::list_of(8, raw::text("a"))).bytes()));
  CHECK(is(refused_with("tags", raw::list_of(9, raw::text("a"))), DecodeRefusal::too_long, "tags"));
  CHECK(is(refused_with("take_profit", raw::list_of(9, raw::Map{}.bytes())),
           DecodeRefusal::too_long, "take_profit"));
  const raw::Map changed{
      {"balances", raw::list_of(list_items_max + 1, raw::Map{{"asset", raw::text("BTC")},
                                                             {"free", raw::text("0")},
                                                             {"locked", raw::text("0")}}
                                                        .bytes())}};
  CHECK(is(refused<BalancesReport>(changed.bytes(), connection_limits), DecodeRefusal::too_long,
           "balances"));
}

TEST_CASE("refused: numbers outside their range", "[codec]") {
  const auto amount = [](std::string_view text) {
    return decode<Signal>(raw_signal().with("price", raw::text(text)).bytes()).has_value();
  };
  CHECK(amount("1000000000000000"));
  CHECK(amount("-1000000000000000"));
  CHECK(is(refused_with("price", raw::text("1000000000000000.1")), DecodeRefusal::out_of_range,
           "price"));
  CHECK(is(refused_with("price", raw::text("-1000000000000001")), DecodeRefusal::out_of_range,
           "price"));
  CHECK(is(refused_with("price", raw::text("999999999999999999999999")),
           DecodeRefusal::out_of_range, "price"));
  for (const double confidence : {std::numeric_limits<double>::quiet_NaN(), 1.5, -0.5})
    CHECK(is(refused_with("confidence", raw::real(confidence)), DecodeRefusal::out_of_range,
             "confidence"));
  CHECK(
      is(refused_with("confidence", raw::text("1.5")), DecodeRefusal::out_of_range, "confidence"));
  CHECK(is(refused_with("time", raw::integer(-1)), DecodeRefusal::out_of_range, "time"));
  CHECK(is(refused_with("time", raw::whole(1ULL << 63)), DecodeRefusal::out_of_range, "time"));
  CHECK(
      is(refused_with("time_limit", raw::integer(-1)), DecodeRefusal::out_of_range, "time_limit"));
  CHECK(is(refused_with("break_even_after", raw::integer(256)), DecodeRefusal::out_of_range,
           "break_even_after"));
  CHECK(is(refused_with("break_even_after", raw::integer(-1)), DecodeRefusal::out_of_range,
           "break_even_after"));
}

TEST_CASE("refused: integers at the edges of their types", "[codec]") {
  const auto result = [](const std::string& request, const std::string& code) {
    return raw::Map{{"request", request},
                    {"outcome", raw::text("refused")},
                    {"refusal", raw::text("other")},
                    {"code", code}};
  };
  const auto one = raw::integer(1);
  CHECK(decode<WriteResult>(result(raw::whole(UINT64_MAX), raw::integer(INT32_MIN)).bytes()));
  CHECK(is(refused<WriteResult>(result(raw::integer(-1), one)), DecodeRefusal::out_of_range,
           "request"));
  for (const auto& code : {raw::integer(1LL << 31), raw::integer(-(1LL << 31) - 1),
                           raw::whole(1ULL << 63), raw::whole(UINT64_MAX)})
    CHECK(is(refused<WriteResult>(result(one, code)), DecodeRefusal::out_of_range, "code"));
}

TEST_CASE("only a clock offset may be negative", "[codec]") {
  const auto link = [](std::string_view key) {
    return raw::Map{{"state", raw::text("ready")},
                    {"generation", raw::integer(1)},
                    {"clock_offset", raw::integer(0)},
                    {"clock_error", raw::integer(0)}}
        .with(key, raw::integer(-1))
        .bytes();
  };
  const auto report = decode<LinkReport>(link("clock_offset"));
  REQUIRE(report);
  CHECK(report->clock_offset == Duration{-1});
  CHECK(is(refused<LinkReport>(link("clock_error")), DecodeRefusal::out_of_range, "clock_error"));
}

TEST_CASE("a refusal has no signal id only where the frame was too broken to have one", "[codec]") {
  const raw::Map body{{"id", raw::text("")},
                      {"reason", raw::text("malformed")},
                      {"field", raw::text("side")},
                      {"detail", raw::text("send one of buy, sell")}};
  CHECK(decode<Refused>(body.bytes()));
  CHECK(is(refused<Done>(raw::Map{{"id", raw::text("")}, {"detail", raw::text("")}}),
           DecodeRefusal::bad_text, "id"));
}

TEST_CASE("an error repeats no value that was sent", "[codec]") {
  const std::string secret = "sk_live_1234567890";
  for (const auto* key : {"id", "time", "account", "symbol", "side", "price", "post_only",
                          "stop_loss", "take_profit", "confidence", "tags"}) {
    for (const auto& packed :
         {raw::text(secret + "\n"), raw::list({raw::list({raw::text(secret)})}),
          raw::Map{{"api_secret", raw::text(secret)}}.bytes()}) {
      const auto signal = decode<Signal>(raw_signal().with(key, packed).bytes());
      REQUIRE_FALSE(signal);
      CHECK(signal.error().what.find(secret) == std::string::npos);
    }
  }
  // An unknown key is named, shortened and without control characters.
  CHECK(refused_with("\x1b[2J" + std::string(100, 'k'), raw::nil()).field ==
        "?[2J" + std::string(28, 'k'));
}

TEST_CASE("a refusal is an error like any other", "[codec]") {
  const Error error = as_error(refused(raw_signal().without("id")));
  CHECK(error == Error{Fault::bad_input, "id: this field is required"});
}
