#include "connectors/transport/pacer.hpp"
#include "messages/plant.hpp"

#include <algorithm>
#include <cassert>
#include <charconv>
#include <optional>

#include "seams/http_lane.hpp"

namespace signalbox {
namespace {

constexpr int too_many_requests = 429;
constexpr int ip_banned = 418;

template <class Number>
std::optional<Number> number(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

Pacer::Pacer(PacerOptions options) : options_(std::move(options)) {
  assert(options_.reserve_percent < 100);
  set_limits(std::move(options_.limits));
}

void Pacer::set_limits(std::vector<PaceLimit> limits) {
  assert(limits.size() <= limits_max);
  meters_.clear();
  for (auto& limit : limits) {
    assert(limit.most > 0 && limit.window >= Duration{slices});
    Meter meter;
    meter.limit = std::move(limit);
    meters_.push_back(meter);
  }
}

Pace Pacer::ask(MonoTime now, PaceClass who, PaceCost cost) {
  if (now < banned_until_ && !SIGNALBOX_PLANTED(ban_not_remembered))
    return {Pace::Kind::banned, banned_until_};
  if (now < held_until_ && !SIGNALBOX_PLANTED(wait_not_remembered))
    return {Pace::Kind::wait, held_until_};

  Pace answer;
  for (auto& meter : meters_) {
    advance(meter, now);
    const auto one = ask(meter, now, who, units(meter, cost));
    if (one.kind == Pace::Kind::never) return one;
    if (one.kind == Pace::Kind::wait) answer = {one.kind, std::max(answer.until, one.until)};
  }
  if (answer.kind != Pace::Kind::go) return answer;
  for (auto& meter : meters_) {
    const auto taken = units(meter, cost);
    meter.used[static_cast<std::size_t>(meter.slice % (slices + 1))] += taken;
    meter.sum += taken;
    meter.since_report += taken;
    if (taken > 0 && meter.reported_used + std::uint64_t{meter.since_report} > meter.limit.most)
      meter.probed_at = now;
  }
  return answer;
}

Pace Pacer::ask(const Meter& meter, MonoTime now, PaceClass who, std::uint32_t units) const {
  if (units == 0) return {};
  const auto most = meter.limit.most;
  std::uint64_t kept = 0;  // hundredths of a percent, for those who come before
  if (who == PaceClass::entry) kept = options_.reserve_percent * std::uint64_t{100};
  if (who == PaceClass::urgent) kept = options_.reserve_percent * std::uint64_t{25};
  const auto allowed = most - most * kept / 10'000;
  if (units > allowed) return {Pace::Kind::never, {}};

  const bool fresh = report_is_fresh(meter, now);
  const std::uint64_t venue = std::uint64_t{meter.reported_used} + meter.since_report;
  const bool by_venue = fresh && venue + units > allowed;
  const bool by_us =
      meter.sum + std::uint64_t{units} > allowed && (who == PaceClass::entry || !fresh);
  if (!by_venue && !by_us) return {};

  // The venue's windows start when it likes, so its count is old at the latest a window later. An
  // exit does not wait for that: it tries now and then, and the venue's answer is the new count.
  MonoTime until = now;
  if (by_venue) until = meter.reported_at + meter.limit.window;
  if (by_venue && who == PaceClass::exit) {
    until = std::min(until, std::max(meter.reported_at, meter.probed_at) + probe_every(meter));
    if (until <= now) return {};
  }
  if (by_us)
    until =
        std::max(until, frees_at(meter, static_cast<std::uint32_t>(meter.sum + units - allowed)));
  return {Pace::Kind::wait, until};
}

void Pacer::give_back(MonoTime now, PaceCost cost) {
  for (auto& meter : meters_) {
    advance(meter, now);
    auto left = units(meter, cost);
    meter.since_report -= std::min(meter.since_report, left);
    // Newest slices first: that is where it was counted, a moment ago.
    for (std::int64_t back = 0; back <= slices && left > 0 && back <= meter.slice; ++back) {
      auto& used = meter.used[static_cast<std::size_t>((meter.slice - back) % (slices + 1))];
      const auto taken = std::min(used, left);
      used -= taken;
      meter.sum -= taken;
      left -= taken;
    }
  }
}

void Pacer::on_answer(MonoTime now, int status, std::string_view headers) {
  for (auto& meter : meters_) {
    if (meter.limit.used_header.empty()) continue;
    const auto used = number<std::uint32_t>(header_value(headers, meter.limit.used_header));
    if (!used) continue;
    meter.reported = true;
    meter.reported_used = *used;
    meter.reported_at = now;
    meter.since_report = 0;
  }
  if (status != too_many_requests && status != ip_banned) return;
  const auto seconds = number<std::int64_t>(header_value(headers, "Retry-After"));
  const bool banned = status == ip_banned;
  auto pause = banned ? options_.ban_default : options_.hold_default;
  if (seconds && *seconds >= 0) {
    const auto most = std::chrono::duration_cast<std::chrono::seconds>(options_.hold_max).count();
    pause = std::chrono::seconds{std::min<std::int64_t>(*seconds, most)};
  }
  banned ? ban(now + pause) : hold(now + pause);
}

void Pacer::hold(MonoTime until) { held_until_ = std::max(held_until_, until); }
void Pacer::ban(MonoTime until) { banned_until_ = std::max(banned_until_, until); }

PacerMemory Pacer::memory(MonoTime now, WallTime wall) const {
  PacerMemory memory;
  if (banned_until_ > now) memory.banned_until = wall + (banned_until_ - now);
  if (held_until_ > now) memory.held_until = wall + (held_until_ - now);
  return memory;
}

void Pacer::remember(const PacerMemory& memory, MonoTime now, WallTime wall) {
  const auto still = [&](WallTime until) {
    // A wall clock that was wrong when this was written must not shut us out for years.
    return now + std::min(until - wall, options_.hold_max);
  };
  if (memory.banned_until > wall) ban(still(memory.banned_until));
  if (memory.held_until > wall) hold(still(memory.held_until));
}

Duration Pacer::slice_length(const Meter& meter) {
  return (meter.limit.window + Duration{slices - 1}) / slices;
}

Duration Pacer::probe_every(const Meter& meter) {
  constexpr Duration most = std::chrono::seconds{10};
  return std::min(slice_length(meter), most);
}

std::uint32_t Pacer::units(const Meter& meter, PaceCost cost) {
  switch (meter.limit.counts) {
    case PaceLimit::Counts::weight: return cost.weight;
    case PaceLimit::Counts::orders: return cost.orders;
    case PaceLimit::Counts::requests: return 1;
  }
  return 0;
}

/// Forgets the slices that have left the window.
void Pacer::advance(Meter& meter, MonoTime now) {
  const auto slice = now.time_since_epoch() / slice_length(meter);
  if (slice - meter.slice > slices) {
    meter.used.fill(0);
    meter.sum = 0;
    meter.slice = slice;
  }
  while (meter.slice < slice) {
    auto& oldest = meter.used[static_cast<std::size_t>(++meter.slice % (slices + 1))];
    meter.sum -= oldest;
    oldest = 0;
  }
}

bool Pacer::report_is_fresh(const Meter& meter, MonoTime now) {
  return meter.reported && now - meter.reported_at < meter.limit.window;
}

/// When `excess` units have left the sliding window.
MonoTime Pacer::frees_at(const Meter& meter, std::uint32_t excess) {
  std::uint32_t freed = 0;
  for (std::int64_t age = slices; age >= 0; --age) {
    const auto slice = meter.slice - age;
    if (slice < 0) continue;
    freed += meter.used[static_cast<std::size_t>(slice % (slices + 1))];
    if (freed >= excess) return MonoTime{slice_length(meter) * (slice + slices + 1)};
  }
  return MonoTime{slice_length(meter) * (meter.slice + slices + 1)};
}

}  // namespace signalbox
