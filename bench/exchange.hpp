#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "app/engine_config.hpp"
#include "seams/clock.hpp"
#include "simulator/server/simulator_server.hpp"

namespace signalbox::bench {

/// What the exchange's own record says since the last look. A time is when the exchange had read
/// the whole request, or matched the order, on the bench's monotonic clock.
struct Seen {
  std::unordered_map<std::string, MonoTime> accepted, cancelled;  ///< by client order id
  std::vector<MonoTime> buys, traded, stops, targets;             ///< in the exchange's order
};

/// The simulated exchange on this machine, with one account, a deep market and no limits that a
/// measurement could meet. A fresh one for each engine: nothing piles up. Throws when it cannot
/// start. One thread.
class LocalExchange {
 public:
  explicit LocalExchange(const Clock& clock);

  Seen look();
  /// The market stands still; its ticker must not look old. When the exchange had it.
  MonoTime touch_market();
  AccountConfig account(std::string_view name) const;
  std::uint16_t port() const { return server_->tls_port(); }
  const std::string& ca_file() const { return server_->ca_path(); }
  /// What a request must be stamped with.
  WallTime wall_now() const { return WallTime{clock_.mono().time_since_epoch() + offset_}; }

 private:
  const Clock& clock_;
  std::unique_ptr<simulator::SimulatorServer> server_;
  Duration offset_{};  ///< its wall time less our monotonic time
  std::size_t looked_ = 0;
  bool touched_ = false;
};

/// An account of an exchange that another process of the bench has.
AccountConfig account_at(std::uint16_t port, const std::string& ca_file, std::string_view name);

}  // namespace signalbox::bench
