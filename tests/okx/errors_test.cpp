#include "connectors/okx/answers.hpp"
#include "tests/okx/words.hpp"

using namespace signalbox;
using namespace signalbox::okx;

namespace {

struct Row {
  int status;
  std::int32_t code;
  Outcome outcome;
  Refusal refusal;
};

}  // namespace

TEST_CASE("what a code of OKX means", "[okx][errors]") {
  const auto rows = {
      Row{200, 0, Outcome::accepted, Refusal::none},
      Row{401, 50111, Outcome::refused, Refusal::authentication},
      Row{401, 50113, Outcome::refused, Refusal::authentication},
      Row{401, 50105, Outcome::refused, Refusal::authentication},
      Row{401, 50101, Outcome::refused, Refusal::authentication},
      Row{401, 50102, Outcome::refused, Refusal::clock},
      Row{401, 50110, Outcome::refused, Refusal::permission},
      Row{401, 50120, Outcome::refused, Refusal::permission},
      Row{200, 50036, Outcome::refused, Refusal::clock},
      Row{200, 51008, Outcome::refused, Refusal::insufficient_funds},
      Row{200, 51131, Outcome::refused, Refusal::insufficient_funds},
      Row{200, 51000, Outcome::refused, Refusal::invalid},
      Row{200, 51001, Outcome::refused, Refusal::invalid},
      Row{200, 51006, Outcome::refused, Refusal::price_band},
      Row{200, 51121, Outcome::refused, Refusal::precision},
      Row{200, 51020, Outcome::refused, Refusal::minimum},
      Row{200, 51202, Outcome::refused, Refusal::maximum},
      Row{200, 51169, Outcome::refused, Refusal::reduce_only},
      Row{200, 51280, Outcome::refused, Refusal::would_trigger},
      Row{200, 51047, Outcome::refused, Refusal::invalid},
      Row{200, 51603, Outcome::refused, Refusal::not_found},
      Row{200, 51400, Outcome::refused, Refusal::not_found},
      Row{200, 51016, Outcome::refused, Refusal::duplicate_id},
      Row{200, 51065, Outcome::refused, Refusal::duplicate_id},
      Row{200, 51025, Outcome::refused, Refusal::too_many_orders},
      Row{200, 50011, Outcome::refused, Refusal::rate_limited},
      Row{429, 50011, Outcome::refused, Refusal::rate_limited},
      Row{429, 0, Outcome::refused, Refusal::rate_limited},
      Row{403, 0, Outcome::refused, Refusal::banned},
      Row{403, 51008, Outcome::refused, Refusal::banned},
      Row{200, 51022, Outcome::refused, Refusal::maintenance},
      Row{410, 50005, Outcome::refused, Refusal::maintenance},
      Row{200, 51024, Outcome::refused, Refusal::permission},
      // Nobody knows what became of it.
      Row{400, 50004, Outcome::unknown, Refusal::none},
      Row{500, 50026, Outcome::unknown, Refusal::none},
      Row{200, 50026, Outcome::unknown, Refusal::none},
      Row{500, 51149, Outcome::unknown, Refusal::none},
      Row{200, 51412, Outcome::unknown, Refusal::none},
      Row{503, 50001, Outcome::unknown, Refusal::none},
      Row{502, 0, Outcome::unknown, Refusal::none},
      // A server's own failure is not softened by a code that a working one would give.
      Row{500, 51008, Outcome::unknown, Refusal::none},
      // Not in the table: refused, with its number.
      Row{200, 59999, Outcome::refused, Refusal::other},
      Row{400, 1, Outcome::refused, Refusal::other},
  };
  for (const auto& row : rows) {
    INFO(row.status << " " << row.code);
    const auto verdict = judge(row.status, {row.code, "why"});
    CHECK(verdict.outcome == row.outcome);
    CHECK(verdict.refusal == row.refusal);
    if (row.outcome != Outcome::accepted) CHECK(verdict.code == row.code);
  }
}

TEST_CASE("an order's own code counts, whatever stands around it", "[okx][errors]") {
  const Markets markets;
  AnswerReader reader{markets};
  const auto code = [&](std::string_view body) { return reader.error(body).code; };
  CHECK(code(R"({"code":"0","msg":"","data":[{"sCode":"0"}]})") == 0);
  CHECK(code(R"({"code":"0","msg":"","data":[{"sCode":"51008","sMsg":"no"}]})") == 51008);
  CHECK(code(R"({"code":"1","msg":"All operations failed","data":[{"sCode":"51020"}]})") == 51020);
  CHECK(code(R"({"code":"2","data":[{"sCode":"0"},{"sCode":"51121","sMsg":"lot"}]})") == 51121);
  CHECK(code(R"({"code":"50111","msg":"Invalid OK-ACCESS-KEY","data":[]})") == 50111);
  CHECK(code(R"({"code":50011,"msg":"as a number"})") == 50011);
  CHECK(code(R"({"code":"1","msg":"","data":[]})") == 1);
  CHECK(reader.error(R"({"code":"1","data":[{"sCode":"51008","sMsg":"Insufficient"}]})").text ==
        "Insufficient");
  CHECK(code("") == 0);
  CHECK(code("<html>") == 0);
}

TEST_CASE("a refusal of how an exit is paid", "[okx][errors]") {
  CHECK(refuses_trade_mode({51000, "Parameter tdMode  error "}));
  CHECK(refuses_trade_mode({51010, "Request unsupported under current account mode"}));
  CHECK_FALSE(refuses_trade_mode({51000, "Parameter px error"}));
  CHECK_FALSE(refuses_trade_mode({51008, "tdMode"}));
}
