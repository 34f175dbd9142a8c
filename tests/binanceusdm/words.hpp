#pragma once

#include "connectors/binanceusdm/requests.hpp"
#include "connectors/kit/shown_request.hpp"
#include "tests/binance/words.hpp"

namespace signalbox::binanceusdm {

using binance::operator""_d;
using binance::operator""_p;
using binance::operator""_q;

inline const Symbol btc{"BTC/USDT:USDT"};

inline Market btc_market() {
  Market market;
  market.wire = "BTCUSDT";
  market.stream = "btcusdt";
  auto& in = market.instrument;
  in.symbol = btc;
  in.kind = MarketKind::linear;
  in.base = Asset{"BTC"};
  in.quote = Asset{"USDT"};
  in.tick_size = "0.1"_p;
  in.lot_size = in.quantity_min = "0.001"_q;
  in.quantity_max = "1000"_q;
  in.market_quantity_max = "120"_q;
  return market;
}

inline Markets some_markets() {
  Markets markets;
  REQUIRE(markets.put(btc_market()));
  return markets;
}

inline PlaceOrders one_order(OrderSpec spec, OrderClass order_class = OrderClass::entry) {
  PlaceOrders orders;
  orders.symbol = btc;
  orders.order_class = order_class;
  orders.orders.push_back(spec);
  return orders;
}

}  // namespace signalbox::binanceusdm
