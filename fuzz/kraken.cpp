// Every answer and frame of Kraken.
#include "connectors/kraken/answers.hpp"
#include "connectors/kraken/instruments.hpp"
#include "connectors/kraken/markets.hpp"
#include "connectors/kraken/streams.hpp"
#include "connectors/transport/json.hpp"
#include "fuzz/input.hpp"

using namespace signalbox;
using namespace signalbox::kraken;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  static AnswerReader answers;
  static FrameReader frames;
  static JsonReader json;
  const fuzz::Input input{bytes, size};
  const auto text = input.text();
  AssetNames names;
  static_cast<void>(answers.said(text));
  static_cast<void>(answers.placed(text));
  static_cast<void>(answers.cancelled(text));
  static_cast<void>(answers.amended(text));
  static_cast<void>(answers.open_orders(text));
  static_cast<void>(answers.closed_orders(text));
  static_cast<void>(answers.orders(text));
  static_cast<void>(answers.trades(text));
  static_cast<void>(answers.balances(text, names));
  static_cast<void>(answers.ticker(text, Symbol{"BTC/USD"}));
  static_cast<void>(answers.book(text));
  static_cast<void>(answers.key_info(text));
  static_cast<void>(answers.stream_token(text));
  static_cast<void>(answers.server_time(text));
  static_cast<void>(answers.system_status(text));
  static_cast<void>(answers.assets(text, names));
  static_cast<void>(read_pairs(json, text, names));
  static_cast<void>(read_sentence(text));
  static_cast<void>(frames.account(text));
  static_cast<void>(frames.market(text));
  return 0;
}
