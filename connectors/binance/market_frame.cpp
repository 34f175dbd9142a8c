#include "connectors/binance/market_frame.hpp"

#include "connectors/kit/take.hpp"

namespace signalbox::binance {
namespace {

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
  const auto bid = amount(event, "b");
  const auto bid_quantity = amount(event, "B");
  const auto ask = amount(event, "a");
  const auto ask_quantity = amount(event, "A");
  if (!symbol) return pass(symbol);
  for (const auto* each : {&bid, &bid_quantity, &ask, &ask_quantity})
    if (!*each) return pass(*each);
  to.kind = MarketFrame::Kind::book;
  to.book = {*symbol,
             Price{*bid},
             Price{*ask},
             Quantity{*bid_quantity},
             Quantity{*ask_quantity},
             json_integer(event, "u").value_or(0),
             json_integer(event, "E").value_or(0),
             json_integer(event, "T").value_or(0)};
  return {};
}

Result<void> set_depth(Result<DepthUpdate> depth, MarketFrame& to) {
  if (!depth) return pass(depth);
  to.kind = MarketFrame::Kind::depth;
  to.depth = std::move(*depth);
  return {};
}

/// What has no name is spot's book ticker, known by its update's number, or a picture of the book.
Result<void> read_nameless(const JsonObject& event, MarketFrame& to) {
  if (event.find("lastUpdateId")) return set_depth(read_depth_picture(event), to);
  const auto update = json_integer_if(event, "u");
  if (!update) return pass(update);
  return *update ? read_book(event, to) : Result<void>{};
}

Result<void> read_event(const JsonObject& event, MarketFrame& to) {
  const auto name = json_text_if(event, "e");
  if (!name) return pass(name);
  if (!*name) return read_nameless(event, to);
  if (**name == "bookTicker") return read_book(event, to);
  if (**name == "trade") return read_trade(event, to);
  if (**name == "depthUpdate") return set_depth(read_depth_update(event), to);
  if (**name == "serverShutdown") to.kind = MarketFrame::Kind::ended;
  return {};
}

}  // namespace

Result<MarketFrame> read_market_frame(const JsonObject& root) {
  MarketFrame frame;
  Result<void> done;
  if (const auto data = json_object(root, "data")) {
    done = read_event(*data, frame);
  } else if (root.find("id") || root.find("code")) {
    frame.kind = MarketFrame::Kind::answer;
    frame.id = json_integer(root, "id").value_or(0);
    const auto error = json_object(root, "error");
    frame.error = read_error(error ? *error : root);
  } else {
    done = read_event(root, frame);
  }
  if (!done) return pass(done);
  return frame;
}

}  // namespace signalbox::binance
