#include "connectors/binance/requests.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace signalbox::binance {
namespace {

// Room before the parameters for the longest head; a longer one is a wiring error.
constexpr std::size_t head_bytes_max = 1024;
constexpr std::size_t key_bytes_max = 512;
constexpr std::size_t buffer_first = 4096;

/// The venue's names for the fields of one leg of a list. An empty one: this leg has no such field.
struct LegNames {
  std::string_view type, quantity, price, trigger, time_in_force, id;
};
constexpr LegNames single_names{"type",      "quantity",    "price",
                                "stopPrice", "timeInForce", "newClientOrderId"};
constexpr LegNames above_names{
    "aboveType", "", "abovePrice", "aboveStopPrice", "aboveTimeInForce", "aboveClientOrderId"};
constexpr LegNames below_names{
    "belowType", "", "belowPrice", "belowStopPrice", "belowTimeInForce", "belowClientOrderId"};
constexpr LegNames working_names{"workingType",        "workingQuantity",     "workingPrice", "",
                                 "workingTimeInForce", "workingClientOrderId"};
constexpr LegNames pending_names{"pendingType",      "pendingQuantity",    "pendingPrice",
                                 "pendingStopPrice", "pendingTimeInForce", "pendingClientOrderId"};
constexpr LegNames pending_above_names{"pendingAboveType",        "",
                                       "pendingAbovePrice",       "pendingAboveStopPrice",
                                       "pendingAboveTimeInForce", "pendingAboveClientOrderId"};
constexpr LegNames pending_below_names{"pendingBelowType",        "",
                                       "pendingBelowPrice",       "pendingBelowStopPrice",
                                       "pendingBelowTimeInForce", "pendingBelowClientOrderId"};

std::string_view side_name(Side side) { return side == Side::buy ? "BUY" : "SELL"; }

std::string_view tif_name(TimeInForce tif) {
  switch (tif) {
    case TimeInForce::ioc: return "IOC";
    case TimeInForce::fok: return "FOK";
    case TimeInForce::gtc: break;
  }
  return "GTC";
}

std::string_view type_name(const OrderSpec& spec, bool maker_only) {
  switch (spec.kind) {
    case OrderKind::market: return "MARKET";
    case OrderKind::limit: return maker_only ? "LIMIT_MAKER" : "LIMIT";
    case OrderKind::stop_market: return "STOP_LOSS";
    case OrderKind::stop_limit: return "STOP_LOSS_LIMIT";
    case OrderKind::take_profit_market: return "TAKE_PROFIT";
    case OrderKind::take_profit_limit: return "TAKE_PROFIT_LIMIT";
  }
  return "";
}

/// Exactly the fields the type takes: a superfluous one is refused by the venue.
void add_leg(Query& query, const LegNames& names, const OrderSpec& spec, bool maker_only) {
  maker_only = maker_only || spec.post_only;
  query.add(names.type, type_name(spec, maker_only));
  if (!names.quantity.empty()) query.add(names.quantity, spec.quantity.decimal());
  if (has_limit_price(spec.kind)) {
    query.add(names.price, spec.price->decimal());
    if (!maker_only) query.add(names.time_in_force, tif_name(spec.time_in_force));
  }
  if (is_conditional(spec.kind)) query.add(names.trigger, spec.trigger_price->decimal());
  if (!spec.id.empty()) query.add(names.id, spec.id.view());
}

void add_pair(Query& query, const OrderSpec& stop, const OrderSpec& target, const LegNames& above,
              const LegNames& below) {
  const bool stop_below = stop.side == Side::sell;
  // A limit leg of a pair must be post-only at this venue.
  add_leg(query, stop_below ? above : below, target, target.kind == OrderKind::limit);
  add_leg(query, stop_below ? below : above, stop, false);
}

/// A list needs an id of its own. Derived like everything else, and longer than any order's.
void add_list_id(Query& query, const ClientOrderId& first) {
  query.add("listClientOrderId", first.str() + "-list");
}

/// Whoever takes is judged by its own mode. An entry that meets our own resting exit gives way;
/// an exit that meets our own resting entry takes that out.
void add_prevention(Query& query, const PlaceOrders& orders, const Market& market) {
  const bool entry_alone =
      orders.order_class == OrderClass::entry && orders.linkage == Linkage::single;
  if (entry_alone && market.expire_taker)
    query.add("selfTradePreventionMode", "EXPIRE_TAKER");
  else if (!entry_alone && market.expire_maker)
    query.add("selfTradePreventionMode", "EXPIRE_MAKER");
}

/// Fills come with the answer where the order can fill at once; elsewhere its state is enough.
std::string_view response_type(const PlaceOrders& orders) {
  if (orders.linkage == Linkage::one_cancels_other) return "RESULT";
  return is_conditional(orders.orders[0].kind) ? "RESULT" : "FULL";
}

void stamp(Query& query, Duration window, WallTime now) {
  using std::chrono::milliseconds;
  window = std::clamp<Duration>(window, milliseconds{1}, receive_window_max);
  query.add("recvWindow", std::chrono::ceil<milliseconds>(window).count());
  query.add("timestamp", to_ms(now));
}

void add_order_id(Query& query, const ClientOrderId& id, const VenueOrderId& venue_id) {
  // The venue's id when we have it: ours may be used again once an order has ended.
  if (!venue_id.empty())
    query.add("orderId", venue_id.view());
  else
    query.add("origClientOrderId", id.view());
}

bool may_stand_in_header(std::string_view key) {
  return !key.empty() && key.size() <= key_bytes_max &&
         std::all_of(key.begin(), key.end(),
                     [](char c) { return c > ' ' && c <= '~' && c != '"' && c != '\\'; });
}

}  // namespace

