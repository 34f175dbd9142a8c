#include "connectors/binance/errors.hpp"

#include "tests/binance/words.hpp"

using namespace signalbox;
using namespace signalbox::binance;

namespace {

struct Case {
  int status;
  std::int32_t code;
  const char* text;
  Outcome outcome;
  Refusal refusal;
};

void check(const Case& c) {
  INFO(c.status << " " << c.code << " " << c.text);
  const auto verdict = judge(c.status, {c.code, c.text});
  CHECK(verdict.outcome == c.outcome);
  CHECK(verdict.refusal == c.refusal);
  CHECK(verdict.code == c.code);
  CHECK_FALSE(verdict.detail.empty());
}

constexpr auto refused = Outcome::refused;
constexpr auto unknown = Outcome::unknown;

}  // namespace

TEST_CASE("every class of error", "[binance][errors]") {
  for (const auto& each : {
           Case{400, -1022, "Signature for this request is not valid.", refused,
                Refusal::authentication},
           Case{400, -2014, "API-key format invalid.", refused, Refusal::authentication},
           Case{401, -2015, "Invalid API-key, IP, or permissions for action.", refused,
                Refusal::authentication},
           Case{401, 0, "", refused, Refusal::authentication},
           Case{400, -1002, "You are not authorized to execute this request.", refused,
                Refusal::permission},
           Case{400, -1021, "Timestamp for this request is outside of the recvWindow.", refused,
                Refusal::clock},
           Case{400, -2010, "Account has insufficient balance for requested action.", refused,
                Refusal::insufficient_funds},
           Case{400, -2010, "Duplicate order sent.", refused, Refusal::duplicate_id},
           Case{400, -2010, "Order would trigger immediately.", refused, Refusal::would_trigger},
           Case{400, -2010, "Order would immediately match and take.", refused,
                Refusal::would_take},
           Case{400, -2010, "The relationship of the prices for the orders is not correct.",
                refused, Refusal::would_trigger},
           Case{400, -2010, "This action is disabled on this account.", refused,
                Refusal::permission},
           Case{400, -2010, "Stop loss orders are not supported for this symbol.", refused,
                Refusal::unsupported},
           Case{400, -2010, "Market is closed.", refused, Refusal::maintenance},
           Case{400, -2010, "Order book liquidity is less than `LOT_SIZE` filter minimum quantity.",
                refused, Refusal::maximum},
           Case{400, -1013, "Filter failure: NOTIONAL", refused, Refusal::minimum},
           Case{400, -1013, "Filter failure: MIN_NOTIONAL", refused, Refusal::minimum},
           Case{400, -1013, "Filter failure: PRICE_FILTER", refused, Refusal::precision},
           Case{400, -1013, "Filter failure: LOT_SIZE", refused, Refusal::precision},
           Case{400, -1013, "Filter failure: MARKET_LOT_SIZE", refused, Refusal::maximum},
           Case{400, -1013, "Filter failure: PERCENT_PRICE_BY_SIDE", refused, Refusal::price_band},
           Case{400, -1013, "Filter failure: MAX_NUM_ALGO_ORDERS", refused,
                Refusal::too_many_orders},
           Case{400, -1013, "Filter failure: MAX_NUM_ORDER_LISTS", refused,
                Refusal::too_many_orders},
           Case{400, -1013, "Filter failure: TRAILING_DELTA", refused, Refusal::invalid},
           Case{400, -1013, "Market is closed.", refused, Refusal::maintenance},
           Case{400, -1100, "Illegal characters found in a parameter.", refused, Refusal::invalid},
           Case{400, -1102, "Mandatory parameter 'quantity' was not sent.", refused,
                Refusal::invalid},
           Case{400, -1106, "Parameter 'timeInForce' sent when not required.", refused,
                Refusal::invalid},
           Case{400, -1111, "Precision is over the maximum defined for this asset.", refused,
                Refusal::precision},
           Case{400, -1121, "Invalid symbol.", refused, Refusal::invalid},
           Case{400, -1130, "Invalid data sent for a parameter.", refused, Refusal::invalid},
           Case{400, -1159, "Working type", refused, Refusal::invalid},
           Case{400, -1199, "x", refused, Refusal::invalid},
           Case{400, -1225, "x", refused, Refusal::invalid},
           Case{400, -2011, "Unknown order sent.", refused, Refusal::not_found},
           Case{400, -2011, "Order was not canceled due to cancel restrictions.", refused,
                Refusal::invalid},
           Case{400, -2013, "Order does not exist.", refused, Refusal::not_found},
           Case{400, -2026, "Order was archived.", refused, Refusal::not_found},
           Case{400, -2038, "Order amend rejected", refused, Refusal::invalid},
           Case{429, -1003, "Too much request weight used.", refused, Refusal::rate_limited},
           Case{429, -1015, "Too many new orders.", refused, Refusal::rate_limited},
           Case{429, 0, "", refused, Refusal::rate_limited},
           Case{418, -1003, "Way too much; IP banned until 1735689661130.", refused,
                Refusal::banned},
           Case{418, 0, "", refused, Refusal::banned},
           Case{403, 0, "", refused, Refusal::banned},
           Case{503, -1008, "Server is currently overloaded.", refused, Refusal::maintenance},
           Case{400, -1016, "This service is no longer available.", refused, Refusal::maintenance},
       })
    check(each);
}

TEST_CASE("what may have been executed is unknown, never refused", "[binance][errors]") {
  for (const auto& each : {
           Case{400, -1007, "Timeout waiting for response from backend server.", unknown,
                Refusal::none},
           Case{504, -1007, "Timeout waiting for response from backend server.", unknown,
                Refusal::none},
           Case{400, -1006, "An unexpected response was received.", unknown, Refusal::none},
           Case{500, -1001, "Internal error.", unknown, Refusal::none},
           Case{400, -1000, "An unknown error occurred.", unknown, Refusal::none},
           Case{500, 0, "", unknown, Refusal::none},
           Case{502, 0, "<html>", unknown, Refusal::none},
           Case{504, 0, "", unknown, Refusal::none},
           Case{408, 0, "", unknown, Refusal::none},
           // A code that would be a refusal, from a server that says it failed: no.
           Case{500, -2010, "Account has insufficient balance for requested action.", unknown,
                Refusal::none},
       })
    check(each);
}

TEST_CASE("a code this build does not know keeps its number and text", "[binance][errors]") {
  const auto verdict = judge(400, {-9123, "Moon phase is wrong."});
  CHECK(verdict.outcome == refused);
  CHECK(verdict.refusal == Refusal::other);
  CHECK(verdict.code == -9123);
  CHECK(verdict.detail.view() == "Moon phase is wrong.");
  check({400, -2010, "A reason of tomorrow.", refused, Refusal::other});
}

TEST_CASE("a ban names its end", "[binance][errors]") {
  CHECK(
      banned_until("Way too much request weight used; IP banned until 1735689661130. Please use") ==
      ms(1735689661130));
  CHECK_FALSE(banned_until("IP banned until tomorrow"));
  CHECK_FALSE(banned_until("banned until 99999999999999999999999"));
  CHECK_FALSE(banned_until(""));
}

TEST_CASE("venue text is shown as plain letters", "[binance][errors]") {
  CHECK(shown("a\r\nb\x01\xc3").view() == "a??b??");
  CHECK(shown(std::string(500, 'x')).size() == Detail::capacity);
}
