#include "connectors/binance/answers.hpp"

#include <algorithm>

#include "connectors/binance/market_data.hpp"
#include "connectors/binance/order_fields.hpp"
#include "connectors/kit/take.hpp"
#include "connectors/transport/json.hpp"

namespace signalbox::binance {
namespace {

Result<void> append(const OrderFields& fields, const Markets& markets, WrittenOrders& to) {
  auto row = fields.row(markets);
  if (!row) return pass(row);
  if (!to.orders.try_push_back(*row))
    return failed(Fault::bad_input, "answer: more orders than a list has");
  for (auto& fill : fields.fills_of(*row)) to.fills.push_back(fill);
  return {};
}

Result<void> append_all(JsonValue value, const Markets& markets, WrittenOrders& to) {
  const auto array = value.array();
  if (!array) return failed(Fault::bad_input, "answer: orders are no array");
  return for_objects(*array, to.orders.capacity, [&](const JsonObject& object) -> Result<void> {
    OrderFields fields;
    if (auto read = fields.read(object); !read) return read;
    return append(fields, markets, to);
  });
}

/// From `commissionRates`, or from the older whole basis points.
Decimal taker_fee(const JsonObject& root) {
  if (auto rates = json_object(root, "commissionRates")) {
    const auto rate = [&](std::string_view name) {
      const auto value = json_decimal_if(*rates, name);
      return value && *value && !(*value)->is_negative() && **value <= Decimal{1} ? **value
                                                                                  : Decimal{};
    };
    const auto taker = rate("taker");
    return taker + std::max(rate("buyer"), rate("seller"));
  }
  const auto points = json_integer_if(root, "takerCommission");
  if (!points || !*points || **points < 0 || **points > 10'000) return Decimal{};
  return Decimal::from_raw(Int128{Decimal::one_raw} / 10'000 * **points);
}

}  // namespace

AnswerReader::AnswerReader(const Markets& markets)
    : markets_(markets), json_(std::make_unique<JsonReader>()) {}
AnswerReader::~AnswerReader() = default;

VenueError AnswerReader::error(std::string_view body) {
  const auto root = json_->object(body);
  if (!root) return {};
  return read_error(*root);
}

Result<WrittenOrders> AnswerReader::written(std::string_view body) {
  auto root = json_->object(body);
  if (!root) return pass(root);
  return written(*root);
}

Result<WrittenOrders> AnswerReader::written(const JsonObject& root) {
  // One pass, whatever it turns out to be: a list names its orders twice, first by their ids
  // alone; an amendment holds the order inside; else the object is the order itself.
  WrittenOrders described, named;
  OrderFields own;
  for (const auto field : root) {
    Result<void> read;
    if (field.name() == "orderReports") {
      read = append_all(field, markets_, described);
    } else if (field.name() == "orders") {
      read = append_all(field, markets_, named);
    } else if (const auto inner = field.object(); inner && field.name() == "amendedOrder") {
      OrderFields fields;
      read = fields.read(*inner);
      if (read) read = append(fields, markets_, described);
    } else {
      read = own.read_field(field);
    }
    if (!read) return pass(read);
  }
  if (!described.orders.empty()) return described;
  if (!named.orders.empty()) return named;
  if (auto read = append(own, markets_, described); !read) return pass(read);
  return described;
}

Result<OrderRow> AnswerReader::order(std::string_view body) {
  auto root = json_->object(body);
  if (!root) return pass(root);
  OrderFields fields;
  if (auto read = fields.read(*root); !read) return pass(read);
  auto row = fields.row(markets_);
  if (row && !row->described) return failed(Fault::bad_input, "order: not described");
  return row;
}

Result<DescribedOrder> AnswerReader::described(std::string_view body) {
  auto root = json_->object(body);
  if (!root) return pass(root);
  OrderFields fields;
  if (auto read = fields.read(*root); !read) return pass(read);
  return fields.described(markets_);
}

Result<std::vector<DescribedOrder>> AnswerReader::described_list(std::string_view body) {
  auto root = json_->array(body);
  if (!root) return pass(root);
  std::vector<DescribedOrder> orders;
  auto read = for_objects(*root, answer_items_max, [&](const JsonObject& object) -> Result<void> {
    OrderFields fields;
    if (auto one = fields.read(object); !one) return one;
    auto order = fields.described(markets_);
    if (!order) return pass(order);
    orders.push_back(std::move(*order));
    return {};
  });
  if (!read) return pass(read);
  return orders;
}

Result<OpenOrders> AnswerReader::open_orders(std::string_view body) {
  auto root = json_->array(body);
  if (!root) return pass(root);
  OpenOrders open;
  auto read = for_objects(*root, answer_items_max, [&](const JsonObject& object) -> Result<void> {
    OrderFields fields;
    if (auto one = fields.read(object); !one) return one;
    auto row = fields.row(markets_);
    if (!row && row.error().fault == Fault::not_found) {
      ++open.skipped;
      return {};
    }
    if (!row) return pass(row);
    if (!row->described) return failed(Fault::bad_input, "order: not described");
    open.orders.push_back(*row);
    return {};
  });
  if (!read) return pass(read);
  return open;
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
    const auto buyer = json_bool(object, "isBuyer");
    const auto maker = json_bool(object, "isMaker");
    if (!buyer) return pass(buyer);
    if (!maker) return pass(maker);
    auto row = read_trade(object, *market, *buyer ? Side::buy : Side::sell, *maker);
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
  const auto can_trade = json_bool(*root, "canTrade");
  if (!can_trade) return pass(can_trade);
  account.can_trade = *can_trade;
  account.taker_fee = taker_fee(*root);
  auto balances = json_array(*root, "balances");
  if (!balances) return pass(balances);
  auto read =
      for_objects(*balances, answer_items_max, [&](const JsonObject& object) -> Result<void> {
        const auto asset = json_text(object, "asset");
        const auto free = amount(object, "free");
        const auto locked = amount(object, "locked");
        if (!asset) return pass(asset);
        if (!free) return pass(free);
        if (!locked) return pass(locked);
        if (!Asset::fits(*asset) || (free->is_zero() && locked->is_zero())) return {};
        account.balances.push_back({Asset{*asset}, Quantity{*free}, Quantity{*locked}});
        return {};
      });
  if (!read) return pass(read);
  return account;
}

Result<bool> AnswerReader::may_withdraw(std::string_view body) {
  auto root = json_->object(body);
  if (!root) return pass(root);
  return json_bool(*root, "enableWithdrawals");
}

Result<BookTop> AnswerReader::book_ticker(std::string_view body) {
  auto root = json_->object(body);
  if (!root) return pass(root);
  return read_book_top(*root);
}

Result<DayTicker> AnswerReader::day_ticker(std::string_view body) {
  auto root = json_->object(body);
  if (!root) return pass(root);
  return read_day_ticker(*root, [this](std::string_view wire) -> const MarketBase* {
    return markets_.find_wire(wire);
  });
}

Result<BookDepth> AnswerReader::depth(std::string_view body) {
  auto root = json_->object(body);
  if (!root) return pass(root);
  return read_depth(*root);
}

Result<WallTime> AnswerReader::server_time(std::string_view body) {
  auto root = json_->object(body);
  if (!root) return pass(root);
  return read_server_time(*root);
}

}  // namespace signalbox::binance
