// Every answer and frame of OKX.
#include "connectors/okx/answers.hpp"
#include "connectors/okx/instruments.hpp"
#include "connectors/okx/streams.hpp"
#include "connectors/transport/json.hpp"
#include "fuzz/input.hpp"

using namespace signalbox;
using namespace signalbox::okx;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  static const auto* markets = [] {
    auto* all = new Markets;
    for (const bool linear : {false, true}) {
      Market market;
      market.wire = linear ? "BTC-USDT-SWAP" : "BTC-USDT";
      if (linear) market.unit = *Decimal::parse("0.01");
      market.instrument = fuzz::bitcoin("USDT", linear);
      fuzz::must(all->put(market));
    }
    return all;
  }();
  static AnswerReader answers{*markets};
  static FrameReader frames{*markets};
  static JsonReader json;
  const fuzz::Input input{bytes, size};
  const auto text = input.text();
  std::vector<PlainRow> orders;
  std::vector<AlgoRow> algos;
  std::vector<kit::FillRow> fills;
  static_cast<void>(answers.acknowledged(text));
  static_cast<void>(answers.order(text));
  static_cast<void>(answers.algo(text));
  static_cast<void>(answers.orders(text, orders));
  static_cast<void>(answers.algos(text, algos));
  static_cast<void>(answers.fills(text, fills));
  static_cast<void>(answers.balances(text));
  static_cast<void>(answers.positions(text));
  static_cast<void>(answers.account_config(text));
  static_cast<void>(answers.taker_fee(text));
  static_cast<void>(answers.ticker(text));
  static_cast<void>(answers.server_time(text));
  static_cast<void>(read_instruments(json, text));
  static_cast<void>(frames.user(text));
  static_cast<void>(frames.market(text));
  return 0;
}
