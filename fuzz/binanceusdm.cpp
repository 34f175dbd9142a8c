// Every answer and frame of Binance USD-M.
#include "connectors/binanceusdm/answers.hpp"
#include "connectors/binanceusdm/instruments.hpp"
#include "connectors/binanceusdm/streams.hpp"
#include "connectors/transport/json.hpp"
#include "fuzz/input.hpp"

using namespace signalbox;
using namespace signalbox::binanceusdm;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  static const auto* markets = [] {
    auto* all = new Markets;
    Market market;
    market.wire = "BTCUSDT";
    market.stream = "btcusdt";
    market.instrument = fuzz::bitcoin("USDT", true);
    fuzz::must(all->put(market));
    return all;
  }();
  static AnswerReader answers{*markets};
  static FrameReader frames{*markets};
  static JsonReader json;
  const fuzz::Input input{bytes, size};
  const auto text = input.text();
  static_cast<void>(answers.error(text));
  static_cast<void>(answers.order(text));
  static_cast<void>(answers.order(text, &(*markets)[0]));
  static_cast<void>(answers.orders(text));
  static_cast<void>(answers.trades(text));
  static_cast<void>(answers.account(text));
  static_cast<void>(answers.positions(text));
  static_cast<void>(answers.position_mode(text));
  static_cast<void>(answers.symbol_modes(text));
  static_cast<void>(answers.listen_key(text));
  static_cast<void>(answers.book_ticker(text));
  static_cast<void>(answers.day_ticker(text));
  static_cast<void>(answers.depth(text));
  static_cast<void>(answers.server_time(text));
  static_cast<void>(read_exchange_info(json, text, {}));
  static_cast<void>(frames.user(text));
  static_cast<void>(frames.market(text));
  return 0;
}
