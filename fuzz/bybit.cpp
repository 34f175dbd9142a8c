// Every answer and frame of Bybit.
#include "connectors/bybit/answers.hpp"
#include "connectors/bybit/instruments.hpp"
#include "connectors/bybit/streams.hpp"
#include "connectors/transport/json.hpp"
#include "fuzz/input.hpp"

using namespace signalbox;
using namespace signalbox::bybit;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  static const auto* markets = [] {
    auto* all = new Markets;
    for (const auto category : {Category::spot, Category::linear}) {
      Market market;
      market.category = category;
      market.name = "BTCUSDT";
      market.wire = table_name(category, market.name);
      market.settle = Asset{"USDT"};
      market.instrument = fuzz::bitcoin("USDT", category == Category::linear);
      fuzz::must(all->put(market));
    }
    return all;
  }();
  static AnswerReader answers;
  static FrameReader frames{*markets};
  static JsonReader json;
  const fuzz::Input input{bytes, size};
  const auto text = input.text();
  static_cast<void>(answers.said(text));
  static_cast<void>(answers.acknowledged(text));
  if (const auto page = answers.orders(text))
    for (const auto& order : page->orders) static_cast<void>(order.row(*markets, page->category));
  if (const auto page = answers.executions(text))
    for (const auto& each : page->executions) static_cast<void>(each.row(*markets, page->category));
  static_cast<void>(answers.wallet(text));
  static_cast<void>(answers.positions(text));
  static_cast<void>(answers.ticker(text));
  static_cast<void>(answers.book(text));
  static_cast<void>(answers.account_info(text));
  static_cast<void>(answers.key_info(text));
  static_cast<void>(answers.fee_rates(text));
  static_cast<void>(answers.server_time(text));
  for (const auto category : {Category::spot, Category::linear})
    static_cast<void>(read_instruments(json, text, category));
  static_cast<void>(frames.account(text));
  static_cast<void>(frames.market(text));
  static_cast<void>(frames.trade(text));
  return 0;
}
