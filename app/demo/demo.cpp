// The main job, on recorded market data: a simulated exchange, the engine, a strategy and this
// monitor, each a process of its own.
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include "app/commands.hpp"
#include "app/demo/child.hpp"
#include "app/demo/story.hpp"
#include "app/demo/tally.hpp"
#include "app/event_decoding.hpp"
#include "app/signals.hpp"
#include "bus/client.hpp"
#include "messages/catalog.hpp"
#include "messages/codec.hpp"

namespace signalbox {
namespace {

namespace fs = std::filesystem;
using demo::Child;

constexpr Duration start_within = std::chrono::seconds{20};
constexpr Duration quiet_within = std::chrono::seconds{10};  // from flatten to every outcome
constexpr Duration cover_bound =
    std::chrono::seconds{1};  // cover_within of the configuration below

/// The demo's own folder: keys, configuration, journal, sockets and logs. Gone with it.
class Folder {
 public:
  Folder() {
    auto pattern = (fs::temp_directory_path() / "signalbox-demo-XXXXXX").string();
    if (mkdtemp(pattern.data()) != nullptr) path_ = pattern;
  }
  ~Folder() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  fs::path operator/(std::string_view name) const { return path_ / name; }
  bool made() const { return !path_.empty(); }

 private:
  fs::path path_;
};

std::string read_file(const fs::path& file) {
  std::ifstream in{file};
  return {std::istreambuf_iterator<char>{in}, {}};
}

void write_private(const fs::path& file, std::string_view text) {
  std::ofstream{file} << text;
  chmod(file.c_str(), 0600);
}

/// The number behind `"key": ` in our own small JSON files.
std::int64_t number_after(const std::string& json, std::string_view key) {
  const auto at = json.find("\"" + std::string{key} + "\": ");
  return at == json.npos ? -1 : std::atoll(json.c_str() + at + key.size() + 4);
}

std::string configuration(std::int64_t port, bool own_process) {
  return fmt::format(R"([engine]
runtime_directory = "run"
journal_directory = "journal"

[[account]]
name = "main"
venue = "binance"
process = "{}"
symbols = ["BTC/USDT"]
api_key = {{ file = "key" }}
api_secret = {{ file = "secret" }}
[account.hosts]
rest = "https://127.0.0.1:{port}"
market_ws = "wss://127.0.0.1:{port}"
user_ws = "wss://127.0.0.1:{port}"
ca_file = "ca.pem"
[account.limits]
max_order_notional = "2000"
max_account_notional = "50000"
max_entries_per_minute = 600
max_open_brackets = 40
)",
                     own_process ? "own" : "engine", fmt::arg("port", port));
}

class Demo {
 public:
  explicit Demo(const DemoArguments& arguments) : arguments_(arguments) {}
  int run();

 private:
  bool start_simulator();
  bool start_engine();
  bool start_strategy();
  bool start(std::string name, std::vector<std::string> command);
  bool connect();
  bool wait_ready();
  void monitor(Duration for_time, bool until_quiet);
  bool stop_asked() { return stopped_ || (stopped_ = stop_.wait(Duration{}).has_value()); }
  void take(const BusEvent& event);
  void flatten();
  void read_sent_times();
  int finish();
  int fail(std::string_view why);

