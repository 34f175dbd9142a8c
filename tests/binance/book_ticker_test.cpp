#include "connectors/binance/book_ticker.hpp"

#include "connectors/binance/streams.hpp"
#include "tests/binance/words.hpp"

using namespace signalbox;
using namespace signalbox::binance;

namespace {

constexpr std::string_view bare =
    R"({"u":400900217,"s":"BNBUSDT","b":"25.35190000","B":"31.21","a":"25.3652","A":"40"})";

std::string wrapped() {
  return R"({"stream":"bnbusdt@bookTicker","data":)" + std::string{bare} + "}";
}

std::string with(std::string_view from, std::string_view to) {
  std::string text{bare};
  text.replace(text.find(from), from.size(), to);
  return text;
}

}  // namespace

TEST_CASE("a book ticker in its usual form", "[binance][book]") {
  for (const auto& frame : {std::string{bare}, wrapped()}) {
    const auto ticker = scan_book_ticker(frame);
    REQUIRE(ticker);
    CHECK(ticker->symbol == "BNBUSDT");
    CHECK(ticker->bid == "25.3519"_p);
    CHECK(ticker->bid_quantity == "31.21"_q);
    CHECK(ticker->ask == "25.3652"_p);
    CHECK(ticker->ask_quantity == "40"_q);
  }
}

TEST_CASE("any other form is left to the general reader, which agrees", "[binance][book]") {
  Markets markets = some_markets();
  FrameReader read{markets};
  const auto same = [&](const std::string& frame) {
    INFO(frame);
    CHECK_FALSE(scan_book_ticker(frame));
    const auto slow = read.market(frame);
    REQUIRE(slow);
    REQUIRE(slow->kind == MarketFrame::Kind::book);
    CHECK(slow->book.bid == "25.3519"_p);
    CHECK(slow->book.ask == "25.3652"_p);
  };
  same(with(R"("u":)", R"("u": )"));
  same(with(R"("s":"BNBUSDT","b")", R"("x":1,"s":"BNBUSDT","b")"));
  same(R"({"s":"BNBUSDT","u":400900217,"a":"25.3652","A":"40","b":"25.3519","B":"31.21"})");
  same(with("25.35190000", "25.3519000000000000000"));  // more digits than 64 bits hold
  same(with("\"40\"}", "\"40\"}\n"));
  same(with(R"("u":400900217)", R"("e":"bookTicker","u":400900217)"));
}

TEST_CASE("no part of a frame is a frame, and no cut runs over its end", "[binance][book]") {
  for (const auto& frame : {std::string{bare}, wrapped()})
    for (std::size_t size = 0; size < frame.size(); ++size) {
      // An allocation of its own, so that a sanitizer sees the first byte too far.
      const std::vector<char> part(frame.begin(), frame.begin() + static_cast<long>(size));
      CHECK_FALSE(scan_book_ticker({part.data(), part.size()}));
    }
}

TEST_CASE("what is no number is no ticker", "[binance][book]") {
  for (const auto* odd : {"", ".", "1.", ".5", "-1", "+1", "1e5", "1,5", "0x10", "25.35.1", " 1",
                          "9999999999999999999999"}) {
    INFO(odd);
    CHECK_FALSE(scan_book_ticker(with("25.35190000", odd)));
  }
  CHECK(scan_book_ticker(with("25.35190000", "1000000000000000")));
  CHECK_FALSE(scan_book_ticker(with("25.35190000", "1000000000000001")));  // above amount_max
  CHECK_FALSE(scan_book_ticker(with("BNBUSDT", "BNB\\u0055SDT")));
  CHECK_FALSE(scan_book_ticker(with("\"40\"}", "\"40\"}}")));
}
