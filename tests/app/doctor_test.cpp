#include "app/doctor.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

using namespace signalbox;
using namespace std::chrono_literals;

namespace {

MachineFacts good_machine() {
  return {.cpus = 8,
          .cpu_model = "a processor",
          .cpu_quota = "max 100000",
          .smt_siblings = "0",
          .isolated_cpus = "6-7",
          .governor = "performance",
          .clock_source = "tsc",
          .runtime_in_memory = true,
          .clock_read = 30ns,
          .sync = {200us, 900us}};
}

bool hinders(const MachineFacts& facts, std::string_view what) {
  const auto all = judge(facts);
  return std::any_of(all.begin(), all.end(), [&](const Finding& f) {
    return f.hinders && f.text.find(what) != std::string::npos;
  });
}

}  // namespace

TEST_CASE("nothing hinders on a good machine", "[doctor]") {
  for (const auto& finding : judge(good_machine())) {
    INFO(finding.text);
    CHECK_FALSE(finding.hinders);
  }
}

TEST_CASE("each thing that hinders is told, and comes first", "[doctor]") {
  auto facts = good_machine();
  SECTION("too few processors to spin") {
    facts.cpus = 2;
    CHECK(hinders(facts, "fewer than 4 CPUs"));
  }
  SECTION("a quota") {
    facts.cpu_quota = "50000 100000";
    CHECK(hinders(facts, "cpu.max 50000 100000"));
  }
  SECTION("a governor that saves power") {
    facts.governor = "powersave";
    CHECK(hinders(facts, "powersave"));
  }
  SECTION("a slow clock") {
    facts.clock_source = "hpet";
    facts.clock_read = 1us;
    CHECK(hinders(facts, "hpet"));
  }
  SECTION("a host that takes time away") {
    facts.stolen = 0.1;
    CHECK(hinders(facts, "takes 10 %"));
  }
  SECTION("others that are busy") {
    facts.others = 0.5;
    CHECK(hinders(facts, "upper bounds"));
  }
  SECTION("a slow disk") {
    facts.sync = {5ms, 20ms};
    CHECK(hinders(facts, "`power` will be felt"));
  }
  SECTION("a journal in memory, which is none") {
    facts.journal_in_memory = true;
    CHECK(hinders(facts, "a restart of the machine loses it"));
  }
  SECTION("a ring on a disk") {
    facts.runtime_in_memory = false;
    CHECK(hinders(facts, "tmpfs"));
  }
  CHECK(judge(facts).front().hinders);
}

TEST_CASE("the middle and the far end of measurements", "[doctor]") {
  CHECK(spread_of({}).p50 == Duration{});
  CHECK(spread_of({3ns, 1ns, 2ns}).p50 == 2ns);
  std::vector<Duration> hundred;
  for (int i = 100; i > 0; --i) hundred.emplace_back(i);
  CHECK(spread_of(hundred).p50 == 51ns);
  CHECK(spread_of(hundred).p99 == 100ns);
}

TEST_CASE("this machine can be examined", "[doctor]") {
  const auto facts = examine_machine(".", "/dev/shm", 2);
  CHECK(facts.cpus > 0);
  CHECK(facts.sync.p50 > Duration{});
  CHECK(facts.hop.p50 > Duration{});
}
