#include "connectors/binance/orders.hpp"

#include <array>
#include <charconv>

#include "connectors/kit/take.hpp"
#include "connectors/transport/json.hpp"

namespace signalbox::binance {
namespace {

template <class Word>
struct Pair {
  std::string_view text;
  Word word;
};

constexpr auto statuses = std::array{
    Pair<OrderStatus>{"NEW", OrderStatus::working},
    Pair<OrderStatus>{"PENDING_NEW", OrderStatus::pending},
    Pair<OrderStatus>{"PARTIALLY_FILLED", OrderStatus::partially_filled},
    Pair<OrderStatus>{"FILLED", OrderStatus::filled},
    Pair<OrderStatus>{"CANCELED", OrderStatus::cancelled},
    Pair<OrderStatus>{"PENDING_CANCEL", OrderStatus::working},
    Pair<OrderStatus>{"REJECTED", OrderStatus::rejected},
    Pair<OrderStatus>{"EXPIRED", OrderStatus::expired},
    Pair<OrderStatus>{"EXPIRED_IN_MATCH", OrderStatus::expired},
};

constexpr auto kinds = std::array{
    Pair<OrderKind>{"LIMIT", OrderKind::limit},
    Pair<OrderKind>{"MARKET", OrderKind::market},
    Pair<OrderKind>{"LIMIT_MAKER", OrderKind::limit},
    Pair<OrderKind>{"STOP_LOSS", OrderKind::stop_market},
    Pair<OrderKind>{"STOP_LOSS_LIMIT", OrderKind::stop_limit},
    Pair<OrderKind>{"TAKE_PROFIT", OrderKind::take_profit_market},
    Pair<OrderKind>{"TAKE_PROFIT_LIMIT", OrderKind::take_profit_limit},
};

constexpr auto sides = std::array{Pair<Side>{"BUY", Side::buy}, Pair<Side>{"SELL", Side::sell}};

constexpr auto times_in_force = std::array{Pair<TimeInForce>{"GTC", TimeInForce::gtc},
                                           Pair<TimeInForce>{"IOC", TimeInForce::ioc},
                                           Pair<TimeInForce>{"FOK", TimeInForce::fok}};

template <class Table>
auto word_of(const Table& table, std::string_view text) -> std::optional<decltype(table[0].word)> {
  for (const auto& pair : table)
    if (pair.text == text) return pair.word;
  return std::nullopt;
}

template <class Id>
Id id_of(std::int64_t number) {
  std::array<char, 20> text;
  const auto end = std::to_chars(text.begin(), text.end(), number).ptr;
  return Id{std::string_view{text.data(), static_cast<std::size_t>(end - text.data())}};
}

}  // namespace

std::optional<OrderStatus> status_of(std::string_view status) { return word_of(statuses, status); }
std::optional<OrderKind> kind_of(std::string_view type) { return word_of(kinds, type); }
std::optional<Side> side_of(std::string_view side) { return word_of(sides, side); }
std::optional<TimeInForce> time_in_force_of(std::string_view text) {
  return word_of(times_in_force, text);
}

VenueOrderId venue_order_id(std::int64_t number) { return id_of<VenueOrderId>(number); }
TradeId trade_id(std::int64_t number) { return id_of<TradeId>(number); }

Result<FillRow> read_trade(const JsonObject& from, const MarketBase& market, Side side,
                           bool maker) {
  const auto number = json_integer(from, "id");
  const auto order = json_integer(from, "orderId");
  const auto price = amount(from, "price");
  const auto quantity = amount(from, "qty");
  const auto fee = json_decimal_if(from, "commission");
  const auto asset = json_text_if(from, "commissionAsset");
  const auto time = json_integer(from, "time");
  if (!number) return pass(number);
  if (!order) return pass(order);
  if (!price) return pass(price);
  if (!quantity) return pass(quantity);
  if (!time) return pass(time);
  FillRow row;
  row.key = {market.index, venue_order_id(*order)};
  row.report.symbol = market.instrument.symbol;
  row.report.venue_id = row.key.id;
  row.report.trade_id = trade_id(*number);
  row.report.side = side;
  row.report.price = Price{*price};
  row.report.quantity = Quantity{*quantity};
  row.report.maker = maker;
  row.report.time = wall_from_ms(*time);
  if (fee && *fee && asset && *asset && Asset::fits(**asset)) {
    row.report.fee = **fee;
    row.report.fee_asset = Asset{**asset};
  }
  return row;
}

}  // namespace signalbox::binance
