#include "simulation/venue_faults.hpp"

#include <algorithm>

#include "simulation/draw.hpp"

namespace signalbox::simulation {
namespace {

using namespace std::chrono_literals;
using simulator::FaultKind;
using simulator::FillFault;
using simulator::Reject;
using simulator::RequestFault;
using simulator::RequestKind;
using simulator::StreamFault;
using simulator::StreamFaultKind;

bool same(const PlannedFault& a, const PlannedFault& b) {
  return a.what == b.what && a.at == b.at && a.draw == b.draw;
}

}  // namespace

bool VenueFaults::starves_exits(const PlannedFault& fault) const {
  return fault.what == Trouble::thin_book ||
         (fault.what == Trouble::fills_by_the_lot && (market_.shorts || fault.draw % 5 < 2));
}

void VenueFaults::begin(const PlannedFault& fault) {
  if (fault.lasts == Duration{}) return add(fault, 1);
  active_.push_back(fault);
  restate();
}

void VenueFaults::end(const PlannedFault& fault) {
  std::erase_if(active_, [&](const auto& each) { return same(each, fault); });
  restate();
}

void VenueFaults::restate() {
  faults_.clear();
  for (const auto& each : active_) add(each, 0);
}

/// `times` zero: until it is over.
void VenueFaults::add(const PlannedFault& fault, std::uint32_t times) {
  Draw draw{fault.draw};
  // One fault concerns one sort of request, or all.
  constexpr std::array sorts{RequestKind::any, RequestKind::any, RequestKind::place,
                             RequestKind::cancel, RequestKind::query};
  const auto any = sorts[draw.below(sorts.size())];
  const auto request = [&](RequestKind on, FaultKind kind, bool executed = false) {
    return RequestFault{
        .on = on, .times = times, .permille = fault.permille, .kind = kind, .executed = executed};
  };
  const auto stream = [&](StreamFaultKind kind, Duration delay = {}) {
    faults_.add(
        StreamFault{.kind = kind, .times = times, .permille = fault.permille, .delay = delay});
  };
  switch (fault.what) {
    case Trouble::error_executed: faults_.add(request(any, FaultKind::server_error, true)); break;
    case Trouble::error_not_executed: faults_.add(request(any, FaultKind::server_error)); break;
    case Trouble::status_unknown_executed:
      faults_.add(request(any, FaultKind::status_unknown, true));
      break;
    case Trouble::status_unknown_not_executed:
      faults_.add(request(any, FaultKind::status_unknown));
      break;
    case Trouble::closed_executed: faults_.add(request(any, FaultKind::lost, true)); break;
    case Trouble::closed_not_executed: faults_.add(request(any, FaultKind::lost)); break;
    case Trouble::ack_after_fill: {
      auto slow = request(RequestKind::place, FaultKind::slow, true);
      slow.delay = draw.span(5ms, 1500ms);
      faults_.add(slow);
      break;
    }
    case Trouble::unavailable: faults_.add(request(any, FaultKind::unavailable)); break;
    case Trouble::rate_limited: {
      auto limited = request(any, FaultKind::rate_limited);
      limited.retry_after_s = static_cast<std::uint32_t>(draw.between(1, 5));
      faults_.add(limited);
      break;
    }
    case Trouble::banned: {
      auto ban = request(RequestKind::any, FaultKind::banned);
      ban.retry_after_s = static_cast<std::uint32_t>(draw.between(5, 60));
      faults_.add(ban);
      break;
    }
    case Trouble::maintenance:
      faults_.add(request(RequestKind::any, FaultKind::maintenance));
      break;
    case Trouble::stop_refused: {
      auto refused = request(RequestKind::place, FaultKind::refused);
      refused.stops_only = true;
      constexpr std::array why{Reject::injected, Reject::insufficient_balance,
                               Reject::would_trigger, Reject::too_many_conditional,
                               Reject::percent_price};
      refused.reject = why[draw.below(why.size())];
      faults_.add(refused);
      break;
    }
    case Trouble::conditionals_withdrawn: {
      auto refused = request(RequestKind::place, FaultKind::refused);
      refused.stops_only = true;
      faults_.add(refused);
      break;
    }
    case Trouble::order_refused:
      faults_.add(request(RequestKind::place, FaultKind::refused));
      break;
    case Trouble::cancel_refused: {
      auto refused = request(RequestKind::cancel, FaultKind::refused);
      refused.reject = Reject::cancel_restricted;
      faults_.add(refused);
      break;
    }
    case Trouble::report_missing: stream(StreamFaultKind::drop); break;
    case Trouble::report_twice: stream(StreamFaultKind::twice); break;
    case Trouble::report_late: stream(StreamFaultKind::late, draw.span(5ms, 3s)); break;
    case Trouble::report_swapped: stream(StreamFaultKind::swap); break;
    case Trouble::stream_cut: stream(StreamFaultKind::cut); break;
    case Trouble::stream_silent: stream(StreamFaultKind::silent); break;
    case Trouble::fills_by_the_lot: {
      FillFault slowly;
      if (!starves_exits(fault)) slowly.side = Side::buy;
      const auto lots = draw.chance(500) ? 1 : draw.between(2, market_.lots_many);
      slowly.per_step = Quantity{Decimal::from_raw(market_.lot.decimal().raw() * lots)};
      faults_.add(slowly);
      break;
    }
    case Trouble::thin_book: {
      FillFault nothing;
      nothing.per_step = Quantity{};
      faults_.add(nothing);
      break;
    }
    default: break;
  }
}

}  // namespace signalbox::simulation
