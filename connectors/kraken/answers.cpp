#include "connectors/kraken/answers.hpp"

#include <algorithm>
#include <array>

#include "connectors/kraken/words.hpp"
#include "connectors/transport/json.hpp"

namespace signalbox::kraken {
namespace {

constexpr std::size_t page_rows_max = 10'000;
constexpr std::size_t book_levels_max = 1000;

tl::unexpected<Error> unreadable(std::string_view what) {
  return failed(Fault::bad_input, "answer: " + std::string{what});
}

/// Every member of an object is a row under its id.
template <class Row, class Name>
Result<void> read_rows(const JsonObject& from, std::vector<Row>& rows, Name name) {
  for (const auto member : from) {
    const auto object = member.object();
    if (!object) return unreadable("a row is no object");
    if (rows.size() == page_rows_max) return failed(Fault::full, "answer: too many rows");
    Row row;
    row.*name = member.name();
    if (auto read = row.read(*object); !read) return read;
    rows.push_back(row);
  }
  return {};
}

Result<std::int64_t> count_in(const JsonObject& result) {
  const auto count = json_integer_if(result, "count");
  if (!count) return pass(count);
  return count->value_or(0);
}

/// The decimal at a place of an array.
std::optional<Decimal> number_at(const JsonArray& array, std::size_t place) {
  std::size_t at = 0;
  for (const auto value : array) {
    if (at++ != place) continue;
    if (const auto text = value.text()) return decimal_in(*text);
    if (const auto digits = value.number()) return decimal_in(*digits);
    return std::nullopt;
  }
  return std::nullopt;
}

std::optional<Decimal> number_in(const JsonObject& from, std::string_view name, std::size_t place) {
  const auto field = from.find(name);
  const auto array = field ? field->array() : std::nullopt;
  return array ? number_at(*array, place) : std::nullopt;
}

Result<void> read_levels(const JsonObject& from, std::string_view name,
                         std::vector<kit::BookLevel>& to) {
  const auto list = json_array(from, name);
  if (!list) return pass(list);
  for (const auto element : *list) {
    const auto level = element.array();
    const auto price = level ? number_at(*level, 0) : std::nullopt;
    const auto quantity = level ? number_at(*level, 1) : std::nullopt;
    if (!price || !quantity) return unreadable("a level of the book is no pair");
    if (to.size() == book_levels_max) return failed(Fault::full, "answer: too many levels");
    to.push_back({Price{*price}, Quantity{*quantity}});
  }
  return {};
}

bool says(std::string_view text, std::string_view part) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::search(text.begin(), text.end(), part.begin(), part.end(),
                     [&](char a, char b) { return lower(a) == b; }) != text.end();
}

std::string_view next_word(std::string_view& text) {
  const auto end = std::min(text.find(' '), text.size());
  const auto word = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return word;
}

bool skip(std::string_view& text, std::string_view words) {
  if (!text.starts_with(words)) return false;
  text.remove_prefix(words.size());
  return true;
}

}  // namespace

std::optional<OrderSentence> read_sentence(std::string_view text) {
  OrderSentence order;
  const auto side = side_of(next_word(text));
  const auto quantity = decimal_in(next_word(text));
  order.pair = next_word(text);
  if (!side || !quantity || order.pair.empty() || next_word(text) != "@") return std::nullopt;
  order.side = *side;
  order.quantity = *quantity;
  if (skip(text, "market")) return order;
  if (skip(text, "limit ")) {
    order.kind = OrderKind::limit;
    order.price = decimal_in(next_word(text));
    return order.price ? std::optional{order} : std::nullopt;
  }
  const bool stop = skip(text, "stop loss ");
  if (!stop && !skip(text, "take profit ")) return std::nullopt;
  order.trigger_price = decimal_in(next_word(text));
  if (skip(text, "-> limit ")) order.price = decimal_in(next_word(text));
  if (order.price)
    order.kind = stop ? OrderKind::stop_limit : OrderKind::take_profit_limit;
  else
    order.kind = stop ? OrderKind::stop_market : OrderKind::take_profit_market;
  return order.trigger_price ? std::optional{order} : std::nullopt;
}

SystemStatus system_status_of(std::string_view word) {
  if (word == "online") return SystemStatus::online;
  if (word == "post_only") return SystemStatus::post_only;
  if (word == "cancel_only") return SystemStatus::cancel_only;
  if (word == "maintenance") return SystemStatus::maintenance;
  return SystemStatus::unknown;
}

AnswerReader::AnswerReader() : json_(std::make_unique<JsonReader>()) {}
AnswerReader::~AnswerReader() = default;

std::optional<VenueError> AnswerReader::said(std::string_view body) {
  // How every good answer begins; the whole of it is read once, by whoever wants it.
  if (body.starts_with(R"({"error":[],)")) return VenueError{};
  const auto root = json_->object(body);
  if (!root) return std::nullopt;
  const auto errors = json_array(*root, "error");
  if (!errors) return std::nullopt;
  for (const auto each : *errors) {
    const auto text = each.text();
    if (!text) return std::nullopt;
    if (!text->starts_with('W')) return VenueError{0, text->empty() ? "E" : *text};
  }
  return VenueError{};
}

