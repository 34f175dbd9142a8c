#include "connectors/binance/market_data.hpp"

#include "connectors/kit/take.hpp"

namespace signalbox::binance {
namespace {

constexpr std::size_t levels_max = 5000;  // of one side: what the venue answers at most

}  // namespace

Result<DayTicker> read_day_ticker(const JsonObject& from, const FindMarket& find) {
  const auto wire = json_text(from, "symbol");
  if (!wire) return pass(wire);
  const auto* market = find(*wire);
  if (!market) return failed(Fault::not_found, "ticker: a symbol that is not loaded");
  DayTicker ticker{.symbol = market->instrument.symbol};
  struct Field {
    std::string_view name;
    std::optional<Decimal>& into;
  };
  const Field fields[] = {
      {"bidPrice", ticker.bid},
      {"bidQty", ticker.bid_quantity},
      {"askPrice", ticker.ask},
      {"askQty", ticker.ask_quantity},
      {"lastPrice", ticker.last},
      {"openPrice", ticker.open},
      {"highPrice", ticker.high},
      {"lowPrice", ticker.low},
      {"volume", ticker.base_volume},
      {"quoteVolume", ticker.quote_volume},
      {"priceChangePercent", ticker.percentage},
  };
  for (const auto& field : fields) {
    auto value = json_decimal_if(from, field.name);
    if (!value) return pass(value);
    field.into = *value;
  }
  const auto closed = json_integer_if(from, "closeTime");
  if (!closed) return pass(closed);
  ticker.time = wall_from_ms(closed->value_or(0));
  return ticker;
}

Result<std::vector<BookLevel>> read_levels(const JsonObject& from, std::string_view name) {
  const auto array = json_array(from, name);
  if (!array) return pass(array);
  std::vector<BookLevel> levels;
  for (const auto element : *array) {
    const auto pair = element.array();
    if (!pair || levels.size() == levels_max) return failed(Fault::bad_input, "depth: a level");
    auto at = pair->begin();
    if (at == pair->end()) return failed(Fault::bad_input, "depth: an empty level");
    const auto price = json_decimal(*at, "price");
    if (++at == pair->end()) return failed(Fault::bad_input, "depth: a level without quantity");
    const auto quantity = json_decimal(*at, "quantity");
    if (!price) return pass(price);
    if (!quantity) return pass(quantity);
    levels.push_back({Price{*price}, Quantity{*quantity}});
  }
  return levels;
}

Result<BookDepth> read_depth(const JsonObject& from) {
  auto bids = read_levels(from, "bids");
  auto asks = read_levels(from, "asks");
  if (!bids) return pass(bids);
  if (!asks) return pass(asks);
  return BookDepth{std::move(*bids), std::move(*asks)};
}

Result<BookTop> read_book_top(const JsonObject& from) {
  const auto bid = amount(from, "bidPrice");
  const auto bid_quantity = amount(from, "bidQty");
  const auto ask = amount(from, "askPrice");
  const auto ask_quantity = amount(from, "askQty");
  for (const auto* each : {&bid, &bid_quantity, &ask, &ask_quantity})
    if (!*each) return pass(*each);
  return BookTop{Price{*bid}, Price{*ask}, Quantity{*bid_quantity}, Quantity{*ask_quantity}};
}

Result<WallTime> read_server_time(const JsonObject& from) {
  const auto ms = json_integer(from, "serverTime");
  if (!ms) return pass(ms);
  if (*ms <= 0) return failed(Fault::bad_input, "answer: \"serverTime\" is out of range");
  return wall_from_ms(*ms);
}

Result<DepthUpdate> read_depth_update(const JsonObject& event) {
  const auto symbol = json_text(event, "s");
  const auto first = json_integer(event, "U");
  const auto last = json_integer(event, "u");
  auto bids = read_levels(event, "b");
  auto asks = read_levels(event, "a");
  if (!symbol) return pass(symbol);
  if (!first) return pass(first);
  if (!last) return pass(last);
  if (!bids) return pass(bids);
  if (!asks) return pass(asks);
  return DepthUpdate{.symbol = *symbol,
                     .first = *first,
                     .last = *last,
                     .previous = json_integer(event, "pu").value_or(0),
                     .time = wall_from_ms(json_integer(event, "E").value_or(0)),
                     .engine_time = wall_from_ms(json_integer(event, "T").value_or(0)),
                     .bids = std::move(*bids),
                     .asks = std::move(*asks)};
}

Result<DepthUpdate> read_depth_picture(const JsonObject& root) {
  const auto last = json_integer(root, "lastUpdateId");
  auto book = read_depth(root);
  if (!last) return pass(last);
  if (!book) return pass(book);
  return DepthUpdate{.first = *last,
                     .last = *last,
                     .time = wall_from_ms(json_integer(root, "E").value_or(0)),
                     .engine_time = wall_from_ms(json_integer(root, "T").value_or(0)),
                     .bids = std::move(book->bids),
                     .asks = std::move(book->asks)};
}

}  // namespace signalbox::binance
