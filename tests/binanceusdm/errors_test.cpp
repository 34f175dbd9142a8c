#include "connectors/binanceusdm/errors.hpp"

#include "tests/binanceusdm/words.hpp"

using namespace signalbox;
using namespace signalbox::binanceusdm;

namespace {

struct Row {
  int status;
  int code;
  std::string_view text;
  Outcome outcome;
  Refusal refusal;
};

Row no(int code, Refusal refusal, std::string_view text = "", int status = 400) {
  return {status, code, text, Outcome::refused, refusal};
}
Row unknown(int status, int code, std::string_view text = "") {
  return {status, code, text, Outcome::unknown, Refusal::none};
}

}  // namespace

TEST_CASE("every error of the venue has its class", "[binanceusdm][errors]") {
  using R = Refusal;
  const Row rows[] = {
      no(-1022, R::authentication),
      no(-2014, R::authentication),
      no(-2015, R::authentication, "", 401),
      no(-2017, R::authentication),
      no(-1002, R::permission),
      no(0, R::authentication, "", 401),
      no(-1021, R::clock),
      no(-5028, R::clock),
      no(-2010, R::insufficient_funds, "Account has insufficient balance for requested action."),
      no(-2018, R::insufficient_funds),
      no(-2019, R::insufficient_funds),
      no(-2027, R::insufficient_funds),
      no(-2028, R::insufficient_funds),
      no(-1102, R::invalid),
      no(-1106, R::invalid),
      no(-1121, R::invalid),
      no(-1130, R::invalid),
      no(-1111, R::precision),
      no(-1013, R::minimum, "Filter failure: MIN_NOTIONAL"),
      no(-1013, R::price_band, "Filter failure: PERCENT_PRICE"),
      no(-4164, R::minimum),
      no(-4003, R::minimum),
      no(-4004, R::minimum),
      no(-4005, R::maximum),
      no(-4014, R::precision),
      no(-4023, R::precision),
      no(-4013, R::price_band),
      no(-4016, R::price_band),
      no(-4024, R::price_band),
      no(-4131, R::price_band),
      no(-4015, R::invalid),
      no(-4061, R::invalid),
      no(-4062, R::reduce_only),
      no(-4118, R::reduce_only),
      no(-2022, R::reduce_only),
      no(-2021, R::would_trigger),
      no(-4120, R::unsupported),
      no(-4045, R::too_many_orders),
      no(-2025, R::too_many_orders),
      no(-5022, R::would_take),
      no(-5021, R::invalid),
      no(-2011, R::not_found),
      no(-2013, R::not_found),
      no(-1125, R::not_found),
      no(-4116, R::duplicate_id),
      no(-1003, R::rate_limited, "Too many requests.", 429),
      no(-1015, R::rate_limited, "", 429),
      no(-1003, R::banned, "IP banned until 1735689600123.", 418),
      no(0, R::banned, "", 403),
      no(-1008, R::maintenance, "", 503),
      no(-1016, R::maintenance, "", 503),
      no(0, R::maintenance, "Service Unavailable.", 503),
      no(0, R::maintenance, "Internal error; unable to process your request. Please try again.",
         503),
      unknown(400, -1000),
      unknown(503, -1001),
      unknown(400, -1006),
      unknown(400, -1007),
      unknown(503, 0, "Unknown error, please check your request or try again later."),
      unknown(503, 0),
      unknown(502, 0, "<html>"),
      unknown(408, 0),
      no(-9999, R::other, "Never seen."),
  };
  for (const auto& row : rows) {
    INFO(row.status << " " << row.code << " " << row.text);
    const auto verdict = judge(row.status, {row.code, row.text});
    CHECK(verdict.outcome == row.outcome);
    CHECK(verdict.refusal == row.refusal);
  }
}

TEST_CASE("two codes mean something else than on spot", "[binanceusdm][errors]") {
  CHECK(binance::judge(400, {-2021, ""}).refusal != judge(400, {-2021, ""}).refusal);
  CHECK(binance::judge(400, {-2022, ""}).refusal != judge(400, {-2022, ""}).refusal);
}

TEST_CASE("an account that is already so is no error", "[binanceusdm][errors]") {
  for (const auto code : {-4046, -4059, -5027}) CHECK(is_no_change({code, ""}));
  CHECK_FALSE(is_no_change({-4061, ""}));
}
