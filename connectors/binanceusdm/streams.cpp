#include "connectors/binanceusdm/streams.hpp"

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
  return binance::read_market_frame(*root);
}

}  // namespace signalbox::binanceusdm
