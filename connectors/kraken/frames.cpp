#include "connectors/kraken/frames.hpp"

#include <algorithm>

#include "connectors/kraken/json_members.hpp"
#include "connectors/kraken/requests.hpp"

namespace signalbox::kraken {
namespace {

WallTime deadline_of(Duration valid_for, WallTime now) {
  const auto wanted = valid_for > Duration{} ? valid_for : valid_for_default;
  return now + std::clamp(wanted, valid_for_stream_min, valid_for_max);
}

}  // namespace

void FrameWriter::begin(std::string_view method) {
  frame_.assign(R"({"method":")").append(method).append(R"(","params":{)");
}

std::string_view FrameWriter::end(RequestNumber number, bool with_token) {
  if (with_token) JsonMembers{frame_}.add("token", token_.reveal());
  frame_.append(R"(},"req_id":)").append(std::to_string(number)).push_back('}');
  return frame_;
}

RequestBytes FrameWriter::place(RequestNumber number, const PlaceOrders& orders,
                                const Market& market, WallTime now) {
  if (auto bad = why_not(orders, market)) return tl::unexpected(*bad);
  const auto order = new_order(orders, deadline_of(orders.valid_for, now));
  if (auto bad = why_not(order)) return tl::unexpected(*bad);
  begin("add_order");
  append_order(frame_, order, market);
  return end(number, true);
}

RequestBytes FrameWriter::amend(RequestNumber number, const AmendOrder& amend,
                                const Market& market) {
  if (auto bad = why_not(amend, market)) return tl::unexpected(*bad);
  begin("amend_order");
  append_change(frame_, change_of(amend));
  return end(number, true);
}

RequestBytes FrameWriter::cancel(RequestNumber number, const CancelOrder& cancel) {
  const OrderName name{cancel.venue_id.view(), cancel.id.view()};
  if (auto bad = why_not(name)) return tl::unexpected(*bad);
  begin("cancel_order");
  append_cancel(frame_, {.name = name});
  return end(number, true);
}

std::string_view FrameWriter::subscribe_executions(RequestNumber number) {
  begin("subscribe");
  JsonMembers{frame_}
      .add("channel", "executions")
      .add_raw("snap_orders", "true")
      .add_raw("snap_trades", "true")
      .add_raw("order_status", "true")
      .add_raw("ratecounter", "true");
  return end(number, true);
}

std::string_view FrameWriter::subscribe_balances(RequestNumber number) {
  begin("subscribe");
  JsonMembers{frame_}.add("channel", "balances").add_raw("snapshot", "true");
  return end(number, true);
}

std::string_view FrameWriter::subscribe_tickers(RequestNumber number,
                                                const std::vector<std::string_view>& stream_names) {
  begin("subscribe");
  std::string symbols = "[";
  for (const auto name : stream_names)
    symbols.append(symbols.size() > 1 ? ",\"" : "\"").append(name).push_back('"');
  JsonMembers{frame_}
      .add("channel", "ticker")
      .add_raw("symbol", symbols + "]")
      .add("event_trigger", "bbo")
      .add_raw("snapshot", "true");
  return end(number, false);
}

std::string_view FrameWriter::ping(RequestNumber number) {
  return frame_.assign(R"({"method":"ping","req_id":)").append(std::to_string(number)).append("}");
}

}  // namespace signalbox::kraken
