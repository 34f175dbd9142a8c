#include "app/doctor.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace signalbox {
namespace {

using namespace std::chrono_literals;

constexpr Duration sync_good = 1ms;
constexpr Duration clock_good = 100ns;
constexpr double share_good = 0.02;
constexpr unsigned cpus_for_spin = 4;  // hot loop, cold loop, ZeroMQ and journal, and a strategy

std::string text_of(Duration d) {
  const auto n = static_cast<double>(d.count());
  if (d < 1us) return fmt::format("{:.0f} ns", n);
  if (d < 1ms) return fmt::format("{:.1f} µs", n / 1e3);
  return fmt::format("{:.2f} ms", n / 1e6);
}

std::string text_of(const Spread& s) {
  return fmt::format("{} (p99 {})", text_of(s.p50), text_of(s.p99));
}

class Findings {
 public:
  void add(bool hinders, std::string text) { all_.push_back({hinders, std::move(text)}); }
  std::vector<Finding> take() {
    std::stable_sort(all_.begin(), all_.end(),
                     [](const auto& a, const auto& b) { return a.hinders && !b.hinders; });
    return std::move(all_);
  }

 private:
  std::vector<Finding> all_;
};

void judge_processors(const MachineFacts& f, Findings& out) {
  out.add(f.cpus < 2, fmt::format("{} CPUs: {}", f.cpus, f.cpu_model));
  if (f.cpus < cpus_for_spin)
    out.add(true, fmt::format("fewer than {} CPUs: `spin` takes one of them from the strategy, the "
                              "journal and the publisher; `block` is the better choice",
                              cpus_for_spin));
  if (!f.cpu_quota.empty() && !f.cpu_quota.starts_with("max"))
    out.add(true, "the control group limits CPU time (cpu.max " + f.cpu_quota +
                      "): at the limit every thread stands still for the rest of a period");
  if (f.smt_siblings.find_first_of(",-") != std::string::npos)
    out.add(false, "CPUs " + f.smt_siblings +
                       " are threads of one core: what runs on one slows the other");
  if (f.isolated_cpus.empty())
    out.add(false, "no CPU is isolated: a pinned trading thread still shares its CPU with others");
  else
    out.add(false, "isolated CPUs: " + f.isolated_cpus);
  if (f.governor.empty())
    out.add(false, "frequency governor: not told, as in most virtual machines");
  else
    out.add(f.governor != "performance",
            "frequency governor: " + f.governor +
                (f.governor == "performance" ? "" : "; `performance` saves the climb from idle"));
}

void judge_clock(const MachineFacts& f, Findings& out) {
  const bool slow = f.clock_read > clock_good;
  out.add(slow,
          fmt::format("clock source {}: {} a reading{}",
                      f.clock_source.empty() ? "unknown" : f.clock_source, text_of(f.clock_read),
                      slow ? ", a system call each; tsc needs none" : ""));
}

void judge_company(const MachineFacts& f, Findings& out) {
  if (f.stolen > share_good)
    out.add(true, fmt::format("the host takes {:.0f} % of the CPU time away: no setting here "
                              "helps against that",
                              100 * f.stolen));
  if (f.others > share_good)
    out.add(true, fmt::format("other processes used {:.0f} % of the CPUs: the figures below are "
                              "upper bounds",
                              100 * f.others));
}

void judge_storage(const MachineFacts& f, Findings& out) {
  out.add(f.journal_in_memory,
          f.journal_in_memory
              ? "the journal's directory is in memory: a restart of the machine loses it"
              : "journal: 4 KiB are on the disk after " + text_of(f.sync) +
                    "; `durability = \"power\"` adds that to every order");
  if (!f.journal_in_memory && f.sync.p50 > sync_good)
    out.add(true,
            "bringing the journal to the disk takes long: `power` will be felt, and a "
            "burst keeps the disk behind");
  if (!f.runtime_in_memory)
    out.add(true,
            "the runtime directory is on a disk: pages of the journal's ring that were written "
            "back cost a fault each; use a tmpfs such as /run");
}

}  // namespace

Spread spread_of(std::vector<Duration> measured) {
  if (measured.empty()) return {};
  std::sort(measured.begin(), measured.end());
  return {.p50 = measured[measured.size() / 2], .p99 = measured[measured.size() * 99 / 100]};
}

std::vector<Finding> judge(const MachineFacts& facts) {
  Findings out;
  judge_processors(facts, out);
  judge_clock(facts, out);
  judge_company(facts, out);
  judge_storage(facts, out);
  out.add(false, "floor, waking a thread after 1 ms of quiet: " + text_of(facts.wake) +
                     "; after 5 ms " + text_of(facts.wake_later));
  out.add(false, "floor, 300 bytes over a Unix socket to a waiting thread: " + text_of(facts.hop));
  return out.take();
}

}  // namespace signalbox
