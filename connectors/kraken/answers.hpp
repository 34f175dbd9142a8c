#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/kit/order_rows.hpp"
#include "connectors/kraken/errors.hpp"
#include "connectors/kraken/order_fields.hpp"
#include "messages/result.hpp"
#include "messages/secret.hpp"

namespace signalbox {
class JsonReader;
}

namespace signalbox::kraken {

/// What the venue says an order is, in its sentence: "buy 1.25 XBTUSD @ stop loss 3000.0 -> limit
/// 2990.0". For people and for a look at whether we were understood; nothing is decided by it.
struct OrderSentence {
  Side side = Side::buy;
  OrderKind kind = OrderKind::market;
  std::string_view pair;
  std::optional<Decimal> quantity, price, trigger_price;
};
/// Nothing for a sentence of another form.
std::optional<OrderSentence> read_sentence(std::string_view text);

/// An order that was placed. Valid until the reader's next call.
struct Placed {
  std::string_view order_id;
  std::string_view sentence;
};
struct Cancelled {
  std::int64_t count = 0;
  bool pending = false;  ///< queued: it has not happened yet
};

struct OrdersPage {
  std::vector<OrderFields> orders;
  std::int64_t count = 0;  ///< of all pages, where the venue says it
};
struct TradesPage {
  std::vector<TradeFields> trades;
  std::int64_t count = 0;
};

struct AssetBalance {
  std::string asset;  ///< ours: "BTC"
  Decimal total, free, held;
};

struct KeyInfo {
  bool can_withdraw = false;
  bool can_trade = false;
  bool can_query = false;
  bool can_stream = false;
  std::optional<std::uint64_t> nonce;  ///< the highest the venue has seen
};

/// The key of the account's websocket; it expires when it is not used for `lives`.
struct StreamToken {
  Secret token;
  Duration lives{};
};

enum class SystemStatus : std::uint8_t { online = 1, post_only, cancel_only, maintenance, unknown };
SystemStatus system_status_of(std::string_view word);

/// The bodies of answers as values. Pure: no state but a reused buffer. A field that is missing or
/// of a wrong type is an error that names it; unknown fields are ignored. Loop thread only.
class AnswerReader {
 public:
  AnswerReader();
  ~AnswerReader();

  /// The first error; an empty text is a success (warnings are none), nothing is a body that is no
  /// answer of the venue's.
  std::optional<VenueError> said(std::string_view body);

  /// A success without an order id placed nothing (it was a trial) and is an error.
  Result<Placed> placed(std::string_view body);
  Result<Cancelled> cancelled(std::string_view body);
  /// The id of the amendment, not of the order.
  Result<std::string_view> amended(std::string_view body);
  Result<OrdersPage> open_orders(std::string_view body);
  Result<OrdersPage> closed_orders(std::string_view body);
  /// Of orders asked for by id; those that the venue does not know are missing.
  Result<OrdersPage> orders(std::string_view body);
  Result<TradesPage> trades(std::string_view body);
  /// Zero ones are left out.
  Result<std::vector<AssetBalance>> balances(std::string_view body, const AssetNames& names);
  Result<kit::DayTicker> ticker(std::string_view body, const Symbol& symbol);
  Result<kit::BookDepth> book(std::string_view body);
  Result<KeyInfo> key_info(std::string_view body);
  Result<StreamToken> stream_token(std::string_view body);
  Result<WallTime> server_time(std::string_view body);  ///< to the second
  Result<SystemStatus> system_status(std::string_view body);
  /// Adds to `names`.
  Result<void> assets(std::string_view body, AssetNames& names);

 private:
  Result<JsonObject> result_of(std::string_view body);
  std::unique_ptr<JsonReader> json_;
};

}  // namespace signalbox::kraken
