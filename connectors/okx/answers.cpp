#include "connectors/okx/answers.hpp"

#include <algorithm>
#include <charconv>

namespace signalbox::okx {
namespace {

using kit::pass;
using kit::take;

tl::unexpected<Error> bad(std::string_view what) {
  return failed(Fault::bad_input, "answer: " + std::string{what});
}

std::int32_t code_of(std::string_view text) {
  std::int32_t code = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), code);
  return error == std::errc{} && end == text.data() + text.size() ? code : 0;
}

/// Calls `each(const JsonObject&)` for every element, stops at the first error.
template <class Each>
Result<void> for_objects(const JsonArray& array, Each&& each) {
  std::size_t count = 0;
  for (const auto element : array) {
    const auto object = element.object();
    if (!object) return bad("an element is no object");
    if (++count > answer_items_max) return bad("too many elements");
    if (Result<void> read = each(*object); !read) return read;
  }
  return {};
}

bool is_foreign(const Error& error) { return error.fault == Fault::not_found; }

}  // namespace

VenueError envelope_error(const JsonObject& root) {
  VenueError error;
  error.code = code_of(text_or_none(root, "code"));
  if (!error.code)
    if (const auto code = json_integer(root, "code"))
      error.code = static_cast<std::int32_t>(std::clamp<std::int64_t>(*code, -999'999, 999'999));
  error.text = text_or_none(root, "msg");
  auto data = json_array(root, "data");
  if (!data) return error;
  for (const auto element : *data) {
    const auto row = element.object();
    if (!row) continue;
    const auto code = code_of(text_or_none(*row, "sCode"));
    if (code == 0) continue;
    error.code = code;
    error.text = text_or_none(*row, "sMsg");
    return error;
  }
  return error;
}

Result<kit::FillRow> fill_row(const JsonObject& from, const Markets& markets) {
  const auto* market = markets.find_wire(text_or_none(from, "instId"));
  if (!market) return failed(Fault::not_found, "fill: a symbol that is not loaded");
  const auto order = text_or_none(from, "ordId");
  const auto trade = text_or_none(from, "tradeId");
  const auto side = side_of(text_or_none(from, "side"));
  const auto price = amount_of(from, "fillPx");
  const auto size = amount_of(from, "fillSz");
  const auto fee = number_if(from, "fee");
  if (!is_number(order)) return bad("fill: \"ordId\" is no number");
  if (trade.empty() || !TradeId::fits(trade)) return bad("fill: \"tradeId\" is missing");
  if (!side) return bad("fill: \"side\" is unknown");
  if (!price) return pass(price);
  if (!size) return pass(size);
  if (!fee) return pass(fee);
  const auto quantity = to_base(*size, *market);
  if (!quantity || !quantity->is_positive() || !price->is_positive())
    return bad("fill: an amount is out of range");
  kit::FillRow row;
  row.key = {market->index, plain_id(order)};
  auto& report = row.report;
  report.symbol = market->instrument.symbol;
  report.id = kit::own_client_id(text_or_none(from, "clOrdId"));
  report.venue_id = row.key.id;
  report.trade_id = TradeId{trade};
  report.side = *side;
  report.price = Price{*price};
  report.quantity = *quantity;
  const auto asset = text_or_none(from, "feeCcy");
  if (*fee && !asset.empty() && Asset::fits(asset)) {
    report.fee = (*fee)->is_negative() ? -**fee : Decimal{};
    report.fee_asset = Asset{asset};
  }
  report.maker = text_or_none(from, "execType") == "M";
  std::int64_t time = 0;
  for (const std::string_view name : {"fillTime", "ts"})
    if (const auto member = from.find(name); member && time == 0)
      if (auto read = take_whole(*member, time); !read) return pass(read);
  report.time = kit::wall_from_ms(time);
  return row;
}

