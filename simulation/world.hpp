#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "actors/outlet.hpp"
#include "simulation/disk.hpp"
#include "simulation/far_side.hpp"
#include "simulation/network.hpp"
#include "simulation/process.hpp"
#include "simulation/secret_watch.hpp"

namespace signalbox::simulation {

struct WorldSettings {
  std::uint64_t seed = 1;
  std::string_view venue = "binance";
  simulator::Latency latency{std::chrono::milliseconds{1}, std::chrono::milliseconds{1}};
  bool durable_against_power_loss = false;  ///< durability `power`; else `process`
  bool owns_free_coins = false;             ///< inventory that is nobody's: overselling shows
  Duration commit_every = std::chrono::milliseconds{2};
  bool keep_trace = false;
};

inline constexpr std::string_view account_name = "main";
inline constexpr std::int64_t start_price = 60'000;

/// What a client of the bus was sent, decoded from its frames.
struct Heard {
  MonoTime at{};
  std::uint32_t client = 0;
  Reply reply;
};
struct Published {
  MonoTime at{};
  Event event;
};

/// One engine process, its host, its clients' frames, and the exchange at the far side, all under
/// virtual time on one thread. The chain from the command desk to the connector's bytes is the one
/// that is shipped; ZeroMQ, TLS and SQLite are replaced by frame queues, lanes in memory and a
/// file in memory. One thread.
class World {
 public:
  explicit World(const WorldSettings& settings);
  ~World();

  void pass(Duration time);
  MonoTime now() const;
  /// What the host's clock shows, jumps included.
  WallTime host_time() const;
  WallTime venue_time() const;

  // ---- the process ----
  bool lives() const;
  /// Starts a process on what the disk holds. False: it did not start, `why_not_started` says why.
  bool start();
  const std::string& why_not_started() const;
  /// It dies right after it has written this many further records.
  void die_after(std::uint64_t records);
  void die_now();
  /// Takes a dead process's actors and connections away.
  void bury();
  /// The connection's actor throws on its next call.
  void throw_in_connection();
  /// Something goes wrong in risk, brackets or orders; replaces what was planned before.
  void plan_defect(const PlannedDefect& defect);

  // ---- the host ----
  void jump_clock(Duration by);
  void refuse_sync(bool refuse);
  void stall_commits(bool stall);
  void lose_power(std::size_t kept);

  // ---- the bus ----
  /// Frames from a client; a dead process loses them, as a closed socket does.
  void command(std::uint32_t client, std::string_view type, std::string_view body);
  const std::vector<Heard>& heard() const;
  const std::vector<Published>& published() const;

  // ---- the market ----
  void move_market(Price price, Quantity quantity);
  Price market_price() const;

  std::uint64_t trace_hash() const;

  /// Where the account's secrets stood in what the process sent, wrote or told.
  const std::vector<SecretWatch::Seen>& secrets_seen() const;

  FarSide& far();
  Network& network();
  simulator::AccountId account() const;
  std::size_t records_written() const;

  /// For the timeline: one line each, `what` as the part that says it.
  std::function<void(std::string_view what, std::string_view text)> on_line;
  /// The connection's actor has just thrown.
  std::function<void()> on_throw;
  /// The planned defect has just come about; what is slow has been slow since then.
  std::function<void(MonoTime since)> on_defect;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace signalbox::simulation
