#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/kit/pause_memory.hpp"
#include "connectors/transport/endpoint.hpp"
#include "connectors/transport/loop.hpp"
#include "connectors/venue.hpp"
#include "messages/result.hpp"
#include "messages/secret.hpp"
#include "seams/clock.hpp"
#include "seams/file.hpp"
#include "seams/random.hpp"
#include "seams/timers.hpp"

namespace signalbox {

/// A simulator on this machine in place of a venue's own hosts.
struct SimulatorHosts {
  Endpoint rest;
  Endpoint user_stream;
  Endpoint market_stream;
  std::string ca_file;  ///< PEM of the authority to trust for them
};

/// "https://127.0.0.1:8443" as an endpoint: the scheme says whether it is TLS, the port may be
/// left out (443). No path, no user. The error says what to write.
Result<Endpoint> endpoint_of(std::string_view url);

/// One account at one venue, as a configuration names it.
struct VenueSettings {
  VenueName venue;
  bool testnet = true;
  bool trade_by_websocket = true;  ///< where the venue takes orders so; else by REST
  /// What a derivatives account must be set to; checked where the venue tells it.
  std::optional<Decimal> leverage;
  Secret api_key;
  Secret api_secret;
  Secret passphrase;            ///< of venues whose keys have three parts
  std::vector<Symbol> symbols;  ///< those to load; none: all of the venue
  std::optional<SimulatorHosts> simulator;
  /// Opens the file in which a venue keeps what of the key must outlive the process, a counter of
  /// its requests. Without one, venues that need it are not made.
  std::function<Result<std::unique_ptr<File>>()> open_key_file;
  /// The account's bans and pauses, the same for each of its connections. Without one they are
  /// forgotten with the connection.
  std::shared_ptr<kit::PauseMemory> pauses;
};

/// What a venue lives on: one loop, and what belongs to it. Outlives the venue.
struct VenueLoop {
  IoLoop& io;
  const Clock& clock;
  Timers& timers;
  Random& random;
};

/// The venues of this build.
std::vector<VenueName> known_venues();

/// What a venue can do, before any connection is made. `not_found`: no such venue.
Result<Capabilities> venue_capabilities(const VenueSettings& settings);

/// A venue over real sockets; `start` connects it. Fails with what is wrong in the settings, and
/// its text never holds a key.
Result<std::unique_ptr<Venue>> make_venue(VenueSettings settings, const VenueLoop& loop);

}  // namespace signalbox
