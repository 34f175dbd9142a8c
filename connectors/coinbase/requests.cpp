#include "connectors/coinbase/requests.hpp"

#include <algorithm>

#include "connectors/coinbase/checks.hpp"
#include "connectors/coinbase/order_body.hpp"
#include "connectors/coinbase/times.hpp"
#include "connectors/kit/order_checks.hpp"
#include "connectors/transport/url.hpp"

namespace signalbox::coinbase {
namespace {

using kit::no;

tl::unexpected<Rejection> refused(std::string_view why) {
  return tl::unexpected(Rejection{Refusal::invalid, Detail{why}});
}

constexpr std::string_view brokerage = "/api/v3/brokerage";

std::string_view product_parameter(Wording wording) {
  return wording == Wording::ccxt ? "product_id" : "product_ids";
}

}  // namespace

RequestWriter::RequestWriter(std::string_view host, const Secret& key_name, const Secret& pem,
                             Random& random, Wording wording)
    : tokens_(host, key_name, pem, random), wording_(wording) {
  common_.append(" HTTP/1.1\r\nHost: ").append(host).append("\r\nUser-Agent: signalbox\r\n");
  for (const auto path : {orders_path, cancel_path, edit_path}) tokens_.keep_ready("POST", path);
  // The trades behind an event are asked for while what filled is not covered yet.
  tokens_.keep_ready("GET", fills_path);
}

RequestWriter::~RequestWriter() {
  std::fill(buffer_.begin(), buffer_.end(), '\0');  // it carries a token
}

// ---- how bytes are put together ----

void RequestWriter::begin(std::string_view path) {
  path_.assign(path);
  query_.clear();
  body_.clear();
}

void RequestWriter::add(std::string_view name, std::string_view value) {
  query_.push_back(query_.empty() ? '?' : '&');
  query_.append(name).push_back('=');
  append_encoded(query_, value);
}

void RequestWriter::add(std::string_view name, std::int64_t value) {
  add(name, std::string_view{std::to_string(value)});
}

void RequestWriter::authorize(std::string_view method, WallTime now) {
  const auto token = tokens_.take(method, path_, now);
  buffer_.assign(method).append(" ").append(path_).append(query_).append(common_);
  buffer_.append("Authorization: Bearer ").append(token);
  buffer_.append("\r\nContent-Type: application/json\r\n");
}

std::string_view RequestWriter::end_get(WallTime now) {
  authorize("GET", now);
  buffer_.append("\r\n");
  return buffer_;
}

std::string_view RequestWriter::end_public() {
  // Otherwise the answer may be a second old.
  buffer_.assign("GET ").append(path_).append(query_).append(common_);
  buffer_.append("Cache-Control: no-cache\r\n\r\n");
  return buffer_;
}

std::string_view RequestWriter::end_post(WallTime now) {
  authorize("POST", now);
  buffer_.append("Content-Length: ").append(std::to_string(body_.size())).append("\r\n\r\n");
  buffer_.append(body_);
  return buffer_;
}

// ---- writes ----

RequestBytes RequestWriter::place(const PlaceOrders& orders, const Market& market, WallTime now) {
  if (auto bad = why_not(orders, market)) return tl::unexpected(*bad);
  begin(orders_path);
  write_order(body_, orders, market);
  return end_post(now);
}

RequestBytes RequestWriter::amend(const AmendOrder& amend, const Market& market, WallTime now) {
  if (auto bad = why_not(amend, market)) return tl::unexpected(*bad);
  begin(edit_path);
  write_edit(body_, amend);
  return end_post(now);
}

RequestBytes RequestWriter::cancel(std::span<const VenueOrderId> ids, bool conditional,
                                   WallTime now) {
  if (ids.empty() || ids.size() > cancels_max) return refused("no order, or too many at once");
  begin(cancel_path);
  body_.append("{\"order_ids\":[");
  for (const auto& id : ids) {
    if (!is_order_id(id.view())) return refused("cancelled by the venue's order id only");
    if (body_.back() != '[') body_.push_back(',');
    body_.append("\"").append(id.view()).append("\"");
  }
  body_.append("]");
  if (conditional && wording_ == Wording::ccxt) body_.append(",\"trigger\":true");
  body_.append("}");
  return end_post(now);
}

RequestBytes RequestWriter::place_for_quote(std::string_view client_id, Notional quote,
                                            const Market& market, WallTime now) {
  if (!kit::is_plain_client_id(client_id) || client_id.size() > ClientOrderId::capacity)
    return refused("client order id");
  const auto rounded = Decimal::to_step(quote.decimal(), market.quote_step, Rounding::down);
  if (!rounded || !rounded->is_positive() || *rounded != quote.decimal())
    return refused("an amount that is no multiple of the product's step");
  begin(orders_path);
  write_quote_order(body_, client_id, quote, market);
  return end_post(now);
}

// ---- reads of the account ----

RequestBytes RequestWriter::order(std::string_view order_id, WallTime now) {
  if (!is_order_id(order_id)) return refused("asked for by the venue's order id only");
  begin(brokerage);
  path_.append("/orders/historical/").append(order_id);
  return end_get(now);
}

void RequestWriter::add_list(const ListAsk& ask, std::string_view since, std::string_view until) {
  if (!ask.product.empty()) add(product_parameter(wording_), ask.product);
  if (ask.limit > 0) add("limit", ask.limit);
  if (ask.since != WallTime{}) add(since, std::string_view{rfc3339_ms(ask.since)});
  if (ask.until != WallTime{}) add(until, std::string_view{rfc3339_ms(ask.until)});
  if (!ask.cursor.empty()) add("cursor", ask.cursor);
}

std::string_view RequestWriter::orders(const ListAsk& ask, WallTime now) {
  begin(brokerage);
  path_.append("/orders/historical/batch");
  if (!ask.status.empty()) add("order_status", ask.status);
  add_list(ask, "start_date", "end_date");
  return end_get(now);
}

std::string_view RequestWriter::fills(const ListAsk& ask, WallTime now) {
  begin(fills_path);
  if (!ask.order_id.empty()) add("order_ids", ask.order_id);
  add_list(ask, "start_sequence_timestamp", "end_sequence_timestamp");
  return end_get(now);
}

std::string_view RequestWriter::accounts(std::string_view cursor, WallTime now) {
  begin(wording_ == Wording::ccxt ? "/v2/accounts" : "/api/v3/brokerage/accounts");
  add("limit", accounts_page_max);
  if (!cursor.empty()) add("cursor", cursor);
  return end_get(now);
}

std::string_view RequestWriter::key_permissions(WallTime now) {
  begin("/api/v3/brokerage/key_permissions");
  return end_get(now);
}

std::string_view RequestWriter::fee_rates(WallTime now) {
  begin("/api/v3/brokerage/transaction_summary");
  add("product_type", std::string_view{"SPOT"});
  return end_get(now);
}

// ---- products and prices ----

std::string_view RequestWriter::server_time() {
  begin(wording_ == Wording::ccxt ? "/v2/time" : "/api/v3/brokerage/time");
  return end_public();
}

std::string_view RequestWriter::products(std::span<const std::string> wires, WallTime now) {
  begin("/api/v3/brokerage/products");
  add("product_type", std::string_view{"SPOT"});
  add("get_tradability_status", std::string_view{"true"});
  for (const auto& wire : wires) add("product_ids", std::string_view{wire});
  return end_get(now);
}

std::string_view RequestWriter::best_bid_ask(const Market& market, WallTime now) {
  begin("/api/v3/brokerage/best_bid_ask");
  add("product_ids", std::string_view{market.wire});
  return end_get(now);
}

std::string_view RequestWriter::ticker(const Market& market) {
  begin("/api/v3/brokerage/market/products/");
  path_.append(market.wire).append("/ticker");
  add("limit", std::int64_t{1});
  return end_public();
}

std::string_view RequestWriter::book(const Market& market, std::int64_t levels) {
  begin("/api/v3/brokerage/market/product_book");
  add("product_id", std::string_view{market.wire});
  if (levels > 0) add("limit", levels);
  return end_public();
}

// ---- frames ----

std::string_view RequestWriter::subscribe(std::string_view channel,
                                          std::span<const std::string> products, bool with_token,
                                          WallTime now) {
  buffer_.assign(R"({"type":"subscribe","channel":")").append(channel).append("\"");
  if (!products.empty()) {
    buffer_.append(",\"product_ids\":[");
    for (const auto& each : products) {
      if (buffer_.back() != '[') buffer_.push_back(',');
      buffer_.append("\"").append(each).append("\"");
    }
    buffer_.append("]");
  }
  if (with_token) buffer_.append(",\"jwt\":\"").append(tokens_.take_unbound(now)).append("\"");
  buffer_.append("}");
  return buffer_;
}

}  // namespace signalbox::coinbase