Result<std::vector<Balance>> balance_rows(const JsonObject& account) {
  auto details = json_array(account, "details");
  if (!details) return pass(details);
  std::vector<Balance> rows;
  auto read = for_objects(*details, [&](const JsonObject& one) -> Result<void> {
    const auto asset = text_or_none(one, "ccy");
    const auto free = number_if(one, "availBal");
    const auto margin_free = number_if(one, "availEq");
    const auto frozen = number_if(one, "frozenBal");
    if (!free) return pass(free);
    if (!margin_free) return pass(margin_free);
    if (!frozen) return pass(frozen);
    if (asset.empty() || !Asset::fits(asset)) return {};
    const auto none_below_zero = [](std::optional<Decimal> d) {
      return Quantity{d && d->is_positive() ? *d : Decimal{}};
    };
    rows.push_back(
        {Asset{asset}, none_below_zero(*free ? *free : *margin_free), none_below_zero(*frozen)});
    return {};
  });
  if (!read) return pass(read);
  return rows;
}

Result<Position> position_row(const PositionFields& fields, const Markets& markets) {
  const auto* market = markets.find_wire(fields.instrument);
  if (!market) return failed(Fault::not_found, "position: a symbol that is not loaded");
  const auto base = to_base(fields.size.value_or(Decimal{}), *market);
  if (!base) return bad("position: \"pos\" is out of range");
  Position row;
  row.symbol = market->instrument.symbol;
  // In long_short mode the size has no sign; the side has.
  row.quantity = fields.side == "short" && base->is_positive() ? -*base : *base;
  row.entry_price = Price{fields.entry_price.value_or(Decimal{})};
  row.liquidation_price = price_or_none(fields.liquidation_price);
  return row;
}

Result<void> PositionFields::read(const JsonObject& from) {
  for (const auto field : from) {
    const auto is = [&](std::string_view name) { return field.name() == name; };
    Result<void> read;
    if (is("instId"))
      read = take(field, instrument);
    else if (is("instType"))
      read = take(field, type);
    else if (is("posSide"))
      read = take(field, side);
    else if (is("mgnMode"))
      read = take(field, margin_mode);
    else if (is("pos"))
      read = take_number(field, size);
    else if (is("avgPx"))
      read = take_number(field, entry_price);
    else if (is("markPx"))
      read = take_number(field, mark_price);
    else if (is("liqPx"))
      read = take_number(field, liquidation_price);
    else if (is("lever"))
      read = take_number(field, leverage);
    else if (is("upl"))
      read = take_number(field, profit);
    if (!read) return read;
  }
  return {};
}

Result<DayTicker> day_ticker(const JsonObject& from) {
  DayTicker t;
  for (const auto field : from) {
    const auto is = [&](std::string_view name) { return field.name() == name; };
    Result<void> read;
    if (is("instId"))
      read = take(field, t.instrument);
    else if (is("bidPx"))
      read = take_number(field, t.bid);
    else if (is("bidSz"))
      read = take_number(field, t.bid_size);
    else if (is("askPx"))
      read = take_number(field, t.ask);
    else if (is("askSz"))
      read = take_number(field, t.ask_size);
    else if (is("last"))
      read = take_number(field, t.last);
    else if (is("open24h"))
      read = take_number(field, t.open);
    else if (is("high24h"))
      read = take_number(field, t.high);
    else if (is("low24h"))
      read = take_number(field, t.low);
    else if (is("vol24h"))
      read = take_number(field, t.volume);
    else if (is("volCcy24h"))
      read = take_number(field, t.quote_volume);
    else if (is("ts"))
      read = take_whole(field, t.time);
    if (!read) return pass(read);
  }
  if (t.instrument.empty()) return bad("ticker: \"instId\" is missing");
  return t;
}

