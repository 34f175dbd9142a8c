#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "connectors/kit/verdict.hpp"
#include "connectors/okx/hosts.hpp"
#include "connectors/okx/markets.hpp"
#include "connectors/okx/modes.hpp"
#include "connectors/okx/order_words.hpp"
#include "connectors/transport/signer.hpp"
#include "messages/secret.hpp"
#include "messages/time.hpp"
#include "messages/venue_requests.hpp"

namespace signalbox::okx {

using kit::RequestBytes;

inline constexpr Duration valid_for_default = std::chrono::seconds{2};
inline constexpr std::size_t page_rows_max = 100;  // of every list the venue answers

/// One order at the venue, by whichever name is known.
struct OrderRef {
  bool is_algo = false;
  std::string number;     ///< ordId or algoId
  std::string client_id;  ///< clOrdId or algoClOrdId
  AlgoLeg leg = AlgoLeg::stop;
};

/// The key as the venue hands it out: three parts.
struct Credentials {
  Secret key;
  Secret secret;
  Secret passphrase;
};

/// Our request messages as the venue's bytes. Pure: the same message, market, modes and time give
/// the same bytes, and nothing here knows a socket. `now` is always the venue's time. On the demo
/// network every request carries the header that says so; there is no way to leave it out.
/// Loop thread only.
class RequestWriter {
 public:
  /// `host` as it stands in the Host header. Throws std::invalid_argument for a key or passphrase
  /// that cannot stand in a header; the text never holds either.
  RequestWriter(std::string_view host, Network network, const Credentials& credentials,
                Wording wording = Wording::documented);
  ~RequestWriter();

  /// To be looked for in texts that must not carry it.
  std::string_view key() const { return key_.reveal(); }
  AccountModes& modes() { return modes_; }
  const AccountModes& modes() const { return modes_; }

  // ---- writes ----
  RequestBytes place(const PlaceOrders& orders, const Market& market, WallTime now);
  RequestBytes amend(const AmendOrder& amend, const OrderRef& order, const Market& market,
                     WallTime now);
  RequestBytes cancel(const OrderRef& order, const Market& market, WallTime now);
  /// A market order on spot for so much quote currency. The engine never sends one.
  RequestBytes place_for_quote(const ClientOrderId& id, Side side, Notional quote,
                               const Market& market, WallTime now);
  RequestBytes set_leverage(Decimal leverage, const Market& market, WallTime now);

  // ---- reads of the account ----
  RequestBytes order(const OrderRef& order, const Market& market, WallTime now);
  /// Plain ones, of one symbol or, for a null, of all; older than `after` when it is not empty.
  std::string_view open_orders(const Market* market, std::string_view after, WallTime now);
  /// `types`: "conditional,oco", "trigger".
  std::string_view open_algos(const Market* market, std::string_view types, std::string_view after,
                              WallTime now);
  std::string_view ended_algos(const Market& market, std::string_view type, std::string_view state,
                               WallTime now);
  std::string_view order_history(const Market& market, WallTime since, std::int64_t limit,
                                 std::string_view state, WallTime now);
  /// Of the last three days; newest first, older than `after` (a billId) when it is not empty.
  std::string_view fills(const Market* market, WallTime since, std::string_view after,
                         WallTime now);
  /// The same of the last three months, which the venue may write down a little later.
  std::string_view fills_history(const Market& market, WallTime since, std::string_view after,
                                 WallTime now);
  std::string_view balances(WallTime now);
  std::string_view positions(const Market* market, bool with_type, WallTime now);
  std::string_view account_config(WallTime now);
  std::string_view trade_fee(std::string_view type, WallTime now);

  // ---- public ----
  std::string_view server_time();
  std::string_view instruments(std::string_view type, std::string_view wire = {});
  std::string_view ticker(const Market& market);
  std::string_view book(const Market& market, std::int64_t levels);

  // ---- frames ----
  std::string_view login(WallTime now);
  /// `channels`: the members of each argument, as `{"channel":"orders","instType":"ANY"}`.
  std::string_view subscribe(std::span<const std::string_view> channels);
  /// Order entry: nothing when the venue told no code for the symbol or it cannot be said there.
  RequestBytes place_frame(std::string_view id, const PlaceOrders& orders, const Market& market,
                           WallTime now);
  RequestBytes cancel_frame(std::string_view id, const OrderRef& order, const Market& market);

 private:
  void begin(std::string_view path);
  void add(std::string_view name, std::string_view value);
  std::string_view end_get(WallTime now);
  std::string_view end_public();
  std::string_view end_post(WallTime now, Duration valid_for = {});
  void sign(std::string_view method, WallTime now);
  OrderWords words(const Market& market) const { return {market, modes_, wording_}; }
  void name(JsonBody& body, const OrderRef& order) const;

  std::unique_ptr<Signer> signer_;
  Secret key_;
  Secret passphrase_;
  Wording wording_;
  AccountModes modes_;
  std::string common_;     // " HTTP/1.1 … " after a target
  std::string key_lines_;  // of signed requests
  std::string path_;       // with its query
  bool has_query_ = false;
  std::string body_;
  std::string payload_;  // what is signed
  std::string buffer_;
};

/// "2020-12-08T09:08:57.715Z", as the venue stamps requests.
std::string iso_ms(WallTime t);

}  // namespace signalbox::okx
