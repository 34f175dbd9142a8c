#include <fmt/format.h>

#include "simulator/okx/okx_dialect.hpp"

namespace signalbox::simulator::okx {
namespace {

std::string_view side_word(Side side) { return side == Side::buy ? "buy" : "sell"; }

std::string number_or_none(Price price) {
  return price.is_positive() ? price.str() : std::string{};
}

std::string_view state_word(const Order& order) {
  switch (order.state) {
    case OrderState::filled: return "filled";
    case OrderState::partly_filled: return "partially_filled";
    case OrderState::cancelled:
    case OrderState::expired:
    case OrderState::self_trade: return "canceled";
    default: return "live";
  }
}

std::string_view cancel_source(const Order& order) {
  if (!order.done() || order.state == OrderState::filled) return "";
  switch (order.end) {
    case EndReason::by_user: return "1";
    case EndReason::immediate_rest: return "14";
    case EndReason::fill_or_kill: return "13";
    case EndReason::self_trade: return "32";
    case EndReason::sibling: return "36";
    default: return "0";
  }
}

std::string_view type_word(const Order& order) {
  if (!has_price(order.type)) return "market";
  if (order.type == OrderType::limit_maker) return "post_only";
  if (order.time_in_force == TimeInForce::ioc) return "ioc";
  if (order.time_in_force == TimeInForce::fok) return "fok";
  return "limit";
}

Decimal signed_fee(Decimal fee) { return -fee; }

}  // namespace

std::string OkxDialect::order_json(const Order& order, const Trade* trade) const {
  Decimal fee;
  std::string_view fee_asset;
  for (const auto index : engine_.record().trades_of(order.id)) {
    const auto& each = engine_.record().trades()[index];
    fee = fee + each.fee;
    fee_asset = each.fee_asset.view();
  }
  std::string average;
  if (order.filled.is_positive())
    if (const auto price =
            Decimal::div(order.filled_quote.decimal(), order.filled.decimal(), Rounding::half_even))
      average = price->str();
  const auto* algo = algos_.of(order.id);
  const bool by_quote = order.for_quote.is_positive();
  return fmt::format(
      R"({{"instType":"SPOT","instId":"{}","ordId":"{}","clOrdId":"{}","tag":"","px":"{}","sz":"{}","ordType":"{}","side":"{}","posSide":"net","tdMode":"cash","tgtCcy":"{}","accFillSz":"{}","avgPx":"{}","state":"{}","fee":"{}","feeCcy":"{}","fillPx":"{}","fillSz":"{}","tradeId":"{}","fillTime":"{}","fillFee":"{}","fillFeeCcy":"{}","execType":"{}","reduceOnly":"false","cancelSource":"{}","amendResult":"","attachAlgoOrds":[{}],"algoId":"{}","algoClOrdId":"{}","linkedAlgoOrd":{{"algoId":"{}"}},"source":"{}","cTime":"{}","uTime":"{}"}})",
      wire(order.market), static_cast<std::uint64_t>(order.id),
      algo ? std::string_view{} : order.client_id.view(), number_or_none(order.price),
      by_quote ? order.for_quote.str() : order.quantity.str(), type_word(order),
      side_word(order.side), by_quote ? "quote_ccy" : "base_ccy", order.filled.str(), average,
      state_word(order), signed_fee(fee).str(), fee_asset, trade ? trade->price.str() : "",
      trade ? trade->quantity.str() : "0", trade ? std::to_string(trade->id) : "",
      trade ? std::to_string(ms(trade->time)) : "", trade ? signed_fee(trade->fee).str() : "",
      trade ? trade->fee_asset.view() : std::string_view{}, trade ? (trade->maker ? "M" : "T") : "",
      cancel_source(order), attached_json(order), algo ? std::to_string(algo->number) : "",
      algo ? algo->client_id : "", algo ? std::to_string(algo->number) : "", algo ? "7" : "",
      ms(order.created), ms(order.updated));
}

std::string OkxDialect::ghost_json(const Ghost& ghost) const {
  return fmt::format(
      R"({{"instType":"SPOT","instId":"{}","ordId":"{}","clOrdId":"{}","px":"{}","sz":"{}","ordType":"post_only","side":"{}","posSide":"net","tdMode":"cash","accFillSz":"0","avgPx":"","state":"canceled","fee":"0","feeCcy":"","fillPx":"","fillSz":"0","tradeId":"","reduceOnly":"false","cancelSource":"31","attachAlgoOrds":[],"algoId":"","algoClOrdId":"","cTime":"{}","uTime":"{}"}})",
      wire(ghost.market), ghost.number, ghost.client_id, ghost.price.str(), ghost.quantity.str(),
      side_word(ghost.side), ms(ghost.time), ms(ghost.time));
}

std::string OkxDialect::attached_json(const Order& order) const {
  std::string rows;
  for (const auto& algo : algos_.all()) {
    if (algo.parent != order.id || algo.placed) continue;
    const bool rests = algo.target_price.is_positive() && !algo.target_trigger.is_positive();
    const auto at = [](Price price) { return price.is_positive() ? price.str() : "-1"; };
    const bool has_target = rests || algo.target_trigger.is_positive();
    rows = fmt::format(
        R"({{"attachAlgoId":"{}","attachAlgoClOrdId":"{}","slTriggerPx":"{}","slOrdPx":"{}","tpTriggerPx":"{}","tpOrdPx":"{}","tpOrdKind":"{}","failCode":"","failReason":""}})",
        algo.number + 1'000'000, algo.client_id, number_or_none(algo.stop_trigger),
        algo.stop_trigger.is_positive() ? at(algo.stop_price) : "",
        number_or_none(algo.target_trigger), has_target ? at(algo.target_price) : "",
        rests ? "limit" : "condition");
  }
  return rows;
}

std::string OkxDialect::algo_json(const Algo& algo, const AlgoState& state) const {
  const auto at = [](Price price) { return price.is_positive() ? price.str() : "-1"; };
  const bool rests = algo.target_price.is_positive() && !algo.target_trigger.is_positive();
  const bool has_target = rests || algo.target_trigger.is_positive();
  const bool has_stop = algo.stop_trigger.is_positive();
  const auto type = algo.type == Algo::Type::oco       ? "oco"
                    : algo.type == Algo::Type::trigger ? "trigger"
                                                       : "conditional";
  const auto child = state.child == OrderId::none
                         ? std::string{}
                         : std::to_string(static_cast<std::uint64_t>(state.child));
  return fmt::format(
      R"({{"algoId":"{}","algoClOrdId":"{}","clOrdId":"","instType":"SPOT","instId":"{}","ordType":"{}","side":"{}","posSide":"net","sz":"{}","state":"{}","slTriggerPx":"{}","slOrdPx":"{}","slTriggerPxType":"last","tpTriggerPx":"{}","tpOrdPx":"{}","tpOrdKind":"{}","triggerPx":"{}","ordPx":"{}","actualSide":"{}","actualSz":"{}","ordId":"{}","ordIdList":[{}],"failCode":"{}","reduceOnly":"false","linkedOrd":{{"ordId":"{}"}},"cTime":"{}","uTime":"{}"}})",
      algo.number, algo.client_id, wire(algo.market), type, side_word(algo.side), algo.size.str(),
      state.word, number_or_none(algo.stop_trigger), has_stop ? at(algo.stop_price) : "",
      number_or_none(algo.target_trigger), has_target ? at(algo.target_price) : "",
      rests ? "limit" : "condition", number_or_none(algo.trigger),
      algo.type == Algo::Type::trigger ? at(algo.trigger_price) : "", state.actual_side,
      child.empty() ? "0" : algo.size.str(), child, child.empty() ? "" : "\"" + child + "\"",
      state.word == "order_failed" ? "51008" : "",
      algo.parent == OrderId::none ? "" : std::to_string(static_cast<std::uint64_t>(algo.parent)),
      ms(algo.created), ms(algo.created));
}

}  // namespace signalbox::simulator::okx
