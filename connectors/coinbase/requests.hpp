#pragma once

#include <span>
#include <string>
#include <string_view>

#include "connectors/coinbase/markets.hpp"
#include "connectors/coinbase/tokens.hpp"
#include "connectors/kit/verdict.hpp"
#include "messages/venue_requests.hpp"

namespace signalbox::coinbase {

using kit::RequestBytes;

inline constexpr std::int64_t accounts_page_max = 250;
inline constexpr std::int64_t orders_page_max = 250;
inline constexpr std::int64_t fills_page_max = 250;
inline constexpr std::size_t cancels_max = 100;  // orders in one request

/// Where the venue's documents and ccxt, the client with which many of its orders are sent, word
/// the same request differently.
enum class Wording : std::uint8_t {
  /// As documented: lists are asked for by `product_ids`, time and accounts at the brokerage
  /// endpoints, and a cancel says nothing but ids.
  documented = 1,
  /// As ccxt: `product_id`, time and accounts at the older `/v2`, and a cancel of a conditional
  /// order that also says `trigger`. Its pages are smaller.
  ccxt,
};

/// Which orders or fills of the account are asked for. What is empty or zero is not said.
struct ListAsk {
  std::string_view product;   ///< the venue's name
  std::string_view status;    ///< of orders: "OPEN", "FILLED"
  std::string_view order_id;  ///< of fills
  WallTime since{};
  WallTime until{};
  std::int64_t limit = 0;
  std::string_view cursor;
};

/// Our request messages as the venue's bytes. Each carries a token of its own, so the same message
/// gives other bytes every time; nothing here knows a socket. `now` is always the venue's time.
/// Loop thread only.
class RequestWriter {
 public:
  /// `host` as it stands in the Host header. Throws std::invalid_argument for a key that cannot
  /// work; the text never holds either part of it.
  RequestWriter(std::string_view host, const Secret& key_name, const Secret& pem, Random& random,
                Wording wording = Wording::documented);
  ~RequestWriter();

  Tokens& tokens() { return tokens_; }
  /// To be looked for in texts that must not carry it.
  std::string_view key_name() const { return tokens_.key_name(); }

  // ---- writes ----
  RequestBytes place(const PlaceOrders& orders, const Market& market, WallTime now);
  RequestBytes amend(const AmendOrder& amend, const Market& market, WallTime now);
  /// The venue cancels by its own ids only. `conditional`: only ccxt's wording says it.
  RequestBytes cancel(std::span<const VenueOrderId> ids, bool conditional, WallTime now);
  /// A purchase at market for so much quote currency. The engine never sends one.
  RequestBytes place_for_quote(std::string_view client_id, Notional quote, const Market& market,
                               WallTime now);

  // ---- reads of the account ----
  RequestBytes order(std::string_view order_id, WallTime now);
  std::string_view orders(const ListAsk& ask, WallTime now);
  std::string_view fills(const ListAsk& ask, WallTime now);
  std::string_view accounts(std::string_view cursor, WallTime now);
  std::string_view key_permissions(WallTime now);
  std::string_view fee_rates(WallTime now);

  // ---- products and prices ----
  std::string_view server_time();
  /// Those named, or all of spot.
  std::string_view products(std::span<const std::string> wires, WallTime now);
  /// With a token, because the public twin answers from a cache.
  std::string_view best_bid_ask(const Market& market, WallTime now);
  std::string_view ticker(const Market& market);
  std::string_view book(const Market& market, std::int64_t levels);

  // ---- frames ----
  /// `product`s may be none: all. With a token where the channel wants one.
  std::string_view subscribe(std::string_view channel, std::span<const std::string> products,
                             bool with_token, WallTime now);

 private:
  void begin(std::string_view path);
  void add(std::string_view name, std::string_view value);
  void add(std::string_view name, std::int64_t value);
  void add_list(const ListAsk& ask, std::string_view since, std::string_view until);
  std::string_view end_get(WallTime now);
  std::string_view end_public();
  std::string_view end_post(WallTime now);
  void authorize(std::string_view method, WallTime now);

  Tokens tokens_;
  Wording wording_;
  std::string common_;  // " HTTP/1.1 … " after a target
  std::string path_;    // without its query
  std::string query_;
  std::string body_;
  std::string buffer_;
};

inline constexpr std::string_view orders_path = "/api/v3/brokerage/orders";
inline constexpr std::string_view cancel_path = "/api/v3/brokerage/orders/batch_cancel";
inline constexpr std::string_view edit_path = "/api/v3/brokerage/orders/edit";
inline constexpr std::string_view fills_path = "/api/v3/brokerage/orders/historical/fills";

}  // namespace signalbox::coinbase