  const DemoArguments& arguments_;
  StopSignals stop_;
  bool stopped_ = false;
  Folder folder_;
  std::int64_t port_ = 0;
  // Ended in reverse order: the strategy first, the exchange last.
  std::vector<Child> children_;
  std::shared_ptr<BusContext> context_;
  std::optional<EventReader> events_;
  std::optional<CommandClient> commands_;
  demo::Tally tally_;
  bool ready_ = false;
};

bool Demo::start(std::string name, std::vector<std::string> command) {
  auto child = Child::start(name, command, (folder_ / (name + ".log")).string());
  if (!child) return false;
  children_.push_back(std::move(*child));
  return true;
}

bool Demo::start_simulator() {
  write_private(folder_ / "key", "demoKey\n");
  write_private(folder_ / "secret", "demoSecret\n");
  const auto ready = folder_ / "ready.json";
  if (!start("simulator", {arguments_.program, "simulator", "--data", arguments_.data, "--speed",
                           "20", "--account", "main:demoKey:demoSecret", "--ca-file",
                           (folder_ / "ca.pem").string(), "--ready-file", ready.string(),
                           "--verdict-file", (folder_ / "verdict.json").string()}))
    return false;
  const auto until = std::chrono::steady_clock::now() + start_within;
  while (!fs::exists(ready)) {
    if (std::chrono::steady_clock::now() > until || !children_.back().running() || stop_asked())
      return false;
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
  }
  port_ = number_after(read_file(ready), "tls_port");
  return port_ > 0;
}

bool Demo::start_engine() {
  const auto config = folder_ / "signalbox.toml";
  std::ofstream{config} << configuration(port_, arguments_.processes);
  if (!start("engine", {arguments_.program, "run", "-c", config.string()})) return false;
  return !arguments_.processes || start("connection", {arguments_.program, "connection", "-c",
                                                       config.string(), "--account", "main"});
}

bool Demo::connect() {
  auto context = BusContext::open();
  if (!context) return false;
  context_ = *context;
  const auto at = [&](std::string_view name) {
    return "ipc://" + (folder_ / "run" / name).string();
  };
  auto events = EventReader::connect(context_, at("events"));
  auto commands = CommandClient::connect(context_, at("commands"));
  if (!events || !commands) return false;
  events_ = std::move(*events);
  events_->subscribe("");
  commands_ = std::move(*commands);
  return true;
}

bool Demo::wait_ready() {
  // Subscribing late misses the first events; the state is asked for instead.
  const auto until = std::chrono::steady_clock::now() + start_within;
  for (std::uint64_t n = 0; std::chrono::steady_clock::now() < until && !stop_asked(); ++n) {
    for (auto& child : children_)
      if (!child.running()) return false;
    const Status status{.id = SignalId{"ready-" + std::to_string(n)}};
    static_cast<void>(commands_->send("status", encoded(status)));
    if (const auto reply = commands_->receive(std::chrono::milliseconds{200});
        reply && reply->type == "status") {
      const auto answer = decode<StatusAnswer>(reply->body);
      if (answer && !answer->accounts.empty() && answer->accounts[0].link == LinkState::ready)
        return true;
    }
    while (const auto event = events_->receive(Duration{})) take(*event);
  }
  return false;
}

bool Demo::start_strategy() {
  return start("strategy", {arguments_.strategy, "ipc://" + (folder_ / "run" / "commands").string(),
                            "ipc://" + (folder_ / "run" / "ticks").string(), "main", "BTC/USDT"});
}

void Demo::take(const BusEvent& event) {
  const auto decoded = decode_event(event);
  if (!decoded) return;
  tally_.take(decoded->first, decoded->second);
  if (const auto line = story_line(decoded->second); !line.empty()) fmt::print("{}\n", line);
  std::fflush(stdout);
}

void Demo::monitor(Duration for_time, bool until_quiet) {
  const auto until = std::chrono::steady_clock::now() + for_time;
  while (std::chrono::steady_clock::now() < until) {
    if (!until_quiet && stop_asked()) return;
    if (const auto event = events_->receive(std::chrono::milliseconds{50})) {
      take(*event);
    } else if (until_quiet && tally_.without_outcome().empty()) {
      return;
    }
    while (commands_->receive(Duration{})) {
    }
  }
}

void Demo::flatten() {
  const Flatten command{.id = SignalId{"demo-end"}, .account = {}};
  static_cast<void>(commands_->send("flatten", encoded(command)));
}

void Demo::read_sent_times() {
  // The strategy's log has a line a signal: "sent <id> <ns>".
  std::ifstream log{folder_ / "strategy.log"};
  std::string word, id;
  for (std::int64_t at = 0; log >> word >> id >> at;)
    if (word == "sent") tally_.sent(SignalId{id}, wall_from_ns(at));
}

int Demo::fail(std::string_view why) {
  fmt::print(stderr, "demo: {}\n", why);
  for (const auto& child : children_) {
    const auto log = read_file(folder_ / (child.name() + ".log"));
    if (!log.empty())
      fmt::print(stderr, "---- {} ----\n{}\n", child.name(),
                 log.substr(log.size() > 4000 ? log.size() - 4000 : 0));
  }
  return exit_failed;
}

int Demo::finish() {
  read_sent_times();
  std::vector<std::string> died;
  while (!children_.empty()) {
    auto& child = children_.back();
    child.signal(SIGINT);
    if (const int code = child.wait(std::chrono::seconds{10}); code != 0)
      died.push_back(fmt::format("{} ended with {}", child.name(), code));
    children_.pop_back();
  }
  const auto verdict = read_file(folder_ / "verdict.json");
  const auto by_exchange = Duration{number_after(verdict, "longest_uncovered_ns")};
  fmt::print("\n{}", tally_.text(cover_bound, by_exchange));
  if (!arguments_.report.empty())
    std::ofstream{arguments_.report} << tally_.json(cover_bound, by_exchange);

  const auto open = tally_.without_outcome();
  if (tally_.signals() == 0) return fail("no signal was accepted");
  if (!open.empty()) return fail(fmt::format("{} signals have no outcome", open.size()));
  if (by_exchange < Duration{}) return fail("the exchange left no verdict");
  if (std::max(by_exchange, tally_.uncovered_longest()) > cover_bound)
    return fail("a filled quantity was uncovered beyond the bound");
  for (const auto& each : died) fmt::print(stderr, "demo: {}\n", each);
  return died.empty() ? exit_ok : exit_failed;
}

int Demo::run() {
  if (!folder_.made()) return fail("no temporary folder");
  fmt::print(
      "A simulated exchange replays recorded Binance BTC/USDT frames at twenty times their speed; "
      "the engine,\n"
      "a strategy and this monitor are processes of their own.{}\n\n",
      arguments_.processes ? " So is the exchange connection." : "");
  std::fflush(stdout);
  if (!start_simulator()) return fail("the simulator did not start");
  if (!start_engine()) return fail("the engine did not start");
  if (!connect() || !wait_ready())
    return stopped_ ? exit_ok : fail("the engine did not become ready");
  if (!start_strategy()) return fail("the strategy did not start");
  monitor(arguments_.run_for.value_or(std::chrono::hours{24 * 365}), false);

  // In order: no more signals, then everything that is open is closed, then the summary.
  children_.back().signal(SIGINT);
  static_cast<void>(children_.back().wait(std::chrono::seconds{5}));
  flatten();
  monitor(quiet_within, true);
  return finish();
}

}  // namespace

int demo_command(const DemoArguments& arguments) { return Demo{arguments}.run(); }

}  // namespace signalbox