RequestWriter::RequestWriter(std::string_view host, const Secret& api_key,
                             const Secret& api_secret) {
  if (!may_stand_in_header(api_key.reveal()))
    throw std::invalid_argument("binance: the API key is empty or cannot stand in a header");
  if (api_secret.empty()) throw std::invalid_argument("binance: the API secret is empty");
  signer_ = std::make_unique<HmacSha256Signer>(api_secret);
  key_ = Secret::take(std::string{api_key.reveal()});

  const std::string host_line = "Host: " + std::string{host} + "\r\n";
  const std::string common = " HTTP/1.1\r\n" + host_line + "User-Agent: signalbox\r\n";
  const std::string key_line = "X-MBX-APIKEY: " + std::string{key_.reveal()} + "\r\n";
  public_lines_ = common + "\r\n";
  signed_lines_ = common + key_line + "\r\n";

  constexpr auto starts =
      std::array<std::string_view, paths>{"POST /api/v3/order",
                                          "POST /api/v3/orderList/oco",
                                          "POST /api/v3/orderList/oto",
                                          "POST /api/v3/orderList/otoco",
                                          "PUT /api/v3/order/amend/keepPriority",
                                          "POST /api/v3/order/cancelReplace"};
  for (std::size_t i = 0; i < paths; ++i) {
    heads_[i] = std::string{starts[i]} + common + key_line +
                "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ";
    if (heads_[i].size() + 16 > head_bytes_max)
      throw std::invalid_argument("binance: host and key are too long");
  }
  buffer_.reserve(buffer_first);
}

RequestWriter::~RequestWriter() {
  // They carry the key in their lines.
  for (auto* each : {&signed_lines_, &buffer_, &payload_})
    std::fill(each->begin(), each->end(), '\0');
  for (auto& head : heads_) std::fill(head.begin(), head.end(), '\0');
}

Query RequestWriter::begin_body() {
  buffer_.assign(head_bytes_max, ' ');
  return Query{buffer_};
}

void RequestWriter::sign(Query& query) {
  const auto signature = signer_->sign(query.view());
  query.add("signature", signature.view());
}

std::string_view RequestWriter::end_body(Query& query, Path path) {
  sign(query);
  const auto body_size = query.view().size();
  constexpr std::string_view blank_line = "\r\n\r\n";
  std::array<char, 20> digits;
  const auto digits_end = std::to_chars(digits.begin(), digits.end(), body_size).ptr;
  const auto digits_size = static_cast<std::size_t>(digits_end - digits.begin());

  const auto& head = heads_[path];
  const auto start = head_bytes_max - blank_line.size() - digits_size - head.size();
  char* out = std::copy(head.begin(), head.end(), buffer_.data() + start);
  out = std::copy(digits.begin(), digits.begin() + digits_size, out);
  std::copy(blank_line.begin(), blank_line.end(), out);
  return std::string_view{buffer_}.substr(start);
}

