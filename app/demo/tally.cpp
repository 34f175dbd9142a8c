#include "app/demo/tally.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace signalbox::demo {
namespace {

double ms(Duration d) { return std::chrono::duration<double, std::milli>(d).count(); }
double us(Duration d) { return std::chrono::duration<double, std::micro>(d).count(); }

Duration percentile(std::vector<Duration> of, std::size_t percent) {
  if (of.empty()) return {};
  std::sort(of.begin(), of.end());
  return of[std::min(of.size() - 1, of.size() * percent / 100)];
}

template <class Map>
std::string counts_json(const Map& counts) {
  std::string out;
  for (const auto& [name, count] : counts)
    out += fmt::format("{}\"{}\": {}", out.empty() ? "" : ", ", name, count);
  return "{" + out + "}";
}

template <class Map>
std::string counts_text(const Map& counts) {
  std::string out;
  for (const auto& [name, count] : counts)
    out += fmt::format("{}{} {}", out.empty() ? "" : ", ", count, name);
  return out.empty() ? "none" : out;
}

}  // namespace

void Tally::take(const EventHeader& header, const Event& event) {
  auto& last = last_sequence_[header.stream.str()];
  if (last != 0 && header.sequence > last + 1) missed_ += header.sequence - last - 1;
  last = header.sequence;
  std::visit([this](const auto& each) { take(each); }, event);
}

void Tally::take(const Accepted& e) { accepted_[e.id.str()] = e.time; }

void Tally::take(const Verdict& e) {
  const auto id = e.id.str();
  verdict_[id] = e.time;
  if (const auto at = accepted_.find(id); at != accepted_.end())
    to_verdict_.push_back(e.time - at->second);
  if (!e.approved) ++refused_[name_of(e.reason)];
}

void Tally::take(const Placed& e) {
  if (const auto at = intended_.find(e.id.str()); at != intended_.end())
    to_placed_.push_back(e.time - at->second);
}

void Tally::take(const SignalOutcome& e) {
  outcome_.insert(e.id.str());
  ++outcomes_[name_of(e.outcome)];
  uncovered_longest_ = std::max(uncovered_longest_, e.uncovered_longest);
}

void Tally::take(const OrderEvent& e) {
  const auto id = e.signal.str();
  if (e.stage == OrderStage::intended) {
    ++orders_;
    if (e.leg == LegKind::entry) {
      intended_[id] = e.time;
      if (const auto at = verdict_.find(id); at != verdict_.end())
        to_intended_.push_back(e.time - at->second);
    }
  }
  if (e.leg == LegKind::entry && e.stage == OrderStage::filled) entry_filled_.emplace(id, e.time);
  if (e.leg == LegKind::stop && e.stage == OrderStage::working) {
    if (const auto at = entry_filled_.find(id); at != entry_filled_.end()) {
      to_covered_.push_back(e.time - at->second);
      entry_filled_.erase(at);
    }
  }
}

std::vector<std::string> Tally::without_outcome() const {
  std::vector<std::string> open;
  for (const auto& [id, at] : accepted_)
    if (!outcome_.contains(id)) open.push_back(id);
  return open;
}

std::map<std::string_view, Tally::Hop> Tally::hops() const {
  Hop to_accepted;
  for (const auto& [id, at] : sent_)
    if (const auto heard = accepted_.find(id); heard != accepted_.end())
      to_accepted.push_back(heard->second - at);
  return {{"1 signal sent to accepted", to_accepted},
          {"2 accepted to verdict", to_verdict_},
          {"3 verdict to entry intended", to_intended_},
          {"4 entry intended to placed", to_placed_},
          {"5 entry filled to stop standing", to_covered_}};
}

std::string Tally::json(Duration bound, Duration uncovered_at_exchange) const {
  std::string latency;
  for (const auto& [name, hop] : hops())
    latency +=
        fmt::format("{}\n    \"{}\": {{\"count\": {}, \"p50_us\": {:.1f}, \"p99_us\": {:.1f}}}",
                    latency.empty() ? "" : ",", name.substr(2), hop.size(), us(percentile(hop, 50)),
                    us(percentile(hop, 99)));
  return fmt::format(
      "{{\n  \"signals\": {},\n  \"refused\": {},\n  \"brackets\": {},\n  \"orders\": {},\n  "
      "\"fills\": {},\n"
      "  \"without_outcome\": {},\n  \"events_missed\": {},\n  \"uncovered_longest_ms\": {:.3f},\n"
      "  \"uncovered_longest_ms_by_exchange\": {:.3f},\n  \"uncovered_bound_ms\": {:.0f},\n  "
      "\"latency\": {{{}\n  }}\n}}\n",
      signals(), counts_json(refused_), counts_json(outcomes_), orders_, fills_,
      without_outcome().size(), missed_, ms(uncovered_longest_), ms(uncovered_at_exchange),
      ms(bound), latency);
}

std::string Tally::text(Duration bound, Duration uncovered_at_exchange) const {
  std::string out =
      fmt::format("{} signals\n  refused     {}\n  outcomes    {}\n  orders {}, fills {}\n",
                  signals(), counts_text(refused_), counts_text(outcomes_), orders_, fills_);
  out += fmt::format(
      "  longest uncovered {:.1f} ms by our clock, {:.1f} ms by the exchange's record (bound "
      "{:.0f} ms)\n",
      ms(uncovered_longest_), ms(uncovered_at_exchange), ms(bound));
  for (const auto& [name, hop] : hops())
    out += fmt::format("  {:<33} p50 {:>9.1f} us   p99 {:>9.1f} us   ({})\n", name.substr(2),
                       us(percentile(hop, 50)), us(percentile(hop, 99)), hop.size());
  for (const auto& id : without_outcome()) out += fmt::format("  NO OUTCOME: {}\n", id);
  if (missed_ > 0) out += fmt::format("  {} events missed\n", missed_);
  return out;
}

}  // namespace signalbox::demo
