#include <CLI/CLI.hpp>
#include <memory>

#include "app/cli_operator.hpp"
#include "app/commands.hpp"

namespace signalbox {
namespace {

/// Options outlive their parsing by being held by whoever acts on them.
using Shared = std::shared_ptr<OperatorArguments>;

Shared add_common(CLI::App* command, const std::string& address, bool per_account) {
  auto arguments = std::make_shared<OperatorArguments>();
  arguments->address = address;
  command->add_option("--to", arguments->address, "address of the commands socket")
      ->envname("SIGNALBOX_COMMANDS")
      ->capture_default_str();
  command
      ->add_option("--key", arguments->keys.own_key,
                   "file with your secret key, for an engine with CURVE")
      ->envname("SIGNALBOX_KEY_FILE");
  command
      ->add_option("--server-key", arguments->keys.server_key,
                   "the engine's public key, or a file that holds it")
      ->envname("SIGNALBOX_SERVER_KEY");
  command
      ->add_option_function<double>(
          "--wait",
          [arguments](double s) {
            arguments->wait = std::chrono::milliseconds{static_cast<std::int64_t>(s * 1000)};
          },
          "seconds to wait for the engine; 5 when absent")
      ->check(CLI::Range(0.0, 3600.0));
  command->add_flag("--json", arguments->json, "JSON instead of a table");
  if (per_account)
    command->add_option("--account", arguments->account, "this account only; all when absent");
  return arguments;
}

}  // namespace

void add_operator_commands(CLI::App& app, const std::string& address, int& code) {
  const auto add = [&](const char* name, const char* about, const char* footer) {
    auto* command = app.add_subcommand(name, about);
    command->footer(std::string{footer} +
                    "\ndocs/operating.md shows a session. Exit codes: 0 done, 1 refused or no "
                    "answer, 2 bad usage.");
    return command;
  };

  auto* status = add("status", "how a running engine is: journal, accounts, what is unknown",
                     "example: signalbox status");
  status->callback([&code, arguments = add_common(status, address, false)] {
    code = status_command(*arguments);
  });

  const auto add_open = [&](const char* name, const char* about, Shown what) {
    auto* command = add(name, about, (std::string{"example: signalbox "} + name).c_str());
    command->callback([&code, what, arguments = add_common(command, address, true)] {
      code = open_command(*arguments, what);
    });
  };
  add_open("brackets", "open brackets: what they own, what is under stops, time without cover",
           Shown::brackets);
  add_open("orders", "orders that are live or of unknown fate", Shown::orders);
  add_open("positions", "what open brackets own, per account and instrument", Shown::positions);
  add_open("unknowns", "orders of unknown fate: an instrument with one takes no entries",
           Shown::unknowns);

  auto* resolve = add("resolve", "your evidence for an order of unknown fate",
                      "Look at the exchange first: it is taken as the exchange's own word.\n"
                      "example: signalbox resolve uvx6am6i611w9re000 absent\n"
                      "example: signalbox resolve uvx6am6i611w9re000 ended --filled 0.01 --price "
                      "60000");
  auto evidence = std::make_shared<ResolveArguments>();
  resolve->add_option("order", evidence->order, "client order id, as `unknowns` shows it")
      ->required();
  resolve
      ->add_option("found", evidence->found,
                   "absent: it never reached the exchange; ended: it is over there")
      ->required()
      ->check(CLI::IsMember({"absent", "ended"}));
  resolve->add_option("--filled", evidence->filled, "of `ended`: all it traded, base units");
  resolve->add_option("--price", evidence->price, "of `ended`: at which average price");
  resolve->callback([&code, evidence, arguments = add_common(resolve, address, false)] {
    code = resolve_command(*arguments, *evidence);
  });

  auto* halt = add("halt", "stops entries, or closes everything; latched until `resume`",
                   "no_entries and reduce_only cancel resting entries, halted stops reduce-only "
                   "signals too,\nflatten closes every bracket first. Stops stay in all of them. "
                   "Answered once no entry\ncan leave any more.\n"
                   "example: signalbox halt no_entries\n"
                   "example: signalbox halt flatten --account main");
  auto level = std::make_shared<std::string>();
  halt->add_option("level", *level, "no_entries, reduce_only, flatten or halted")
      ->required()
      ->check(CLI::IsMember({"no_entries", "reduce_only", "flatten", "halted"}));
  halt->callback([&code, level, arguments = add_common(halt, address, true)] {
    code = halt_command(*arguments, *level);
  });

  auto* resume = add("resume", "takes entries again", "example: signalbox resume --account main");
  resume->callback([&code, arguments = add_common(resume, address, true)] {
    code = resume_command(*arguments);
  });

  auto* why = add("why", "the story of a signal, bracket or order, from the journal",
                  "From the signal over risk's verdict with its numbers, intents, the exchange's "
                  "answers and\nfills to the outcome and the profit after fees. Refused signals "
                  "have one too. Asks a running\nengine, or reads a journal's directory when "
                  "--journal names one, whether its engine runs or not.\n"
                  "example: signalbox why breakout-17\n"
                  "example: signalbox why breakout-17 --journal /var/lib/signalbox --runtime "
                  "/run/signalbox");
  auto what = std::make_shared<WhyArguments>();
  why->add_option("id", what->name, "a signal's id, a bracket's key or a client order id")
      ->required();
  why->add_option("--strategy", what->strategy, "where two strategies use one id");
  auto* journal = why->add_option("--journal", what->journal, "the journal's directory: no engine")
                      ->check(CLI::ExistingDirectory);
  why->add_option("--runtime", what->runtime,
                  "the runtime directory, for what a killed engine left in its ring")
      ->needs(journal)
      ->check(CLI::ExistingDirectory);
  why->callback([&code, what, arguments = add_common(why, address, true)] {
    code = why_command(*arguments, *what);
  });
}

}  // namespace signalbox
