#include "simulator/coinbase/words.hpp"

#include <algorithm>
#include <charconv>

namespace signalbox::simulator::coinbase {
namespace {

constexpr std::string_view uuid_head = "00000000-0000-4000-8000-";

std::optional<std::int64_t> digits(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

std::string_view word(Side side) { return side == Side::buy ? "BUY" : "SELL"; }

std::string_view word(TimeInForce tif) {
  switch (tif) {
    case TimeInForce::ioc: return "IMMEDIATE_OR_CANCEL";
    case TimeInForce::fok: return "FILL_OR_KILL";
    case TimeInForce::gtc: break;
  }
  return "GOOD_UNTIL_CANCELLED";
}

Answer no(int status, std::string_view error, std::string_view message) {
  return {status, fmt::format(R"({{"error":"{}","error_details":"{}","message":"{}"}})", error,
                              message, message)};
}

Answer no_such_order() { return no(404, "NOT_FOUND", "order with this orderID was not found"); }

std::string_view refusal(Reject reject, const NewOrder& order, const Instrument& instrument) {
  switch (reject) {
    case Reject::unknown_market: return "INVALID_PRODUCT_ID";
    case Reject::market_closed: return "TRADING_DISABLED";
    case Reject::price_filter: return "INVALID_PRICE_PRECISION";
    case Reject::lot_size:
      return order.quantity < instrument.quantity_min ? "PREVIEW_INVALID_BASE_SIZE_TOO_SMALL"
                                                      : "INVALID_SIZE_PRECISION";
    case Reject::market_lot_size: return "PREVIEW_INVALID_BASE_SIZE_TOO_LARGE";
    case Reject::percent_price: return "LIMIT_PRICE_TOO_FAR_FROM_MARKET";
    case Reject::notional: return "PREVIEW_INVALID_QUOTE_SIZE_TOO_SMALL";
    case Reject::too_many_orders:
    case Reject::too_many_conditional:
    case Reject::too_many_lists: return "TOO_MANY_OPEN_ORDERS";
    case Reject::insufficient_balance: return "INSUFFICIENT_FUND";
    case Reject::would_trigger:
      return (order.side == Side::sell) == is_stop(order.type)
                 ? "PREVIEW_STOP_PRICE_ABOVE_LAST_TRADE_PRICE"
                 : "PREVIEW_STOP_PRICE_BELOW_LAST_TRADE_PRICE";
    case Reject::would_take: return "INVALID_LIMIT_PRICE_POST_ONLY";
    case Reject::price_relation: return "INVALID_BRACKET_PRICES";
    case Reject::duplicate_id:
    case Reject::duplicate_list_id: return "DUPLICATE_CLIENT_ORDER_ID";
    case Reject::unknown_order:
    case Reject::cancel_restricted: return "UNKNOWN_CANCEL_ORDER";
    case Reject::amend_refused: return "CANNOT_EDIT_TO_BELOW_FILLED_SIZE";
    default: return "REFUSED_BY_PLAN";
  }
}

std::string rfc3339(WallTime time) {
  const auto ms = std::chrono::floor<std::chrono::milliseconds>(time);
  const auto day = std::chrono::floor<std::chrono::days>(ms);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{ms - day};
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                     clock.subseconds().count());
}

std::optional<WallTime> parse_rfc3339(std::string_view text) {
  if (text.size() != 24 || text[10] != 'T' || text[23] != 'Z') return std::nullopt;
  const auto part = [&](std::size_t at, std::size_t size) { return digits(text.substr(at, size)); };
  const auto year = part(0, 4), month = part(5, 2), day = part(8, 2), hour = part(11, 2),
             minute = part(14, 2), second = part(17, 2), ms = part(20, 3);
  if (!year || !month || !day || !hour || !minute || !second || !ms) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{static_cast<int>(*year)},
                                         std::chrono::month{static_cast<unsigned>(*month)},
                                         std::chrono::day{static_cast<unsigned>(*day)}};
  if (!date.ok()) return std::nullopt;
  return WallTime{std::chrono::sys_days{date}} + std::chrono::hours{*hour} +
         std::chrono::minutes{*minute} + std::chrono::seconds{*second} +
         std::chrono::milliseconds{*ms};
}

std::string wire_name(const Instrument& instrument) {
  return instrument.base.str() + "-" + instrument.quote.str();
}

std::string uuid(OrderId id) {
  return fmt::format("{}{:012}", uuid_head, static_cast<std::uint64_t>(id));
}

std::optional<OrderId> from_uuid(std::string_view text) {
  if (!text.starts_with(uuid_head)) return std::nullopt;
  const auto number = digits(text.substr(uuid_head.size()));
  if (!number || *number <= 0) return std::nullopt;
  return OrderId{static_cast<std::uint64_t>(*number)};
}

std::string plain(std::string_view text) {
  std::string out{text.substr(0, 64)};
  std::replace_if(
      out.begin(), out.end(), [](char c) { return c < ' ' || c > '~' || c == '"' || c == '\\'; },
      '?');
  return out;
}

}  // namespace signalbox::simulator::coinbase
