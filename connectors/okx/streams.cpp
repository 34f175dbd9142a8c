#include "connectors/okx/streams.hpp"

#include "connectors/transport/json.hpp"

namespace signalbox::okx {
namespace {

using kit::pass;

constexpr std::size_t rows_max = 2000;    // in one frame
constexpr std::size_t levels_max = 5000;  // of one side

tl::unexpected<Error> bad(std::string_view what) {
  return failed(Fault::bad_input, "frame: " + std::string{what});
}

/// Calls `each(const JsonObject&)` for every row of "data".
template <class Each>
Result<void> for_rows(const JsonObject& root, Each&& each) {
  auto rows = json_array(root, "data");
  if (!rows) return pass(rows);
  std::size_t count = 0;
  for (const auto element : *rows) {
    const auto object = element.object();
    if (!object || ++count > rows_max) return bad("rows that are none, or too many");
    if (Result<void> read = each(*object); !read) return read;
  }
  return {};
}

bool is_foreign(const Error& error) { return error.fault == Fault::not_found; }

Result<void> read_user_data(const JsonObject& root, std::string_view channel,
                            const Markets& markets, UserFrame& to) {
  if (channel == "orders") {
    to.kind = UserFrame::Kind::orders;
    return for_rows(root, [&](const JsonObject& object) -> Result<void> {
      OrderFields fields;
      if (auto read = fields.read(object); !read) return read;
      auto row = plain_row(fields, markets);
      if (!row && is_foreign(row.error())) return {};
      if (!row) return pass(row);
      to.orders.push_back(std::move(*row));
      return {};
    });
  }
  if (channel == "orders-algo") {
    to.kind = UserFrame::Kind::algos;
    return for_rows(root, [&](const JsonObject& object) -> Result<void> {
      AlgoFields fields;
      if (auto read = fields.read(object); !read) return read;
      auto row = algo_row(fields, markets);
      if (!row && is_foreign(row.error())) return {};
      if (!row) return pass(row);
      to.algos.push_back(std::move(*row));
      return {};
    });
  }
  if (channel == "account") {
    to.kind = UserFrame::Kind::balances;
    return for_rows(root, [&](const JsonObject& object) -> Result<void> {
      auto rows = balance_rows(object);
      if (!rows) return pass(rows);
      to.balances.insert(to.balances.end(), rows->begin(), rows->end());
      return {};
    });
  }
  if (channel == "positions") to.kind = UserFrame::Kind::positions;
  return {};
}

/// The word of an event that carries no data.
template <class Frame>
void read_event(const JsonObject& root, std::string_view event, Frame& to) {
  if (event == "subscribe") {
    to.kind = Frame::Kind::subscribed;
  } else if (event == "error") {
    to.kind = Frame::Kind::refused;
    to.error = envelope_error(root);
  } else if (event == "notice") {
    to.kind = Frame::Kind::notice;
    to.error = envelope_error(root);
  }
}

void read_user_event(const JsonObject& root, std::string_view event, UserFrame& to) {
  if (event == "login") {
    to.error = envelope_error(root);
    to.kind = to.error.code == 0 ? UserFrame::Kind::logged_in : UserFrame::Kind::refused;
    return;
  }
  read_event(root, event, to);
  // More than it allows of a private channel at once.
  if (event == "channel-conn-count-error") {
    to.kind = UserFrame::Kind::refused;
    to.error = {0, "too many connections on a channel"};
  }
}

void read_operation(const JsonObject& root, UserFrame& to) {
  to.kind = UserFrame::Kind::answer;
  to.id = text_or_none(root, "id");
  to.operation = text_or_none(root, "op");
  to.error = envelope_error(root);
  auto rows = json_array(root, "data");
  if (!rows) return;
  for (const auto element : *rows)
    if (const auto row = element.object()) {
      to.names.number = text_or_none(*row, "ordId");
      to.names.client_id = text_or_none(*row, "clOrdId");
      return;
    }
}

Result<void> read_levels(const JsonObject& from, std::string_view name,
                         std::vector<MarketFrame::Level>& to) {
  auto levels = json_array(from, name);
  if (!levels) return pass(levels);
  for (const auto element : *levels) {
    const auto level = element.array();
    if (!level || to.size() == levels_max) return bad("levels that are none, or too many");
    std::optional<Decimal> numbers[2];
    std::size_t count = 0;
    for (const auto part : *level) {
      if (count == 2) break;
      if (auto read = take_number(part, numbers[count]); !read) return read;
      ++count;
    }
    if (!numbers[0] || !numbers[1] || numbers[0]->is_negative() || numbers[1]->is_negative())
      return bad("a level without price or size");
    to.push_back({Price{*numbers[0]}, Quantity{*numbers[1]}});
  }
  return {};
}

Result<void> read_time(const JsonObject& from, std::int64_t& into) {
  const auto member = from.find("ts");
  if (!member) return bad("\"ts\" is missing");
  return take_whole(*member, into);
}

Result<void> read_book(const JsonObject& object, bool is_snapshot, MarketFrame& to) {
  auto& book = to.books.emplace_back();
  book.instrument = to.instrument;
  book.is_snapshot = is_snapshot;
  if (auto read = read_levels(object, "bids", book.bids); !read) return read;
  if (auto read = read_levels(object, "asks", book.asks); !read) return read;
  book.checksum = json_integer(object, "checksum").value_or(0);
  return read_time(object, book.time);
}

Result<void> read_trade(const JsonObject& object, MarketFrame& to) {
  auto& trade = to.trades.emplace_back();
  trade.instrument = text_or_none(object, "instId");
  trade.id = text_or_none(object, "tradeId");
  const auto side = side_of(text_or_none(object, "side"));
  const auto price = amount_of(object, "px");
  const auto size = amount_of(object, "sz");
  if (trade.id.empty() || !side) return bad("trade: \"tradeId\" or \"side\" is missing");
  if (!price) return pass(price);
  if (!size) return pass(size);
  trade.side = *side;
  trade.price = Price{*price};
  trade.size = Quantity{*size};
  return read_time(object, trade.time);
}

Result<void> read_market_data(const JsonObject& root, MarketFrame& to) {
  if (to.channel == "tickers") {
    to.kind = MarketFrame::Kind::tickers;
    return for_rows(root, [&](const JsonObject& object) -> Result<void> {
      auto ticker = day_ticker(object);
      if (!ticker) return pass(ticker);
      to.tickers.push_back(*ticker);
      return {};
    });
  }
  if (to.channel.starts_with("books") || to.channel == "bbo-tbt") {
    to.kind = MarketFrame::Kind::books;
    const bool is_snapshot = text_or_none(root, "action") != "update";
    return for_rows(root, [&](const JsonObject& object) -> Result<void> {
      return read_book(object, is_snapshot, to);
    });
  }
  if (to.channel.starts_with("trades")) {
    to.kind = MarketFrame::Kind::trades;
    return for_rows(
        root, [&](const JsonObject& object) -> Result<void> { return read_trade(object, to); });
  }
  return {};
}

}  // namespace

FrameReader::FrameReader(const Markets& markets)
    : markets_(markets), json_(std::make_unique<JsonReader>()) {}
FrameReader::~FrameReader() = default;

Result<UserFrame> FrameReader::user(std::string_view frame) {
  UserFrame read;
  if (frame == "pong") {
    read.kind = UserFrame::Kind::pong;
    return read;
  }
  auto root = json_->object(frame);
  if (!root) return pass(root);
  if (const auto arg = json_object(*root, "arg")) read.channel = text_or_none(*arg, "channel");
  if (const auto event = text_or_none(*root, "event"); !event.empty()) {
    read_user_event(*root, event, read);
  } else if (!text_or_none(*root, "op").empty()) {
    read_operation(*root, read);
  } else if (read.channel.empty()) {
    return bad("neither an event nor data");
  } else if (auto done = read_user_data(*root, read.channel, markets_, read); !done) {
    return pass(done);
  }
  return read;
}

Result<MarketFrame> FrameReader::market(std::string_view frame) {
  MarketFrame read;
  if (frame == "pong") {
    read.kind = MarketFrame::Kind::pong;
    return read;
  }
  auto root = json_->object(frame);
  if (!root) return pass(root);
  if (const auto arg = json_object(*root, "arg")) {
    read.channel = text_or_none(*arg, "channel");
    read.instrument = text_or_none(*arg, "instId");
  }
  if (const auto event = text_or_none(*root, "event"); !event.empty()) {
    read_event(*root, event, read);
  } else if (read.channel.empty()) {
    return bad("neither an event nor data");
  } else if (auto done = read_market_data(*root, read); !done) {
    return pass(done);
  }
  return read;
}

}  // namespace signalbox::okx
