#include <CLI/CLI.hpp>

#include "app/commands.hpp"
#include "bus/settings.hpp"

using namespace signalbox;

namespace {

std::filesystem::path beside(const std::filesystem::path& program, std::string_view other) {
  return std::filesystem::weakly_canonical(program).parent_path() / other;
}

std::string standard_address(const char* socket) {
  return "ipc://" + default_runtime_folder() + "/" + socket;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Signalbox: turns approved signals into protected positions on an exchange."};
  app.require_subcommand(1);
  app.set_version_flag("--version", SIGNALBOX_VERSION);
  app.footer(
      "Exit codes: 0 done, 1 failed, 2 bad usage or configuration.\n"
      "docs/configuration.md has every setting, docs/bus.md every message.");
  int code = exit_usage;

  std::filesystem::path config;
  const auto with_config = [&](CLI::App* command) {
    command->add_option("-c,--config", config, "configuration file (TOML)")
        ->required()
        ->check(CLI::ExistingFile);
  };

  auto* run = app.add_subcommand("run", "the engine, until Ctrl-C");
  with_config(run);
  run->callback([&] { code = run_command(config); });

  std::string account;
  auto* connection = app.add_subcommand(
      "connection", "one account's exchange connection, for an engine elsewhere");
  with_config(connection);
  connection->add_option("--account", account, "the account's name")->required();
  connection->callback([&] { code = connection_command(config, account); });

  auto* check =
      app.add_subcommand("check-config", "says everything that is wrong with a configuration");
  std::filesystem::path checked;
  check->add_option("file", checked, "configuration file (TOML)")->required();
  check->callback([&] { code = check_config_command(checked); });

  SimulatorArguments simulator;
  auto* sim =
      app.add_subcommand("simulator", "an exchange on this machine that speaks Binance's dialect");
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
  sen->add_option("--to", send.address, "address of the commands socket");
  sen->footer("example: signalbox send halt '{\"id\": \"h1\", \"level\": \"no_entries\"}'");
  sen->callback([&] { code = send_command(send); });

  WatchArguments watch{.address = standard_address("events")};
  auto* wat = app.add_subcommand("watch", "prints events as they happen");
  wat->add_option("prefix", watch.prefixes, "topics that begin so; all when absent");
  wat->add_option("--from", watch.address, "address of the events or ticks socket");
  wat->add_flag("--raw", watch.raw, "whole messages as JSON");
  wat->callback([&] { code = watch_command(watch); });

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    const int answer = app.exit(e);
    return answer == 0 ? exit_ok : exit_usage;
  }
  return code;
}
