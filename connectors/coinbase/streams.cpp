#include "connectors/coinbase/streams.hpp"

#include <algorithm>
#include <array>

#include "connectors/coinbase/fields.hpp"
#include "connectors/transport/json.hpp"

namespace signalbox::coinbase {
namespace {

using kit::for_objects;
using kit::pass;

constexpr std::size_t rows_max = 100'000;  // of one frame: a snapshot of a whole book has so many

using Kind = Frame::Kind;
struct Channel {
  std::string_view name;
  Kind kind;
};
constexpr auto known_channels = std::array{
    Channel{"ticker", Kind::tickers},
    Channel{"ticker_batch", Kind::tickers},
    Channel{"user", Kind::orders},
    Channel{"l2_data", Kind::levels},
    Channel{"market_trades", Kind::trades},
    Channel{"heartbeats", Kind::heartbeat},
    Channel{"subscriptions", Kind::subscriptions},
};

Kind kind_of(std::string_view channel) {
  const auto* found = std::find_if(known_channels.begin(), known_channels.end(),
                                   [&](const Channel& each) { return each.name == channel; });
  return found == known_channels.end() ? Kind::other : found->kind;
}

/// `each` for every object of a list that may be missing.
template <class Each>
Result<void> for_list(const JsonObject& from, std::string_view name, Each&& each) {
  const auto member = from.find(name);
  if (!member || member->is_null()) return {};
  const auto list = member->array();
  if (!list) return failed(Fault::bad_input, "field \"" + std::string{name} + "\" is no list");
  return for_objects(*list, rows_max, each);
}

std::optional<Side> side_of(std::string_view word) {
  if (word == "BUY" || word == "bid") return Side::buy;
  if (word == "SELL" || word == "offer" || word == "ask") return Side::sell;
  return std::nullopt;
}

}  // namespace

bool Frame::has_channel(std::string_view name) const {
  return std::find(channels.begin(), channels.end(), name) != channels.end();
}

FrameReader::FrameReader(const Markets& markets)
    : markets_(markets), json_(std::make_unique<JsonReader>()) {}
FrameReader::~FrameReader() = default;

Result<const Frame*> FrameReader::read(std::string_view text) {
  const auto root = json_->object(text);
  if (!root) return pass(root);
  frame_.kind = Kind::other;
  frame_.sequence.reset();
  frame_.text = {};
  frame_.orders.clear();
  frame_.tickers.clear();
  frame_.levels.clear();
  frame_.trades.clear();
  frame_.channels.clear();
  frame_.snapshot = false;
  frame_.rows = 0;
  time_ = {};
  if (text_or_none(*root, "type") == "error") {
    frame_.kind = Kind::error;
    frame_.text = text_or_none(*root, "message");
    return &frame_;
  }
  const auto channel = json_text(*root, "channel");
  if (!channel) return pass(channel);
  frame_.kind = kind_of(*channel);
  if (const auto number = root->find("sequence_num")) {
    std::int64_t sequence = 0;
    if (auto taken = take_whole(*number, sequence); !taken) return pass(taken);
    frame_.sequence = sequence;
  }
  if (const auto time = root->find("timestamp")) take_time(*time, time_);
  if (frame_.kind == Kind::other || frame_.kind == Kind::heartbeat) return &frame_;
  const auto events = json_array(*root, "events");
  if (!events) return pass(events);
  if (auto read = read_events(*channel, *events); !read) return pass(read);
  return &frame_;
}

Result<void> FrameReader::read_events(std::string_view, const JsonArray& events) {
  return for_objects(events, rows_max, [&](const JsonObject& event) -> Result<void> {
    if (text_or_none(event, "type") == "snapshot") frame_.snapshot = true;
    switch (frame_.kind) {
      case Kind::orders: return read_orders(event);
      case Kind::tickers: return read_tickers(event);
      case Kind::levels: return read_levels(event);
      case Kind::trades: return read_trades(event);
      case Kind::subscriptions: {
        const auto all = json_object(event, "subscriptions");
        if (!all) return pass(all);
        for (const auto each : *all) frame_.channels.push_back(each.name());
        return {};
      }
      default: return {};
    }
  });
}

Result<void> FrameReader::read_orders(const JsonObject& event) {
  return for_list(event, "orders", [&](const JsonObject& one) -> Result<void> {
    ++frame_.rows;
    OrderFields fields;
    if (auto read = fields.read(one); !read) return read;
    auto order = fields.order(markets_);
    if (!order && order.error().fault == Fault::not_found) return {};
    if (!order) return pass(order);
    // An event tells no time of its own: the message does.
    for (auto& row : order->rows) row.report.time = std::max(row.report.time, time_);
    frame_.orders.push_back({std::move(*order), fields.product});
    return {};
  });
}

Result<void> FrameReader::read_tickers(const JsonObject& event) {
  return for_list(event, "tickers", [&](const JsonObject& one) -> Result<void> {
    Frame::Ticker ticker{.time = time_};
    for (const auto field : one) {
      const auto named = [&](std::string_view name) { return field.name() == name; };
      Result<void> read;
      if (named("product_id")) read = kit::take(field, ticker.product);
      if (named("price")) read = take_amount(field, ticker.price);
      if (named("best_bid")) read = take_amount(field, ticker.bid);
      if (named("best_bid_quantity")) read = take_amount(field, ticker.bid_quantity);
      if (named("best_ask")) read = take_amount(field, ticker.ask);
      if (named("best_ask_quantity")) read = take_amount(field, ticker.ask_quantity);
      if (named("volume_24_h")) read = take_amount(field, ticker.volume);
      if (named("low_24_h")) read = take_amount(field, ticker.low);
      if (named("high_24_h")) read = take_amount(field, ticker.high);
      if (named("price_percent_chg_24_h")) read = take_signed(field, ticker.change_percent);
      if (!read) return read;
    }
    if (ticker.product.empty()) return failed(Fault::bad_input, "a ticker of no product");
    frame_.tickers.push_back(ticker);
    return {};
  });
}

Result<void> FrameReader::read_levels(const JsonObject& event) {
  const auto product = text_or_none(event, "product_id");
  return for_list(event, "updates", [&](const JsonObject& one) -> Result<void> {
    const auto side = side_of(text_or_none(one, "side"));
    if (!side) return failed(Fault::bad_input, "a level of neither side");
    const auto price = kit::amount(one, "price_level");
    const auto quantity = kit::amount(one, "new_quantity");
    if (!price) return pass(price);
    if (!quantity) return pass(quantity);
    Frame::Level level{product, *side, *price, *quantity, {}};
    if (const auto time = one.find("event_time")) take_time(*time, level.time);
    frame_.levels.push_back(level);
    return {};
  });
}

Result<void> FrameReader::read_trades(const JsonObject& event) {
  return for_list(event, "trades", [&](const JsonObject& one) -> Result<void> {
    Frame::Trade trade{.product = text_or_none(one, "product_id"),
                       .id = text_or_none(one, "trade_id")};
    const auto side = side_of(text_or_none(one, "side"));
    if (!side) return failed(Fault::bad_input, "a trade of neither side");
    trade.side = *side;
    const auto price = kit::amount(one, "price");
    const auto quantity = kit::amount(one, "size");
    if (!price) return pass(price);
    if (!quantity) return pass(quantity);
    trade.price = *price;
    trade.quantity = *quantity;
    if (const auto time = one.find("time")) take_time(*time, trade.time);
    frame_.trades.push_back(trade);
    return {};
  });
}

std::optional<Tick> tick_of(const Frame::Ticker& ticker, const Market& market, WallTime received) {
  const auto is_there = [](const std::optional<Decimal>& price) {
    return price && price->is_positive();
  };
  if (!is_there(ticker.bid) || !is_there(ticker.ask)) return std::nullopt;
  return Tick{.symbol = market.instrument.symbol,
              .bid = Price{*ticker.bid},
              .bid_quantity = Quantity{ticker.bid_quantity.value_or(Decimal{})},
              .ask = Price{*ticker.ask},
              .ask_quantity = Quantity{ticker.ask_quantity.value_or(Decimal{})},
              .time = ticker.time == WallTime{} ? received : ticker.time};
}

}  // namespace signalbox::coinbase
