#include "connectors/coinbase/errors.hpp"

#include <catch2/catch.hpp>

#include "connectors/coinbase/answers.hpp"

using namespace signalbox;
using namespace signalbox::coinbase;

namespace {

Verdict judged(int status, std::string_view body) {
  const Markets none;
  AnswerReader reader{none};
  return reader.verdict(status, body);
}
Refusal refused(int status, std::string_view body) {
  const auto verdict = judged(status, body);
  CHECK(verdict.outcome == Outcome::refused);
  return verdict.refusal;
}
std::string order_refused(std::string_view name, std::string_view word) {
  return R"({"success":false,"failure_reason":"UNKNOWN_FAILURE_REASON","error_response":{"message":)"
         R"("m",")" +
         std::string{name} + R"(":")" + std::string{word} + R"("}})";
}
std::string cancel_refused(std::string_view word) {
  return R"({"results":[{"success":true,"order_id":"a"},{"success":false,"failure_reason":")" +
         std::string{word} + R"(","order_id":"b"}]})";
}

}  // namespace

TEST_CASE("success by HTTP is no success by its body", "[coinbase]") {
  CHECK(judged(200, R"({"success":true,"failure_reason":"UNKNOWN_FAILURE_REASON","order_id":"a"})")
            .is_good());
  CHECK(judged(200,
               R"({"results":[{"success":true,"failure_reason":"UNKNOWN_CANCEL_FAILURE_REASON"}]})")
            .is_good());
  CHECK_FALSE(judged(200, R"({"success":false})").is_good());
  CHECK(refused(200, cancel_refused("UNKNOWN_CANCEL_ORDER")) == Refusal::not_found);
  // It is on its way out already, or somewhere else: nothing is learned.
  CHECK(judged(200, cancel_refused("DUPLICATE_CANCEL_REQUEST")).outcome == Outcome::unknown);
}

TEST_CASE("each word of a refused order has its class", "[coinbase]") {
  struct Row {
    std::string_view name, word;
    Refusal refusal;
  };
  const Row rows[] = {
      {"error", "INSUFFICIENT_FUND", Refusal::insufficient_funds},
      {"preview_failure_reason", "PREVIEW_INSUFFICIENT_FUND", Refusal::insufficient_funds},
      {"preview_failure_reason", "PREVIEW_INVALID_BASE_SIZE_TOO_SMALL", Refusal::minimum},
      {"preview_failure_reason", "PREVIEW_STOP_PRICE_ABOVE_LAST_TRADE_PRICE",
       Refusal::would_trigger},
      {"new_order_failure_reason", "INVALID_LIMIT_PRICE_POST_ONLY", Refusal::would_take},
      {"new_order_failure_reason", "INVALID_PRICE_PRECISION", Refusal::precision},
      {"new_order_failure_reason", "INVALID_ATTACHED_STOP_LOSS_PRICE_PRECISION",
       Refusal::precision},
      {"new_order_failure_reason", "DUPLICATE_CLIENT_ORDER_ID", Refusal::duplicate_id},
      {"new_order_failure_reason", "PRODUCT_TRADING_HALTED", Refusal::maintenance},
      {"new_order_failure_reason", "UNSUPPORTED_ORDER_CONFIGURATION", Refusal::unsupported},
      {"new_order_failure_reason", "A_WORD_OF_NEXT_YEAR", Refusal::other},
  };
  for (const auto& row : rows) {
    INFO(row.word);
    const auto verdict = judged(200, order_refused(row.name, row.word));
    CHECK(verdict.outcome == Outcome::refused);
    CHECK(verdict.refusal == row.refusal);
    CHECK(verdict.detail.view().find(row.word) != std::string_view::npos);
  }
  CHECK(refused(200, R"({"success":false,"errors":[{"edit_failure_reason":"ORDER_NOT_FOUND"}]})") ==
        Refusal::not_found);
  CHECK(refused(200, R"({"success":false,"error_response":{"edit_order_failure_reason":)"
                     R"("CANNOT_EDIT_TO_BELOW_FILLED_SIZE"}})") == Refusal::invalid);
}

TEST_CASE("the gateway's errors and the firewall's pages", "[coinbase]") {
  CHECK(refused(401, "Unauthorized") == Refusal::authentication);
  CHECK(
      refused(403, R"({"error":"PERMISSION_DENIED","error_details":"Missing required scopes"})") ==
      Refusal::permission);
  CHECK(refused(403, "<html>no</html>") == Refusal::banned);
  CHECK(refused(429, "<html>slow down</html>") == Refusal::rate_limited);
  CHECK(
      refused(429, R"({"errors":[{"id":"rate_limit_exceeded","message":"Too many requests"}]})") ==
      Refusal::rate_limited);
  CHECK(refused(400, R"({"error":"unknown","message":"order with this orderID was not found"})") ==
        Refusal::not_found);
}

TEST_CASE("a server's own failure says nothing about an order", "[coinbase]") {
  for (const int status : {500, 502, 503, 504})
    for (const std::string_view body :
         {std::string_view{"Bad Gateway"}, std::string_view{"{}"},
          std::string_view{R"({"error":"INVALID_ARGUMENT","message":"m"})"}})
      CHECK(judged(status, body).outcome == Outcome::unknown);
  CHECK(judged(200, "<html>").outcome == Outcome::unknown);
  CHECK(judged(408, "").outcome == Outcome::unknown);
}
