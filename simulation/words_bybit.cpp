#include <algorithm>
#include <array>

#include "simulation/receipts.hpp"
#include "simulation/text.hpp"
#include "simulation/words.hpp"

namespace signalbox::simulation {
namespace {

using Verb = RequestText::Verb;
using Asks = RequestText::Asks;

/// The process knows the venue's clock to within the way to it.
constexpr Duration clock_error = std::chrono::milliseconds{100};

bool is_over(std::string_view status) {
  constexpr std::array<std::string_view, 5> over{"Filled", "Cancelled", "PartiallyFilledCanceled",
                                                 "Rejected", "Deactivated"};
  return std::find(over.begin(), over.end(), status) != over.end();
}

class BybitWords final : public Words {
 public:
  RequestText request(std::string_view bytes) const override {
    RequestText text;
    const auto target = bytes.substr(bytes.find(' ') + 1);
    const auto begins = [&](std::string_view path) { return target.starts_with(path); };
    if (begins("/v5/order/create")) text.verb = Verb::place;
    if (begins("/v5/order/amend")) text.verb = Verb::amend;
    if (begins("/v5/order/cancel")) text.verb = Verb::cancel;
    constexpr std::array<std::string_view, 6> way_to_ready{
        "/v5/market/time",  "/v5/market/instruments-info", "/v5/account/wallet-balance",
        "/v5/account/info", "/v5/user/query-api",          "/v5/account/fee-rate"};
    const auto line = target.substr(0, target.find("\r\n"));
    const bool names_one =
        line.find("orderId=") != line.npos || line.find("orderLinkId=") != line.npos;
    if (std::any_of(way_to_ready.begin(), way_to_ready.end(), begins)) {
      text.asks = Asks::way_to_ready;
    } else if (begins("/v5/execution/list")) {
      text.asks = Asks::fate_of_any;
    } else if (begins("/v5/order/realtime") && !names_one) {
      text.asks = Asks::fate_of_any;
      text.lists = plain_orders;
    }
    for (const std::string_view key : {R"("orderId":")", "orderId="})
      if (const auto number = number_of(bytes, key)) text.number = *number;
    return text;
  }

  void tell(std::string_view text, Receipts& receipts, MonoTime now) const override {
    for_each_part(text, R"("orderId":")", [&](std::string_view part, std::size_t) {
      const auto order = number_at(part, 0);
      if (!order) return;
      receipts.status(*order, is_over(word_of(part, R"("orderStatus":")")), now);
      if (const auto trade = number_of(part, R"("execId":")")) receipts.trade(*order, *trade, now);
    });
  }

  void hide(simulator::HttpReply& reply, std::string_view target,
            const std::function<bool(std::string_view)>& hidden) const override {
    if (reply.status != 200 || !target.starts_with("/v5/order/")) return;
    constexpr std::string_view begin = R"("list":[)";
    const auto from = reply.body.find(begin);
    if (from == reply.body.npos) return;
    const auto first = from + begin.size();
    const auto end = reply.body.find(']', first);  // rows hold no list
    if (end == reply.body.npos) return;
    std::string shown;
    for (std::string_view rest = std::string_view{reply.body}.substr(first, end - first);;) {
      const auto open = rest.find('{');
      if (open == rest.npos) break;
      const auto close = rest.find('}', open) + 1;
      if (const auto row = rest.substr(open, close - open); !hidden(row)) {
        if (!shown.empty()) shown += ',';
        shown += row;
      }
      rest.remove_prefix(close);
    }
    reply.body.replace(first, end - first, shown);
  }

  std::optional<MonoTime> silent_until(const HttpAnswer& answer, MonoTime now,
                                       WallTime wall) const override {
    if (!answer.body.starts_with(R"({"retCode":10006,)")) return silent_by_status(answer, now);
    constexpr std::string_view key = "X-Bapi-Limit-Reset-Timestamp: ";
    const auto ms = number_of(answer.headers, key).value_or(0);
    const WallTime reset{std::chrono::milliseconds{ms}};
    return now + std::max(reset - wall - clock_error, Duration{});
  }

  bool tells_trade(std::string_view) const override { return false; }
  bool forget_fills(std::string&) const override { return false; }
  std::string_view no_trades(std::string_view) const override { return {}; }
};

}  // namespace

const Words& bybit_words() {
  static const BybitWords words;
  return words;
}

}  // namespace signalbox::simulation
