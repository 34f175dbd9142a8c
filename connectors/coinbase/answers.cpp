#include "connectors/coinbase/answers.hpp"

#include "connectors/coinbase/fields.hpp"
#include "connectors/coinbase/times.hpp"
#include "connectors/transport/json.hpp"

namespace signalbox::coinbase {
namespace {

using kit::for_objects;
using kit::pass;

constexpr std::size_t levels_max = 5000;

tl::unexpected<Error> unreadable(std::string_view what) {
  return failed(Fault::bad_input, "answer: " + std::string{what});
}

/// Pages of orders and accounts say when they are the last; pages of fills only by their cursor.
std::string next_cursor(const JsonObject& root) {
  if (root.find("has_next") && !truth_or(root, "has_next", false)) return {};
  return std::string{text_or_none(root, "cursor")};
}

Result<std::vector<kit::BookLevel>> levels(const JsonObject& from, std::string_view name) {
  const auto list = json_array(from, name);
  if (!list) return pass(list);
  std::vector<kit::BookLevel> found;
  const auto read = for_objects(*list, levels_max, [&](const JsonObject& one) -> Result<void> {
    const auto price = kit::amount(one, "price");
    const auto size = kit::amount(one, "size");
    if (!price) return pass(price);
    if (!size) return pass(size);
    found.push_back({Price{*price}, Quantity{*size}});
    return {};
  });
  if (!read) return pass(read);
  return found;
}

Result<Quantity> money(const JsonObject& from, std::string_view name) {
  const auto object = json_object(from, name);
  if (!object) return pass(object);
  std::optional<Decimal> value;
  if (const auto member = object->find("value"))
    if (auto taken = take_signed(*member, value); !taken) return pass(taken);
  // An overdrawn account holds nothing that could be sold.
  if (!value || value->is_negative()) return Quantity{};
  return Quantity{*value};
}

}  // namespace

AnswerReader::AnswerReader(const Markets& markets)
    : markets_(markets), json_(std::make_unique<JsonReader>()) {}
AnswerReader::~AnswerReader() = default;

Result<JsonObject> AnswerReader::root(std::string_view body) { return json_->object(body); }

std::optional<Said> AnswerReader::said(std::string_view body) {
  const auto all = root(body);
  if (!all) return std::nullopt;
  return said_by(*all);
}

Verdict AnswerReader::verdict(int http_status, std::string_view body) {
  const auto what = said(body);
  return judge(http_status, what ? &*what : nullptr);
}

Result<Acknowledged> AnswerReader::acknowledged(std::string_view body) {
  const auto all = root(body);
  if (!all) return pass(all);
  Acknowledged names;
  auto from = *all;
  if (const auto inner = json_object(*all, "success_response")) {
    from = *inner;
  } else if (const auto results = json_array(*all, "results")) {
    if (results->begin() == results->end()) return unreadable("no result");
    const auto first = (*results->begin()).object();
    if (!first) return unreadable("a result is no object");
    from = *first;
  }
  // An amendment is answered with nothing but success.
  if (!truth_or(*all, "success", false) && !truth_or(from, "success", false))
    return unreadable("it does not say success");
  names.order_id = text_or_none(from, "order_id");
  if (names.order_id.empty()) names.order_id = text_or_none(*all, "order_id");
  names.client_id = text_or_none(from, "client_order_id");
  names.product = text_or_none(from, "product_id");
  names.attached_id = text_or_none(from, "attached_order_id");
  const auto side = text_or_none(from, "side");
  if (side == "BUY") names.side = Side::buy;
  if (side == "SELL") names.side = Side::sell;
  return names;
}

Result<ReadOrder> AnswerReader::order(std::string_view body) {
  const auto all = root(body);
  if (!all) return pass(all);
  const auto one = json_object(*all, "order");
  if (!one) return pass(one);
  OrderFields fields;
  if (auto read = fields.read(*one); !read) return pass(read);
  return fields.order(markets_);
}

Result<std::string> AnswerReader::orders(
    std::string_view body, const std::function<Result<void>(const ReadOrder&)>& each) {
  const auto all = root(body);
  if (!all) return pass(all);
  const auto list = json_array(*all, "orders");
  if (!list) return pass(list);
  const auto read =
      for_objects(*list, answer_items_max, [&](const JsonObject& one) -> Result<void> {
        OrderFields fields;
        if (auto taken = fields.read(one); !taken) return taken;
        const auto order = fields.order(markets_);
        if (!order && order.error().fault == Fault::not_found) return {};
        if (!order) return pass(order);
        return each(*order);
      });
  if (!read) return pass(read);
  return next_cursor(*all);
}

Result<std::string> AnswerReader::fills(std::string_view body,
                                        const std::function<Result<void>(const FillRow&)>& each) {
  const auto all = root(body);
  if (!all) return pass(all);
  const auto list = json_array(*all, "fills");
  if (!list) return pass(list);
  const auto read =
      for_objects(*list, answer_items_max, [&](const JsonObject& one) -> Result<void> {
        FillFields fields;
        if (auto taken = fields.read(one); !taken) return taken;
        const auto* market = find_loaded(markets_, fields.product);
        if (!market) return {};
        const auto row = fields.row(*market);
        if (!row) return pass(row);
        return *row ? each(**row) : Result<void>{};
      });
  if (!read) return pass(read);
  return next_cursor(*all);
}

Result<std::string> AnswerReader::accounts(
    std::string_view body, const std::function<Result<void>(const Balance&)>& each) {
  const auto all = root(body);
  if (!all) return pass(all);
  const auto list = json_array(*all, "accounts");
  if (!list) return pass(list);
  const auto read =
      for_objects(*list, answer_items_max, [&](const JsonObject& one) -> Result<void> {
        const auto currency = json_text(one, "currency");
        if (!currency) return pass(currency);
        if (currency->empty() || !Asset::fits(*currency)) return {};
        const auto free = money(one, "available_balance");
        if (!free) return pass(free);
        // A vault or a wallet that nothing can be held in leaves it out.
        const auto held = one.find("hold") ? money(one, "hold") : Result<Quantity>{Quantity{}};
        if (!held) return pass(held);
        return each({Asset{*currency}, *free, *held});
      });
  if (!read) return pass(read);
  return next_cursor(*all);
}

Result<KeyRights> AnswerReader::key_rights(std::string_view body) {
  const auto all = root(body);
  if (!all) return pass(all);
  const auto view = all->find("can_view");
  const auto trade = all->find("can_trade");
  const auto transfer = all->find("can_transfer");
  if (!view || !trade || !transfer) return unreadable("the key's rights are not all told");
  // What cannot be read as a denial is taken as a right to transfer.
  return KeyRights{truth_or(*all, "can_view", false), truth_or(*all, "can_trade", false),
                   truth_or(*all, "can_transfer", true)};
}

Result<Decimal> AnswerReader::taker_fee(std::string_view body) {
  const auto all = root(body);
  if (!all) return pass(all);
  const auto tier = json_object(*all, "fee_tier");
  if (!tier) return pass(tier);
  return kit::amount(*tier, "taker_fee_rate");
}

Result<std::optional<Tick>> AnswerReader::best_bid_ask(std::string_view body,
                                                       const Market& market) {
  const auto all = root(body);
  if (!all) return pass(all);
  const auto books = json_array(*all, "pricebooks");
  if (!books) return pass(books);
  for (const auto each : *books) {
    const auto book = each.object();
    if (!book) continue;
    const auto product = text_or_none(*book, "product_id");
    if (product != market.wire && product != book_of(market)) continue;
    const auto bids = levels(*book, "bids");
    const auto asks = levels(*book, "asks");
    if (!bids) return pass(bids);
    if (!asks) return pass(asks);
    if (bids->empty() || asks->empty()) return std::optional<Tick>{};
    Tick tick{.symbol = market.instrument.symbol,
              .bid = bids->front().price,
              .bid_quantity = bids->front().quantity,
              .ask = asks->front().price,
              .ask_quantity = asks->front().quantity};
    if (const auto time = book->find("time")) take_time(*time, tick.time);
    return std::optional{tick};
  }
  return unreadable("no book of the product");
}

Result<kit::DayTicker> AnswerReader::ticker(std::string_view body, const Market& market) {
  const auto all = root(body);
  if (!all) return pass(all);
  kit::DayTicker ticker{.symbol = market.instrument.symbol};
  for (const auto& [name, into] : {std::pair{"best_bid", &ticker.bid}, {"best_ask", &ticker.ask}})
    if (const auto member = all->find(name))
      if (auto taken = take_amount(*member, *into); !taken) return pass(taken);
  const auto trades = json_array(*all, "trades");
  if (!trades) return pass(trades);
  if (trades->begin() == trades->end()) return ticker;
  const auto last = (*trades->begin()).object();
  if (!last) return unreadable("a trade is no object");
  if (const auto price = last->find("price"))
    if (auto taken = take_amount(*price, ticker.last); !taken) return pass(taken);
  if (const auto time = last->find("time")) take_time(*time, ticker.time);
  return ticker;
}

Result<kit::BookDepth> AnswerReader::book(std::string_view body) {
  const auto all = root(body);
  if (!all) return pass(all);
  const auto book = json_object(*all, "pricebook");
  if (!book) return pass(book);
  auto bids = levels(*book, "bids");
  auto asks = levels(*book, "asks");
  if (!bids) return pass(bids);
  if (!asks) return pass(asks);
  return kit::BookDepth{std::move(*bids), std::move(*asks)};
}

Result<WallTime> AnswerReader::server_time(std::string_view body) {
  const auto all = root(body);
  if (!all) return pass(all);
  auto from = *all;
  if (const auto inner = json_object(*all, "data")) from = *inner;  // of the older endpoint
  std::int64_t ms = 0;
  if (const auto millis = from.find("epochMillis"))
    if (auto taken = take_whole(*millis, ms); !taken) return pass(taken);
  if (ms > 0) return kit::wall_from_ms(ms);
  std::int64_t seconds = 0;
  if (const auto epoch = from.find("epoch"))
    if (auto taken = take_whole(*epoch, seconds); !taken) return pass(taken);
  constexpr std::int64_t seconds_max = 9'000'000'000;
  if (seconds > 0 && seconds < seconds_max) return kit::wall_from_ms(seconds * 1000);
  return unreadable("no time");
}

}  // namespace signalbox::coinbase