Query RequestWriter::begin_target(std::string_view method_and_path) {
  buffer_.assign(method_and_path);
  return Query{buffer_};
}

std::string_view RequestWriter::end_target(Query& query, WallTime now) {
  stamp(query, receive_window_default, now);
  sign(query);
  buffer_ += signed_lines_;
  return buffer_;
}

std::string_view RequestWriter::end_public() {
  buffer_ += public_lines_;
  return buffer_;
}

RequestBytes RequestWriter::place(const PlaceOrders& orders, const Market& market, WallTime now) {
  if (auto bad = why_not(orders, market)) return tl::unexpected(*bad);
  const auto& all = orders.orders;
  const auto& first = all[0];
  Path path = order_path;
  Query query = begin_body();
  query.add("symbol", market.wire);
  switch (orders.linkage) {
    case Linkage::single:
      query.add("side", side_name(first.side));
      add_leg(query, single_names, first, false);
      break;
    case Linkage::one_cancels_other:
      path = oco_path;
      add_list_id(query, first.id);
      query.add("side", side_name(first.side)).add("quantity", first.quantity.decimal());
      add_pair(query, all[0], all[1], above_names, below_names);
      break;
    case Linkage::one_triggers_other:
      path = oto_path;
      add_list_id(query, first.id);
      query.add("workingSide", side_name(first.side));
      add_leg(query, working_names, first, false);
      query.add("pendingSide", side_name(all[1].side));
      add_leg(query, pending_names, all[1], false);
      break;
    case Linkage::one_triggers_pair:
      path = otoco_path;
      add_list_id(query, first.id);
      query.add("workingSide", side_name(first.side));
      add_leg(query, working_names, first, false);
      query.add("pendingSide", side_name(all[1].side))
          .add("pendingQuantity", all[1].quantity.decimal());
      add_pair(query, all[1], all[2], pending_above_names, pending_below_names);
      break;
  }
  query.add("newOrderRespType", response_type(orders));
  add_prevention(query, orders, market);
  stamp(query, orders.valid_for > Duration{} ? orders.valid_for : valid_for_default, now);
  return end_body(query, path);
}

RequestBytes RequestWriter::amend(const AmendOrder& amend, const Market& market, WallTime now) {
  if (auto bad = why_not(amend, market)) return tl::unexpected(*bad);
  Query query = begin_body();
  query.add("symbol", market.wire);
  add_order_id(query, amend.id, amend.venue_id);
  // Without it the venue would give the order a random id, and we would not know our own order.
  query.add("newClientOrderId", amend.id.view());
  query.add("newQty", amend.quantity->decimal());
  stamp(query, receive_window_default, now);
  return end_body(query, amend_path);
}

RequestBytes RequestWriter::cancel(const CancelOrder& cancel, const Market& market, WallTime now) {
  if (auto bad = why_not(cancel.id, cancel.venue_id)) return tl::unexpected(*bad);
  Query query = begin_target("DELETE /api/v3/order?");
  query.add("symbol", market.wire);
  add_order_id(query, cancel.id, cancel.venue_id);
  return end_target(query, now);
}

RequestBytes RequestWriter::order(const ClientOrderId& id, const VenueOrderId& venue_id,
                                  const Market& market, WallTime now) {
  if (auto bad = why_not(id, venue_id)) return tl::unexpected(*bad);
  Query query = begin_target("GET /api/v3/order?");
  query.add("symbol", market.wire);
  add_order_id(query, id, venue_id);
  return end_target(query, now);
}

std::string_view RequestWriter::open_orders(const Market* market, WallTime now) {
  Query query = begin_target("GET /api/v3/openOrders?");
  if (market) query.add("symbol", market->wire);
  return end_target(query, now);
}

std::string_view RequestWriter::trades(const Market& market, WallTime from, WallTime to,
                                       WallTime now) {
  Query query = begin_target("GET /api/v3/myTrades?");
  query.add("symbol", market.wire).add("startTime", to_ms(from)).add("endTime", to_ms(to));
  query.add("limit", trades_page_max);
  return end_target(query, now);
}

std::string_view RequestWriter::account(WallTime now, bool with_zeros) {
  Query query = begin_target("GET /api/v3/account?");
  if (!with_zeros) query.add("omitZeroBalances", true);
  return end_target(query, now);
}

std::string_view RequestWriter::server_time() {
  buffer_.assign("GET /api/v3/time");
  return end_public();
}

