// What the Binance connection costs on its own: decoding recorded frames, writing and signing
// requests. No sockets.
#include <benchmark/benchmark.h>
#include <zlib.h>

#include <array>
#include <stdexcept>
#include <string>
#include <vector>

#include "connectors/binance/answers.hpp"
#include "connectors/binance/requests.hpp"
#include "connectors/binance/streams.hpp"

namespace signalbox::binance {
namespace {

Markets one_market() {
  Market market;
  market.wire = "BTCUSDT";
  market.stream = "btcusdt";
  market.instrument.symbol = Symbol{"BTC/USDT"};
  market.instrument.tick_size = Price{Decimal::parse("0.01").value()};
  market.instrument.lot_size = Quantity{Decimal::parse("0.00001").value()};
  market.instrument.quantity_min = market.instrument.lot_size;
  Markets markets;
  if (!markets.put(std::move(market))) throw std::logic_error("no room for one market");
  return markets;
}

/// The recorded frames whose stream ends so.
std::vector<std::string> recorded(std::string_view stream) {
  const std::string path = std::string{SIGNALBOX_DATA_DIR} + "/binance-spot-btcusdt-20240809.gz";
  const auto file = gzopen(path.c_str(), "rb");
  if (!file) throw std::runtime_error("cannot read " + path);
  std::vector<std::string> frames;
  std::array<char, 1 << 16> line;
  while (gzgets(file, line.data(), static_cast<int>(line.size()))) {
    std::string_view text{line.data()};
    text = text.substr(text.find(' ') + 1);
    if (text.ends_with('\n')) text.remove_suffix(1);
    if (text.find(stream) < 40) frames.emplace_back(text);
  }
  gzclose(file);
  if (frames.empty()) throw std::runtime_error("no frames of " + std::string{stream});
  return frames;
}

void scan_ticker(benchmark::State& state) {
  const auto frames = recorded("@bookTicker");
  std::size_t i = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(scan_book_ticker(frames[i]));
    if (++i == frames.size()) i = 0;
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(scan_ticker)->Name("bookTicker frame → decoded");

/// As the stream does it: decoded, symbol found, told as a Tick.
void whole_ticker(benchmark::State& state) {
  const auto frames = recorded("@bookTicker");
  const auto markets = one_market();
  std::size_t i = 0;
  for (auto _ : state) {
    const auto book = scan_book_ticker(frames[i]);
    const auto* market = markets.find_wire(book->symbol);
    Tick tick{.symbol = market->instrument.symbol,
              .bid = book->bid,
              .bid_quantity = book->bid_quantity,
              .ask = book->ask,
              .ask_quantity = book->ask_quantity};
    benchmark::DoNotOptimize(tick);
    if (++i == frames.size()) i = 0;
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(whole_ticker)->Name("bookTicker frame → Tick");

void general_reader(benchmark::State& state) {
  const auto frames = recorded("@trade");
  const auto markets = one_market();
  FrameReader reader{markets};
  std::size_t i = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(reader.market(frames[i]));
    if (++i == frames.size()) i = 0;
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(general_reader)->Name("trade frame → decoded, general reader");

void execution_report(benchmark::State& state) {
  const auto markets = one_market();
  FrameReader reader{markets};
  const std::string frame =
      R"({"subscriptionId":0,"event":{"e":"executionReport","E":1499405658658,"s":"BTCUSDT","c":"bk01h45h0fs1g0e000",
"S":"BUY","o":"LIMIT","f":"GTC","q":"1.00000000","p":"66000.00000000","P":"0.00000000","F":"0.00000000","g":-1,"C":"","x":"TRADE",
"X":"FILLED","r":"NONE","i":4293153,"l":"1.00000000","z":"1.00000000","L":"66000.00000000","n":"0.00100000","N":"BTC",
"T":1499405658657,"t":77,"I":8641984,"w":false,"m":false,"M":false,"O":1499405658657,"Z":"66000.00000000",
"Y":"66000.00000000","Q":"0.00000000","W":1499405658657,"V":"NONE"}})";
  for (auto _ : state) benchmark::DoNotOptimize(reader.user(frame));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(execution_report)->Name("executionReport → order and fill");

void order_answer(benchmark::State& state) {
  const auto markets = one_market();
  AnswerReader reader{markets};
  const std::string body =
      R"({"symbol":"BTCUSDT","orderId":28,"orderListId":-1,"clientOrderId":"bk01h45h0fs1g0e000","transactTime":1507725176595,
"price":"0.00000000","origQty":"10.00000000","executedQty":"10.00000000","origQuoteOrderQty":"0.000000","cummulativeQuoteQty":"10.00000000",
"status":"FILLED","timeInForce":"GTC","type":"MARKET","side":"SELL","workingTime":1507725176595,"selfTradePreventionMode":"NONE",
"fills":[{"price":"4000.00000000","qty":"1.00000000","commission":"4.00000000","commissionAsset":"USDT","tradeId":56},
{"price":"3999.00000000","qty":"9.00000000","commission":"35.99100000","commissionAsset":"USDT","tradeId":57}]})";
  for (auto _ : state) benchmark::DoNotOptimize(reader.written(body));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(order_answer)->Name("order answer with two fills → rows");

PlaceOrders entry() {
  PlaceOrders orders;
  orders.symbol = Symbol{"BTC/USDT"};
  OrderSpec spec;
  spec.id = ClientOrderId{std::string_view{"bk01h45h0fs1g0e000"}};
  spec.kind = OrderKind::limit;
  spec.quantity = Quantity{Decimal::parse("0.1").value()};
  spec.price = Price{Decimal::parse("66000.01").value()};
  orders.orders.push_back(spec);
  return orders;
}

PlaceOrders pair() {
  auto orders = entry();
  orders.linkage = Linkage::one_cancels_other;
  orders.order_class = OrderClass::protective;
  auto target = orders.orders[0];
  target.side = Side::sell;
  target.id = ClientOrderId{std::string_view{"bk01h45h0fs1g0k000"}};
  auto stop = target;
  stop.id = ClientOrderId{std::string_view{"bk01h45h0fs1g00000"}};
  stop.kind = OrderKind::stop_market;
  stop.price.reset();
  stop.trigger_price = Price{Decimal::parse("65000").value()};
  orders.orders.clear();
  orders.orders.push_back(stop);
  orders.orders.push_back(target);
  return orders;
}

void write_order(benchmark::State& state, const PlaceOrders& orders) {
  const auto markets = one_market();
  RequestWriter writer{
      "api.binance.com",
      Secret::take("vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A"),
      Secret::take("NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j")};
  auto now = WallTime{std::chrono::milliseconds{1735689600123}};
  for (auto _ : state) {
    now += std::chrono::microseconds{100};
    benchmark::DoNotOptimize(writer.place(orders, markets[0], now));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK_CAPTURE(write_order, limit, entry())->Name("limit order → signed request");
BENCHMARK_CAPTURE(write_order, pair, pair())->Name("pair of exits → signed request");

}  // namespace
}  // namespace signalbox::binance

BENCHMARK_MAIN();