Result<JsonObject> AnswerReader::result_of(std::string_view body) {
  auto root = json_->object(body);
  if (!root) return root;
  return json_object(*root, "result");
}

// ---- orders ----

Result<Placed> AnswerReader::placed(std::string_view body) {
  const auto result = result_of(body);
  if (!result) return pass(result);
  const auto ids = json_array(*result, "txid");
  if (!ids) return pass(ids);
  Placed placed;
  if (const auto description = json_object(*result, "descr"))
    if (const auto sentence = json_text(*description, "order")) placed.sentence = *sentence;
  for (const auto id : *ids) {
    const auto text = id.text();
    if (!text || text->empty() || !VenueOrderId::fits(*text))
      return unreadable("\"txid\" holds no id");
    placed.order_id = *text;
    return placed;
  }
  return unreadable("\"txid\" is empty");
}

Result<Cancelled> AnswerReader::cancelled(std::string_view body) {
  const auto result = result_of(body);
  if (!result) return pass(result);
  const auto count = json_integer(*result, "count");
  if (!count) return pass(count);
  Cancelled cancelled{.count = *count};
  if (const auto pending = json_bool(*result, "pending")) cancelled.pending = *pending;
  return cancelled;
}

Result<std::string_view> AnswerReader::amended(std::string_view body) {
  const auto result = result_of(body);
  if (!result) return pass(result);
  return json_text(*result, "amend_id");
}

Result<OrdersPage> AnswerReader::open_orders(std::string_view body) {
  const auto result = result_of(body);
  if (!result) return pass(result);
  const auto open = json_object(*result, "open");
  if (!open) return pass(open);
  OrdersPage page;
  if (auto read = read_rows(*open, page.orders, &OrderFields::order_id); !read) return pass(read);
  page.count = static_cast<std::int64_t>(page.orders.size());
  return page;
}

Result<OrdersPage> AnswerReader::closed_orders(std::string_view body) {
  const auto result = result_of(body);
  if (!result) return pass(result);
  const auto closed = json_object(*result, "closed");
  if (!closed) return pass(closed);
  const auto count = count_in(*result);
  if (!count) return pass(count);
  OrdersPage page{.count = *count};
  if (auto read = read_rows(*closed, page.orders, &OrderFields::order_id); !read) return pass(read);
  return page;
}

Result<OrdersPage> AnswerReader::orders(std::string_view body) {
  const auto result = result_of(body);
  if (!result) return pass(result);
  OrdersPage page;
  if (auto read = read_rows(*result, page.orders, &OrderFields::order_id); !read) return pass(read);
  page.count = static_cast<std::int64_t>(page.orders.size());
  return page;
}

Result<TradesPage> AnswerReader::trades(std::string_view body) {
  const auto result = result_of(body);
  if (!result) return pass(result);
  const auto trades = json_object(*result, "trades");
  if (!trades) return pass(trades);
  const auto count = count_in(*result);
  if (!count) return pass(count);
  TradesPage page{.count = *count};
  if (auto read = read_rows(*trades, page.trades, &TradeFields::trade_id); !read) return pass(read);
  return page;
}

// ---- the account ----

Result<std::vector<AssetBalance>> AnswerReader::balances(std::string_view body,
                                                         const AssetNames& names) {
  const auto result = result_of(body);
  if (!result) return pass(result);
  std::vector<AssetBalance> balances;
  for (const auto member : *result) {
    const auto object = member.object();
    if (!object) return unreadable("a balance is no object");
    std::optional<Decimal> total, held, credit, credit_used;
    for (const auto field : *object) {
      const auto is = [&](std::string_view word) { return field.name() == word; };
      Result<void> read;
      // What was lent can be negative, and there is none of it to spend.
      if (is("balance")) read = take_signed(field, total);
      if (is("hold_trade")) read = take_amount(field, held);
      if (is("credit")) read = take_amount(field, credit);
      if (is("credit_used")) read = take_amount(field, credit_used);
      if (!read) return pass(read);
    }
    const Decimal none;
    const auto whole = total.value_or(none);
    const auto taken = held.value_or(none);
    const auto free = whole + credit.value_or(none) - credit_used.value_or(none) - taken;
    if (whole.is_zero() && taken.is_zero() && free.is_zero()) continue;
    const auto name = names.name_of(member.name());
    if (!Asset::fits(name)) continue;
    const auto known = std::find_if(balances.begin(), balances.end(),
                                    [&](const AssetBalance& b) { return b.asset == name; });
    if (known == balances.end()) {
      if (balances.size() == answer_items_max) return failed(Fault::full, "too many balances");
      balances.push_back({name, whole, std::max(free, none), taken});
      continue;
    }
    // The same asset in another of its forms.
    known->total = known->total + whole;
    known->free = known->free + std::max(free, none);
    known->held = known->held + taken;
  }
  return balances;
}

