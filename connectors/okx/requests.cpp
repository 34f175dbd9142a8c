#include "connectors/okx/requests.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <stdexcept>

#include "connectors/kit/order_rows.hpp"
#include "connectors/okx/names.hpp"
#include "connectors/transport/url.hpp"

namespace signalbox::okx {
namespace {

using kit::to_ms;

constexpr std::size_t key_bytes_max = 256;
constexpr Duration valid_for_max = std::chrono::seconds{60};

bool may_stand_in_header(std::string_view text) {
  return !text.empty() && text.size() <= key_bytes_max &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return c > ' ' && c <= '~' && c != '"' && c != '\\'; });
}

void append_digits(std::string& out, std::int64_t number) {
  std::array<char, 20> text;
  const auto end = std::to_chars(text.begin(), text.end(), number).ptr;
  out.append(text.data(), static_cast<std::size_t>(end - text.data()));
}

void append_padded(std::string& out, std::int64_t number, int digits) {
  std::array<char, 4> text{'0', '0', '0', '0'};
  for (int i = digits - 1; i >= 0; --i, number /= 10)
    text[static_cast<std::size_t>(i)] = static_cast<char>('0' + number % 10);
  out.append(text.data(), static_cast<std::size_t>(digits));
}

void append_iso(std::string& out, WallTime t) {
  using namespace std::chrono;
  const auto whole_ms = floor<milliseconds>(t);
  const auto day = floor<days>(whole_ms);
  const year_month_day date{day};
  const auto rest = (whole_ms - day).count();
  append_padded(out, static_cast<int>(date.year()), 4);
  out.push_back('-');
  append_padded(out, static_cast<unsigned>(date.month()), 2);
  out.push_back('-');
  append_padded(out, static_cast<unsigned>(date.day()), 2);
  out.push_back('T');
  append_padded(out, rest / 3'600'000, 2);
  out.push_back(':');
  append_padded(out, rest / 60'000 % 60, 2);
  out.push_back(':');
  append_padded(out, rest / 1000 % 60, 2);
  out.push_back('.');
  append_padded(out, rest % 1000, 3);
  out.push_back('Z');
}

std::string ms_text(WallTime t) { return std::to_string(to_ms(t)); }

WallTime expiry(Duration valid_for, WallTime now) {
  if (valid_for <= Duration{}) valid_for = valid_for_default;
  return now + std::min(valid_for, valid_for_max);
}

}  // namespace

std::string iso_ms(WallTime t) {
  std::string text;
  append_iso(text, t);
  return text;
}

RequestWriter::RequestWriter(std::string_view host, Network network, const Credentials& credentials,
                             Wording wording)
    : wording_(wording) {
  if (!may_stand_in_header(credentials.key.reveal()))
    throw std::invalid_argument("okx: the API key is empty or cannot stand in a header");
  if (!may_stand_in_header(credentials.passphrase.reveal()))
    throw std::invalid_argument("okx: the passphrase is empty or cannot stand in a header");
  if (credentials.secret.empty()) throw std::invalid_argument("okx: the API secret is empty");
  signer_ = std::make_unique<HmacSha256Signer>(credentials.secret, SignatureText::base64);
  key_ = Secret::take(std::string{credentials.key.reveal()});
  passphrase_ = Secret::take(std::string{credentials.passphrase.reveal()});

  common_.append(" HTTP/1.1\r\nHost: ").append(host).append("\r\nUser-Agent: signalbox\r\n");
  if (network == Network::demo) common_.append("x-simulated-trading: 1\r\n");
  key_lines_.append("Content-Type: application/json\r\nOK-ACCESS-KEY: ").append(key_.reveal());
  key_lines_.append("\r\nOK-ACCESS-PASSPHRASE: ").append(passphrase_.reveal());
  key_lines_.append("\r\nOK-ACCESS-TIMESTAMP: ");
}

RequestWriter::~RequestWriter() {
  // They carry the key in their lines.
  for (auto* each : {&key_lines_, &buffer_, &payload_}) std::fill(each->begin(), each->end(), '\0');
}

