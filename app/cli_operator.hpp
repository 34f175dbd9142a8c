#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "app/client_keys.hpp"
#include "messages/time.hpp"

namespace CLI {
class App;
}

namespace signalbox {

/// How an operator's command reaches the engine and what it prints.
struct OperatorArguments {
  std::string address;  ///< of the commands socket
  ClientKeys keys;
  Duration wait = std::chrono::seconds{5};
  bool json = false;
  std::string account;  ///< empty: all of them, or whichever it is
};

/// The engine itself: epoch, journal, accounts.
int status_command(const OperatorArguments& arguments);

/// Which part of what is open a command shows.
enum class Shown : std::uint8_t { brackets = 1, orders, positions, unknowns };
int open_command(const OperatorArguments& arguments, Shown what);

struct ResolveArguments {
  std::string order;
  std::string found;  ///< absent or ended
  std::string filled;
  std::string price;
};
int resolve_command(const OperatorArguments& arguments, const ResolveArguments& evidence);
int halt_command(const OperatorArguments& arguments, const std::string& level);
int resume_command(const OperatorArguments& arguments);

struct WhyArguments {
  std::string name;               ///< a signal's id, a bracket's key or a client order id
  std::string strategy;           ///< empty: whichever has it
  std::filesystem::path journal;  ///< not empty: read this and ask nobody
  std::filesystem::path runtime;  ///< with `journal`: where its ring is
};
int why_command(const OperatorArguments& arguments, const WhyArguments& what);

/// Adds these sub-commands, and what they do: their exit code goes to `code`.
void add_operator_commands(CLI::App& app, const std::string& address, int& code);

}  // namespace signalbox
