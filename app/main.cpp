#include <CLI/CLI.hpp>

#include "app/cli_operator.hpp"
#include "app/commands.hpp"
#include "app/signals.hpp"
#include "bus/settings.hpp"

using namespace signalbox;

namespace {

std::filesystem::path beside(const std::filesystem::path& program, std::string_view other) {
  return std::filesystem::weakly_canonical(program).parent_path() / other;
}

std::string standard_address(const char* socket) {
  return "ipc://" + default_runtime_folder() + "/" + socket;
}

void add_keys(CLI::App* command, ClientKeys& keys) {
  command->add_option("--key", keys.own_key, "file with your secret key, for an engine with CURVE")
      ->envname("SIGNALBOX_KEY_FILE");
  command
      ->add_option("--server-key", keys.server_key,
                   "the engine's public key, or a file that holds it")
      ->envname("SIGNALBOX_SERVER_KEY");
}

}  // namespace

int main(int argc, char** argv) {
  ignore_signals_of_files();
  CLI::App app{"Signalbox: turns approved signals into protected positions on an exchange."};
  app.require_subcommand(1);
  app.set_version_flag("--version", SIGNALBOX_VERSION);
  app.footer(
      "`signalbox COMMAND --help` has each command's options.\n"
      "Exit codes: 0 done, 1 failed, 2 bad usage or configuration.\n"
      "docs/configuration.md has every setting, docs/bus.md every message.");
  int code = exit_usage;

  std::filesystem::path config;
  const auto with_config = [](CLI::App* command, std::filesystem::path& into) {
    command->add_option("-c,--config", into, "configuration file (TOML)")
        ->required()
        ->check(CLI::ExistingFile);
  };

  auto* run = app.add_subcommand("run", "the engine, until Ctrl-C");
  with_config(run, config);
  run->footer(
      "Prints the addresses it listens on and logs to standard error, or where log.file says.\n"
      "Ctrl-C ends it in order: no new entries, resting ones cancelled, journal flushed. Stops "
      "and\n"
      "targets stay at the exchange.\n"
      "example: signalbox run -c signalbox.toml");
  run->callback([&] { code = run_command(config); });

  ConnectionArguments connection;
  auto* con = app.add_subcommand("connection",
                                 "one account's exchange connection, for an engine elsewhere");
  with_config(con, connection.config);
  con->add_option("--account", connection.account, "the account's name; it has process = \"own\"")
      ->required();
  con->add_option("--engine", connection.engine,
                  "address of the engine's connections socket; bus.connections when absent");
  add_keys(con, connection.keys);
  con->footer(
      "The engine may come and go. Orders stay at the exchange when this ends.\n"
      "example: signalbox connection -c signalbox.toml --account main");
  con->callback([&] { code = connection_command(connection); });

  auto* check =
      app.add_subcommand("check-config", "says everything that is wrong with a configuration");
  std::filesystem::path checked;
  auto* positional = check->add_option("file", checked, "configuration file (TOML)");
  check->add_option("-c,--config", checked, "the same")->excludes(positional);
  check->footer(
      "Reads secrets and opens nothing. Each complaint has line, column and option.\n"
      "example: signalbox check-config signalbox.toml");
  check->callback([&] {
    if (checked.empty()) throw CLI::RequiredError("file");
    code = check_config_command(checked);
  });

  CheckArguments live;
  auto* look = app.add_subcommand("check", "whether an account's venue is as it has to be");
  with_config(look, live.config);
  look->add_option("--live", live.account, "the account; its own hosts are asked")->required();
  look->footer(
      "Connects as the engine would and reads: clock, rights of the key, modes, symbols, "
      "balances,\n"
      "positions, open orders, streams. Nothing is placed, changed or cancelled. Lines that begin\n"
      "with ! are in the way of trading, and the exit code is 1. The engine must not be running.\n"
      "example: signalbox check --live main -c signalbox.toml");
  look->callback([&] { code = check_live_command(live); });

  DoctorArguments doctor{.journal = ".", .runtime = default_runtime_folder()};
  auto* doc = app.add_subcommand("doctor", "what on this machine stands in the way of low latency");
  doc->add_option("--journal", doctor.journal, "the journal's directory")->capture_default_str();
  doc->add_option("--runtime", doctor.runtime, "the runtime directory")->capture_default_str();
  doc->footer(
      "Measures for about two seconds: run it while the machine is as quiet as it will be. Lines\n"
      "that begin with ! cost latency or safety; docs/tuning.md says what to do about them.\n"
      "example: signalbox doctor --journal /var/lib/signalbox");
  doc->callback([&] { code = doctor_command(doctor); });

  std::string caps_venue, caps_symbol;
  auto* caps = app.add_subcommand("caps", "what a venue's connection can do, and how it protects");
  caps->add_option("venue", caps_venue, "such as binance")->required();
  caps->add_option("symbol", caps_symbol, "its kind of market alone: BTC/USDT, BTC/USDT:USDT");
  caps->footer(
      "Asks no venue. docs/tiers.md says what the columns mean.\n"
      "example: signalbox caps okx BTC/USDT:USDT");
  caps->callback([&] { code = caps_command(caps_venue, caps_symbol); });

  std::string key_name;
  auto* keygen = app.add_subcommand("keygen", "makes a CURVE key pair for the bus");
  keygen->add_option("name", key_name, "writes NAME.secret (mode 0600) and NAME.public")
      ->required();
  keygen->footer(
      "One pair for the engine, one for each client. The engine's configuration names its secret\n"
      "file and lists the clients' public keys; a client has its own secret file and the engine's\n"
      "public key. Nothing is ever written over.\n"
      "example: signalbox keygen engine && signalbox keygen trend-1");
  keygen->callback([&] { code = keygen_command(key_name); });

  SimulatorArguments simulator;
  auto* sim =
      app.add_subcommand("simulator", "an exchange on this machine that speaks a venue's dialect");
  sim->add_option("--speak", simulator.speak,
                  "binance (default), binanceusdm, bybit, coinbase, kraken or okx");
  sim->add_option("--port", simulator.port, "TLS port; 0 lets the kernel choose");
  sim->add_option("--control-port", simulator.control_port, "port of the control endpoints");
  sim->add_flag("--plain", simulator.plain, "plain HTTP and websockets too");
  sim->add_option("--data", simulator.data, "recorded frames that move the market")
      ->check(CLI::ExistingFile);
  sim->add_option("--speed", simulator.speed, "recorded seconds a second")
      ->check(CLI::Range(1, 1000));
  sim->add_option("--account", simulator.accounts, "name:key:secret; may be repeated");
  sim->add_option("--ca-file", simulator.ca_file,
                  "where to write the certificate that clients must trust");
  sim->add_option("--ready-file", simulator.ready_file, "where to write the ports once it listens");
  sim->add_option("--verdict-file", simulator.verdict_file,
                  "where to write what its record says of cover, at the end");
  sim->footer(
      "example: signalbox simulator --port 8443 --ca-file ca.pem --account main:key:secret");
  sim->callback([&] { code = simulator_command(simulator); });

  DemoArguments demo;
  std::string run_for;
  auto* dem = app.add_subcommand("demo", "the main job on recorded market data");
  dem->add_option("--for", run_for, "how long, such as 20s; until Ctrl-C when absent");
  dem->add_option("--report", demo.report, "where to write the summary as JSON");
  dem->add_flag("--processes", demo.processes, "the exchange connection in a process of its own");
  demo.data = SIGNALBOX_DATA_DIR "/binance-spot-btcusdt-20240809.gz";
  dem->add_option("--data", demo.data, "recorded frames; the project's own when absent")
      ->check(CLI::ExistingFile);
  dem->footer(
      "Exit code 1 when a signal has no outcome or a filled quantity was uncovered too long.\n"
      "example: signalbox demo --for 20s --report report.json");
  dem->callback([&] {
    if (!run_for.empty()) {
      const auto seconds = run_for.back() == 's' ? std::atoi(run_for.c_str()) : 0;
      if (seconds <= 0) throw CLI::ValidationError("--for", "takes seconds, such as 20s");
      demo.run_for = std::chrono::seconds{seconds};
    }
    demo.program = std::filesystem::canonical("/proc/self/exe").string();
    demo.strategy = beside(demo.program, "example_strategy").string();
    code = demo_command(demo);
  });

  SendArguments send{.address = standard_address("commands")};
  auto* sen = app.add_subcommand("send", "sends one command and prints its replies");
  sen->add_option("type", send.type, "such as signal, close, halt, status")->required();
  sen->add_option("fields", send.json, "a JSON object; - reads standard input")->required();
  sen->add_option("--to", send.address, "address of the commands socket")
      ->envname("SIGNALBOX_COMMANDS")
      ->capture_default_str();
  double wait_s = 5;
  sen->add_option("--wait", wait_s, "seconds to wait for each reply")
      ->check(CLI::Range(0.0, 3600.0))
      ->capture_default_str();
  add_keys(sen, send.keys);
  sen->footer(
      "Prints each reply as its type and a JSON object. Exit code 1 when it is refused or there "
      "is\n"
      "none. Money and sizes are texts: \"0.01\".\n"
      "example: signalbox send status '{\"id\": \"s1\"}'\n"
      "example: signalbox send halt '{\"id\": \"h1\", \"level\": \"no_entries\"}'");
  sen->callback([&] {
    send.wait = std::chrono::milliseconds{static_cast<std::int64_t>(wait_s * 1000)};
    code = send_command(send);
  });

  WatchArguments watch{.address = standard_address("events")};
  auto* wat = app.add_subcommand("watch", "prints events as they happen");
  wat->add_option("prefix", watch.prefixes, "topics that begin so; all when absent");
  wat->add_option("--from", watch.address, "address of the events or ticks socket")
      ->capture_default_str();
  wat->add_flag("--raw", watch.raw, "whole messages as JSON");
  add_keys(wat, watch.keys);
  wat->footer(
      "Topics are kind.account.symbol; kinds: signal, risk, order, fill, bracket, position, "
      "balance,\n"
      "connection, health. Ctrl-C ends it.\n"
      "example: signalbox watch order.main. fill.main.");
  wat->callback([&] { code = watch_command(watch); });

  add_operator_commands(app, standard_address("commands"), code);

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    const int answer = app.exit(e);
    return answer == 0 ? exit_ok : exit_usage;
  }
  return code;
}
