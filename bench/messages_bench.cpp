#include <benchmark/benchmark.h>

#include <array>
#include <string>

#include "messages/codec.hpp"
#include "messages/decimal.hpp"
#include "messages/ids.hpp"
#include "messages/signal.hpp"
#include "messages/venue_reports.hpp"

// What values and messages cost: arithmetic, texts, ids, and a signal and a tick in msgpack.

namespace signalbox {
namespace {

Decimal dec(std::string_view text) { return Decimal::parse(text).value(); }

Signal signal() {
  Signal s;
  s.id = SignalId{"trend-2026-01-02-000001"};
  s.time = wall_from_ns(1'700'000'000'000'000'001);
  s.strategy = StrategyName{"trend"};
  s.account = AccountName{"main"};
  s.symbol = Symbol{"BTC/USDT"};
  s.type = EntryType::limit;
  s.price = Price{dec("66000.12")};
  s.quantity = Quantity{dec("0.015")};
  s.confidence = dec("0.75");
  s.stop_loss = StopLoss{.price = Price{65000}};
  s.take_profit = {TakeProfit{.price = Price{68000}}};
  return s;
}

Tick tick() {
  return {Symbol{"BTC/USDT"},     Price{dec("66000.12")}, Quantity{dec("0.51234")},
          Price{dec("66000.13")}, Quantity{dec("1.2")},   wall_from_ns(1'700'000'000'000'000'001)};
}

void decimal_parse(benchmark::State& state) {
  std::string text = "66000.12";
  for (auto _ : state) {
    benchmark::DoNotOptimize(text.data());
    benchmark::DoNotOptimize(Decimal::parse(text));
  }
}
BENCHMARK(decimal_parse);

void decimal_format(benchmark::State& state) {
  Decimal value = dec("66000.12");
  std::array<char, Decimal::text_max> out;
  for (auto _ : state) {
    benchmark::DoNotOptimize(value);
    benchmark::DoNotOptimize(value.write(out.data()));
  }
}
BENCHMARK(decimal_format);

void decimal_mul(benchmark::State& state) {
  Decimal price = dec("66000.12");
  Decimal quantity = dec("0.015");
  for (auto _ : state) {
    benchmark::DoNotOptimize(price);
    benchmark::DoNotOptimize(quantity);
    benchmark::DoNotOptimize(Decimal::mul(price, quantity, Rounding::half_even));
  }
}
BENCHMARK(decimal_mul);

void decimal_div(benchmark::State& state) {
  Decimal notional = dec("990.0018");
  Decimal price = dec("66000.12");
  for (auto _ : state) {
    benchmark::DoNotOptimize(notional);
    benchmark::DoNotOptimize(price);
    benchmark::DoNotOptimize(Decimal::div(notional, price, Rounding::down));
  }
}
BENCHMARK(decimal_div);

void decimal_to_step(benchmark::State& state) {
  Decimal price = dec("66000.1234");
  Decimal tick_size = dec("0.01");
  for (auto _ : state) {
    benchmark::DoNotOptimize(price);
    benchmark::DoNotOptimize(tick_size);
    benchmark::DoNotOptimize(Decimal::to_step(price, tick_size, Rounding::down));
  }
}
BENCHMARK(decimal_to_step);

void derive_signal_hash(benchmark::State& state) {
  const Signal s = signal();
  for (auto _ : state) benchmark::DoNotOptimize(signal_hash(s.account, s.strategy, s.id));
}
BENCHMARK(derive_signal_hash);

void derive_client_order_id(benchmark::State& state) {
  const Signal s = signal();
  const SignalHash hash = signal_hash(s.account, s.strategy, s.id);
  for (auto _ : state)
    benchmark::DoNotOptimize(client_order_id(Book{"b00k"}, hash, {LegKind::stop, 0}, 7));
}
BENCHMARK(derive_client_order_id);

template <class T>
void encode_message(benchmark::State& state, const T& message) {
  std::string buffer;
  for (auto _ : state) {
    buffer.clear();
    encode(message, buffer);
    benchmark::DoNotOptimize(buffer.data());
  }
  state.counters["bytes"] = static_cast<double>(buffer.size());
}
BENCHMARK_CAPTURE(encode_message, signal, signal());
BENCHMARK_CAPTURE(encode_message, tick, tick());

template <class T>
void decode_message(benchmark::State& state, const T& message) {
  const std::string bytes = encoded(message);
  for (auto _ : state) benchmark::DoNotOptimize(decode<T>(bytes));
}
BENCHMARK_CAPTURE(decode_message, signal, signal());
BENCHMARK_CAPTURE(decode_message, tick, tick());

}  // namespace
}  // namespace signalbox

BENCHMARK_MAIN();