// ---- how bytes are put together ----

void RequestWriter::begin(std::string_view path) {
  path_.assign(path);
  has_query_ = false;
  body_.clear();
}

void RequestWriter::add(std::string_view name, std::string_view value) {
  path_.push_back(has_query_ ? '&' : '?');
  has_query_ = true;
  path_.append(name).push_back('=');
  // A comma separates words of a list and stands in a query as it is.
  if (value.find(',') == value.npos)
    append_encoded(path_, value);
  else
    path_.append(value);
}

void RequestWriter::sign(std::string_view method, WallTime now) {
  payload_.clear();
  append_iso(payload_, now);
  const auto time_size = payload_.size();
  payload_.append(method).append(path_).append(body_);
  const auto signature = signer_->sign(payload_);
  buffer_.assign(method).append(" ").append(path_).append(common_).append(key_lines_);
  buffer_.append(payload_, 0, time_size).append("\r\nOK-ACCESS-SIGN: ").append(signature.view());
  buffer_.append("\r\n");
}

std::string_view RequestWriter::end_get(WallTime now) {
  sign("GET", now);
  buffer_.append("\r\n");
  return buffer_;
}

std::string_view RequestWriter::end_public() {
  buffer_.assign("GET ").append(path_).append(common_).append("\r\n");
  return buffer_;
}

std::string_view RequestWriter::end_post(WallTime now, Duration valid_for) {
  sign("POST", now);
  if (valid_for > Duration{}) {
    buffer_.append("expTime: ");
    append_digits(buffer_, to_ms(expiry(valid_for, now)));
    buffer_.append("\r\n");
  }
  buffer_.append("Content-Length: ");
  append_digits(buffer_, static_cast<std::int64_t>(body_.size()));
  buffer_.append("\r\n\r\n").append(body_);
  return buffer_;
}

void RequestWriter::name(JsonBody& body, const OrderRef& order) const {
  // The venue's id when we have it: ours may be used again once an order has ended.
  if (!order.number.empty())
    body.add(order.is_algo ? "algoId" : "ordId", order.number);
  else
    body.add(order.is_algo ? "algoClOrdId" : "clOrdId", order.client_id);
}

// ---- writes ----

RequestBytes RequestWriter::place(const PlaceOrders& orders, const Market& market, WallTime now) {
  if (auto bad = why_not(orders, market, wording_)) return tl::unexpected(*bad);
  const bool algo = is_algo(orders);
  begin(algo ? "/api/v5/trade/order-algo" : "/api/v5/trade/order");
  JsonBody body{body_};
  body.open('{').add("instId", market.wire);
  algo ? words(market).algo(body, orders) : words(market).plain(body, orders);
  body.close('}');
  // Stops have no expiry at the venue, and are better late than never.
  const auto valid_for = orders.valid_for > Duration{} ? orders.valid_for : valid_for_default;
  return end_post(now, algo ? Duration{} : valid_for);
}

RequestBytes RequestWriter::amend(const AmendOrder& amend, const OrderRef& order,
                                  const Market& market, WallTime now) {
  if (auto bad = why_not(amend, market)) return tl::unexpected(*bad);
  if (!order.is_algo && amend.trigger_price)
    return tl::unexpected(Rejection{Refusal::invalid, Detail{"a plain order has no trigger"}});
  begin(order.is_algo ? "/api/v5/trade/amend-algos" : "/api/v5/trade/amend-order");
  JsonBody body{body_};
  body.open('{').add("instId", market.wire);
  name(body, order);
  order.is_algo ? words(market).amend_algo(body, amend, order.leg)
                : words(market).amend_plain(body, amend);
  body.close('}');
  return end_post(now);
}

