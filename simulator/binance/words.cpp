#include "simulator/binance/words.hpp"

#include <array>

namespace signalbox::simulator::binance {

std::string_view word(Side side) { return side == Side::buy ? "BUY" : "SELL"; }

std::string_view word(OrderType type) {
  switch (type) {
    case OrderType::market: return "MARKET";
    case OrderType::limit: return "LIMIT";
    case OrderType::limit_maker: return "LIMIT_MAKER";
    case OrderType::stop_loss: return "STOP_LOSS";
    case OrderType::stop_loss_limit: return "STOP_LOSS_LIMIT";
    case OrderType::take_profit: return "TAKE_PROFIT";
    case OrderType::take_profit_limit: break;
  }
  return "TAKE_PROFIT_LIMIT";
}

std::string_view word(OrderState state) {
  switch (state) {
    case OrderState::held: return "PENDING_NEW";
    case OrderState::open: return "NEW";
    case OrderState::partly_filled: return "PARTIALLY_FILLED";
    case OrderState::filled: return "FILLED";
    case OrderState::cancelled: return "CANCELED";
    case OrderState::expired: return "EXPIRED";
    case OrderState::self_trade: break;
  }
  return "EXPIRED_IN_MATCH";
}

std::string_view word(TimeInForce tif) {
  switch (tif) {
    case TimeInForce::gtc: return "GTC";
    case TimeInForce::ioc: return "IOC";
    case TimeInForce::fok: break;
  }
  return "FOK";
}

std::string_view word(SelfTrade mode) {
  switch (mode) {
    case SelfTrade::allow: return "NONE";
    case SelfTrade::expire_taker: return "EXPIRE_TAKER";
    case SelfTrade::expire_maker: return "EXPIRE_MAKER";
    case SelfTrade::expire_both: break;
  }
  return "EXPIRE_BOTH";
}

std::string_view word(ListKind kind) { return kind == ListKind::oco ? "OCO" : "OTO"; }

std::string_view word(EndReason reason) {
  switch (reason) {
    case EndReason::immediate_rest: return "UNFILLED_IOC_QTY_EXPIRED";
    case EndReason::fill_or_kill: return "UNFILLED_FOK_ORDER_EXPIRED";
    case EndReason::no_liquidity: return "INSUFFICIENT_LIQUIDITY";
    case EndReason::sibling: return "OCO_TRIGGER";
    case EndReason::parent: return "OTO_PHASE_ONE_EXPIRED";
    case EndReason::refused_when_live: return "REJECTED";
    case EndReason::venue: return "EXCHANGE_CANCELED";
    case EndReason::none:
    case EndReason::by_user:
    case EndReason::self_trade: break;
  }
  return {};
}

std::string amount(Decimal value) {
  constexpr auto unit = Decimal::from_raw(Decimal::one_raw / 100'000'000);
  const auto rounded = Decimal::to_step(value, unit, Rounding::down).value_or(Decimal{});
  std::array<char, Decimal::text_max> text;
  return {text.data(), rounded.write_fixed(text.data(), 8)};
}

std::int64_t ms(WallTime time) {
  return std::chrono::floor<std::chrono::milliseconds>(time).time_since_epoch().count();
}

std::string wire_symbol(const Instrument& instrument) {
  return instrument.base.str() + instrument.quote.str();
}

}  // namespace signalbox::simulator::binance
