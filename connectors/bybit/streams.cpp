#include "connectors/bybit/streams.hpp"

#include <algorithm>

#include "connectors/bybit/words.hpp"
#include "connectors/transport/json.hpp"

namespace signalbox::bybit {
namespace {

constexpr std::size_t rows_max = 1000;    // of one event
constexpr std::size_t trades_max = 2000;  // of one event

bool is_topic(std::string_view topic, std::string_view name) {
  return topic == name ||
         (topic.starts_with(name) && topic.size() > name.size() && topic[name.size()] == '.');
}

Result<Category> category_of_row(std::string_view text) {
  const auto category = category_of(text);
  // Inverse contracts and options of the same account are somebody else's matter.
  if (!category) return failed(Fault::not_found, "event: another category");
  return *category;
}

Result<void> read_order(const JsonObject& object, const Markets& markets, PrivateFrame& to) {
  OrderFields fields;
  if (auto read = fields.read(object); !read) return read;
  const auto category = category_of_row(fields.category);
  auto row = category ? fields.row(markets, *category)
                      : Result<OrderRow>{tl::unexpected<Error>(category.error())};
  if (!row && row.error().fault == Fault::not_found) {
    ++to.foreign;
    return {};
  }
  if (!row) return pass(row);
  to.orders.push_back({*row, std::string{fields.parent_link_id}});
  return {};
}

Result<void> read_execution(const JsonObject& object, const Markets& markets, PrivateFrame& to) {
  ExecutionFields fields;
  if (auto read = fields.read(object); !read) return read;
  const auto category = category_of_row(fields.category);
  auto row = category ? fields.row(markets, *category)
                      : Result<std::optional<FillRow>>{tl::unexpected<Error>(category.error())};
  if (!row && row.error().fault == Fault::not_found) {
    ++to.foreign;
    return {};
  }
  if (!row) return pass(row);
  if (*row) to.fills.push_back(**row);
  return {};
}

Result<void> read_wallet(const JsonObject& account, PrivateFrame& to) {
  const auto coins = json_array(account, "coin");
  if (!coins) return pass(coins);
  return for_objects(*coins, rows_max, [&](const JsonObject& object) -> Result<void> {
    auto coin = read_coin(object);
    if (!coin) return pass(coin);
    if (!*coin) {
      // Spent to the last: that is a change too.
      const auto name = json_text(object, "coin");
      if (!name || !Asset::fits(*name)) return {};
      *coin = Balance{.asset = Asset{*name}};
    }
    to.balances.push_back(**coin);
    return {};
  });
}

Result<void> read_position(const JsonObject& object, const Markets& markets, PrivateFrame& to) {
  PositionFields fields;
  if (auto read = fields.read(object); !read) return read;
  const auto* market = find(markets, Category::linear, fields.name);
  if (!market)
    ++to.foreign;
  else
    to.positions.push_back({market->index, fields.mode()});
  return {};
}

Result<void> read_topic(std::string_view topic, const JsonObject& root, const Markets& markets,
                        PrivateFrame& to) {
  using Kind = PrivateFrame::Kind;
  to.kind = is_topic(topic, "order")       ? Kind::orders
            : is_topic(topic, "execution") ? Kind::fills
            : is_topic(topic, "wallet")    ? Kind::balances
            : is_topic(topic, "position")  ? Kind::positions
                                           : Kind::other;
  if (to.kind == Kind::other) return {};
  const auto data = json_array(root, "data");
  if (!data) return pass(data);
  return for_objects(*data, rows_max, [&](const JsonObject& object) -> Result<void> {
    switch (to.kind) {
      case Kind::orders: return read_order(object, markets, to);
      case Kind::fills: return read_execution(object, markets, to);
      case Kind::balances: return read_wallet(object, to);
      default: return read_position(object, markets, to);
    }
  });
}

Result<void> read_answer(const JsonObject& root, PrivateFrame& to) {
  to.kind = PrivateFrame::Kind::answer;
  const auto operation = json_text(root, "op");
  if (!operation) return pass(operation);
  to.operation = *operation;
  // A pong says nothing about success; it is one.
  const auto success = json_bool(root, "success");
  to.succeeded = success ? *success : to.operation == "pong";
  if (const auto id = json_text(root, "req_id")) to.id = *id;
  if (const auto text = json_text(root, "ret_msg")) to.text = *text;
  return {};
}

/// The first level of a side.
Result<void> read_best(const JsonObject& data, std::string_view name, std::optional<Price>& price,
                       Quantity& quantity) {
  const auto levels = json_array(data, name);
  if (!levels) return pass(levels);
  for (const auto level : *levels) {
    const auto pair = level.array();
    if (!pair) return failed(Fault::bad_input, "order book: a level is no pair");
    Decimal values[2];
    std::size_t count = 0;
    for (const auto value : *pair) {
      const auto decimal = json_decimal(value, name);
      if (!decimal) return pass(decimal);
      if (decimal->is_negative() || *decimal > amount_max)
        return failed(Fault::bad_input, "order book: a level is out of range");
      values[count] = *decimal;
      if (++count == 2) break;
    }
    if (count != 2) return failed(Fault::bad_input, "order book: a level is no pair");
    if (!values[0].is_positive() || values[1].is_zero()) continue;
    price = Price{values[0]};
    quantity = Quantity{values[1]};
    return {};
  }
  return {};
}

Result<void> read_book(const JsonObject& root, PublicFrame& to) {
  const auto data = json_object(root, "data");
  if (!data) return pass(data);
  const auto name = json_text(*data, "s");
  if (!name) return pass(name);
  to.kind = PublicFrame::Kind::book;
  to.name = *name;
  if (const auto time = json_integer(root, "ts")) to.time = kit::wall_from_ms(*time);
  if (auto read = read_best(*data, "b", to.bid, to.bid_quantity); !read) return read;
  return read_best(*data, "a", to.ask, to.ask_quantity);
}

Result<void> read_trades(const JsonObject& root, PublicFrame& to) {
  const auto data = json_array(root, "data");
  if (!data) return pass(data);
  to.kind = PublicFrame::Kind::trade;
  return for_objects(*data, trades_max, [&](const JsonObject& one) -> Result<void> {
    const auto name = json_text(one, "s");
    const auto side_word = json_text(one, "S");
    const auto price = kit::amount(one, "p");
    const auto quantity = kit::amount(one, "v");
    const auto time = json_integer(one, "T");
    if (!name) return pass(name);
    if (!side_word) return pass(side_word);
    if (!price) return pass(price);
    if (!quantity) return pass(quantity);
    if (!time) return pass(time);
    const auto side = side_of(*side_word);
    if (!side) return failed(Fault::bad_input, "trade: \"S\" is unknown");
    to.name = *name;
    to.trades.push_back({Price{*price}, Quantity{*quantity}, *side, kit::wall_from_ms(*time)});
    return {};
  });
}

/// A whole ticker, or those of its fields that have changed.
Result<void> read_ticker(const JsonObject& root, PublicFrame& to) {
  const auto data = json_object(root, "data");
  if (!data) return pass(data);
  const auto name = json_text(*data, "symbol");
  if (!name) return pass(name);
  to.kind = PublicFrame::Kind::ticker;
  to.name = *name;
  if (const auto time = json_integer(root, "ts")) to.time = kit::wall_from_ms(*time);
  std::optional<Decimal> bid, bid_size, ask, ask_size, last, mark, index;
  for (const auto& [field_name, place] :
       std::initializer_list<std::pair<std::string_view, std::optional<Decimal>*>>{
           {"bid1Price", &bid},
           {"bid1Size", &bid_size},
           {"ask1Price", &ask},
           {"ask1Size", &ask_size},
           {"lastPrice", &last},
           {"markPrice", &mark},
           {"indexPrice", &index}})
    if (const auto field = data->find(field_name))
      if (auto read = take_amount(*field, *place); !read) return read;
  const auto price = [](const std::optional<Decimal>& value) {
    return value && value->is_positive() ? std::optional{Price{*value}} : std::nullopt;
  };
  to.bid = price(bid);
  to.ask = price(ask);
  to.bid_quantity = Quantity{bid_size.value_or(Decimal{})};
  to.ask_quantity = Quantity{ask_size.value_or(Decimal{})};
  to.last = price(last);
  to.mark = price(mark);
  to.index = price(index);
  return {};
}

}  // namespace

FrameReader::FrameReader(const Markets& markets)
    : markets_(markets), json_(std::make_unique<JsonReader>()) {}
FrameReader::~FrameReader() = default;

Result<PrivateFrame> FrameReader::account(std::string_view frame) {
  auto root = json_->object(frame);
  if (!root) return pass(root);
  PrivateFrame read;
  const auto topic = json_text_if(*root, "topic");
  if (!topic) return pass(topic);
  const auto done = *topic ? read_topic(**topic, *root, markets_, read) : read_answer(*root, read);
  if (!done) return pass(done);
  return read;
}

Result<PublicFrame> FrameReader::market(std::string_view frame) {
  auto root = json_->object(frame);
  if (!root) return pass(root);
  PublicFrame read;
  const auto topic = json_text_if(*root, "topic");
  if (!topic) return pass(topic);
  Result<void> done;
  if (!*topic) {
    read.kind = PublicFrame::Kind::answer;
    const auto success = json_bool(*root, "success");
    read.succeeded = !success || *success;
  } else if (is_topic(**topic, "orderbook")) {
    done = read_book(*root, read);
  } else if (is_topic(**topic, "publicTrade")) {
    done = read_trades(*root, read);
  } else if (is_topic(**topic, "tickers")) {
    done = read_ticker(*root, read);
  }
  if (!done) return pass(done);
  return read;
}

Result<TradeAnswer> FrameReader::trade(std::string_view frame) {
  auto root = json_->object(frame);
  if (!root) return pass(root);
  TradeAnswer answer;
  const auto operation = json_text(*root, "op");
  if (!operation) return pass(operation);
  if (operation->starts_with("order.")) answer.kind = TradeAnswer::Kind::order;
  if (*operation == "auth") answer.kind = TradeAnswer::Kind::log_on;
  if (const auto id = json_text_if(*root, "reqId"); id && *id) answer.id = **id;
  if (answer.kind == TradeAnswer::Kind::other) return answer;
  const auto code = json_integer(*root, "retCode");
  if (!code) return pass(code);
  constexpr std::int64_t code_max = 999'999'999;
  answer.error.code = static_cast<std::int32_t>(std::clamp(*code, -code_max, code_max));
  if (const auto text = json_text(*root, "retMsg")) answer.error.text = *text;
  if (const auto data = json_object(*root, "data")) {
    if (const auto id = json_text(*data, "orderId")) answer.order_id = *id;
    if (const auto id = json_text(*data, "orderLinkId")) answer.link_id = *id;
  }
  if (const auto header = json_object(*root, "header"))
    if (const auto reset = header->find("X-Bapi-Limit-Reset-Timestamp")) {
      std::int64_t ms = 0;
      if (take_whole(*reset, ms) && ms > 0) answer.comes_again = kit::wall_from_ms(ms);
    }
  return answer;
}

}  // namespace signalbox::bybit
