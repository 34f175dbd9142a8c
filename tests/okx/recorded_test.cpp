// Real frames of 2022, when every book still carried a checksum over what it is said to hold: the
// venue's own proof that nothing was lost in reading.
#include <zlib.h>

#include <array>
#include <functional>
#include <map>
#include <memory>

#include "connectors/okx/streams.hpp"
#include "tests/okx/words.hpp"

using namespace signalbox;
using namespace signalbox::okx;

namespace {

std::vector<std::string> recorded_frames() {
  const std::unique_ptr<gzFile_s, int (*)(gzFile)> file{
      gzopen(SIGNALBOX_OKX_DATA_DIR "/data/okx-v5-public-20220513.txt.gz", "rb"), gzclose};
  REQUIRE(file);
  std::string text;
  std::array<char, 1 << 16> part;
  for (int n = 0; (n = gzread(file.get(), part.data(), part.size())) > 0;)
    text.append(part.data(), static_cast<std::size_t>(n));
  std::vector<std::string> frames;
  for (std::size_t from = 0; from < text.size();) {
    const auto end = std::min(text.find('\n', from), text.size());
    const auto line = std::string_view{text}.substr(from, end - from);
    from = end + 1;
    if (const auto colon = line.find(": "); colon != line.npos && !line.starts_with("wss://"))
      frames.emplace_back(line.substr(colon + 2));
  }
  return frames;
}

struct HeldBook {
  std::map<Price, Quantity, std::greater<>> bids;
  std::map<Price, Quantity> asks;

  template <class Side>
  static void change(Side& side, const std::vector<MarketFrame::Level>& levels) {
    for (const auto& level : levels) {
      if (level.size.is_zero())
        side.erase(level.price);
      else
        side[level.price] = level.size;
    }
  }
  void take(const MarketFrame::Book& frame) {
    if (frame.is_snapshot) *this = {};
    change(bids, frame.bids);
    change(asks, frame.asks);
  }
  /// Of the best 25 levels, bid and ask in turn, in the venue's own spelling.
  std::int32_t checksum() const {
    constexpr int levels = 25;
    std::string text;
    auto bid = bids.begin();
    auto ask = asks.begin();
    const auto add = [&](const auto& level) {
      text += (text.empty() ? "" : ":") + level.first.str() + ":" + level.second.str();
    };
    for (int i = 0; i < levels; ++i) {
      if (bid != bids.end()) add(*bid++);
      if (ask != asks.end()) add(*ask++);
    }
    const auto sum = crc32(0, reinterpret_cast<const unsigned char*>(text.data()),
                           static_cast<unsigned>(text.size()));
    return static_cast<std::int32_t>(static_cast<std::uint32_t>(sum));
  }
};

}  // namespace

TEST_CASE("recorded frames of OKX are read without loss", "[okx][recorded]") {
  const Markets none;
  FrameReader reader{none};
  std::map<std::string, HeldBook> books;
  std::map<MarketFrame::Kind, int> counts;
  int proven = 0;
  for (const auto& text : recorded_frames()) {
    const auto frame = reader.market(text);
    INFO(text.substr(0, 200));
    REQUIRE(frame);
    ++counts[frame->kind];
    for (const auto& each : frame->books) {
      auto& book = books[std::string{each.instrument}];
      book.take(each);
      CHECK(book.checksum() == each.checksum);
      ++proven;
    }
    for (const auto& t : frame->tickers) {
      CHECK(t.time > 0);
      // Every price and size that the frame spells is the one we have, digit by digit.
      for (const auto& [name, value] :
           {std::pair{"last", t.last}, std::pair{"askPx", t.ask}, std::pair{"askSz", t.ask_size},
            std::pair{"bidPx", t.bid}, std::pair{"bidSz", t.bid_size}}) {
        REQUIRE(value);
        const auto spelled = "\"" + std::string{name} + "\":\"" + value->str() + "\"";
        CHECK(text.find(spelled) != std::string::npos);
      }
    }
    for (const auto& t : frame->trades) {
      CHECK(text.find("\"px\":\"" + t.price.str() + "\"") != std::string::npos);
      CHECK(text.find("\"sz\":\"" + t.size.str() + "\"") != std::string::npos);
      CHECK(text.find("\"tradeId\":\"" + std::string{t.id} + "\"") != std::string::npos);
    }
  }
  CHECK(proven == 290);
  CHECK(books.size() == 3);
  CHECK(counts[MarketFrame::Kind::tickers] == 28);
  CHECK(counts[MarketFrame::Kind::trades] == 74);
  CHECK(counts[MarketFrame::Kind::subscribed] == 18);
}
