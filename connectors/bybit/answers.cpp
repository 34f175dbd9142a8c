#include "connectors/bybit/answers.hpp"

#include <algorithm>

#include "connectors/transport/json.hpp"

namespace signalbox::bybit {
namespace {

constexpr std::size_t page_rows_max = 1000;

Result<Category> category_in(const JsonObject& result) {
  const auto text = json_text(result, "category");
  if (!text) return pass(text);
  const auto category = category_of(*text);
  if (!category) return failed(Fault::bad_input, "answer: an unknown category");
  return *category;
}

std::string cursor_in(const JsonObject& result) {
  const auto cursor = json_text_if(result, "nextPageCursor");
  return cursor && *cursor ? std::string{**cursor} : std::string{};
}

/// One row each into `rows`, by its own `read`.
template <class Row>
Result<void> read_rows(const JsonObject& result, std::vector<Row>& rows) {
  auto list = json_array(result, "list");
  if (!list) return pass(list);
  return for_objects(*list, page_rows_max, [&](const JsonObject& object) -> Result<void> {
    Row row;
    if (auto read = row.read(object); !read) return read;
    rows.push_back(row);
    return {};
  });
}

Result<void> amounts(
    const JsonObject& from,
    std::initializer_list<std::pair<std::string_view, std::optional<Decimal>*>> to) {
  for (const auto& [name, place] : to)
    if (const auto field = from.find(name))
      if (auto read = take_amount(*field, *place); !read) return read;
  return {};
}

Result<void> read_levels(const JsonObject& from, std::string_view name,
                         std::vector<BookFields::Level>& to) {
  auto list = json_array(from, name);
  if (!list) return pass(list);
  for (const auto element : *list) {
    const auto pair = element.array();
    if (!pair) return failed(Fault::bad_input, "order book: a level is no pair");
    BookFields::Level level;
    std::size_t count = 0;
    for (const auto value : *pair) {
      const auto decimal = json_decimal(value, name);
      if (!decimal) return pass(decimal);
      (count == 0 ? level.price : level.quantity) = *decimal;
      if (++count == 2) break;
    }
    if (count != 2) return failed(Fault::bad_input, "order book: a level is no pair");
    to.push_back(level);
  }
  return {};
}

bool lists(const JsonObject& permissions, std::string_view group, std::string_view right) {
  const auto array = json_array(permissions, group);
  if (!array) return false;
  for (const auto each : *array)
    if (each.text() == right) return true;
  return false;
}

}  // namespace

Result<void> PositionFields::read(const JsonObject& from) {
  for (const auto field : from) {
    const auto is = [&](std::string_view word) { return field.name() == word; };
    Result<void> read;
    if (is("symbol")) read = take(field, name);
    if (is("side")) read = take(field, side);
    if (is("positionStatus")) read = take(field, status);
    if (is("positionIdx")) read = take_whole(field, index);
    if (is("createdTime")) read = take_whole(field, created);
    if (is("updatedTime")) read = take_whole(field, updated);
    if (is("size")) read = take_amount(field, size);
    // The stream has another name for it.
    if (is("avgPrice") || is("entryPrice")) read = take_amount(field, entry_price);
    if (is("markPrice")) read = take_amount(field, mark_price);
    if (is("liqPrice")) read = take_amount(field, liquidation_price);
    if (is("leverage")) read = take_amount(field, leverage);
    if (is("positionValue")) read = take_amount(field, value);
    if (is("unrealisedPnl")) read = take_signed(field, profit);
    if (is("takeProfit")) read = take_amount(field, take_profit);
    if (is("stopLoss")) read = take_amount(field, stop_loss);
    if (!read) return read;
  }
  return {};
}

Quantity PositionFields::signed_size() const {
  const Quantity whole{size.value_or(Decimal{})};
  return side == "Sell" ? -whole : whole;
}

Result<std::optional<Balance>> read_coin(const JsonObject& from) {
  const auto coin = json_text(from, "coin");
  if (!coin) return pass(coin);
  // What a coin owes is negative; there is none of it to spend.
  std::optional<Decimal> wallet, locked, orders, positions;
  for (const auto& [name, place] :
       std::initializer_list<std::pair<std::string_view, std::optional<Decimal>*>>{
           {"walletBalance", &wallet},
           {"locked", &locked},
           {"totalOrderIM", &orders},
           {"totalPositionIM", &positions}})
    if (const auto field = from.find(name))
      if (auto read = take_signed(*field, *place); !read) return pass(read);
  const Decimal none;
  const auto total = std::max(wallet.value_or(none), none);
  // Margin is held like what rests in spot orders: neither can be spent again.
  const auto held = std::clamp(
      locked.value_or(none) + orders.value_or(none) + positions.value_or(none), none, total);
  if (total.is_zero() || !Asset::fits(*coin)) return std::optional<Balance>{};
  return std::optional{Balance{Asset{*coin}, Quantity{total - held}, Quantity{held}}};
}

AnswerReader::AnswerReader() : json_(std::make_unique<JsonReader>()) {}
AnswerReader::~AnswerReader() = default;

std::optional<VenueError> AnswerReader::said(std::string_view body) {
  // How nearly every good answer begins; the whole of it is read once, by whoever wants it.
  if (body.starts_with(R"({"retCode":0,)")) return VenueError{};
  const auto root = json_->object(body);
  if (!root) return std::nullopt;
  const auto code = json_integer(*root, "retCode");
  if (!code) return std::nullopt;
  constexpr std::int64_t code_max = 999'999'999;
  VenueError error{static_cast<std::int32_t>(std::clamp(*code, -code_max, code_max)), {}};
  if (const auto text = json_text(*root, "retMsg")) error.text = *text;
  return error;
}

Result<JsonObject> AnswerReader::result_of(std::string_view body) {
  auto root = json_->object(body);
  if (!root) return root;
  return json_object(*root, "result");
}

Result<Acknowledged> AnswerReader::acknowledged(std::string_view body) {
  const auto result = result_of(body);
  if (!result) return pass(result);
  const auto order_id = json_text(*result, "orderId");
  const auto link_id = json_text_if(*result, "orderLinkId");
  if (!order_id) return pass(order_id);
  if (!link_id) return pass(link_id);
  if (order_id->empty() || !VenueOrderId::fits(*order_id))
    return failed(Fault::bad_input, "answer: \"orderId\" is empty or too long");
  return Acknowledged{*order_id, link_id->value_or("")};
}

Result<OrdersPage> AnswerReader::orders(std::string_view body) {
  const auto result = result_of(body);
  if (!result) return pass(result);
  OrdersPage page;
  const auto category = category_in(*result);
  if (!category) return pass(category);
  page.category = *category;
  page.cursor = cursor_in(*result);
  if (auto read = read_rows(*result, page.orders); !read) return pass(read);
  return page;
}

Result<ExecutionsPage> AnswerReader::executions(std::string_view body) {
  const auto result = result_of(body);
  if (!result) return pass(result);
  ExecutionsPage page;
  const auto category = category_in(*result);
  if (!category) return pass(category);
  page.category = *category;
  page.cursor = cursor_in(*result);
  if (auto read = read_rows(*result, page.executions); !read) return pass(read);
  return page;
}

Result<std::vector<Balance>> AnswerReader::wallet(std::string_view body) {
  const auto result = result_of(body);
  if (!result) return pass(result);
  auto accounts = json_array(*result, "list");
  if (!accounts) return pass(accounts);
  std::vector<Balance> balances;
  auto read = for_objects(*accounts, 1, [&](const JsonObject& account) -> Result<void> {
    auto coins = json_array(account, "coin");
    if (!coins) return pass(coins);
    return for_objects(*coins, answer_items_max, [&](const JsonObject& object) -> Result<void> {
      const auto coin = read_coin(object);
      if (!coin) return pass(coin);
      if (*coin) balances.push_back(**coin);
      return {};
    });
  });
  if (!read) return pass(read);
  return balances;
}

Result<PositionsPage> AnswerReader::positions(std::string_view body) {
  const auto result = result_of(body);
  if (!result) return pass(result);
  PositionsPage page;
  page.cursor = cursor_in(*result);
  if (auto read = read_rows(*result, page.positions); !read) return pass(read);
  return page;
}

Result<TickerFields> AnswerReader::ticker(std::string_view body) {
  const auto result = result_of(body);
  if (!result) return pass(result);
  const auto list = json_array(*result, "list");
  if (!list) return pass(list);
  for (const auto element : *list) {
    const auto one = element.object();
    if (!one) break;
    TickerFields t;
    const auto name = json_text(*one, "symbol");
    if (!name) return pass(name);
    t.name = *name;
    auto read = amounts(*one, {{"bid1Price", &t.bid},
                               {"bid1Size", &t.bid_quantity},
                               {"ask1Price", &t.ask},
                               {"ask1Size", &t.ask_quantity},
                               {"lastPrice", &t.last},
                               {"highPrice24h", &t.high},
                               {"lowPrice24h", &t.low},
                               {"prevPrice24h", &t.open},
                               {"volume24h", &t.volume},
                               {"turnover24h", &t.turnover},
                               {"markPrice", &t.mark},
                               {"indexPrice", &t.index}});
    if (!read) return pass(read);
    if (const auto change = one->find("price24hPcnt"))
      if (auto signed_read = take_signed(*change, t.change); !signed_read) return pass(signed_read);
    return t;
  }
  return failed(Fault::bad_input, "ticker: none in the answer");
}

Result<BookFields> AnswerReader::book(std::string_view body) {
  const auto result = result_of(body);
  if (!result) return pass(result);
  BookFields book;
  const auto name = json_text(*result, "s");
  if (!name) return pass(name);
  book.name = *name;
  if (const auto time = json_integer_if(*result, "ts"); time && *time) book.time = **time;
  if (auto read = read_levels(*result, "b", book.bids); !read) return pass(read);
  if (auto read = read_levels(*result, "a", book.asks); !read) return pass(read);
  return book;
}

Result<AccountInfo> AnswerReader::account_info(std::string_view body) {
  const auto result = result_of(body);
  if (!result) return pass(result);
  // 1 is the old kind of account, whose balances and orders live elsewhere.
  const auto status = json_integer(*result, "unifiedMarginStatus");
  if (!status) return pass(status);
  AccountInfo info;
  info.unified = *status > 1;
  if (const auto mode = json_text_if(*result, "marginMode"); mode && *mode)
    info.margin_mode = **mode;
  return info;
}

Result<KeyInfo> AnswerReader::key_info(std::string_view body) {
  const auto result = result_of(body);
  if (!result) return pass(result);
  const auto read_only = json_integer(*result, "readOnly");
  if (!read_only) return pass(read_only);
  const auto permissions = json_object(*result, "permissions");
  if (!permissions) return pass(permissions);
  KeyInfo info;
  info.read_only = *read_only != 0;
  info.can_withdraw = lists(*permissions, "Wallet", "Withdraw");
  info.trades_spot = lists(*permissions, "Spot", "SpotTrade");
  info.trades_linear = lists(*permissions, "ContractTrade", "Order") ||
                       lists(*permissions, "Derivatives", "DerivativesTrade");
  return info;
}

Result<std::vector<FeeRate>> AnswerReader::fee_rates(std::string_view body) {
  const auto result = result_of(body);
  if (!result) return pass(result);
  auto list = json_array(*result, "list");
  if (!list) return pass(list);
  std::vector<FeeRate> rates;
  auto read = for_objects(*list, answer_items_max, [&](const JsonObject& one) -> Result<void> {
    const auto name = json_text_if(one, "symbol");
    if (!name) return pass(name);
    std::optional<Decimal> taker;
    if (const auto field = one.find("takerFeeRate"))
      if (auto rate = take_signed(*field, taker); !rate) return rate;
    if (taker && !taker->is_negative() && *taker <= Decimal{1})
      rates.push_back({name->value_or(""), *taker});
    return {};
  });
  if (!read) return pass(read);
  return rates;
}

Result<WallTime> AnswerReader::server_time(std::string_view body) {
  const auto result = result_of(body);
  if (!result) return pass(result);
  const auto field = result->find("timeNano");
  if (!field) return failed(Fault::bad_input, "answer: \"timeNano\" is missing");
  std::int64_t time = 0;
  if (auto read = take_whole(*field, time); !read) return pass(read);
  if (time <= 0) return failed(Fault::bad_input, "answer: \"timeNano\" is out of range");
  return wall_from_ns(time);
}

}  // namespace signalbox::bybit