RequestBytes RequestWriter::cancel(const OrderRef& order, const Market& market, WallTime now) {
  begin(order.is_algo ? "/api/v5/trade/cancel-algos" : "/api/v5/trade/cancel-order");
  JsonBody body{body_};
  if (order.is_algo) body.open('[');
  body.open('{').add("instId", market.wire);
  name(body, order);
  body.close('}');
  if (order.is_algo) body.close(']');
  return end_post(now);
}

RequestBytes RequestWriter::place_for_quote(const ClientOrderId& id, Side side, Notional quote,
                                            const Market& market, WallTime now) {
  if (market.is_swap() || !quote.is_positive() || !is_client_id(id.view()))
    return tl::unexpected(Rejection{Refusal::invalid, Detail{"not to be sized in quote"}});
  begin("/api/v5/trade/order");
  JsonBody body{body_};
  body.open('{').add("instId", market.wire).add("tdMode", word_of(modes_.spot));
  body.add("clOrdId", id.view()).add("side", side == Side::buy ? "buy" : "sell");
  body.add("ordType", "market").add("sz", quote.decimal()).add("tgtCcy", "quote_ccy");
  body.close('}');
  return end_post(now, valid_for_default);
}

RequestBytes RequestWriter::set_leverage(Decimal leverage, const Market& market, WallTime now) {
  if (!market.is_swap() || leverage < Decimal{1})
    return tl::unexpected(Rejection{Refusal::invalid, Detail{"leverage is for swaps, from 1 up"}});
  begin("/api/v5/account/set-leverage");
  JsonBody body{body_};
  body.open('{').add("instId", market.wire).add("lever", leverage);
  body.add("mgnMode", word_of(modes_.swap)).close('}');
  return end_post(now);
}

// ---- reads of the account ----

RequestBytes RequestWriter::order(const OrderRef& order, const Market& market, WallTime now) {
  begin(order.is_algo ? "/api/v5/trade/order-algo" : "/api/v5/trade/order");
  if (!order.is_algo) add("instId", market.wire);
  if (!order.number.empty())
    add(order.is_algo ? "algoId" : "ordId", order.number);
  else
    add(order.is_algo ? "algoClOrdId" : "clOrdId", order.client_id);
  return end_get(now);
}

std::string_view RequestWriter::open_orders(const Market* market, std::string_view after,
                                            WallTime now) {
  begin("/api/v5/trade/orders-pending");
  if (market) add("instId", market->wire);
  if (!after.empty()) add("after", after);
  return end_get(now);
}

std::string_view RequestWriter::open_algos(const Market* market, std::string_view types,
                                           std::string_view after, WallTime now) {
  begin("/api/v5/trade/orders-algo-pending");
  add("ordType", types);
  if (market) add("instId", market->wire);
  if (!after.empty()) add("after", after);
  return end_get(now);
}

std::string_view RequestWriter::ended_algos(const Market& market, std::string_view type,
                                            std::string_view state, WallTime now) {
  begin("/api/v5/trade/orders-algo-history");
  add("ordType", type);
  add("state", state);
  add("instId", market.wire);
  return end_get(now);
}

std::string_view RequestWriter::order_history(const Market& market, WallTime since,
                                              std::int64_t limit, std::string_view state,
                                              WallTime now) {
  begin("/api/v5/trade/orders-history");
  add("instType", market.type());
  add("instId", market.wire);
  if (since > WallTime{}) add("begin", ms_text(since));
  if (limit > 0) add("limit", std::to_string(limit));
  if (!state.empty()) add("state", state);
  return end_get(now);
}

std::string_view RequestWriter::fills(const Market* market, WallTime since, std::string_view after,
                                      WallTime now) {
  begin("/api/v5/trade/fills");
  if (market) {
    add("instType", market->type());
    add("instId", market->wire);
  }
  add("begin", ms_text(since));
  if (!after.empty()) add("after", after);
  return end_get(now);
}

std::string_view RequestWriter::fills_history(const Market& market, WallTime since,
                                              std::string_view after, WallTime now) {
  begin("/api/v5/trade/fills-history");
  add("instType", market.type());
  add("instId", market.wire);
  if (since > WallTime{}) add("begin", ms_text(since));
  if (!after.empty()) add("after", after);
  return end_get(now);
}

