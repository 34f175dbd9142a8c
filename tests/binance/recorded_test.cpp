#include <zlib.h>

#include <array>
#include <memory>

#include "connectors/binance/streams.hpp"
#include "tests/binance/words.hpp"

using namespace signalbox;
using namespace signalbox::binance;

namespace {

std::vector<std::string> recorded_frames() {
  const std::unique_ptr<gzFile_s, int (*)(gzFile)> file{
      gzopen(SIGNALBOX_DATA_DIR "/binance-spot-btcusdt-20240809.gz", "rb"), gzclose};
  REQUIRE(file);
  std::vector<std::string> frames;
  std::array<char, 1 << 16> line;
  while (gzgets(file.get(), line.data(), static_cast<int>(line.size()))) {
    std::string text{line.data()};
    text.erase(0, text.find(' ') + 1);
    if (text.ends_with('\n')) text.pop_back();
    frames.push_back(std::move(text));
  }
  return frames;
}

/// A number field of a frame, in the frame's own digits.
std::string digits_of(const std::string& frame, const std::string& field) {
  const auto name = "\"" + field + "\":\"";
  const auto from = frame.rfind(name) + name.size();
  return frame.substr(from, frame.find('"', from) - from);
}

}  // namespace

TEST_CASE("every recorded frame is read, and nothing of it is lost", "[binance][recorded]") {
  const auto frames = recorded_frames();
  const Markets markets = some_markets();
  FrameReader read{markets};
  std::size_t books = 0, trades = 0, scanned = 0;
  for (const auto& frame : frames) {
    const auto decoded = read.market(frame);
    REQUIRE(decoded);
    if (decoded->kind == MarketFrame::Kind::book) {
      ++books;
      scanned += scan_book_ticker(frame).has_value();
      const auto& book = decoded->book;
      const bool same = book.symbol == "BTCUSDT" &&
                        book.bid.decimal() == Decimal::parse(digits_of(frame, "b")) &&
                        book.bid_quantity.decimal() == Decimal::parse(digits_of(frame, "B")) &&
                        book.ask.decimal() == Decimal::parse(digits_of(frame, "a")) &&
                        book.ask_quantity.decimal() == Decimal::parse(digits_of(frame, "A"));
      if (!same) FAIL(frame);
      // The general reader agrees with the scanner.
      if (books % 20 == 0) {
        const auto slow = read.market(" " + frame);
        REQUIRE(slow);
        CHECK(slow->book.bid == book.bid);
        CHECK(slow->book.ask_quantity == book.ask_quantity);
      }
    } else if (decoded->kind == MarketFrame::Kind::trade) {
      ++trades;
      const auto& trade = decoded->trade;
      const bool same = trade.symbol == "BTCUSDT" &&
                        trade.price.decimal() == Decimal::parse(digits_of(frame, "p")) &&
                        trade.quantity.decimal() == Decimal::parse(digits_of(frame, "q"));
      if (!same) FAIL(frame);
    }
  }
  CHECK(books == 45'134);
  CHECK(scanned == books);  // the quick way is the usual way
  CHECK(trades == 10'147);
  CHECK(books + trades == frames.size());
}
