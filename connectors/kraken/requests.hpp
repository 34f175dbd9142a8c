#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/kraken/checks.hpp"
#include "connectors/kraken/order_terms.hpp"
#include "connectors/kraken/signed_writer.hpp"

namespace signalbox::kraken {

using kit::RequestBytes;

inline constexpr Duration valid_for_default = std::chrono::seconds{5};
/// The venue's own bounds of a deadline; by REST two seconds are the least.
inline constexpr Duration valid_for_min = std::chrono::seconds{2};
inline constexpr Duration valid_for_stream_min = std::chrono::milliseconds{500};
inline constexpr Duration valid_for_max = std::chrono::seconds{60};

/// Orders that have ended, 50 at a time.
struct ClosedQuery {
  std::string_view client_id;  ///< empty: all
  std::optional<WallTime> since;
  std::int64_t offset = 0;
};

/// Trades of ours, 50 at a time, newest first.
struct TradesQuery {
  std::optional<WallTime> since, until;
  std::int64_t offset = 0;
  bool each_trade = false;  ///< not what one order took at once as one: the ids the stream has
};

/// Our request messages as the venue's bytes. The same message, market, time and nonce give the
/// same bytes, and nothing here knows a socket. `now` is the venue's time for deadlines and seeds
/// the nonce. Views are valid until the next call. Loop thread only.
class RequestWriter {
 public:
  /// The nonces are of this key and of no other writer. Throws as `SignedWriter` does.
  RequestWriter(std::string_view host, const Secret& api_key, const Secret& api_secret,
                NonceSource& nonces)
      : writer_(host, api_key, api_secret), nonces_(nonces) {}

  // Messages of ours: checked.
  RequestBytes place(const PlaceOrders& orders, const Market& market, WallTime now);
  RequestBytes amend(const AmendOrder& amend, const Market& market, WallTime now);
  RequestBytes cancel(const CancelOrder& cancel, WallTime now);

  // The venue's own terms.
  RequestBytes create(const NewOrder& order, const Market& market, WallTime now);
  RequestBytes change(const OrderChange& change, WallTime now);
  RequestBytes cancel(const OrderCancel& cancel, WallTime now);
  /// Every order of the account, of all pairs.
  RequestBytes cancel_all(WallTime now);

  /// All of them, or those of one client id.
  RequestBytes open_orders(std::string_view client_id, WallTime now);
  /// By the venue's id; `trades`: with the ids of its trades.
  RequestBytes order(std::string_view order_id, bool trades, WallTime now);
  RequestBytes closed_orders(const ClosedQuery& query, WallTime now);
  RequestBytes trades(const TradesQuery& query, WallTime now);
  RequestBytes balance(WallTime now);
  RequestBytes key_info(WallTime now);
  RequestBytes stream_token(WallTime now);

  std::string_view server_time();
  std::string_view system_status();
  std::string_view assets();
  /// Of the pairs named, by commas, or of all.
  std::string_view pairs(std::string_view names);
  std::string_view ticker(const Market& market);
  std::string_view order_book(const Market& market, std::int64_t limit);

 private:
  template <class Fill>
  RequestBytes post(Call call, WallTime now, Fill fill);

  SignedWriter writer_;
  NonceSource& nonces_;
};

}  // namespace signalbox::kraken
