// `check --live`: what an account's venue answers, before anything is traded there.
#include <fmt/core.h>

#include <algorithm>

#include "app/commands.hpp"
#include "app/config.hpp"
#include "app/preflight.hpp"
#include "app/venues.hpp"
#include "journal/lock.hpp"

namespace signalbox {
namespace {

int failed_with(std::string_view why, int code) {
  fmt::print(stderr, "signalbox check: {}\n", why);
  return code;
}

}  // namespace

int check_live_command(const CheckArguments& arguments) {
  auto config = load_config(arguments.config);
  if (!config) {
    for (const auto& each : config.error())
      fmt::print(stderr, "{}\n", each.text(arguments.config.string()));
    return exit_usage;
  }
  const auto& all = config->accounts;
  const auto account = std::find_if(
      all.begin(), all.end(), [&](const auto& a) { return a.name.view() == arguments.account; });
  if (account == all.end())
    return failed_with("no account '" + arguments.account + "'", exit_usage);

  // Counters of keys and bans are kept beside the journal, and one process may use them.
  std::error_code error;
  std::filesystem::create_directories(config->journal_directory, error);
  if (error)
    return failed_with(config->journal_directory.string() + ": " + error.message(), exit_failed);
  const auto lock = JournalLock::take(config->journal_directory);
  if (!lock) return failed_with(lock.error().what, exit_failed);

  fmt::print("account {} at {}, {}\n", account->name.view(), account->venue.view(),
             !account->hosts.rest.empty() ? account->hosts.rest
             : account->testnet           ? "its test network"
                                          : "live");
  std::fflush(stdout);
  const auto findings = look_at(*account, native_venues(config->journal_directory));
  if (!findings) return failed_with(findings.error().what, exit_failed);
  bool well = true;
  for (const auto& each : *findings) {
    fmt::print("{} {}: {}\n", each.well ? " " : "!", each.what, each.found);
    well &= each.well;
  }
  return well ? exit_ok : exit_failed;
}

}  // namespace signalbox
