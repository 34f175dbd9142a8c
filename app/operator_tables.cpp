#include "app/operator_tables.hpp"

#include <algorithm>
#include <initializer_list>
#include <map>

#include "app/text_table.hpp"
#include "messages/to_text.hpp"

namespace signalbox {
namespace {

template <class List, class Cells>
std::string table(Row heads, const List& list, Cells&& cells) {
  std::vector<Row> rows{std::move(heads)};
  for (const auto& each : list) rows.push_back(cells(each));
  return aligned(rows);
}

/// Absent is a dash, so that a line has as many words as there are heads.
template <class T>
std::string cell(const std::optional<T>& value) {
  return value ? value->str() : "-";
}
std::string cell(const std::string& text) { return text.empty() ? "-" : text; }

/// 2026-01-02 03:04:05.006
std::string time_of(WallTime time) {
  constexpr std::size_t to_milliseconds = 23;
  std::string text;
  printing::print(text, time);
  if (text.size() <= to_milliseconds) return text;
  text.resize(to_milliseconds);
  std::replace(text.begin(), text.end(), 'T', ' ');
  return text;
}

template <class T>
std::string signal_of(const T& event) {
  return event.signal.empty() ? "-" : event.strategy.str() + "/" + event.signal.str();
}

std::string counted(std::size_t count, std::string_view one, std::string_view many) {
  return std::to_string(count) + " " + std::string{count == 1 ? one : many};
}

}  // namespace

std::vector<HeldPosition> positions_of(std::span<const BracketEvent> brackets) {
  std::map<std::pair<AccountName, Symbol>, HeldPosition> sums;
  for (const auto& each : brackets) {
    if (each.position.is_zero()) continue;
    auto& sum = sums[{each.account, each.symbol}];
    sum.account = each.account;
    sum.symbol = each.symbol;
    sum.position += each.side == Side::buy ? each.position : -each.position;
    sum.covered += each.covered;
    ++sum.brackets;
    sum.uncovered_ms = std::max(sum.uncovered_ms, each.uncovered_ms);
  }
  std::vector<HeldPosition> list;
  for (const auto& [key, sum] : sums) list.push_back(sum);
  return list;
}

std::vector<OrderEvent> unknowns_of(std::span<const OrderEvent> orders) {
  std::vector<OrderEvent> list;
  for (const auto& each : orders)
    if (each.stage == OrderStage::unknown) list.push_back(each);
  return list;
}

std::string status_text(const StatusAnswer& status) {
  return "start " + std::to_string(status.epoch) + ", journal at record " +
         std::to_string(status.log_recorded) + ", committed up to " +
         std::to_string(status.log_committed) + "\n" +
         counted(status.brackets_open, "bracket", "brackets") + " open, " +
         counted(status.orders_unknown, "order", "orders") + " of unknown fate\n\n" +
         table({"account", "exchange", "testnet", "link", "trading"}, status.accounts,
               [](const AccountInfo& a) {
                 return Row{a.account.str(), a.exchange.str(), a.testnet ? "yes" : "no",
                            std::string{name_of(a.link)}, std::string{name_of(a.state)}};
               });
}

std::string brackets_text(std::span<const BracketEvent> brackets) {
  if (brackets.empty()) return "no bracket is open\n";
  return table({"signal", "account", "symbol", "side", "phase", "tier", "position", "covered",
                "stop", "uncovered_ms"},
               brackets, [](const BracketEvent& b) {
                 return Row{signal_of(b),
                            b.account.str(),
                            b.symbol.str(),
                            std::string{name_of(b.side)},
                            std::string{name_of(b.phase)},
                            std::string{name_of(b.tier)},
                            b.position.str(),
                            b.covered.str(),
                            cell(b.stop),
                            std::to_string(b.uncovered_ms)};
               });
}

std::string orders_text(std::span<const OrderEvent> orders) {
  if (orders.empty()) return "no order is live\n";
  return table({"order", "signal", "account", "symbol", "leg", "side", "kind", "stage", "quantity",
                "filled", "price", "fires_at"},
               orders, [](const OrderEvent& o) {
                 return Row{o.order.str(),
                            signal_of(o),
                            o.account.str(),
                            o.symbol.str(),
                            std::string{name_of(o.leg)},
                            std::string{name_of(o.side)},
                            std::string{name_of(o.kind)},
                            std::string{name_of(o.stage)},
                            o.quantity.str(),
                            o.filled.str(),
                            cell(o.price),
                            cell(o.trigger_price)};
               });
}

std::string unknowns_text(std::span<const OrderEvent> unknowns) {
  if (unknowns.empty()) return "no order is of unknown fate\n";
  return table({"order", "signal", "account", "symbol", "leg", "side", "quantity", "filled",
                "since (UTC)", "why"},
               unknowns, [](const OrderEvent& o) {
                 return Row{o.order.str(),
                            signal_of(o),
                            o.account.str(),
                            o.symbol.str(),
                            std::string{name_of(o.leg)},
                            std::string{name_of(o.side)},
                            o.quantity.str(),
                            o.filled.str(),
                            time_of(o.time),
                            cell(o.detail.str())};
               });
}

std::string positions_text(std::span<const HeldPosition> positions) {
  if (positions.empty()) return "no bracket holds anything\n";
  return table({"account", "symbol", "position", "covered", "brackets", "uncovered_ms"}, positions,
               [](const HeldPosition& p) {
                 return Row{p.account.str(),
                            p.symbol.str(),
                            p.position.str(),
                            p.covered.str(),
                            std::to_string(p.brackets),
                            std::to_string(p.uncovered_ms)};
               });
}

std::string why_text(const WhyAnswer& why) {
  return "signal " + why.signal.str() + " of strategy " + why.strategy.str() + " on account " +
         why.account.str() + "\n\n" +
         table({"record", "time (UTC)", "what", ""}, why.steps,
               [](const WhyStep& step) {
                 return Row{std::to_string(step.log_number), time_of(step.time), step.what.str(),
                            step.text.str()};
               }) +
         (why.more ? "There are more steps than are told here.\n" : "");
}

}  // namespace signalbox
