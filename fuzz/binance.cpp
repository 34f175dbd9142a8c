// Every answer and frame of Binance spot.
#include "connectors/binance/answers.hpp"
#include "connectors/binance/book_ticker.hpp"
#include "connectors/binance/instruments.hpp"
#include "connectors/binance/streams.hpp"
#include "connectors/transport/json.hpp"
#include "fuzz/input.hpp"

using namespace signalbox;
using namespace signalbox::binance;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  static const auto* markets = [] {
    auto* all = new Markets;
    Market market;
    market.wire = "BTCUSDT";
    market.stream = "btcusdt";
    market.instrument = fuzz::bitcoin("USDT");
    fuzz::must(all->put(market));
    return all;
  }();
  static AnswerReader answers{*markets};
  static FrameReader frames{*markets};
  static JsonReader json;
  const fuzz::Input input{bytes, size};
  const auto text = input.text();
  static_cast<void>(answers.error(text));
  static_cast<void>(answers.written(text));
  static_cast<void>(answers.order(text));
  static_cast<void>(answers.described(text));
  static_cast<void>(answers.described_list(text));
  static_cast<void>(answers.open_orders(text));
  static_cast<void>(answers.trades(text));
  static_cast<void>(answers.account(text));
  static_cast<void>(answers.book_ticker(text));
  static_cast<void>(answers.day_ticker(text));
  static_cast<void>(answers.depth(text));
  static_cast<void>(answers.server_time(text));
  static_cast<void>(read_exchange_info(json, text));
  static_cast<void>(frames.user(text));
  static_cast<void>(frames.market(text));
  static_cast<void>(scan_book_ticker(text));
  static_cast<void>(scan_futures_book_ticker(text));
  return 0;
}
