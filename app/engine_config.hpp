#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "actors/rules/limits.hpp"
#include "actors/rules/plan.hpp"
#include "actors/runtime/loop.hpp"
#include "actors/runtime/supervisor.hpp"
#include "actors/shard.hpp"
#include "app/log.hpp"
#include "bus/curve.hpp"
#include "bus/settings.hpp"
#include "messages/secret.hpp"

namespace signalbox {

/// Where an account's venue is reached when not at its public hosts: a simulator on this machine.
/// Empty: the venue's own hosts.
struct VenueHosts {
  std::string rest;       ///< "https://127.0.0.1:8443"
  std::string market_ws;  ///< "wss://127.0.0.1:8443"
  std::string user_ws;    ///< the order and user-data websocket
  std::string ca_file;    ///< PEM of the authority to trust for them
};

struct AccountConfig {
  AccountName name;
  VenueName venue;
  bool testnet = false;
  bool own_process = false;        ///< hosted by `signalbox connection`
  bool trade_by_websocket = true;  ///< where the venue takes orders so; else by REST
  Secret api_key;
  Secret api_secret;
  Secret passphrase;  ///< empty where the venue's keys have none
  VenueHosts hosts;
  std::vector<Symbol> symbols;
  RiskLimits limits;
  CoverPolicy cover;
  std::vector<SilencePolicy> silences;
};

/// Everything `signalbox run` needs, parsed and checked. Secrets are loaded, not referenced.
struct EngineConfig {
  std::filesystem::path runtime_directory;
  std::filesystem::path journal_directory;
  Durability durability = Durability::process;
  LoopOptions hot{.name = "hot"};
  BusSettings bus;
  std::shared_ptr<const CurveKeys> keys;  ///< the bus speaks CURVE on TCP; `bus.allowed` come in
  std::optional<Notional> max_total_notional;
  SupervisorOptions supervision;
  LogSettings log;
  std::vector<AccountConfig> accounts;
  /// Venues this program knows, for list_exchanges.
  std::vector<VenueName> exchanges;
};

}  // namespace signalbox