std::string_view RequestWriter::exchange_info(const std::vector<Symbol>& symbols) {
  if (symbols.empty()) {
    buffer_.assign("GET /api/v3/exchangeInfo");
    return end_public();
  }
  std::string list;
  for (const auto& symbol : symbols)
    list += (list.empty() ? "[\"" : ",\"") + wire_guess(symbol) + "\"";
  Query query = begin_target("GET /api/v3/exchangeInfo?");
  query.add("symbols", list + "]");
  return end_public();
}

std::string_view RequestWriter::book_ticker(const Market& market) {
  Query query = begin_target("GET /api/v3/ticker/bookTicker?");
  query.add("symbol", market.wire);
  return end_public();
}

RequestBytes RequestWriter::buy_for(const ClientOrderId& id, Notional cost, const Market& market,
                                    WallTime now) {
  if (auto bad = why_not(id, {})) return tl::unexpected(*bad);
  if (!cost.is_positive() || cost < market.instrument.notional_min)
    return tl::unexpected(Rejection{Refusal::minimum, Detail{"the cost is below the minimum"}});
  Query query = begin_body();
  query.add("symbol", market.wire).add("side", "BUY").add("type", "MARKET");
  query.add("quoteOrderQty", cost.decimal()).add("newClientOrderId", id.view());
  query.add("newOrderRespType", "FULL");
  stamp(query, valid_for_default, now);
  return end_body(query, order_path);
}

RequestBytes RequestWriter::replace(const VenueOrderId& old, const OrderSpec& order,
                                    const Market& market, WallTime now) {
  if (auto bad = why_not({}, old)) return tl::unexpected(*bad);
  if (auto bad = why_not(order, market)) return tl::unexpected(*bad);
  Query query = begin_body();
  query.add("symbol", market.wire).add("side", side_name(order.side));
  query.add("cancelReplaceMode", "STOP_ON_FAILURE").add("cancelOrderId", old.view());
  add_leg(query, single_names, order, false);
  query.add("newOrderRespType", "RESULT");
  stamp(query, valid_for_default, now);
  return end_body(query, replace_path);
}

std::string_view RequestWriter::cancel_all(const Market& market, WallTime now) {
  Query query = begin_target("DELETE /api/v3/openOrders?");
  query.add("symbol", market.wire);
  return end_target(query, now);
}

std::string_view RequestWriter::all_orders(const Market& market, WallTime from, WallTime now) {
  Query query = begin_target("GET /api/v3/allOrders?");
  query.add("symbol", market.wire).add("startTime", to_ms(from));
  return end_target(query, now);
}

std::string_view RequestWriter::trades_since(const Market& market, WallTime from,
                                             std::int64_t limit, WallTime now) {
  Query query = begin_target("GET /api/v3/myTrades?");
  query.add("symbol", market.wire).add("startTime", to_ms(from)).add("limit", limit);
  return end_target(query, now);
}

std::string_view RequestWriter::day_ticker(const Market& market) {
  Query query = begin_target("GET /api/v3/ticker/24hr?");
  query.add("symbol", market.wire);
  return end_public();
}

std::string_view RequestWriter::depth(const Market& market, std::int64_t levels) {
  Query query = begin_target("GET /api/v3/depth?");
  query.add("symbol", market.wire).add("limit", levels);
  return end_public();
}

std::string_view RequestWriter::subscribe_user_stream(std::string_view id, WallTime now) {
  const auto window = std::to_string(
      std::chrono::duration_cast<std::chrono::milliseconds>(receive_window_default).count());
  const auto time = std::to_string(to_ms(now));
  const std::string_view key = key_.reveal();
  // The websocket API signs its parameters sorted by name and not encoded.
  payload_.assign("apiKey=").append(key).append("&recvWindow=").append(window);
  payload_.append("&timestamp=").append(time);
  const auto signature = signer_->sign(payload_);
  buffer_.assign(R"({"id":")").append(id);
  buffer_.append(R"(","method":"userDataStream.subscribe.signature","params":{"apiKey":")");
  buffer_.append(key).append(R"(","recvWindow":)").append(window);
  buffer_.append(R"(,"timestamp":)").append(time);
  buffer_.append(R"(,"signature":")").append(signature.view()).append(R"("}})");
  return buffer_;
}

}  // namespace signalbox::binance
