#include "connectors/bybit/errors.hpp"

#include "tests/bybit/words.hpp"

using namespace signalbox;
using namespace signalbox::bybit;

namespace {

Verdict of(std::int32_t code, std::string_view text = "said", int status = 200) {
  return judge(status, VenueError{code, text});
}

}  // namespace

TEST_CASE("errors by class", "[bybit][errors]") {
  struct Row {
    std::int32_t code;
    Refusal refusal;
  };
  for (const auto& row : {
           Row{10003, Refusal::authentication},
           Row{10004, Refusal::authentication},
           Row{33004, Refusal::authentication},
           Row{10005, Refusal::permission},
           Row{10010, Refusal::permission},
           Row{10029, Refusal::permission},
           Row{10002, Refusal::clock},
           Row{110007, Refusal::insufficient_funds},
           Row{170131, Refusal::insufficient_funds},
           Row{10001, Refusal::invalid},
           Row{170121, Refusal::invalid},
           Row{170134, Refusal::precision},
           Row{170137, Refusal::precision},
           Row{110094, Refusal::minimum},
           Row{170140, Refusal::minimum},
           Row{170136, Refusal::minimum},
           Row{170124, Refusal::maximum},
           Row{110003, Refusal::price_band},
           Row{170193, Refusal::price_band},
           Row{110092, Refusal::would_trigger},
           Row{110093, Refusal::would_trigger},
           Row{170218, Refusal::would_take},
           Row{110017, Refusal::reduce_only},
           Row{110001, Refusal::not_found},
           Row{170213, Refusal::not_found},
           Row{110072, Refusal::duplicate_id},
           Row{170141, Refusal::duplicate_id},
           Row{110009, Refusal::too_many_orders},
           Row{110020, Refusal::too_many_orders},
           Row{10006, Refusal::rate_limited},
           Row{10018, Refusal::rate_limited},
           Row{10019, Refusal::maintenance},
           Row{110074, Refusal::maintenance},
           Row{10032, Refusal::unsupported},
           Row{999999, Refusal::other},
       }) {
    INFO(row.code);
    CHECK(of(row.code).outcome == Outcome::refused);
    CHECK(of(row.code).refusal == row.refusal);
    CHECK(of(row.code).code == row.code);
  }
}

TEST_CASE("nobody knows what became of it", "[bybit][errors][I2]") {
  for (const auto code : {10000, 10016, 170007, 170146, 170147, 170032, 110079})
    CHECK(of(code).outcome == Outcome::unknown);
  for (const auto status : {500, 502, 503, 504}) {
    CHECK(judge(status, std::nullopt).outcome == Outcome::unknown);
    // A definite word in a server's own failure is not believed.
    CHECK(of(170131, "Insufficient balance.", status).outcome == Outcome::unknown);
  }
  // A success that is no answer of the venue's.
  CHECK(judge(200, std::nullopt).outcome == Outcome::unknown);
}

TEST_CASE("nothing to change is a success", "[bybit][errors]") {
  for (const auto code : {110043, 110025, 110026, 34040}) CHECK(of(code).is_good());
  CHECK(of(10001, "order not modified").is_good());
  CHECK(judge(200, VenueError{}).is_good());
}

TEST_CASE("an exit on the wrong side of the market would trigger", "[bybit][errors]") {
  CHECK(
      of(10001, "StopLoss:70000 set for Buy position should lower than base_price:66000").refusal ==
      Refusal::would_trigger);
}

TEST_CASE("an address that is shut out", "[bybit][errors][I10]") {
  CHECK(judge(403, std::nullopt).refusal == Refusal::banned);
  CHECK(of(0, "OK", 403).refusal == Refusal::banned);
  CHECK(judge(429, std::nullopt).refusal == Refusal::rate_limited);
  CHECK(judge(401, std::nullopt).refusal == Refusal::authentication);
}