std::optional<Tick> tick_of(const DayTicker& ticker, const Market& market, WallTime received) {
  const auto bid = price_or_none(ticker.bid);
  const auto ask = price_or_none(ticker.ask);
  if (!bid || !ask) return std::nullopt;
  const auto base = [&](const std::optional<Decimal>& size) {
    return to_base(size.value_or(Decimal{}), market).value_or(Quantity{});
  };
  return Tick{.symbol = market.instrument.symbol,
              .bid = *bid,
              .bid_quantity = base(ticker.bid_size),
              .ask = *ask,
              .ask_quantity = base(ticker.ask_size),
              .time = ticker.time > 0 ? kit::wall_from_ms(ticker.time) : received};
}

AnswerReader::AnswerReader(const Markets& markets)
    : markets_(markets), json_(std::make_unique<JsonReader>()) {}
AnswerReader::~AnswerReader() = default;

Result<JsonArray> AnswerReader::data(std::string_view body) {
  auto root = json_->object(body);
  if (!root) return pass(root);
  return json_array(*root, "data");
}

Result<JsonObject> AnswerReader::only(std::string_view body) {
  auto rows = data(body);
  if (!rows) return pass(rows);
  for (const auto element : *rows) {
    const auto object = element.object();
    if (!object) return bad("an element is no object");
    return *object;
  }
  return bad("\"data\" is empty");
}

VenueError AnswerReader::error(std::string_view body) {
  auto root = json_->object(body);
  return root ? envelope_error(*root) : VenueError{};
}

Result<Acknowledged> AnswerReader::acknowledged(std::string_view body) {
  auto row = only(body);
  if (!row) return pass(row);
  Acknowledged names;
  names.number = text_or_none(*row, "ordId");
  names.client_id = text_or_none(*row, "clOrdId");
  if (names.number.empty()) names.number = text_or_none(*row, "algoId");
  if (const auto id = text_or_none(*row, "algoClOrdId"); !id.empty()) names.client_id = id;
  if (!is_number(names.number)) return bad("no order id");
  return names;
}

Result<void> AnswerReader::each_order(std::string_view body,
                                      const std::function<Result<void>(const OrderFields&)>& each) {
  auto rows = data(body);
  if (!rows) return pass(rows);
  return for_objects(*rows, [&](const JsonObject& object) -> Result<void> {
    OrderFields fields;
    if (auto read = fields.read(object); !read) return read;
    return each(fields);
  });
}

Result<void> AnswerReader::each_algo(std::string_view body,
                                     const std::function<Result<void>(const AlgoFields&)>& each) {
  auto rows = data(body);
  if (!rows) return pass(rows);
  return for_objects(*rows, [&](const JsonObject& object) -> Result<void> {
    AlgoFields fields;
    if (auto read = fields.read(object); !read) return read;
    return each(fields);
  });
}

Result<PlainRow> AnswerReader::order(std::string_view body) {
  auto object = only(body);
  if (!object) return pass(object);
  OrderFields fields;
  if (auto read = fields.read(*object); !read) return pass(read);
  return plain_row(fields, markets_);
}

Result<AlgoRow> AnswerReader::algo(std::string_view body) {
  auto object = only(body);
  if (!object) return pass(object);
  AlgoFields fields;
  if (auto read = fields.read(*object); !read) return pass(read);
  return algo_row(fields, markets_);
}

Result<AnswerReader::Page> AnswerReader::orders(std::string_view body, std::vector<PlainRow>& to) {
  Page page;
  auto read = each_order(body, [&](const OrderFields& fields) -> Result<void> {
    ++page.rows;
    page.last = fields.number;
    auto row = plain_row(fields, markets_);
    if (!row && is_foreign(row.error())) return {};
    if (!row) return pass(row);
    row->fill.reset();  // a picture shows the last trade of each, which may be an old one
    to.push_back(std::move(*row));
    return {};
  });
  if (!read) return pass(read);
  return page;
}

Result<AnswerReader::Page> AnswerReader::algos(std::string_view body, std::vector<AlgoRow>& to) {
  Page page;
  auto read = each_algo(body, [&](const AlgoFields& fields) -> Result<void> {
    ++page.rows;
    page.last = fields.number;
    auto row = algo_row(fields, markets_);
    if (!row && is_foreign(row.error())) return {};
    if (!row) return pass(row);
    to.push_back(std::move(*row));
    return {};
  });
  if (!read) return pass(read);
  return page;
}

