#include "app/demo/story.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace signalbox {
namespace {

template <class T>
std::string shown(const std::optional<T>& value) {
  return value ? value->str() : std::string{"-"};
}

std::string clock_text(WallTime t) {
  const auto ms =
      std::chrono::duration_cast<std::chrono::milliseconds>(t.time_since_epoch()).count();
  return fmt::format("{:%H:%M:%S}.{:03}", fmt::gmtime(static_cast<std::time_t>(ms / 1000)),
                     ms % 1000);
}

std::string line(WallTime time, std::string_view id, std::string_view what, std::string_view rest) {
  return fmt::format("{}  {:<14} {:<10} {}", clock_text(time), id, what, rest);
}

std::string tell(const Accepted&) { return {}; }  // its verdict follows at once

std::string tell(const Verdict& e) {
  if (!e.approved)
    return line(e.time, e.id.view(), "refused",
                fmt::format("{} {}", name_of(e.reason), e.detail.view()));
  return line(e.time, e.id.view(), "approved",
              fmt::format("{} {} at about {}, confidence {}, {}", shown(e.quantity),
                          e.symbol.view(), shown(e.reference), shown(e.confidence),
                          e.tier ? name_of(*e.tier) : "unprotected by request"));
}

std::string tell(const Placed& e) {
  if (e.outcome == Outcome::accepted) return {};
  return line(e.time, e.id.view(), "placed",
              fmt::format("{} {} {}", name_of(e.outcome), name_of(e.refusal), e.detail.view()));
}

std::string tell(const OrderEvent& e) {
  if (e.stage == OrderStage::cancelling || e.stage == OrderStage::filled) return {};
  const auto at = e.trigger_price ? e.trigger_price : e.price;
  return line(
      e.time, e.signal.view(), name_of(e.leg),
      fmt::format("{} {} {} {}{}{} {}", name_of(e.stage), name_of(e.side), e.quantity.str(),
                  name_of(e.kind), at ? " @ " + at->str() : "",
                  e.refusal == Refusal::none ? "" : fmt::format(" ({})", name_of(e.refusal)),
                  e.detail.view()));
}

std::string tell(const FillEvent& e) {
  return line(e.fill.time, e.signal.view(), "fill",
              fmt::format("{} {} {} @ {}", name_of(e.leg), name_of(e.fill.side),
                          e.fill.quantity.str(), e.fill.price.str()));
}

std::string tell(const BracketEvent& e) {
  if (e.phase == BracketPhase::ended || e.phase == BracketPhase::entering) return {};
  return line(e.time, e.signal.view(), name_of(e.phase),
              fmt::format("holds {}, covered {}", e.position.str(), e.covered.str()));
}

std::string tell(const SignalOutcome& e) {
  if (e.outcome == BracketOutcome::refused) return {};
  return line(
      e.time, e.id.view(), "OUTCOME",
      fmt::format("{}: in {} out {} profit {} uncovered at most {:.1f} ms", name_of(e.outcome),
                  shown(e.entry_price), shown(e.exit_price), e.profit ? e.profit->str() : "-",
                  std::chrono::duration<double, std::milli>(e.uncovered_longest).count()));
}

std::string tell(const PositionEvent&) { return {}; }
std::string tell(const BalanceEvent&) { return {}; }

std::string tell(const ConnectionEvent& e) {
  return line(e.time, e.account.view(), "connection",
              fmt::format("{} {}", name_of(e.state), e.detail.view()));
}

std::string tell(const NoticeEvent& e) {
  return line(e.time, e.account.empty() ? "engine" : e.account.view(), e.page ? "PAGE" : "state",
              fmt::format("{} {}", name_of(e.state), e.detail.view()));
}

}  // namespace

std::string story_line(const Event& event) {
  return std::visit([](const auto& each) { return tell(each); }, event);
}

}  // namespace signalbox
