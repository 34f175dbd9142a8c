#include "connectors/kraken/streams.hpp"

#include "connectors/transport/json.hpp"

namespace signalbox::kraken {
namespace {

using kit::take;

constexpr std::size_t rows_max = 10'000;  // of one frame

tl::unexpected<Error> unreadable(std::string_view what) {
  return failed(Fault::bad_input, "frame: " + std::string{what});
}

Result<void> take_time(JsonValue from, WallTime& into) {
  const auto text = from.text();
  const auto time = text ? time_in(*text) : std::nullopt;
  if (!time) return unreadable("a time is none");
  into = *time;
  return {};
}

/// The first of a list of fees; an order pays in one asset.
Result<void> take_fees(JsonValue from, ExecutionFields& to) {
  const auto fees = from.array();
  if (!fees) return unreadable("\"fees\" is no list");
  bool several = false;
  for (const auto each : *fees) {
    const auto fee = each.object();
    if (!fee) return unreadable("a fee is no object");
    if (several) {
      // Two assets cannot be told as one fee: it is then not known, and the worst is assumed.
      to.fee.reset();
      return {};
    }
    several = true;
    const auto asset = json_text(*fee, "asset");
    if (!asset) return pass(asset);
    to.fee_asset = *asset;
    if (const auto quantity = fee->find("qty"))
      if (auto read = take_signed(*quantity, to.fee); !read) return read;
  }
  return {};
}

Result<void> take_triggers(JsonValue from, ExecutionFields& to) {
  const auto triggers = from.object();
  if (!triggers) return {};
  for (const auto field : *triggers) {
    if (field.name() == "price")
      if (auto read = take_price(field, to.trigger); !read) return read;
    if (field.name() == "status") {
      const auto text = field.text();
      if (!text) return unreadable("\"status\" of a trigger is no text");
      to.triggered = *text == "triggered";
    }
  }
  return {};
}

/// What every frame that answers a request says.
template <class Frame>
Result<void> read_answer(const JsonObject& root, std::string_view method, Frame& to) {
  to.kind = method == "pong" ? Frame::Kind::heartbeat : Frame::Kind::answer;
  to.method = method;
  if (const auto number = json_integer_if(root, "req_id"); number && *number) to.request = **number;
  const auto success = json_bool(root, "success");
  // A pong says nothing about success; it is one.
  to.succeeded = success ? *success : method == "pong";
  if (const auto error = json_text_if(root, "error"); error && *error) to.error = **error;
  return {};
}

template <class Frame>
Result<void> read_status(const JsonObject& root, Frame& to) {
  to.kind = Frame::Kind::status;
  const auto data = json_array(root, "data");
  if (!data) return pass(data);
  return for_objects(*data, rows_max, [&](const JsonObject& one) -> Result<void> {
    const auto system = json_text(one, "system");
    if (!system) return pass(system);
    to.system = system_status_of(*system);
    return {};
  });
}

Result<void> read_executions(const JsonObject& root, AccountFrame& to) {
  to.kind = AccountFrame::Kind::executions;
  const auto data = json_array(root, "data");
  if (!data) return pass(data);
  return for_objects(*data, rows_max, [&](const JsonObject& one) -> Result<void> {
    ExecutionFields fields;
    if (auto read = fields.read(one); !read) return read;
    if (fields.order_id.empty() || !VenueOrderId::fits(fields.order_id))
      return unreadable("an execution without an order");
    to.executions.push_back(fields);
    return {};
  });
}

Result<void> read_balances(const JsonObject& root, AccountFrame& to) {
  to.kind = AccountFrame::Kind::balances;
  const auto data = json_array(root, "data");
  if (!data) return pass(data);
  return for_objects(*data, rows_max, [&](const JsonObject& one) -> Result<void> {
    const auto asset = json_text(one, "asset");
    if (!asset) return pass(asset);
    const auto balance = one.find("balance");
    std::optional<Decimal> total;
    if (!balance) return unreadable("a balance without a number");
    if (auto read = take_signed(*balance, total); !read) return read;
    if (!total) return unreadable("a balance without a number");
    to.totals.push_back({std::string{common_name(*asset)}, *total});
    return {};
  });
}

Result<void> read_ticker(const JsonObject& one, MarketFrame& to) {
  std::optional<Decimal> bid, bid_quantity, ask, ask_quantity, last;
  MarketFrame::Ticker ticker;
  for (const auto field : one) {
    const auto is = [&](std::string_view word) { return field.name() == word; };
    Result<void> read;
    if (is("symbol")) read = take(field, ticker.name);
    if (is("bid")) read = take_amount(field, bid);
    if (is("bid_qty")) read = take_amount(field, bid_quantity);
    if (is("ask")) read = take_amount(field, ask);
    if (is("ask_qty")) read = take_amount(field, ask_quantity);
    if (is("last")) read = take_amount(field, last);
    if (is("timestamp")) read = take_time(field, ticker.time);
    if (!read) return read;
  }
  if (ticker.name.empty()) return unreadable("a ticker without a symbol");
  // An empty side has no price; there is then nothing to trade at.
  if (!unless_zero(bid) || !unless_zero(ask)) return {};
  ticker.bid = Price{*bid};
  ticker.ask = Price{*ask};
  ticker.bid_quantity = Quantity{bid_quantity.value_or(Decimal{})};
  ticker.ask_quantity = Quantity{ask_quantity.value_or(Decimal{})};
  if (const auto known = unless_zero(last)) ticker.last = Price{*known};
  to.tickers.push_back(ticker);
  return {};
}

}  // namespace

Result<void> ExecutionFields::read(const JsonObject& from) {
  for (const auto field : from) {
    const auto is = [&](std::string_view word) { return field.name() == word; };
    Result<void> read;
    if (is("order_id")) read = take(field, order_id);
    if (is("cl_ord_id")) read = take(field, client_id);
    if (is("ord_ref_id")) read = take(field, parent_id);
    if (is("exec_type")) read = take(field, event);
    if (is("order_status")) read = take(field, status);
    if (is("reason") || (is("cancel_reason") && reason.empty())) read = take(field, reason);
    if (is("symbol")) read = take(field, symbol);
    if (is("side")) read = take(field, side);
    if (is("order_type")) read = take(field, order_type);
    if (is("order_qty")) read = take_amount(field, quantity);
    if (is("limit_price")) read = take_price(field, limit);
    if (is("cum_qty")) read = take_amount(field, filled);
    if (is("cum_cost")) read = take_amount(field, cost);
    if (is("avg_price")) read = take_amount(field, average);
    if (is("exec_id")) read = take(field, trade_id);
    if (is("liquidity_ind")) read = take(field, liquidity);
    if (is("last_qty")) read = take_amount(field, last_quantity);
    if (is("last_price")) read = take_amount(field, last_price);
    if (is("timestamp")) read = take_time(field, time);
    if (is("fees")) read = take_fees(field, *this);
    if (is("triggers")) read = take_triggers(field, *this);
    if (!read) return read;
  }
  return {};
}

FrameReader::FrameReader() : json_(std::make_unique<JsonReader>()) {}
FrameReader::~FrameReader() = default;

Result<AccountFrame> FrameReader::account(std::string_view text) {
  const auto root = json_->object(text);
  if (!root) return pass(root);
  AccountFrame frame;
  const auto method = json_text_if(*root, "method");
  if (!method) return pass(method);
  if (*method) {
    if (auto read = read_answer(*root, **method, frame); !read) return pass(read);
    if (const auto result = json_object(*root, "result")) {
      const auto text_of = [&](std::string_view name) {
        const auto found = json_text_if(*result, name);
        return found ? found->value_or("") : std::string_view{};
      };
      frame.order_id = text_of("order_id");
      frame.client_id = text_of("cl_ord_id");
      frame.channel = text_of("channel");
      if (const auto most = json_integer_if(*result, "maxratecount"); most && *most)
        frame.rate_counter_max = **most;
    }
    return frame;
  }
  const auto channel = json_text(*root, "channel");
  if (!channel) return pass(channel);
  if (const auto type = json_text_if(*root, "type"); type && *type)
    frame.snapshot = **type == "snapshot";
  if (const auto sequence = json_integer_if(*root, "sequence"); sequence && *sequence)
    frame.sequence = **sequence;
  Result<void> read;
  if (*channel == "executions") read = read_executions(*root, frame);
  if (*channel == "balances") read = read_balances(*root, frame);
  if (*channel == "status") read = read_status(*root, frame);
  if (*channel == "heartbeat") frame.kind = AccountFrame::Kind::heartbeat;
  if (!read) return pass(read);
  return frame;
}

Result<MarketFrame> FrameReader::market(std::string_view text) {
  const auto root = json_->object(text);
  if (!root) return pass(root);
  MarketFrame frame;
  const auto method = json_text_if(*root, "method");
  if (!method) return pass(method);
  Result<void> read;
  if (*method) {
    read = read_answer(*root, **method, frame);
    if (!read) return pass(read);
    return frame;
  }
  const auto channel = json_text(*root, "channel");
  if (!channel) return pass(channel);
  if (*channel == "heartbeat") frame.kind = MarketFrame::Kind::heartbeat;
  if (*channel == "status") read = read_status(*root, frame);
  if (*channel == "ticker") {
    frame.kind = MarketFrame::Kind::tickers;
    const auto data = json_array(*root, "data");
    if (!data) return pass(data);
    read = for_objects(*data, rows_max,
                       [&](const JsonObject& one) { return read_ticker(one, frame); });
  }
  if (!read) return pass(read);
  return frame;
}

}  // namespace signalbox::kraken