Result<AnswerReader::Page> AnswerReader::fills(std::string_view body,
                                               std::vector<kit::FillRow>& to) {
  auto rows = data(body);
  if (!rows) return pass(rows);
  Page page;
  auto read = for_objects(*rows, [&](const JsonObject& object) -> Result<void> {
    ++page.rows;
    page.last = text_or_none(object, "billId");
    auto row = fill_row(object, markets_);
    if (!row && is_foreign(row.error())) return {};
    if (!row) return pass(row);
    to.push_back(std::move(*row));
    return {};
  });
  if (!read) return pass(read);
  return page;
}

Result<std::vector<Balance>> AnswerReader::balances(std::string_view body) {
  auto account = only(body);
  if (!account) return pass(account);
  auto rows = balance_rows(*account);
  if (rows)
    std::erase_if(*rows, [](const Balance& b) { return b.free.is_zero() && b.locked.is_zero(); });
  return rows;
}

Result<void> AnswerReader::each_position(
    std::string_view body, const std::function<Result<void>(const PositionFields&)>& each) {
  auto rows = data(body);
  if (!rows) return pass(rows);
  return for_objects(*rows, [&](const JsonObject& object) -> Result<void> {
    PositionFields fields;
    if (auto read = fields.read(object); !read) return read;
    return each(fields);
  });
}

Result<std::vector<Position>> AnswerReader::positions(std::string_view body) {
  std::vector<Position> rows;
  auto read = each_position(body, [&](const PositionFields& fields) -> Result<void> {
    auto row = position_row(fields, markets_);
    if (!row && is_foreign(row.error())) return {};
    if (!row) return pass(row);
    if (!row->quantity.is_zero()) rows.push_back(*row);
    return {};
  });
  if (!read) return pass(read);
  return rows;
}

Result<AccountConfig> AnswerReader::account_config(std::string_view body) {
  auto account = only(body);
  if (!account) return pass(account);
  AccountConfig config;
  config.level = static_cast<int>(code_of(text_or_none(*account, "acctLv")));
  if (config.level < 1) return bad("\"acctLv\" is missing");
  const auto mode = text_or_none(*account, "posMode");
  config.hedged = mode == "long_short_mode";
  if (!config.hedged && mode != "net_mode") return bad("\"posMode\" is unknown");
  const auto rights = text_or_none(*account, "perm");
  config.says_permissions = !rights.empty();
  config.may_trade = rights.find("trade") != rights.npos;
  config.may_withdraw = rights.find("withdraw") != rights.npos;
  return config;
}

Result<Decimal> AnswerReader::taker_fee(std::string_view body) {
  auto row = only(body);
  if (!row) return pass(row);
  Decimal worst;
  for (const std::string_view name : {"taker", "takerU", "takerUSDC"}) {
    const auto rate = number_if(*row, name);
    if (!rate) return pass(rate);
    // Negative: what is paid.
    if (*rate && (*rate)->is_negative() && -**rate <= Decimal{1}) worst = std::max(worst, -**rate);
  }
  return worst;
}

Result<DayTicker> AnswerReader::ticker(std::string_view body) {
  auto row = only(body);
  if (!row) return pass(row);
  return day_ticker(*row);
}

Result<WallTime> AnswerReader::server_time(std::string_view body) {
  auto row = only(body);
  if (!row) return pass(row);
  const auto member = row->find("ts");
  std::int64_t ms = 0;
  if (!member) return bad("\"ts\" is missing");
  if (auto read = take_whole(*member, ms); !read) return pass(read);
  if (ms <= 0) return bad("\"ts\" is out of range");
  return kit::wall_from_ms(ms);
}

}  // namespace signalbox::okx
