#include "app/config.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

#include "app/allow_list.hpp"
#include "app/config_reader.hpp"
#include "connectors/registry.hpp"

namespace signalbox {
using namespace std::chrono_literals;

namespace {

/// Where an account's venue runs.
enum class Process : std::uint8_t { engine = 1, own };
/// How an account's orders travel.
enum class OrderEntry : std::uint8_t { websocket = 1, rest };

}  // namespace

template <>
inline constexpr auto enum_names<Process> =
    std::array{Named{Process::engine, "engine"}, Named{Process::own, "own"}};
template <>
inline constexpr auto enum_names<OrderEntry> =
    std::array{Named{OrderEntry::websocket, "websocket"}, Named{OrderEntry::rest, "rest"}};
template <>
inline constexpr auto enum_names<Durability> =
    std::array{Named{Durability::process, "process"}, Named{Durability::power, "power"}};
template <>
inline constexpr auto enum_names<WaitMode> =
    std::array{Named{WaitMode::block, "block"}, Named{WaitMode::hybrid, "hybrid"},
               Named{WaitMode::spin, "spin"}};

namespace {

void read_engine(ConfigReader& r, EngineConfig& config) {
  r.path("runtime_directory", config.runtime_directory);
  r.require("journal_directory");
  r.path("journal_directory", config.journal_directory);
  r.choice("durability", config.durability);
  r.choice("wait", config.hot.wait);
  r.duration("spin_for", config.hot.spin_for, 0s, 1s);
  if (r.has("cpu")) {
    unsigned cpu = 0;
    r.integer("cpu", cpu, 0, 1023);
    config.hot.cpu = cpu;
  }
  r.amount("max_total_notional", config.max_total_notional);
}

void read_log(ConfigReader& r, LogSettings& log) {
  r.choice("level", log.level);
  r.path("file", log.file);
}

void read_supervision(ConfigReader& r, SupervisorOptions& supervision) {
  r.integer("max_restarts", supervision.max_restarts, 1, 1000);
  r.duration("window", supervision.window, 1s, 24h);
  r.duration("retry_first", supervision.backoff.base, 1ms, 1min);
  r.duration("retry_longest", supervision.backoff.cap, 1ms, 1h);
  if (supervision.backoff.cap < supervision.backoff.base)
    r.wrong("retry_longest", "must not be shorter than retry_first");
  r.duration("stable_after", supervision.backoff.stable_after, 1s, 24h);
  r.duration("stop_within", supervision.stop_within, 100ms, 1min);
}

void read_curve(ConfigReader& r, EngineConfig& config) {
  config.bus.has_keys = true;  // what is wrong with them is told at their own place
  Secret secret;
  r.require("secret_key");
  r.secret("secret_key", secret);
  if (!secret.empty()) {
    auto keys = CurveKeys::from_secret(std::move(secret));
    if (keys)
      config.keys = std::make_shared<const CurveKeys>(std::move(*keys));
    else
      r.wrong("secret_key", "is no CURVE secret key: `signalbox keygen` makes one");
  }
  AllowList allowed;
  std::vector<std::string> lines;
  r.texts("allowed", lines);
  for (const auto& line : lines)
    if (auto added = allowed.add(line); !added) r.wrong("allowed", added.error().what);
  std::filesystem::path file;
  r.path("allowed_file", file);
  if (!file.empty())
    for (const auto& error : allowed.add_file(file)) r.wrong("allowed_file", error.what);
  config.bus.allowed = allowed.take();
}

void read_bus(ConfigReader& r, EngineConfig& config) {
  r.texts("commands", config.bus.commands);
  r.texts("events", config.bus.events);
  r.texts("ticks", config.bus.ticks);
  r.texts("connections", config.bus.connections);
  r.choice("ingress", config.bus.ingress);
  if (r.has("operators")) {
    config.bus.operators.clear();
    r.texts("operators", config.bus.operators);
  }
  r.duration("tick_interval", config.bus.tick_interval, 0s, 1min);
  r.integer("io_threads", config.bus.io_threads, 1, 16);
  r.duration("heartbeat_every", config.bus.liveness.heartbeat_every, 10ms, 1min);
  r.duration("silence_max", config.bus.liveness.silence_max, 20ms, 10min);
  r.table("curve", [&](ConfigReader& inner) { read_curve(inner, config); });
}

void read_limits(ConfigReader& r, RiskLimits& limits) {
  r.decimal("confidence_threshold", limits.confidence_threshold);
  if (limits.confidence_threshold > Decimal{1})
    r.wrong("confidence_threshold", "must lie between 0 and 1");
  r.duration("max_signal_age", limits.max_signal_age, 1ms, 24h);
  r.duration("max_clock_ahead", limits.max_clock_ahead, 0s, 1h);
  r.duration("max_ticker_age", limits.max_ticker_age, 1ns, 24h);
  r.decimal("collar_percent", limits.collar_percent);
  r.require("max_order_notional");
  r.amount("max_order_notional", limits.max_order_notional);
  r.require("max_account_notional");
  r.amount("max_account_notional", limits.max_account_notional);
  r.amount("max_symbol_notional", limits.max_symbol_notional);
  r.amount("max_position", limits.max_position);
  r.amount("max_daily_loss", limits.max_daily_loss);
  r.amount("max_drawdown", limits.max_drawdown);
  r.integer("max_open_brackets", limits.max_open_brackets, 0, 100'000);
  r.integer("max_entries_per_minute", limits.max_entries_per_minute, 0, 100'000);
  r.decimal("default_stop_loss_percent", limits.default_stop_loss_percent);
  r.decimal("leverage", limits.leverage);
  if (limits.leverage && *limits.leverage < Decimal{1}) r.wrong("leverage", "is 1 or more");
  r.decimal("liquidation_margin_percent", limits.liquidation_margin_percent);
  r.boolean("allow_unprotected_target", limits.allow_unprotected_target);
}

/// A bound of protection that is zero or endless is none.
void read_cover(ConfigReader& r, CoverPolicy& cover) {
  r.duration("cover_within", cover.cover_within, 10ms, 1min);
  r.duration("flatten_within", cover.flatten_within, 10ms, 5min);
  r.duration("gap_within", cover.gap_within, 10ms, 5min);
  r.duration("swap_within", cover.swap_within, 10ms, 1min);
  r.duration("ticker_age_max", cover.ticker_age_max, 100ms, 10min);
  r.duration("regrow_every", cover.regrow_every, 10ms, 1min);
  r.duration("retry_every", cover.retry_every, 10ms, 1min);
  r.choice("dust", cover.dust);
  r.duration("stranded_retry_every", cover.stranded_retry_every, 100ms, 1h);
}

void read_strategy(ConfigReader& r, AccountConfig& account) {
  SilencePolicy policy;
  std::string name;
  r.require("name");
  r.text("name", name);
  if (!name.empty() && !is_slug(name)) r.wrong("name", "must be 1 to 24 of a-z, 0-9, _ and -");
  policy.strategy = StrategyName{name};
  for (const auto& each : account.silences)
    if (each.strategy == policy.strategy) r.wrong("name", "is there twice");
  r.require("silent_after");
  r.duration("silent_after", policy.after, 100ms, 24h);
  r.require("on_silence");
  r.choice("on_silence", policy.action);
  account.silences.push_back(policy);
}

void read_hosts(ConfigReader& r, VenueHosts& hosts) {
  const auto host = [&](const char* key, std::string& into) {
    r.require(key);  // all of them or none: the rest would be the venue's own
    if (into.empty()) return;
    if (const auto endpoint = endpoint_of(into); !endpoint) r.wrong(key, endpoint.error().what);
  };
  r.text("rest", hosts.rest);
  host("rest", hosts.rest);
  r.text("market_ws", hosts.market_ws);
  host("market_ws", hosts.market_ws);
  r.text("user_ws", hosts.user_ws);
  host("user_ws", hosts.user_ws);
  std::filesystem::path ca;
  r.path("ca_file", ca);
  hosts.ca_file = ca.string();
}

void read_account(ConfigReader& r, EngineConfig& config) {
  AccountConfig account;
  std::string name, venue;
  r.require("name");
  r.text("name", name);
  if (!name.empty() && !is_slug(name)) r.wrong("name", "must be 1 to 24 of a-z, 0-9, _ and -");
  account.name = AccountName{name};
  for (const auto& each : config.accounts)
    if (each.name == account.name) r.wrong("name", "is the name of an earlier account too");
  r.require("venue");
  r.text("venue", venue);
  account.venue = VenueName{venue};
  const auto known = std::find(config.exchanges.begin(), config.exchanges.end(), account.venue);
  if (!venue.empty() && known == config.exchanges.end())
    r.wrong("venue", "'" + venue + "' is no venue of this build");
  r.boolean("testnet", account.testnet);
  Process process = Process::engine;
  r.choice("process", process);
  account.own_process = process == Process::own;
  OrderEntry entry = OrderEntry::websocket;
  r.choice("order_entry", entry);
  account.trade_by_websocket = entry == OrderEntry::websocket;
  r.require("api_key");
  r.secret("api_key", account.api_key);
  r.require("api_secret");
  r.secret("api_secret", account.api_secret);
  r.secret("passphrase", account.passphrase);

  std::vector<std::string> symbols;
  r.require("symbols");
  r.texts("symbols", symbols);
  for (const auto& each : symbols) {
    if (each.empty() || !Symbol::fits(each))
      r.wrong("symbols", "'" + each + "' is no symbol such as BTC/USDT");
    account.symbols.emplace_back(each);
  }
  r.table("hosts", [&](ConfigReader& inner) { read_hosts(inner, account.hosts); });
  if (!r.has("limits"))
    r.wrong("limits",
            "is required: [account.limits] with max_order_notional and max_account_notional");
  r.table("limits", [&](ConfigReader& inner) { read_limits(inner, account.limits); });
  r.table("cover", [&](ConfigReader& inner) { read_cover(inner, account.cover); });
  r.tables("strategy", [&](ConfigReader& inner) { read_strategy(inner, account); });
  config.accounts.push_back(std::move(account));
}

/// The parser quotes the value it could not read, and that may be a secret without its quotes.
std::string without_values(std::string_view description) {
  const auto quote = description.find('\'');
  const auto end = description.rfind('\'');
  if (quote == description.npos || end - quote <= 2) return std::string{description};
  return std::string{description.substr(0, quote)} + "…" + std::string{description.substr(end + 1)};
}

/// What the bus says of its settings begins with the setting's name: "commands[1]: …".
ConfigError bus_error(const toml::table& table, const std::string& what) {
  const auto colon = what.find(": ");
  const auto setting = what.substr(0, colon);
  const auto node = table["bus"].at_path(setting.substr(0, setting.find('[')));
  // What is missing is told at the line of its table.
  const auto curve = table["bus"]["curve"];
  const auto at = node                                     ? node.node()->source().begin
                  : curve && setting.starts_with("curve.") ? curve.node()->source().begin
                                                           : table.source().begin;
  return {.path = "bus." + setting,
          .line = at.line,
          .column = at.column,
          .what = what.substr(colon + 2)};
}

}  // namespace

std::string ConfigError::text(const std::string& file) const {
  const auto place = file + ":" + std::to_string(line) + ":" + std::to_string(column) + ": ";
  return place + (path.empty() ? what : path + " " + what);
}

tl::expected<EngineConfig, std::vector<ConfigError>> parse_config(
    std::string_view text, const std::filesystem::path& base) {
  std::vector<ConfigError> errors;
  toml::table table;
  try {
    table = toml::parse(text);
  } catch (const toml::parse_error& e) {
    const auto at = e.source().begin;
    errors.push_back({.path = "",
                      .line = at.line,
                      .column = at.column,
                      .what = without_values(e.description())});
    return tl::unexpected(std::move(errors));
  }
  EngineConfig config;
  config.exchanges = known_venues();
  config.runtime_directory = default_runtime_folder();
  ConfigReader root{table, "", base, errors};
  if (!root.has("engine")) root.wrong("engine", "is required: [engine] with journal_directory");
  root.table("engine", [&](ConfigReader& r) { read_engine(r, config); });
  root.table("bus", [&](ConfigReader& r) { read_bus(r, config); });
  root.table("log", [&](ConfigReader& r) { read_log(r, config.log); });
  root.table("supervision", [&](ConfigReader& r) { read_supervision(r, config.supervision); });
  if (!root.has("account")) root.wrong("account", "is required: at least one [[account]]");
  root.tables("account", [&](ConfigReader& r) { read_account(r, config); });
  root.finish();
  config.bus.runtime_folder = config.runtime_directory.string();
  // An empty list is no news where its entries were just refused.
  const bool list_refused = std::any_of(errors.begin(), errors.end(), [](const auto& each) {
    return each.path.starts_with("bus.curve.allowed");
  });
  for (const auto& each : violations(with_defaults(config.bus)))
    if (!list_refused || !each.what.starts_with("curve.allowed"))
      errors.push_back(bus_error(table, each.what));
  if (!errors.empty()) {
    std::stable_sort(errors.begin(), errors.end(),
                     [](const auto& a, const auto& b) { return a.line < b.line; });
    return tl::unexpected(std::move(errors));
  }
  return config;
}

tl::expected<EngineConfig, std::vector<ConfigError>> load_config(
    const std::filesystem::path& file) {
  std::ifstream in{file};
  if (!in)
    return tl::unexpected(
        std::vector<ConfigError>{{.path = "", .what = "cannot be read: does it exist?"}});
  const std::string text{std::istreambuf_iterator<char>{in}, {}};
  return parse_config(text, std::filesystem::absolute(file).parent_path());
}

}  // namespace signalbox
