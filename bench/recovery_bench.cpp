// What a start costs by the number of open brackets and of what is long over: replay of the real
// journal, then the picture of everything open, then every bracket decides again. No venue.
//
//     recovery_bench [OPEN] [OVER] [JSON]
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <random>

#include "actors/recovery.hpp"
#include "bench/table.hpp"
#include "journal/sqlite_journal.hpp"
#include "tests/support/recorded_bracket.hpp"

using namespace signalbox;
using namespace signalbox::test;

namespace {

class WallSet final : public Clock {
 public:
  MonoTime mono() const override {
    return mono_from_ns(std::chrono::steady_clock::now().time_since_epoch().count());
  }
  WallTime wall() const override { return now; }
  WallTime now = wall_from_ns(1'700'000'000'000'000'000);
};

class Drawn final : public Random {
 public:
  std::uint64_t next() override { return engine_(); }

 private:
  std::mt19937_64 engine_{7};
};

/// Of processor time: the machine may have other work.
double seconds() {
  timespec used{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) * 1e-9;
}

double rss_mib() {
  std::ifstream status{"/proc/self/statm"};
  long size = 0, resident = 0;
  status >> size >> resident;
  return static_cast<double>(resident) * 4096 / 1048576;
}

double peak_mib() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

[[noreturn]] void give_up(const std::string& why) {
  std::fprintf(stderr, "recovery_bench: %s\n", why.c_str());
  std::exit(1);
}

void need(const Result<void>& done) {
  if (!done) give_up(done.error().what);
}

}  // namespace

int main(int argc, char** argv) {
  const int open = argc > 1 ? std::atoi(argv[1]) : 10'000;
  const int over = argc > 2 ? std::atoi(argv[2]) : 0;
  const auto home = std::filesystem::temp_directory_path() /
                    ("signalbox-recovery-bench-" + std::to_string(::getpid()));
  WallSet clock;
  Drawn random;
  const SqliteJournalConfig config{.directory = home / "journal",
                                   .runtime_directory = home / "run",
                                   .commit_lag_max = std::chrono::hours{1}};
  {
    auto journal = SqliteJournal::open(config, clock, random);
    if (!journal) give_up(journal.error().what);
    RecordedBrackets write{**journal, clock};
    auto keep_up = [&, n = 0]() mutable {
      if (++n % 500 == 0) need((*journal)->flush(std::chrono::seconds{30}));
    };
    for (int n = 0; n < over; ++n, keep_up()) {
      clock.now += std::chrono::minutes{1};
      need(write.closed("over-" + std::to_string(n), clock.now));
    }
    for (int n = 0; n < open; ++n, keep_up())
      need(write.open("open-" + std::to_string(n), clock.now));
    need((*journal)->flush(std::chrono::seconds{60}));
  }
  clock.now += std::chrono::hours{1};

  AccountSetup account{.account = RecordedBrackets::account, .venue = VenueName{"none"}};
  account.symbols = {RecordedBrackets::symbol};
  const ShardSetup setup{.accounts = {account}};
  const double rss_before = rss_mib();
  const double t0 = seconds();
  auto journal = SqliteJournal::open(config, clock, random);
  if (!journal) give_up(journal.error().what);
  const double t1 = seconds();
  auto state = recover(setup, **journal, Now{clock.mono(), clock.wall()});
  if (!state) give_up(state.error().what);
  const double t2 = seconds();

  auto& orders = state->orders.at(RecordedBrackets::account);
  RecordedBrackets names{**journal, clock};
  OrdersResult picture{.outcome = Outcome::accepted};
  for (int n = 0; n < open; ++n) {
    auto [stop, target] = names.pair_of("open-" + std::to_string(n), clock.now);
    picture.items.push_back(stop);
    picture.items.push_back(target);
  }
  OrdersOut out;
  const double t3 = seconds();
  const Now now{clock.mono(), clock.wall()};
  orders.on(LinkReport{.state = LinkState::ready, .generation = 1}, now, out);
  orders.on_time(now, out);
  for (const auto& request : out.requests)
    if (const auto* q = std::get_if<QueryOpenOrders>(&request)) picture.request = q->request;
  out.clear();
  orders.on(picture, now, out);
  const double t4 = seconds();
  BookOut said;
  state->brackets->resume(RecordedBrackets::account, {}, now, said);
  const double t5 = seconds();
  if (!orders.settled() || !said.wishes.empty())
    std::printf("note: %zu wishes, settled %d\n", said.wishes.size(), orders.settled());

  bench::Table table{{{"open"},
                      {"over"},
                      {"journal, MiB", 1},
                      {"opened, ms"},
                      {"replayed, ms"},
                      {"picture, ms"},
                      {"decided, ms"},
                      {"RSS before, MiB"},
                      {"after, MiB"},
                      {"peak, MiB"}}};
  const auto bytes = std::filesystem::file_size(SqliteJournal::database_in(config.directory));
  const auto ms = [](double from, double to) { return 1e3 * (to - from); };
  table.row({static_cast<double>(open), static_cast<double>(over),
             static_cast<double>(bytes) / 1048576, ms(t0, t1), ms(t1, t2), ms(t3, t4), ms(t4, t5),
             rss_before, rss_mib(), peak_mib()});
  table.save(argc > 3 ? argv[3] : "", "processor time of a start");
  journal->reset();
  std::filesystem::remove_all(home);
}
