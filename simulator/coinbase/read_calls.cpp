#include <algorithm>
#include <charconv>

#include "simulator/coinbase/api.hpp"

namespace signalbox::simulator::coinbase {
namespace {

std::string number(Price price) { return price.is_zero() ? "" : price.str(); }

std::size_t whole(std::string_view text) {
  std::size_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

/// Of one, under the name that older clients use, or of several.
std::vector<std::string> products_of(const Params& params) {
  auto all = params.list("product_ids");
  if (params.has("product_id")) all.emplace_back(params.text("product_id"));
  return all;
}

}  // namespace

/// One order as its owner knows it.
struct Api::View {
  std::string id, client_id, parent, attached;
  std::string_view product, type, configuration, tif, status, trigger_status = "INVALID_ORDER_TYPE";
  std::string_view direction, reject_reason;
  Side side = Side::buy;
  bool post_only = false;
  Quantity size, filled;
  Notional value;
  Decimal fees;
  Price limit, stop;
  WallTime created{}, last_fill{};
};

bool Api::is_child(const Order& order) const {
  if (order.list == ListId::none) return false;
  const auto& list = engine_.orders()[order.list];
  return list.kind != ListKind::oco && list.orders[0] != order.id;
}

const Order* Api::shown(const Order& order) const {
  if (!is_child(order)) return &order;
  return &engine_.orders()[engine_.orders()[order.list].orders[1]];
}

Api::View Api::view(const Order& order) const {
  View v;
  v.id = uuid(order.id);
  v.client_id = order.client_id.str();
  v.product = wire(order.market);
  v.side = order.side;
  v.size = order.quantity;
  v.filled = order.filled;
  v.value = order.filled_quote;
  for (const auto& trade : engine_.record().trades())
    if (shown(engine_.orders()[trade.order])->id == shown(order)->id) v.fees = v.fees + trade.fee;
  v.limit = order.price;
  v.stop = order.stop_price;
  v.created = order.created;
  v.last_fill = order.filled.is_zero() ? WallTime{} : order.updated;
  v.tif = order.type == OrderType::market ? "IMMEDIATE_OR_CANCEL" : word(order.time_in_force);
  v.post_only = order.type == OrderType::limit_maker;
  v.status = order.state == OrderState::filled ? "FILLED" : order.done() ? "CANCELLED" : "OPEN";
  if (!is_child(order)) {
    v.type = order.type == OrderType::market ? "MARKET"
             : is_conditional(order.type)    ? "STOP_LIMIT"
                                             : "LIMIT";
    v.configuration = order.type == OrderType::market           ? "market_market_ioc"
                      : is_conditional(order.type)              ? "stop_limit_stop_limit_gtc"
                      : order.time_in_force == TimeInForce::ioc ? "sor_limit_ioc"
                      : order.time_in_force == TimeInForce::fok ? "limit_limit_fok"
                                                                : "limit_limit_gtc";
    if (is_conditional(order.type)) {
      v.trigger_status = order.triggered ? "STOP_TRIGGERED" : "STOP_PENDING";
      v.direction = (order.side == Side::buy) == is_stop(order.type) ? "STOP_DIRECTION_STOP_UP"
                                                                     : "STOP_DIRECTION_STOP_DOWN";
    }
    if (order.list != ListId::none) v.attached = uuid(engine_.orders()[order.list].orders[1]);
    return v;
  }
  const auto& list = engine_.orders()[order.list];
  const auto& entry = engine_.orders()[list.orders[0]];
  const auto& target = engine_.orders()[list.orders[2]];
  v.type = "BRACKET";
  v.configuration = "trigger_bracket_gtc";
  v.parent = uuid(entry.id);
  v.client_id = settings_.child_has_entrys_id ? entry.client_id.str() : v.id;
  v.limit = target.price;
  v.filled = order.filled + target.filled;
  v.value = order.filled_quote + target.filled_quote;
  if (!v.filled.is_zero()) v.last_fill = std::max(order.updated, target.updated);
  v.trigger_status = order.triggered ? "STOP_TRIGGERED" : "STOP_PENDING";
  v.status = order.held()                    ? "PENDING"
             : v.filled >= order.quantity    ? "FILLED"
             : order.done() && target.done() ? "CANCELLED"
                                             : "OPEN";
  if (order.end == EndReason::refused_when_live) {
    v.status = "FAILED";
    v.reject_reason = "HOLD_FAILURE";
  }
  return v;
}

std::string Api::text_of(const View& v, bool event) {
  const auto average =
      v.filled.is_zero()
          ? Decimal{}
          : Decimal::div(v.value.decimal(), v.filled.decimal(), Rounding::down).value_or(Decimal{});
  const auto left = v.size - v.filled;
  if (event)
    // It names neither an entry nor what is attached to one, and its truths are texts.
    return fmt::format(
        R"({{"order_id":"{}","client_order_id":"{}","product_id":"{}","order_side":"{}",)"
        R"("order_type":"{}","status":"{}","cumulative_quantity":"{}","leaves_quantity":"{}",)"
        R"("avg_price":"{}","total_fees":"{}","filled_value":"{}","number_of_fills":"0",)"
        R"("completion_percentage":"0","limit_price":"{}","stop_price":"{}","post_only":"{}",)"
        R"("time_in_force":"{}","trigger_status":"{}","cancel_reason":"","reject_reason":"{}",)"
        R"("outstanding_hold_amount":"0","creation_time":"{}","end_time":"0001-01-01T00:00:00Z",)"
        R"("product_type":"SPOT"}})",
        v.id, v.client_id, v.product, word(v.side),
        v.type == "STOP_LIMIT" ? "Stop Limit"
        : v.type == "BRACKET"  ? "Bracket"
        : v.type == "MARKET"   ? "Market"
                               : "Limit",
        v.status, v.filled.str(),
        v.status == "OPEN" || v.status == "PENDING" ? left.str() : std::string{"0"}, average.str(),
        v.fees.str(), v.value.str(), number(v.limit), number(v.stop), v.post_only, v.tif,
        v.trigger_status, v.reject_reason, rfc3339(v.created));
  std::string inner = fmt::format(R"("base_size":"{}")", v.size.str());
  if (v.configuration != "market_market_ioc")
    inner += fmt::format(R"(,"limit_price":"{}")", v.limit.str());
  if (v.configuration == "limit_limit_gtc") inner += fmt::format(R"(,"post_only":{})", v.post_only);
  if (v.configuration == "stop_limit_stop_limit_gtc")
    inner += fmt::format(R"(,"stop_price":"{}","stop_direction":"{}")", v.stop.str(), v.direction);
  if (v.configuration == "trigger_bracket_gtc")
    inner += fmt::format(R"(,"stop_trigger_price":"{}")", v.stop.str());
  return fmt::format(
      R"({{"order_id":"{}","product_id":"{}","user_id":"u","order_configuration":{{"{}":{{{}}}}},)"
      R"("side":"{}","client_order_id":"{}","status":"{}","time_in_force":"{}",)"
      R"("created_time":"{}","completion_percentage":"0","filled_size":"{}",)"
      R"("average_filled_price":"{}","fee":"","number_of_fills":"0","filled_value":"{}",)"
      R"("pending_cancel":false,"size_in_quote":false,"total_fees":"{}","trigger_status":"{}",)"
      R"("order_type":"{}","reject_reason":"{}","settled":false,"product_type":"SPOT",)"
      R"("reject_message":"","cancel_message":"","order_placement_source":"RETAIL_ADVANCED",)"
      R"("last_fill_time":{},"edit_history":[],"originating_order_id":"{}",)"
      R"("attached_order_id":"{}"}})",
      v.id, v.product, v.configuration, inner, word(v.side), v.client_id, v.status, v.tif,
      rfc3339(v.created), v.filled.str(), average.str(), v.value.str(), v.fees.str(),
      v.trigger_status, v.type,
      v.reject_reason.empty() ? "REJECT_REASON_UNSPECIFIED" : v.reject_reason,
      v.last_fill == WallTime{} ? "null" : "\"" + rfc3339(v.last_fill) + "\"", v.parent,
      v.attached);
}

std::string Api::order_json(const Order& order) const { return text_of(view(order), false); }
std::string Api::event_json(const Order& order) const { return text_of(view(order), true); }

std::string Api::ghost_json(const Ghost& ghost, bool event) const {
  View v;
  v.id = uuid(ghost.id);
  v.client_id = ghost.order.client_id.str();
  v.product = wire(ghost.market);
  v.side = ghost.order.side;
  v.size = ghost.order.quantity;
  v.limit = ghost.order.price;
  v.stop = ghost.order.stop_price;
  v.type = is_conditional(ghost.order.type) ? "STOP_LIMIT" : "LIMIT";
  v.configuration =
      is_conditional(ghost.order.type) ? "stop_limit_stop_limit_gtc" : "limit_limit_gtc";
  v.tif = "GOOD_UNTIL_CANCELLED";
  v.status = "FAILED";
  v.reject_reason = ghost.why;
  v.created = ghost.time;
  return text_of(v, event);
}

// ---- lists ----

/// One page; the cursor is the number of the next row.
Answer Api::rows(std::string_view name, const std::vector<std::string>& all, Call& call) const {
  const auto first = whole(call.params.text("cursor"));
  auto most = whole(call.params.text("limit"));
  most = most == 0 ? settings_.page : std::min(most, settings_.page);
  std::string json;
  auto at = std::min(first, all.size());
  const auto end = std::min(at + most, all.size());
  for (; at < end; ++at) json += (json.empty() ? "" : ",") + all[at];
  const bool more = end < all.size();
  // Fills say it by their cursor only.
  const auto has_next = name == "fills" ? std::string{} : fmt::format(R"(,"has_next":{})", more);
  return {200, fmt::format(R"({{"{}":[{}]{},"cursor":"{}"}})", name, json, has_next,
                           more ? std::to_string(end) : "")};
}

Answer Api::order(Call& call) {
  for (const auto& ghost : ghosts_)
    if (ghost.account == call.account && uuid(ghost.id) == call.path)
      return {200, fmt::format(R"({{"order":{}}})", ghost_json(ghost, false))};
  const auto* order = named(call.account, call.path);
  if (!order) return no_such_order();
  return {200, fmt::format(R"({{"order":{}}})", order_json(*order))};
}

Answer Api::orders(Call& call) {
  const auto& p = call.params;
  const auto products = products_of(p);
  const auto status = p.text("order_status");
  const auto since = parse_rfc3339(p.text("start_date"));
  std::vector<std::string> found;
  const auto wanted = [&](MarketId market) {
    return products.empty() ||
           std::find(products.begin(), products.end(), wire(market)) != products.end();
  };
  if (status.empty())
    for (const auto& ghost : ghosts_)
      if (ghost.account == call.account && wanted(ghost.market) && (!since || ghost.time >= *since))
        found.push_back(ghost_json(ghost, false));
  const auto& all = engine_.orders().all();
  for (auto order = all.rbegin(); order != all.rend(); ++order) {
    if (order->account != call.account || !wanted(order->market)) continue;
    if (shown(*order) != &*order) continue;
    if (since && order->created < *since) continue;
    // Those that wait for their entry are not open.
    if (!status.empty() && view(*order).status != status) continue;
    found.push_back(order_json(*order));
  }
  return rows("orders", found, call);
}

Answer Api::fills(Call& call) {
  const auto& p = call.params;
  const auto products = products_of(p);
  const auto ids = p.list("order_ids");
  const auto since = parse_rfc3339(p.text("start_sequence_timestamp"));
  std::vector<std::string> found;
  const auto& trades = engine_.record().trades();
  for (auto trade = trades.rbegin(); trade != trades.rend(); ++trade) {
    if (trade->account != call.account) continue;
    if (trade->time + settings_.fills_lag > call.now || (since && trade->time < *since)) continue;
    const auto owner = uuid(shown(engine_.orders()[trade->order])->id);
    const auto& product = wire(trade->market);
    const auto lists = [](const std::vector<std::string>& wanted, const std::string& it) {
      return wanted.empty() || std::find(wanted.begin(), wanted.end(), it) != wanted.end();
    };
    if (!lists(products, product) || !lists(ids, owner)) continue;
    found.push_back(fmt::format(
        R"({{"entry_id":"e{0}","trade_id":"{0}","order_id":"{1}","trade_time":"{2}",)"
        R"("trade_type":"FILL","price":"{3}","size":"{4}","commission":"{8}","product_id":"{5}",)"
        R"("sequence_timestamp":"{2}","liquidity_indicator":"{6}","size_in_quote":false,)"
        R"("side":"{7}"}})",
        trade->id, owner, rfc3339(trade->time), trade->price.str(), trade->quantity.str(), product,
        trade->maker ? "MAKER" : "TAKER", word(trade->side), trade->fee.str()));
  }
  return rows("fills", found, call);
}

Answer Api::accounts(Call& call) {
  std::vector<std::string> found;
  for (const auto& b : engine_.accounts().balances(call.account))
    found.push_back(fmt::format(
        R"({{"uuid":"a-{0}","name":"{0} Wallet","currency":"{0}","available_balance":)"
        R"({{"value":"{1}","currency":"{0}"}},"hold":{{"value":"{2}","currency":"{0}"}},)"
        R"("active":true,"ready":true,"type":"ACCOUNT_TYPE_CRYPTO"}})",
        b.asset.view(), b.free.str(), b.locked.str()));
  return rows("accounts", found, call);
}

Answer Api::rights(Call&) {
  return {200,
          fmt::format(R"({{"can_view":true,"can_trade":true,"can_transfer":{},)"
                      R"("can_receive":false,"portfolio_uuid":"p","portfolio_type":"DEFAULT"}})",
                      settings_.keys_may_transfer)};
}

Answer Api::fees(Call& call) {
  const auto& spec = engine_.accounts().spec(call.account);
  return {200, fmt::format(R"({{"fee_tier":{{"pricing_tier":"","maker_fee_rate":"{}",)"
                           R"("taker_fee_rate":"{}"}}}})",
                           spec.maker_fee.str(), spec.taker_fee.str())};
}

}  // namespace signalbox::simulator::coinbase
