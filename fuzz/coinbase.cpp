// Every answer and frame of Coinbase.
#include "connectors/coinbase/answers.hpp"
#include "connectors/coinbase/instruments.hpp"
#include "connectors/coinbase/streams.hpp"
#include "connectors/coinbase/times.hpp"
#include "connectors/transport/json.hpp"
#include "fuzz/input.hpp"

using namespace signalbox;
using namespace signalbox::coinbase;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  static const auto* markets = [] {
    auto* all = new Markets;
    for (const auto quote : {"USD", "USDC"}) {
      Market market;
      market.wire = std::string{"BTC-"} + quote;
      market.book = "BTC-USD";
      market.quote_step = *Decimal::parse("0.01");
      market.instrument = fuzz::bitcoin(quote);
      fuzz::must(all->put(market));
    }
    return all;
  }();
  static AnswerReader answers{*markets};
  static FrameReader frames{*markets};
  static JsonReader json;
  const fuzz::Input input{bytes, size};
  const auto text = input.text();
  const auto& market = (*markets)[0];
  for (const int status : {200, 400, 401, 403, 429, 500})
    static_cast<void>(answers.verdict(status, text));
  static_cast<void>(answers.acknowledged(text));
  static_cast<void>(answers.order(text));
  static_cast<void>(answers.orders(text, [](const ReadOrder&) { return Result<void>{}; }));
  static_cast<void>(answers.fills(text, [](const FillRow&) { return Result<void>{}; }));
  static_cast<void>(answers.accounts(text, [](const Balance&) { return Result<void>{}; }));
  static_cast<void>(answers.key_rights(text));
  static_cast<void>(answers.taker_fee(text));
  static_cast<void>(answers.best_bid_ask(text, market));
  static_cast<void>(answers.ticker(text, market));
  static_cast<void>(answers.book(text));
  static_cast<void>(answers.server_time(text));
  static_cast<void>(read_instruments(json, text));
  if (const auto frame = frames.read(text))
    for (const auto& ticker : (*frame)->tickers)
      static_cast<void>(tick_of(ticker, market, WallTime{}));
  static_cast<void>(parse_rfc3339(text));
  return 0;
}
