#include "simulator/binance/error.hpp"

namespace signalbox::simulator::binance {
namespace {

ApiError filter(std::string_view name) {
  return {400, -1013, fmt::format("Filter failure: {}", name), {}, 0};
}

ApiError rejected(std::string_view text) { return {400, -2010, std::string{text}, {}, 0}; }

}  // namespace

ApiError to_error(Reject reject, bool cancels) {
  switch (reject) {
    case Reject::unknown_market: return {400, -1121, "Invalid symbol.", {}, 0};
    case Reject::market_closed: return rejected("Market is closed.");
    case Reject::price_filter: return filter("PRICE_FILTER");
    case Reject::lot_size: return filter("LOT_SIZE");
    case Reject::market_lot_size: return filter("MARKET_LOT_SIZE");
    case Reject::percent_price: return filter("PERCENT_PRICE_BY_SIDE");
    case Reject::notional: return filter("NOTIONAL");
    case Reject::too_many_orders: return filter("MAX_NUM_ORDERS");
    case Reject::too_many_conditional: return filter("MAX_NUM_ALGO_ORDERS");
    case Reject::too_many_lists: return filter("MAX_NUM_ORDER_LISTS");
    case Reject::insufficient_balance:
      return rejected("Account has insufficient balance for requested action.");
    case Reject::would_trigger: return rejected("Order would trigger immediately.");
    case Reject::would_take: return rejected("Order would immediately match and take.");
    case Reject::duplicate_id:
    case Reject::duplicate_list_id: return rejected("Duplicate order sent.");
    case Reject::price_relation:
      return rejected("The relationship of the prices for the orders is not correct.");
    case Reject::unknown_order:
      return cancels ? ApiError{400, -2011, "Unknown order sent.", {}, 0}
                     : ApiError{400, -2013, "Order does not exist.", {}, 0};
    case Reject::cancel_restricted:
      return {400, -2011, "Order was not canceled due to cancel restrictions.", {}, 0};
    case Reject::amend_refused:
      return {400, -2038, "Order amend (quantity increase) is not supported.", {}, 0};
    case Reject::injected: return rejected("This action is disabled on this account.");
    case Reject::full: break;
  }
  return {503,
          -1008,
          "Server is currently overloaded with other requests. Please try again in a "
          "few minutes.",
          {},
          0};
}

std::string to_json(const ApiError& e) {
  auto json = fmt::format(R"({{"code":{},"msg":"{}")", e.code, e.message);
  if (!e.data.empty()) json += fmt::format(R"(,"data":{})", e.data);
  return json + "}";
}

}  // namespace signalbox::simulator::binance
