#include <algorithm>

#include "simulator/binance/api.hpp"
#include "simulator/binance/order_params.hpp"

namespace signalbox::simulator::binance {
namespace {

constexpr std::int64_t page_default = 500;
constexpr std::int64_t page_max = 1000;

std::string joined(const std::vector<std::string>& items) {
  std::string json = "[";
  for (const auto& item : items) {
    if (json.size() > 1) json += ',';
    json += item;
  }
  return json + "]";
}

}  // namespace

/// The order that `orderId` or the given client id names; by number if both are there.
const Order* Api::named_order(Call& call, std::string_view client_id_parameter) {
  const auto id = call.reader.integer("orderId");
  const auto client_id = call.reader.client_id(client_id_parameter);
  if (!id && client_id.empty() && !call.reader.failed())
    call.reader.fail(-1102, fmt::format("Param '{}' or 'orderId' must be sent, but both were "
                                        "empty/null!",
                                        client_id_parameter));
  if (call.reader.failed()) return nullptr;
  const auto* order = id ? engine_.orders().find(static_cast<OrderId>(*id))
                         : engine_.orders().find(call.account, client_id);
  return order && order->account == call.account ? order : nullptr;
}

Answer Api::place(Call& call) {
  const auto id = market(call);
  OrderDefaults defaults;
  defaults.self_trade = call.reader.self_trade().value_or(defaults.self_trade);
  const auto order = read_order(call.reader, call.params, {}, defaults);
  const auto shape = read_response_type(call.reader, order.type);
  if (const auto wrong = call.reader.finish()) return tl::unexpected(*wrong);
  if (const auto over = limits_.why_no_orders(call.account, 1, call.now))
    return tl::unexpected(*over);

  limits_.count_orders(call.account, 1, call.now);
  const auto placed = engine_.place(call.account, *id, order, call.now);
  if (!placed) return tl::unexpected(to_error(placed.error()));
  return json_.placed(engine_.orders()[*placed], shape);
}

Answer Api::place_test(Call& call) {
  const auto id = market(call);
  OrderDefaults defaults;
  defaults.self_trade = call.reader.self_trade().value_or(defaults.self_trade);
  const auto order = read_order(call.reader, call.params, {}, defaults);
  static_cast<void>(read_response_type(call.reader, order.type));
  static_cast<void>(call.reader.boolean("computeCommissionRates"));
  if (const auto wrong = call.reader.finish()) return tl::unexpected(*wrong);
  // Parameters and filters; what the matching engine alone can know is not asked.
  const auto why = engine_.why_not(call.account, *id, order);
  const bool by_engine = why == Reject::insufficient_balance || why == Reject::would_trigger ||
                         why == Reject::would_take || why == Reject::duplicate_id;
  if (why && !by_engine) return tl::unexpected(to_error(*why));
  return "{}";
}

Answer Api::cancel(Call& call) {
  const auto id = market(call);
  const auto cancel_id = call.reader.client_id("newClientOrderId");
  auto only = CancelOnly::any;
  if (const auto restriction = call.reader.text("cancelRestrictions")) {
    if (*restriction == "ONLY_NEW")
      only = CancelOnly::untouched;
    else if (*restriction == "ONLY_PARTIALLY_FILLED")
      only = CancelOnly::partly_filled;
    else
      call.reader.fail(-1145, "Invalid cancelRestrictions");
  }
  const auto* order = named_order(call, "origClientOrderId");
  if (const auto wrong = call.reader.finish()) return tl::unexpected(*wrong);
  if (!order || order->market != *id) return tl::unexpected(to_error(Reject::unknown_order, true));
  const auto used_id = cancel_id.empty() ? engine_.make_client_id() : cancel_id;
  const auto cancelled = engine_.cancel(call.account, order->id, used_id, only, call.now);
  if (!cancelled) return tl::unexpected(to_error(cancelled.error(), true));
  return json_.cancelled(*order, used_id);
}

Answer Api::query(Call& call) {
  const auto id = market(call);
  const auto* order = named_order(call, "origClientOrderId");
  if (const auto wrong = call.reader.finish()) return tl::unexpected(*wrong);
  if (!order || order->market != *id) return tl::unexpected(to_error(Reject::unknown_order));
  return json_.queried(*order);
}

Answer Api::amend(Call& call) {
  const auto id = market(call);
  const auto quantity = call.reader.decimal("newQty", true);
  call.reader.must_be_positive(quantity, "quantity");
  const auto new_id = call.reader.client_id("newClientOrderId");
  const auto* order = named_order(call, "origClientOrderId");
  if (const auto wrong = call.reader.finish()) return tl::unexpected(*wrong);
  if (!order || order->market != *id) return tl::unexpected(to_error(Reject::unknown_order));
  const auto amended =
      engine_.amend(call.account, order->id, Quantity{*quantity}, new_id, call.now);
  if (!amended) return tl::unexpected(to_error(amended.error()));
  return json_.amended(*order, call.now);
}

Answer Api::open_orders(Call& call) {
  const auto id = market(call, false);
  if (const auto wrong = call.reader.finish()) return tl::unexpected(*wrong);
  std::vector<std::string> found;
  for (const auto order : engine_.orders().open(call.account))
    if (!id || engine_.orders()[order].market == *id)
      found.push_back(json_.queried(engine_.orders()[order]));
  return joined(found);
}

Answer Api::cancel_open_orders(Call& call) {
  const auto id = market(call);
  if (const auto wrong = call.reader.finish()) return tl::unexpected(*wrong);
  const auto cancel_id = engine_.make_client_id();
  std::vector<OrderId> open;
  for (const auto order : engine_.orders().open(call.account))
    if (engine_.orders()[order].market == *id) open.push_back(order);
  if (open.empty()) return tl::unexpected(to_error(Reject::unknown_order, true));

  std::vector<std::string> reports;
  for (const auto order_id : open) {
    const auto& order = engine_.orders()[order_id];
    if (order.done()) continue;  // went with its list
    if (order.list != ListId::none) {
      static_cast<void>(engine_.cancel(call.account, order.list, cancel_id, call.now));
      reports.push_back(*cancelled_list(engine_.orders()[order.list], cancel_id));
      continue;
    }
    static_cast<void>(engine_.cancel(call.account, order_id, cancel_id, CancelOnly::any, call.now));
    reports.push_back(json_.cancelled(order, cancel_id));
  }
  return joined(reports);
}

Answer Api::all_orders(Call& call) {
  const auto id = market(call);
  const auto from_id = call.reader.integer("orderId");
  const auto since = call.reader.integer("startTime");
  const auto until = call.reader.integer("endTime");
  const auto limit = call.reader.integer("limit").value_or(page_default);
  if (limit < 1 || limit > page_max)
    call.reader.fail(-1130, "Data sent for parameter 'limit' is not valid.");
  if (since && until && *until - *since > 24 * 3'600'000)
    call.reader.fail(-1127, "More than 24 hours between startTime and endTime.");
  if (const auto wrong = call.reader.finish()) return tl::unexpected(*wrong);

  const bool from_oldest = from_id || since;
  const auto in_ms = [](WallTime t) { return ns(t) / 1'000'000; };
  std::vector<std::string> found;
  const auto wanted = [&](const Order& o) {
    return o.account == call.account && o.market == *id &&
           (!from_id || static_cast<std::int64_t>(o.id) >= *from_id) &&
           (!since || in_ms(o.created) >= *since) && (!until || in_ms(o.created) <= *until);
  };
  const auto& all = engine_.orders().all();
  const auto most = static_cast<std::size_t>(limit);
  if (from_oldest) {
    for (auto o = all.begin(); o != all.end() && found.size() < most; ++o)
      if (wanted(*o)) found.push_back(json_.queried(*o));
  } else {
    for (auto o = all.rbegin(); o != all.rend() && found.size() < most; ++o)
      if (wanted(*o)) found.push_back(json_.queried(*o));
    std::reverse(found.begin(), found.end());
  }
  return joined(found);
}

}  // namespace signalbox::simulator::binance