Result<KeyInfo> AnswerReader::key_info(std::string_view body) {
  const auto result = result_of(body);
  if (!result) return pass(result);
  const auto permissions = json_array(*result, "permissions");
  if (!permissions) return pass(permissions);
  KeyInfo info;
  for (const auto each : *permissions) {
    const auto text = each.text();
    if (!text) return unreadable("a permission is no text");
    if (says(*text, "withdraw")) info.can_withdraw = true;
    if (says(*text, "modify") || says(*text, "modify-orders")) info.can_trade = true;
    if (says(*text, "query")) info.can_query = true;
    if (says(*text, "websocket") || says(*text, "web-sockets")) info.can_stream = true;
  }
  if (const auto nonce = result->find("nonce")) {
    const auto digits = nonce->number() ? nonce->number() : nonce->text();
    const auto value = digits ? decimal_in(*digits) : std::nullopt;
    if (value && !value->is_negative())
      info.nonce = static_cast<std::uint64_t>(value->raw() / Decimal::one_raw);
  }
  return info;
}

Result<StreamToken> AnswerReader::stream_token(std::string_view body) {
  const auto result = result_of(body);
  if (!result) return pass(result);
  const auto token = json_text(*result, "token");
  if (!token) return pass(token);
  const bool plain = !token->empty() && std::all_of(token->begin(), token->end(), [](char c) {
    return c > ' ' && c <= '~' && c != '"' && c != '\\';
  });
  if (!plain) return unreadable("\"token\" is none");
  const auto seconds = json_integer(*result, "expires");
  if (!seconds) return pass(seconds);
  constexpr std::int64_t lives_max = 86'400;
  return StreamToken{Secret::take(std::string{*token}),
                     std::chrono::seconds{std::clamp<std::int64_t>(*seconds, 0, lives_max)}};
}

// ---- the market ----

Result<kit::DayTicker> AnswerReader::ticker(std::string_view body, const Symbol& symbol) {
  const auto result = result_of(body);
  if (!result) return pass(result);
  for (const auto member : *result) {  // of one pair, under whichever of its names
    const auto one = member.object();
    if (!one) break;
    kit::DayTicker t{.symbol = symbol};
    constexpr std::size_t lot = 2, day = 1;  // of an amount at the top, of the last 24 hours
    t.bid = number_in(*one, "b", 0);
    t.bid_quantity = number_in(*one, "b", lot);
    t.ask = number_in(*one, "a", 0);
    t.ask_quantity = number_in(*one, "a", lot);
    t.last = number_in(*one, "c", 0);
    t.high = number_in(*one, "h", day);
    t.low = number_in(*one, "l", day);
    t.base_volume = number_in(*one, "v", day);
    if (const auto open = one->find("o")) {
      if (auto read = take_amount(*open, t.open); !read) return pass(read);
    }
    if (!t.bid || !t.ask || !t.last) return unreadable("a ticker lacks a price");
    const auto average = number_in(*one, "p", day);
    if (average && t.base_volume) {
      const auto volume = Decimal::mul(*average, *t.base_volume, Rounding::half_even);
      if (volume) t.quote_volume = *volume;
    }
    if (t.open && t.open->is_positive()) {
      const auto part = Decimal::div(*t.last - *t.open, *t.open, Rounding::half_even);
      const auto percent = part ? Decimal::mul(*part, Decimal{100}, Rounding::half_even) : part;
      if (percent) t.percentage = *percent;
    }
    return t;
  }
  return unreadable("no ticker");
}

Result<kit::BookDepth> AnswerReader::book(std::string_view body) {
  const auto result = result_of(body);
  if (!result) return pass(result);
  for (const auto member : *result) {
    const auto one = member.object();
    if (!one) break;
    kit::BookDepth book;
    if (auto read = read_levels(*one, "bids", book.bids); !read) return pass(read);
    if (auto read = read_levels(*one, "asks", book.asks); !read) return pass(read);
    return book;
  }
  return unreadable("no book");
}

Result<WallTime> AnswerReader::server_time(std::string_view body) {
  const auto result = result_of(body);
  if (!result) return pass(result);
  const auto seconds = json_integer(*result, "unixtime");
  if (!seconds) return pass(seconds);
  constexpr std::int64_t year_2255 = 9'000'000'000;
  if (*seconds <= 0 || *seconds > year_2255) return unreadable("\"unixtime\" is out of range");
  return WallTime{std::chrono::seconds{*seconds}};
}

Result<SystemStatus> AnswerReader::system_status(std::string_view body) {
  const auto result = result_of(body);
  if (!result) return pass(result);
  const auto status = json_text(*result, "status");
  if (!status) return pass(status);
  return system_status_of(*status);
}

Result<void> AnswerReader::assets(std::string_view body, AssetNames& names) {
  const auto result = result_of(body);
  if (!result) return pass(result);
  for (const auto member : *result) {
    const auto object = member.object();
    const auto name = object ? json_text(*object, "altname") : Result<std::string_view>{""};
    if (!name || name->empty()) continue;
    names.put(member.name(), *name);
  }
  return {};
}

}  // namespace signalbox::kraken
