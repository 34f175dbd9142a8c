#include <algorithm>
#include <stdexcept>
#include <utility>

#include "bench/parts.hpp"

namespace signalbox::bench {

using namespace std::chrono_literals;

PlaceOrders sample_order(const char* who, unsigned block, unsigned number) {
  const auto key = signal_hash(AccountName{who}, StrategyName{"bench"},
                               SignalId{std::to_string(block) + "-" + std::to_string(number)});
  PlaceOrders place{.request = RequestId{number + 1}, .symbol = Symbol{"BTC/USDT"}};
  place.orders.push_back(OrderSpec{.id = client_order_id(Book{"bnch"}, key, {LegKind::entry, 0}, 0),
                                   .side = Side::buy,
                                   .kind = OrderKind::market,
                                   .quantity = Quantity{Decimal::parse("0.001").value()}});
  place.valid_for = 2s;
  return place;
}

void join(const Sent& sent, const OrderTimes& seen, unsigned burst, Durations& into) {
  Duration longest{};
  unsigned joined = 0;
  for (const auto& [id, called] : sent) {
    const auto at = seen.find(id);
    if (at == seen.end()) throw std::runtime_error("an order is not in the record");
    longest = std::max<Duration>(longest, at->second - called);
    if (++joined % burst == 0) into.push_back(std::exchange(longest, Duration{}));
  }
}

}  // namespace signalbox::bench
