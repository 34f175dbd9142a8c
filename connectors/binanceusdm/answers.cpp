#include "connectors/binanceusdm/answers.hpp"

#include <algorithm>

#include "connectors/binance/market_data.hpp"
#include "connectors/binance/orders.hpp"
#include "connectors/kit/take.hpp"
#include "connectors/transport/json.hpp"

namespace signalbox::binanceusdm {
namespace {

/// A number that may be below zero: positions, profits.
Result<Decimal> signed_amount(const JsonObject& from, std::string_view name) {
  auto decimal = json_decimal(from, name);
  if (decimal && (*decimal > amount_max || *decimal < -amount_max))
    return failed(Fault::bad_input, "field \"" + std::string{name} + "\" is out of range");
  return decimal;
}

Result<Wallet> read_wallet(const JsonObject& object) {
  const auto asset = json_text(object, "asset");
  const auto free = signed_amount(object, "availableBalance");
  const auto used = signed_amount(object, "initialMargin");
  const auto total = signed_amount(object, "marginBalance");
  if (!asset) return pass(asset);
  if (!free) return pass(free);
  if (!used) return pass(used);
  if (!total) return pass(total);
  return Wallet{Asset{*asset}, *free, *used, *total};
}

}  // namespace

AnswerReader::AnswerReader(const Markets& markets)
    : markets_(markets), json_(std::make_unique<JsonReader>()) {}
AnswerReader::~AnswerReader() = default;

VenueError AnswerReader::error(std::string_view body) {
  VenueError error;
  auto root = json_->object(body);
  if (!root) {
    // A 503 of the gateway may be a bare text; the table knows three of them.
    if (body.size() <= Detail::capacity) error.text = body;
    return error;
  }
  return binance::read_error(*root);
}

Result<OrderState> AnswerReader::order(std::string_view body, const Market* market) {
  auto root = json_->object(body);
  if (!root) return pass(root);
  return order(*root, market);
}

Result<OrderState> AnswerReader::order(const JsonObject& object, const Market* market) {
  OrderFields fields;
  if (auto read = fields.read(object); !read) return pass(read);
  return fields.order(markets_, market);
}

Result<std::vector<OrderState>> AnswerReader::orders(std::string_view body) {
  auto root = json_->array(body);
  if (!root) return pass(root);
  std::vector<OrderState> orders;
  auto read = for_objects(*root, answer_items_max, [&](const JsonObject& object) -> Result<void> {
    OrderFields fields;
    if (auto one = fields.read(object); !one) return one;
    auto order = fields.order(markets_, nullptr);
    if (!order && order.error().fault == Fault::not_found) return {};
    if (!order) return pass(order);
    if (!order->row.described) return failed(Fault::bad_input, "order: not described");
    orders.push_back(*order);
    return {};
  });
  if (!read) return pass(read);
  return orders;
}

Result<std::vector<FillRow>> AnswerReader::trades(std::string_view body) {
  auto root = json_->array(body);
  if (!root) return pass(root);
  std::vector<FillRow> rows;
  auto read = for_objects(*root, answer_items_max, [&](const JsonObject& object) -> Result<void> {
    const auto symbol = json_text(object, "symbol");
    if (!symbol) return pass(symbol);
    const auto* market = markets_.find_wire(*symbol);
    if (!market) return failed(Fault::bad_input, "trade: a symbol that is not loaded");
    const auto word = json_text(object, "side");
    const auto maker = json_bool(object, "maker");
    if (!word) return pass(word);
    if (!maker) return pass(maker);
    const auto side = binance::side_of(*word);
    if (!side) return failed(Fault::bad_input, "trade: neither bought nor sold");
    auto row = binance::read_trade(object, *market, *side, *maker);
    if (!row) return pass(row);
    rows.push_back(*row);
    return {};
  });
  if (!read) return pass(read);
  return rows;
}

Result<Account> AnswerReader::account(std::string_view body) {
  auto root = json_->object(body);
  if (!root) return pass(root);
  Account account;
  if (const auto can = root->find("canTrade")) account.can_trade = can->boolean();
  if (const auto can = root->find("canWithdraw")) account.can_withdraw = can->boolean();
  auto assets = json_array(*root, "assets");
  if (!assets) return pass(assets);
  auto read = for_objects(*assets, answer_items_max, [&](const JsonObject& object) -> Result<void> {
    auto wallet = read_wallet(object);
    if (!wallet) return pass(wallet);
    if (!wallet->total.is_zero() || !wallet->free.is_zero()) account.wallets.push_back(*wallet);
    return {};
  });
  if (!read) return pass(read);
  return account;
}

Result<std::vector<Position>> AnswerReader::positions(std::string_view body) {
  auto root = json_->array(body);
  if (!root) return pass(root);
  std::vector<Position> positions;
  auto read = for_objects(*root, answer_items_max, [&](const JsonObject& object) -> Result<void> {
    const auto symbol = json_text(object, "symbol");
    const auto quantity = signed_amount(object, "positionAmt");
    const auto entry = amount(object, "entryPrice");
    const auto liquidation = json_decimal_if(object, "liquidationPrice");
    if (!symbol) return pass(symbol);
    if (!quantity) return pass(quantity);
    if (!entry) return pass(entry);
    if (!liquidation) return pass(liquidation);
    const auto* market = markets_.find_wire(*symbol);
    if (!market || quantity->is_zero()) return {};
    Position position{.symbol = market->instrument.symbol,
                      .quantity = Quantity{*quantity},
                      .entry_price = Price{*entry}};
    if (*liquidation && (*liquidation)->is_positive())
      position.liquidation_price = Price{**liquidation};
    positions.push_back(position);
    return {};
  });
  if (!read) return pass(read);
  return positions;
}

Result<PositionMode> AnswerReader::position_mode(std::string_view body) {
  auto root = json_->object(body);
  if (!root) return pass(root);
  const auto dual = json_bool(*root, "dualSidePosition");
  if (!dual) return pass(dual);
  return *dual ? PositionMode::hedge : PositionMode::one_way;
}

Result<std::vector<SymbolMode>> AnswerReader::symbol_modes(std::string_view body) {
  auto root = json_->array(body);
  if (!root) return pass(root);
  std::vector<SymbolMode> modes;
  auto read = for_objects(*root, answer_items_max, [&](const JsonObject& object) -> Result<void> {
    const auto symbol = json_text(object, "symbol");
    const auto margin = json_text(object, "marginType");
    const auto leverage = json_integer(object, "leverage");
    if (!symbol) return pass(symbol);
    if (!margin) return pass(margin);
    if (!leverage) return pass(leverage);
    if (const auto* market = markets_.find_wire(*symbol))
      modes.push_back({market->index, *margin == "ISOLATED", *leverage});
    return {};
  });
  if (!read) return pass(read);
  return modes;
}

Result<Decimal> AnswerReader::taker_fee(std::string_view body) {
  auto root = json_->object(body);
  if (!root) return pass(root);
  auto fee = json_decimal(*root, "takerCommissionRate");
  if (fee && (fee->is_negative() || *fee >= Decimal{1}))
    return failed(Fault::bad_input, "a fee that is no fraction");
  return fee;
}

Result<std::string> AnswerReader::listen_key(std::string_view body) {
  auto root = json_->object(body);
  if (!root) return pass(root);
  const auto key = json_text(*root, "listenKey");
  if (!key) return pass(key);
  const bool plain = !key->empty() && std::all_of(key->begin(), key->end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  });
  constexpr std::size_t key_bytes_max = 256;
  if (!plain || key->size() > key_bytes_max)
    return failed(Fault::bad_input, "answer: \"listenKey\" cannot stand in a path");
  return std::string{*key};
}

Result<binance::BookTop> AnswerReader::book_ticker(std::string_view body) {
  auto root = json_->object(body);
  if (!root) return pass(root);
  return binance::read_book_top(*root);
}

Result<DayTicker> AnswerReader::day_ticker(std::string_view body) {
  auto root = json_->object(body);
  if (!root) return pass(root);
  return binance::read_day_ticker(*root, [this](std::string_view wire) -> const MarketBase* {
    return markets_.find_wire(wire);
  });
}

Result<BookDepth> AnswerReader::depth(std::string_view body) {
  auto root = json_->object(body);
  if (!root) return pass(root);
  return binance::read_depth(*root);
}

Result<WallTime> AnswerReader::server_time(std::string_view body) {
  auto root = json_->object(body);
  if (!root) return pass(root);
  return binance::read_server_time(*root);
}

}  // namespace signalbox::binanceusdm
