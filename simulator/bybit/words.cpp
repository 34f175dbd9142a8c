#include "simulator/bybit/words.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

namespace signalbox::simulator::bybit {

std::string_view word(Side side) { return side == Side::buy ? "Buy" : "Sell"; }

std::string_view word(TimeInForce tif) {
  switch (tif) {
    case TimeInForce::ioc: return "IOC";
    case TimeInForce::fok: return "FOK";
    case TimeInForce::gtc: break;
  }
  return "GTC";
}

Ending ending(const Order& order, bool linear) {
  const bool part = !order.filled.is_zero();
  // Spot has a word of its own for what filled in part and ended.
  const std::string_view gone = part && !linear ? "PartiallyFilledCanceled" : "Cancelled";
  const bool unfired = is_conditional(order.type) && !order.triggered;
  switch (order.state) {
    case OrderState::held: return {"Untriggered"};
    case OrderState::open: return {order.armed() ? "Untriggered" : "New"};
    case OrderState::partly_filled: return {"PartiallyFilled"};
    case OrderState::filled: return {"Filled"};
    case OrderState::self_trade: return {gone, "EC_BySelfMatch", "CancelBySmp"};
    case OrderState::cancelled:
    case OrderState::expired: break;
  }
  const std::string_view taken = unfired ? "Deactivated" : gone;
  switch (order.end) {
    case EndReason::immediate_rest:
    case EndReason::no_liquidity: return {gone, "EC_NoImmediateQtyToFill", "UNKNOWN"};
    case EndReason::fill_or_kill: return {gone, "EC_CancelForNoFullFill", "UNKNOWN"};
    case EndReason::sibling:
      return {taken, "EC_NoError",
              is_stop(order.type) ? "CancelByOCOSlCanceledByTpTriggered"
                                  : "CancelByOCOTpCanceledBySlTriggered"};
    case EndReason::refused_when_live: return {"Rejected", "EC_Others", "UNKNOWN"};
    case EndReason::venue: return {taken, "EC_NoError", "CancelByAdmin"};
    default: return {taken, "EC_PerCancelRequest", "CancelByUser"};
  }
}

Answer refusal(Reject reject, const NewOrder& order, const Instrument& instrument) {
  switch (reject) {
    case Reject::unknown_market: return no(170121, "Invalid symbol.");
    case Reject::market_closed: return no(110074, "This contract is not live");
    case Reject::price_filter: return no(170134, "Order price has too many decimals.");
    case Reject::lot_size:
      return order.quantity < instrument.quantity_min
                 ? no(170136, "Order quantity exceeded lower limit.")
                 : no(170137, "Order volume decimal too long.");
    case Reject::market_lot_size: return no(170124, "Order amount too large.");
    case Reject::percent_price:
      return order.side == Side::buy ? no(170193, "Buy order price cannot be higher than 0.")
                                     : no(170194, "Sell order price cannot be lower than 0.");
    case Reject::notional: return no(170140, "Order value exceeded lower limit.");
    case Reject::too_many_orders:
    case Reject::too_many_conditional:
    case Reject::too_many_lists:
      return no(170810, "Cannot exceed maximum of orders for this symbol.");
    case Reject::insufficient_balance: return no(170131, "Insufficient balance.");
    case Reject::would_trigger:
      return is_stop(order.type) == (order.side == Side::sell)
                 ? no(110093, "expect Falling, but trigger_price >= current")
                 : no(110092, "expect Rising, but trigger_price <= current");
    case Reject::price_relation:
      return no(10001, "TakeProfit or StopLoss set for position: check base_price");
    case Reject::duplicate_id:
    case Reject::duplicate_list_id: return no(170141, "Duplicate clientOrderId");
    case Reject::unknown_order:
    case Reject::cancel_restricted: return unknown_order();
    case Reject::amend_refused: return no(10001, "The order cannot be changed so.");
    case Reject::full: return no(10016, "Internal system error.");
    default: return no(179999, "Refused by plan.");
  }
}

Answer unknown_order() { return no(170213, "Order does not exist."); }

std::int64_t ms(WallTime time) {
  return std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

std::string wire_symbol(const Instrument& instrument) {
  return instrument.base.str() + instrument.quote.str();
}

std::string hmac_sha256_hex(std::string_view secret, std::string_view payload) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
  unsigned int size = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(payload.data()), payload.size(), mac.data(), &size);
  std::string hex;
  for (unsigned int i = 0; i < size; ++i) hex += fmt::format("{:02x}", mac[i]);
  return hex;
}

bool same_text(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  unsigned int different = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    different |= static_cast<unsigned int>(static_cast<unsigned char>(a[i]) ^
                                           static_cast<unsigned char>(b[i]));
  return different == 0;
}

}  // namespace signalbox::simulator::bybit
