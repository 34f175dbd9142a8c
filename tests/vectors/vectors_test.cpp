#include <catch2/catch.hpp>
#include <fstream>

#include "tests/vectors/cases.hpp"
#include "tests/vectors/judge.hpp"
#include "tests/vectors/vector_file.hpp"

using namespace signalbox;
using namespace signalbox::vectors;

namespace {

std::string data(std::string_view kind, std::string_view exchange) {
  std::string path = SIGNALBOX_VECTORS_DIR;
  for (const auto part :
       {std::string_view{"/"}, kind, std::string_view{"/"}, exchange, std::string_view{".json"}})
    path.append(part);
  return path;
}

std::vector<std::string> lines_of(void (*each)(const std::string&, const Print&),
                                  const std::string& path) {
  std::vector<std::string> lines;
  each(path, [&](const std::string& line) { lines.push_back(line); });
  return lines;
}

void judge_requests(std::string_view exchange) {
  const auto path = data("requests", exchange);
  const VectorFile file{path};
  const auto lines = lines_of(each_request, path);
  REQUIRE(lines.size() == file.cases().size());
  REQUIRE(!lines.empty());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (!counts(file.cases()[i])) continue;
    const auto why = why_wrong_request(file.cases()[i], lines[i], file.world());
    if (!why.empty()) FAIL_CHECK(std::string{*json_text(file.cases()[i], "id")} << ": " << why);
  }
}

void judge_answers(std::string_view exchange) {
  const auto path = data("responses", exchange);
  const VectorFile file{path};
  const auto lines = lines_of(each_response, path);
  REQUIRE(lines.size() == file.cases().size());
  REQUIRE(!lines.empty());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto why = why_wrong_answer(file.cases()[i], lines[i]);
    if (!why.empty()) FAIL_CHECK(std::string{*json_text(file.cases()[i], "id")} << ": " << why);
  }
}

}  // namespace

TEST_CASE("binance: every call is sent as it should be, or refused", "[vectors][binance]") {
  judge_requests("binance");
}
TEST_CASE("binanceusdm: every call is sent as it should be, or refused", "[vectors][binanceusdm]") {
  judge_requests("binanceusdm");
}
TEST_CASE("bybit: every call is sent as it should be, or refused", "[vectors][bybit]") {
  judge_requests("bybit");
}
TEST_CASE("bybit: every answer is understood", "[vectors][bybit]") { judge_answers("bybit"); }
TEST_CASE("binance: every answer is understood", "[vectors][binance]") { judge_answers("binance"); }
TEST_CASE("binanceusdm: every answer is understood", "[vectors][binanceusdm]") {
  judge_answers("binanceusdm");
}

TEST_CASE("coinbase: every call is sent as it should be, or refused", "[vectors][coinbase]") {
  judge_requests("coinbase");
}
TEST_CASE("coinbase: every answer is understood", "[vectors][coinbase]") {
  judge_answers("coinbase");
}
TEST_CASE("kraken: every call is sent as it should be, or refused", "[vectors][kraken]") {
  judge_requests("kraken");
}
TEST_CASE("kraken: every answer is understood", "[vectors][kraken]") { judge_answers("kraken"); }
TEST_CASE("okx: every call is sent as it should be, or refused", "[vectors][okx]") {
  judge_requests("okx");
}
TEST_CASE("okx: every answer is understood", "[vectors][okx]") { judge_answers("okx"); }

TEST_CASE("the judges see what is wrong", "[vectors]") {
  const VectorFile file{data("requests", "binance")};
  const auto lines = lines_of(each_request, data("requests", "binance"));
  const auto& one = file.cases()[2];  // a limit order
  const auto changed = [&](std::string_view from, std::string_view to) {
    auto line = lines[2];
    const auto at = line.find(from);
    REQUIRE(at != line.npos);
    return line.replace(at, from.size(), to);
  };
  CHECK(why_wrong_request(one, lines[2], file.world()).empty());
  CHECK_FALSE(why_wrong_request(one, changed("side=BUY", "side=SELL"), file.world()).empty());
  CHECK_FALSE(
      why_wrong_request(one, changed("/api/v3/order", "/api/v3/test"), file.world()).empty());
  CHECK(why_wrong_request(one, changed("timestamp=1", "timestamp=2"), file.world()) ==
        "the signature is wrong");
  CHECK_FALSE(
      why_wrong_request(one, R"({"id":"x","reject":"InvalidOrder"})", file.world()).empty());
}