std::string_view RequestWriter::balances(WallTime now) {
  begin("/api/v5/account/balance");
  return end_get(now);
}

std::string_view RequestWriter::positions(const Market* market, bool with_type, WallTime now) {
  begin("/api/v5/account/positions");
  if (market) add("instId", market->wire);
  if (with_type) add("instType", "SWAP");
  return end_get(now);
}

std::string_view RequestWriter::account_config(WallTime now) {
  begin("/api/v5/account/config");
  return end_get(now);
}

std::string_view RequestWriter::trade_fee(std::string_view type, WallTime now) {
  begin("/api/v5/account/trade-fee");
  add("instType", type);
  return end_get(now);
}

// ---- public ----

std::string_view RequestWriter::server_time() {
  begin("/api/v5/public/time");
  return end_public();
}

std::string_view RequestWriter::instruments(std::string_view type, std::string_view wire) {
  begin("/api/v5/public/instruments");
  add("instType", type);
  if (!wire.empty()) add("instId", wire);
  return end_public();
}

std::string_view RequestWriter::ticker(const Market& market) {
  begin("/api/v5/market/ticker");
  add("instId", market.wire);
  return end_public();
}

std::string_view RequestWriter::book(const Market& market, std::int64_t levels) {
  begin("/api/v5/market/books");
  add("instId", market.wire);
  add("sz", std::to_string(levels));
  return end_public();
}

// ---- frames ----

std::string_view RequestWriter::login(WallTime now) {
  using std::chrono::seconds;
  const auto time = std::to_string(std::chrono::floor<seconds>(now.time_since_epoch()).count());
  payload_.assign(time).append("GET/users/self/verify");
  const auto signature = signer_->sign(payload_);
  buffer_.clear();
  JsonBody body{buffer_};
  body.open('{').add("op", "login").name("args").open('[').open('{');
  body.add("apiKey", key_.reveal()).add("passphrase", passphrase_.reveal());
  body.add("timestamp", time).add("sign", signature.view());
  body.close('}').close(']').close('}');
  return buffer_;
}

std::string_view RequestWriter::subscribe(std::span<const std::string_view> channels) {
  buffer_.assign(R"({"op":"subscribe","args":[)");
  for (std::size_t i = 0; i < channels.size(); ++i) {
    if (i > 0) buffer_.push_back(',');
    buffer_.append(channels[i]);
  }
  buffer_.append("]}");
  return buffer_;
}

RequestBytes RequestWriter::place_frame(std::string_view id, const PlaceOrders& orders,
                                        const Market& market, WallTime now) {
  if (auto bad = why_not(orders, market, wording_)) return tl::unexpected(*bad);
  if (!market.code || orders.linkage != Linkage::single || is_algo(orders))
    return tl::unexpected(Rejection{Refusal::unsupported, Detail{"not over the websocket"}});
  buffer_.clear();
  JsonBody body{buffer_};
  body.open('{').add("id", id).add("op", "order").name("args").open('[').open('{');
  body.add_bare("instIdCode", std::to_string(*market.code));
  words(market).plain(body, orders);
  body.close('}').close(']');
  body.add("expTime", ms_text(expiry(orders.valid_for, now))).close('}');
  return std::string_view{buffer_};
}

RequestBytes RequestWriter::cancel_frame(std::string_view id, const OrderRef& order,
                                         const Market& market) {
  if (!market.code || order.is_algo)
    return tl::unexpected(Rejection{Refusal::unsupported, Detail{"not over the websocket"}});
  buffer_.clear();
  JsonBody body{buffer_};
  body.open('{').add("id", id).add("op", "cancel-order").name("args").open('[').open('{');
  body.add_bare("instIdCode", std::to_string(*market.code));
  name(body, order);
  body.close('}').close(']').close('}');
  return std::string_view{buffer_};
}

}  // namespace signalbox::okx
