#include "simulator/binance/api.hpp"
#include "simulator/binance/order_params.hpp"

namespace signalbox::simulator::binance {

Answer Api::place_oco(Call& call) { return place_list(call, ListKind::oco); }
Answer Api::place_oto(Call& call) { return place_list(call, ListKind::oto); }
Answer Api::place_otoco(Call& call) { return place_list(call, ListKind::otoco); }

Answer Api::place_list(Call& call, ListKind kind) {
  const auto id = market(call);
  const auto list = read_list(call.reader, call.params, kind);
  const auto shape = read_response_type(call.reader, std::nullopt);
  if (const auto wrong = call.reader.finish()) return tl::unexpected(*wrong);
  const auto count = static_cast<std::uint32_t>(list.orders.size());
  if (const auto over = limits_.why_no_orders(call.account, count, call.now))
    return tl::unexpected(*over);

  limits_.count_orders(call.account, count, call.now);
  const auto placed = engine_.place(call.account, *id, list, call.now);
  if (!placed) return tl::unexpected(to_error(placed.error()));
  std::vector<std::string> reports;
  for (const auto& order : placed->as_placed) reports.push_back(json_.placed(order, shape));
  auto as_placed = engine_.orders()[placed->id];
  // The answer is written before the waiting legs are looked at: a list whose entry filled at once
  // still shows as executing.
  as_placed.done = as_placed.done && kind == ListKind::oco;
  return json_.list(as_placed, reports);
}

const OrderList* Api::named_list(Call& call, std::string_view client_id_parameter) {
  const auto id = call.reader.integer("orderListId");
  const auto client_id = call.reader.client_id(client_id_parameter);
  if (!id && client_id.empty() && !call.reader.failed())
    call.reader.fail(-1102, fmt::format("Param '{}' or 'orderListId' must be sent, but both were "
                                        "empty/null!",
                                        client_id_parameter));
  if (call.reader.failed()) return nullptr;
  const auto* list = id ? engine_.orders().find(static_cast<ListId>(*id))
                        : engine_.orders().find_list(call.account, client_id);
  return list && list->account == call.account ? list : nullptr;
}

Answer Api::cancelled_list(const OrderList& list, const ClientId& cancel_id) const {
  std::vector<std::string> reports;
  for (const auto id : list.orders) {
    const auto& order = engine_.orders()[id];
    if (order.state == OrderState::cancelled) reports.push_back(json_.cancelled(order, cancel_id));
  }
  return json_.list(list, reports);
}

Answer Api::cancel_list(Call& call) {
  const auto id = market(call);
  const auto cancel_id = call.reader.client_id("newClientOrderId");
  const auto* list = named_list(call, "listClientOrderId");
  if (const auto wrong = call.reader.finish()) return tl::unexpected(*wrong);
  if (!list || list->market != *id) return tl::unexpected(to_error(Reject::unknown_order, true));
  const auto used_id = cancel_id.empty() ? engine_.make_client_id() : cancel_id;
  const auto cancelled = engine_.cancel(call.account, list->id, used_id, call.now);
  if (!cancelled) return tl::unexpected(to_error(cancelled.error(), true));
  return cancelled_list(*list, used_id);
}

Answer Api::query_list(Call& call) {
  const auto* list = named_list(call, "origClientOrderId");
  if (const auto wrong = call.reader.finish()) return tl::unexpected(*wrong);
  if (!list) return error(-2018, "Order list does not exist.");
  return json_.list(*list, {});
}

Answer Api::open_lists(Call& call) {
  if (const auto wrong = call.reader.finish()) return tl::unexpected(*wrong);
  std::string json = "[";
  for (const auto& list : engine_.orders().all_lists()) {
    if (list.account != call.account || list.done) continue;
    if (json.size() > 1) json += ',';
    json += json_.list(list, {});
  }
  return json + "]";
}

Answer Api::all_lists(Call& call) {
  const auto from = call.reader.integer("fromId").value_or(0);
  const auto since = call.reader.integer("startTime");
  const auto until = call.reader.integer("endTime");
  const auto limit = call.reader.integer("limit").value_or(500);
  if (const auto wrong = call.reader.finish()) return tl::unexpected(*wrong);
  std::string json = "[";
  std::int64_t count = 0;
  for (const auto& list : engine_.orders().all_lists()) {
    const auto at = ns(list.created) / 1'000'000;
    if (list.account != call.account || static_cast<std::int64_t>(list.id) < from ||
        (since && at < *since) || (until && at > *until) || count++ >= limit)
      continue;
    if (json.size() > 1) json += ',';
    json += json_.list(list, {});
  }
  return json + "]";
}

}  // namespace signalbox::simulator::binance
