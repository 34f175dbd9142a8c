#pragma once

#include <string_view>
#include <vector>

#include "connectors/binance/frame_writer.hpp"
#include "connectors/binance/request_buffer.hpp"
#include "connectors/binanceusdm/checks.hpp"
#include "connectors/binanceusdm/markets.hpp"
#include "messages/venue_requests.hpp"

namespace signalbox::binanceusdm {

using binance::Framed;

inline constexpr Duration valid_for_default = std::chrono::seconds{2};
inline constexpr std::int64_t trades_page_max = 1000;

/// Which of the venue's two spaces of order ids a request is about.
enum class IdSpace : std::uint8_t {
  plain = 1,  ///< `order`: market and limit orders
  algo,       ///< `algoOrder`: conditional orders until they trigger
};
constexpr IdSpace space_of(OrderKind kind) {
  return is_conditional(kind) ? IdSpace::algo : IdSpace::plain;
}

/// Our request messages as the venue's bytes. Pure: the same message, market, mode and time give
/// the same bytes, and nothing here knows a socket. `now` is always the venue's time. What is
/// returned is valid until the next call. Loop thread only.
class RequestWriter {
 public:
  /// See `RequestBuffer`.
  RequestWriter(std::string_view host, const Secret& api_key, const Secret& api_secret);

  /// The orders' own kind says which space they go to.
  RequestBytes place(const PlaceOrders& orders, const Market& market, PositionMode mode,
                     WallTime now);
  /// Changes a limit order in place; the venue wants side, quantity and price all the same.
  RequestBytes modify(const VenueOrderId& venue_id, const OrderSpec& order, const Market& market,
                      WallTime now);
  RequestBytes cancel(IdSpace space, const ClientOrderId& id, const VenueOrderId& venue_id,
                      const Market& market, WallTime now);
  RequestBytes order(IdSpace space, const ClientOrderId& id, const VenueOrderId& venue_id,
                     const Market& market, WallTime now);
  /// Of one symbol or, for a null, of all.
  std::string_view open_orders(IdSpace space, const Market* market, WallTime now);
  /// Plain orders only; conditional ones have `algo` of their own.
  std::string_view cancel_all(IdSpace space, const Market& market, WallTime now);
  /// At most `trades_page_max` trades within [from, to]; the venue allows 7 days at most.
  std::string_view trades(const Market& market, WallTime from, WallTime to, WallTime now);

  /// Balances, and whether the key may trade.
  std::string_view account(WallTime now);
  std::string_view positions(WallTime now);
  std::string_view position_mode(WallTime now);
  /// Leverage and margin mode of each symbol.
  std::string_view symbol_modes(WallTime now);
  /// What the account pays on this symbol.
  std::string_view fee(const Market& market, WallTime now);
  /// Up to which notional which leverage is allowed.
  std::string_view leverage_brackets(WallTime now);
  /// Only where the configuration says so: these change the account.
  std::string_view set_leverage(const Market& market, std::int64_t leverage, WallTime now);
  std::string_view set_margin_mode(const Market& market, bool isolated, WallTime now);

  // The websocket API.
  RequestBytes place_frame(Framed as, const PlaceOrders& orders, const Market& market,
                           PositionMode mode, WallTime now);
  RequestBytes cancel_frame(Framed as, IdSpace space, const ClientOrderId& id,
                            const VenueOrderId& venue_id, const Market& market, WallTime now);
  /// Whether the key may log a connection on, and the frame that does.
  bool can_log_on() const { return out_.can_log_on(); }
  std::string_view log_on(std::string_view id, WallTime now) { return frames_.log_on(id, now); }

  /// The account's stream: its key is got, kept alive and given up.
  std::string_view listen_key(std::string_view method);

  std::string_view server_time();
  std::string_view exchange_info();
  std::string_view book_ticker(const Market& market);

  // For callers of the manager's commands.
  std::string_view all_orders(const Market& market, WallTime from, WallTime now);
  std::string_view trades_since(const Market& market, WallTime from, std::int64_t limit,
                                WallTime now);
  std::string_view day_ticker(const Market& market);
  std::string_view depth(const Market& market, std::int64_t levels);

 private:
  enum Path : std::uint8_t { order_path, algo_path, modify_path, leverage_path, margin_path };
  std::string_view signed_get(std::string_view path, WallTime now);

  binance::RequestBuffer out_;
  binance::FrameWriter frames_{out_};
};

}  // namespace signalbox::binanceusdm
