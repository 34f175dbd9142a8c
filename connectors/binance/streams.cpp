#include "connectors/binance/streams.hpp"

#include <algorithm>

#include "connectors/binance/execution_report.hpp"
#include "connectors/kit/take.hpp"
#include "connectors/transport/json.hpp"

namespace signalbox::binance {
namespace {

constexpr std::size_t list_members_max = 8;
constexpr std::size_t balances_max = 2000;  // in one event

tl::unexpected<Error> bad(std::string_view what) {
  return failed(Fault::bad_input, "frame: " + std::string{what});
}

Result<void> read_order(const JsonObject& event, const Markets& markets, UserFrame& to) {
  ExecutionReport report;
  if (auto read = report.read(event); !read) return read;
  auto row = report.row(markets);
  if (!row && row.error().fault == Fault::not_found) {
    to.kind = UserFrame::Kind::foreign;
    return {};
  }
  if (!row) return pass(row);
  auto fill = report.fill(*row);
  if (!fill) return pass(fill);
  to.kind = UserFrame::Kind::order;
  to.order = *row;
  to.fill = *fill;
  return {};
}

Result<void> read_list(const JsonObject& event, const Markets& markets, UserFrame& to) {
  const auto wire = json_text(event, "s");
  const auto number = json_integer(event, "g");
  const auto state = json_text(event, "L");
  if (!wire) return pass(wire);
  if (!number) return pass(number);
  if (!state) return pass(state);
  const auto* market = markets.find_wire(*wire);
  if (!market) {
    to.kind = UserFrame::Kind::foreign;
    return {};
  }
  to.kind = UserFrame::Kind::list;
  to.list.symbol = market->instrument.symbol;
  to.list.number = *number;
  to.list.ended = *state == "ALL_DONE" || *state == "REJECT";
  to.list.rejected = *state == "REJECT";
  auto members = json_array(event, "O");
  if (!members) return pass(members);
  for (const auto element : *members) {
    const auto member = element.object();
    if (!member || to.list.members.size() == list_members_max) return bad("listStatus: members");
    const auto id = json_integer(*member, "i");
    if (!id) return pass(id);
    to.list.members.push_back({market->index, venue_order_id(*id)});
  }
  return {};
}

Result<void> read_balances(const JsonObject& event, UserFrame& to) {
  auto balances = json_array(event, "B");
  if (!balances) return pass(balances);
  to.kind = UserFrame::Kind::balances;
  for (const auto element : *balances) {
    const auto one = element.object();
    if (!one || to.balances.size() == balances_max) return bad("outboundAccountPosition: balances");
    const auto asset = json_text(*one, "a");
    const auto free = amount(*one, "f");
    const auto locked = amount(*one, "l");
    if (!asset) return pass(asset);
    if (!free) return pass(free);
    if (!locked) return pass(locked);
    if (Asset::fits(*asset))
      to.balances.push_back({Asset{*asset}, Quantity{*free}, Quantity{*locked}});
  }
  return {};
}

Result<void> read_event(const JsonObject& event, const Markets& markets, UserFrame& to) {
  const auto name = json_text(event, "e");
  if (!name) return pass(name);
  if (*name == "executionReport") return read_order(event, markets, to);
  if (*name == "listStatus") return read_list(event, markets, to);
  if (*name == "outboundAccountPosition") return read_balances(event, to);
  if (*name == "serverShutdown" || *name == "eventStreamTerminated")
    to.kind = UserFrame::Kind::ended;
  return {};
}

VenueError read_error(const JsonObject& object) {
  VenueError error;
  if (const auto code = json_integer(object, "code"))
    error.code = static_cast<std::int32_t>(std::clamp<std::int64_t>(*code, -999'999, 999'999));
  if (const auto text = json_text(object, "msg")) error.text = *text;
  return error;
}

Result<void> read_answer(const JsonObject& root, UserFrame& to) {
  const auto status = json_integer(root, "status");
  if (!status) return pass(status);
  to.kind = UserFrame::Kind::answer;
  to.status = static_cast<int>(std::clamp<std::int64_t>(*status, 0, 999));
  // A number or a null is no id of ours.
  if (const auto id = json_text(root, "id")) to.id = *id;
  if (auto error = json_object(root, "error")) {
    to.error = read_error(*error);
    if (auto data = json_object(*error, "data"))
      if (const auto retry = json_integer_if(*data, "retryAfter"); retry && *retry)
        to.retry_after_ms = **retry;
  }
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
             json_integer(event, "u").value_or(0)};
  return {};
}

Result<void> read_market(const JsonObject& event, MarketFrame& to) {
  const auto name = json_text_if(event, "e");
  if (!name) return pass(name);
  if (!*name) {
    // Only the book ticker has no name; it has an update number instead.
    const auto update = json_integer_if(event, "u");
    if (!update) return pass(update);
    return *update ? read_book(event, to) : Result<void>{};
  }
  if (**name == "trade") return read_trade(event, to);
  if (**name == "depthUpdate") {
    auto depth = read_depth_update(event);
    if (!depth) return pass(depth);
    to.kind = MarketFrame::Kind::depth;
    to.depth = std::move(*depth);
    return {};
  }
  if (**name == "bookTicker") return read_book(event, to);
  if (**name == "serverShutdown") to.kind = MarketFrame::Kind::ended;
  return {};
}

bool is_answer(const JsonObject& root) {
  return json_integer(root, "id") || json_integer(root, "code");
}

}  // namespace

FrameReader::FrameReader(const Markets& markets)
    : markets_(markets), json_(std::make_unique<JsonReader>()) {}
FrameReader::~FrameReader() = default;

Result<UserFrame> FrameReader::user(std::string_view frame) {
  auto root = json_->object(frame);
  if (!root) return pass(root);
  UserFrame read;
  Result<void> done;
  if (auto event = json_object(*root, "event"))
    done = read_event(*event, markets_, read);
  else if (json_text(*root, "e"))
    done = read_event(*root, markets_, read);
  else
    done = read_answer(*root, read);
  if (!done) return pass(done);
  return read;
}

Result<MarketFrame> FrameReader::market(std::string_view frame) {
  MarketFrame read;
  if (const auto book = scan_book_ticker(frame)) {
    read.kind = MarketFrame::Kind::book;
    read.book = *book;
    return read;
  }
  auto root = json_->object(frame);
  if (!root) return pass(root);
  Result<void> done;
  if (auto data = json_object(*root, "data")) {
    done = read_market(*data, read);
  } else if (is_answer(*root)) {
    read.kind = MarketFrame::Kind::answer;
    read.id = json_integer(*root, "id").value_or(0);
    if (auto error = json_object(*root, "error"))
      read.error = read_error(*error);
    else
      read.error = read_error(*root);
  } else {
    done = read_market(*root, read);
  }
  if (!done) return pass(done);
  return read;
}

}  // namespace signalbox::binance
