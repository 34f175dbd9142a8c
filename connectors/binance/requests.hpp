#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "connectors/binance/checks.hpp"
#include "connectors/binance/frame_writer.hpp"
#include "connectors/binance/markets.hpp"
#include "connectors/binance/request_buffer.hpp"
#include "connectors/kit/shown_request.hpp"
#include "messages/time.hpp"
#include "messages/venue_requests.hpp"

namespace signalbox::binance {

inline constexpr Duration valid_for_default = std::chrono::seconds{2};
inline constexpr std::int64_t trades_page_max = 1000;

/// Our request messages as the venue's bytes. Pure: the same message, market and time give the
/// same bytes, and nothing here knows a socket. `now` is always the venue's time. Loop thread only.
class RequestWriter {
 public:
  /// See `RequestBuffer`.
  RequestWriter(std::string_view host, const Secret& api_key, const Secret& api_secret);

  RequestBytes place(const PlaceOrders& orders, const Market& market, WallTime now);
  RequestBytes amend(const AmendOrder& amend, const Market& market, WallTime now);
  /// One order; when it is part of a list the venue cancels the whole list.
  RequestBytes cancel(const CancelOrder& cancel, const Market& market, WallTime now);
  RequestBytes order(const ClientOrderId& id, const VenueOrderId& venue_id, const Market& market,
                     WallTime now);

  /// Of one symbol or, for a null, of all.
  std::string_view open_orders(const Market* market, WallTime now);
  /// At most `trades_page_max` trades within [from, to]; the venue allows 24 h at most.
  std::string_view trades(const Market& market, WallTime from, WallTime to, WallTime now);
  /// Those that are zero are left out unless they are wanted.
  std::string_view account(WallTime now, bool with_zeros = false);

  /// What the key may do; one of the wallet's own questions, which only the live world answers.
  std::string_view key_rights(WallTime now);

  std::string_view server_time();
  /// Of these symbols or, for none, of all.
  std::string_view exchange_info(const std::vector<Symbol>& symbols);
  std::string_view book_ticker(const Market& market);

  // Not needed by a connection itself: for callers of the manager's commands.
  /// A market buy that spends so much quote. Never part of a bracket: what it buys is not known.
  RequestBytes buy_for(const ClientOrderId& id, Notional cost, const Market& market, WallTime now);
  /// Cancels one order and places another; nothing is placed when the cancel fails.
  RequestBytes replace(const VenueOrderId& old, const OrderSpec& order, const Market& market,
                       WallTime now);
  std::string_view cancel_all(const Market& market, WallTime now);
  std::string_view all_orders(const Market& market, WallTime from, WallTime now);
  std::string_view trades_since(const Market& market, WallTime from, std::int64_t limit,
                                WallTime now);
  std::string_view day_ticker(const Market& market);
  std::string_view depth(const Market& market, std::int64_t levels);

  // The websocket API.
  RequestBytes place_frame(Framed as, const PlaceOrders& orders, const Market& market,
                           WallTime now);
  RequestBytes amend_frame(Framed as, const AmendOrder& amend, const Market& market, WallTime now);
  RequestBytes cancel_frame(Framed as, const CancelOrder& cancel, const Market& market,
                            WallTime now);
  /// The frame that turns a connection into the account's event stream.
  std::string_view subscribe_user_stream(std::string_view id, WallTime now);
  /// Whether the key may log a connection on, and the frame that does.
  bool can_log_on() const { return out_.can_log_on(); }
  std::string_view log_on(std::string_view id, WallTime now) { return frames_.log_on(id, now); }

 private:
  enum Path : std::uint8_t {
    order_path,
    oco_path,
    oto_path,
    otoco_path,
    amend_path,
    replace_path,
    paths
  };

  Path write_orders(Query& query, const PlaceOrders& orders, const Market& market);
  void write_amend(Query& query, const AmendOrder& amend, const Market& market);

  RequestBuffer out_;
  FrameWriter frames_{out_};
};

}  // namespace signalbox::binance
