#include "connectors/binanceusdm/streams.hpp"

#include "connectors/binance/market_data.hpp"
#include "connectors/binanceusdm/order_events.hpp"
#include "connectors/kit/take.hpp"
#include "connectors/transport/json.hpp"

namespace signalbox::binanceusdm {
namespace {

template <class T>
bool is_foreign(const Result<T>& read) {
  return !read && read.error().fault == Fault::not_found;
}

Result<void> read_order(const JsonObject& event, const Markets& markets, UserFrame& to) {
  auto inner = json_object(event, "o");
  if (!inner) return pass(inner);
  TradeUpdate update;
  if (auto read = update.read(*inner); !read) return read;
  auto order = update.order(markets);
  if (is_foreign(order)) {
    to.kind = UserFrame::Kind::foreign;
    return {};
  }
  if (!order) return pass(order);
  auto fill = update.fill(order->row);
  if (!fill) return pass(fill);
  to.kind = UserFrame::Kind::order;
  to.order = *order;
  to.fill = *fill;
  return {};
}

Result<void> read_algo(const JsonObject& event, const Markets& markets, UserFrame& to) {
  auto inner = json_object(event, "o");
  const auto time = json_integer_if(event, "T");
  if (!inner) return pass(inner);
  if (!time) return pass(time);
  auto order = read_algo_update(*inner, time->value_or(0), markets);
  if (is_foreign(order)) {
    to.kind = UserFrame::Kind::foreign;
    return {};
  }
  if (!order) return pass(order);
  to.kind = UserFrame::Kind::algo;
  to.order = *order;
  return {};
}

Result<void> read_trade(const JsonObject& event, MarketFrame& to) {
  const auto symbol = json_text(event, "s");
  const auto number = json_integer(event, "t");
  const auto price = amount(event, "p");
  const auto quantity = amount(event, "q");
  const auto time = json_integer(event, "T");
  const auto maker = json_bool(event, "m");
  if (!symbol) return pass(symbol);
  if (!number) return pass(number);
  if (!price) return pass(price);
  if (!quantity) return pass(quantity);
  if (!time) return pass(time);
  if (!maker) return pass(maker);
  to.kind = MarketFrame::Kind::trade;
  to.trade = {*symbol,
              *number,
              Price{*price},
              Quantity{*quantity},
              wall_from_ms(*time),
              wall_from_ms(json_integer(event, "E").value_or(0)),
              *maker};
  return {};
}

Result<void> read_book(const JsonObject& event, MarketFrame& to) {
  const auto symbol = json_text(event, "s");
  const auto update = json_integer(event, "u");
  const auto bid = amount(event, "b");
  const auto bid_quantity = amount(event, "B");
  const auto ask = amount(event, "a");
  const auto ask_quantity = amount(event, "A");
  if (!symbol) return pass(symbol);
  if (!update) return pass(update);
  for (const auto* each : {&bid, &bid_quantity, &ask, &ask_quantity})
    if (!*each) return pass(*each);
  to.kind = MarketFrame::Kind::book;
  to.book = {*symbol,
             Price{*bid},
             Price{*ask},
             Quantity{*bid_quantity},
             Quantity{*ask_quantity},
             *update,
             json_integer(event, "E").value_or(0),
             json_integer(event, "T").value_or(0)};
  return {};
}

Result<void> set_depth(Result<binance::DepthUpdate> depth, MarketFrame& to) {
  if (!depth) return pass(depth);
  to.kind = MarketFrame::Kind::depth;
  to.depth = std::move(*depth);
  return {};
}

Result<void> read_market(const JsonObject& event, MarketFrame& to) {
  const auto name = json_text_if(event, "e");
  if (!name) return pass(name);
  if (!*name)
    return event.find("lastUpdateId") ? set_depth(binance::read_depth_picture(event), to)
                                      : Result<void>{};
  if (**name == "bookTicker") return read_book(event, to);
  if (**name == "trade") return read_trade(event, to);
  if (**name == "depthUpdate") return set_depth(binance::read_depth_update(event), to);
  return {};
}

void read_answer(const JsonObject& root, MarketFrame& to) {
  to.kind = MarketFrame::Kind::answer;
  const auto inner = json_object(root, "error");
  const auto& from = inner ? *inner : root;
  if (const auto code = json_integer(from, "code"))
    to.error.code = static_cast<std::int32_t>(*code);
  if (const auto text = json_text(from, "msg")) to.error.text = *text;
}

}  // namespace

FrameReader::FrameReader(const Markets& markets)
    : markets_(markets), json_(std::make_unique<JsonReader>()) {}
FrameReader::~FrameReader() = default;

Result<UserFrame> FrameReader::user(std::string_view frame) {
  auto root = json_->object(frame);
  if (!root) return pass(root);
  const auto wrapped = json_object(*root, "data");
  const auto& event = wrapped ? *wrapped : *root;
  const auto name = json_text_if(event, "e");
  if (!name) return pass(name);
  UserFrame read;
  Result<void> done;
  const auto is = [&](std::string_view wanted) { return *name && **name == wanted; };
  if (is("ORDER_TRADE_UPDATE")) done = read_order(event, markets_, read);
  if (is("ALGO_UPDATE")) done = read_algo(event, markets_, read);
  if (is("ACCOUNT_UPDATE")) read.kind = UserFrame::Kind::account;
  if (is("ACCOUNT_CONFIG_UPDATE")) read.kind = UserFrame::Kind::modes;
  if (is("listenKeyExpired")) read.kind = UserFrame::Kind::ended;
  if (!done) return pass(done);
  return read;
}

Result<MarketFrame> FrameReader::market(std::string_view frame) {
  MarketFrame read;
  if (const auto book = binance::scan_futures_book_ticker(frame)) {
    read.kind = MarketFrame::Kind::book;
    read.book = *book;
    return read;
  }
  auto root = json_->object(frame);
  if (!root) return pass(root);
  Result<void> done;
  if (auto data = json_object(*root, "data"))
    done = read_market(*data, read);
  else if (root->find("id") || root->find("code"))
    read_answer(*root, read);
  else
    done = read_market(*root, read);
  if (!done) return pass(done);
  return read;
}

}  // namespace signalbox::binanceusdm
