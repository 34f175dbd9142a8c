#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/kit/pause_memory.hpp"
#include "connectors/venue.hpp"
#include "messages/capabilities.hpp"
#include "seams/clock.hpp"
#include "seams/http_lane.hpp"
#include "seams/random.hpp"
#include "seams/timers.hpp"
#include "seams/ws_stream.hpp"
#include "simulation/words.hpp"
#include "simulator/dialect.hpp"
#include "simulator/engine/engine.hpp"
#include "simulator/faults.hpp"

namespace signalbox::simulation {

/// The account's key at every far side: what must never be seen outside a signature.
inline constexpr std::string_view api_key = "simulatorKey";
inline constexpr std::string_view api_secret = "simulatorSecret";

/// What the session and its judge must know of a market before anything is asked.
struct MarketFacts {
  Symbol symbol;
  bool shorts = false;       ///< a bracket may open by selling
  bool fee_in_base = false;  ///< what is bought arrives without its fee
  Quantity lot;
  std::int64_t lots_many = 0;  ///< less than most orders have
  /// Less than the smallest order, at the lowest price of a session: it cannot be protected, and is
  /// outside the promise.
  Quantity dust;
  Price tick;
  int orders_per_second = 0;  ///< as fast as the venue takes them; zero: faster than is needed
};

/// One step in the life of a stop, by the venue's own record, wherever the venue keeps it.
struct StopStep {
  enum What : std::uint8_t { stands = 1, fired, filled, ended };
  WallTime time{};
  What what = stands;
  simulator::OrderId stop{};
  std::uint8_t space = plain_orders;
  simulator::ClientId client_id;
  Side side = Side::sell;
  Quantity rest;
};

/// The exchange at the far side, in one venue's dialect, and the connector that is shipped for it.
/// One thread.
class FarSide {
 public:
  virtual ~FarSide() = default;

  virtual simulator::Engine& engine() = 0;
  virtual simulator::FaultPlan& faults() = 0;
  virtual simulator::Dialect& dialect() = 0;
  virtual const Words& words() const = 0;
  virtual MarketFacts facts() const = 0;

  virtual VenueName venue() const = 0;
  virtual Capabilities capabilities() const = 0;
  struct Wires {
    std::function<std::unique_ptr<HttpLane>(HttpSink&)> lane;
    std::function<std::unique_ptr<WsStream>(WsSink&)> stream;
  };
  virtual std::unique_ptr<Venue> connect(const Wires& wires, const Clock& clock, Timers& timers,
                                         Random& random,
                                         const std::shared_ptr<kit::PauseMemory>& pauses) = 0;

  /// One of the account's events follows the other closely no more: the venue ends all streams.
  virtual void shut_down_streams(simulator::AccountId account, WallTime now) = 0;
  virtual void move(Price price, Quantity quantity, WallTime now) {
    engine().move_to(simulator::MarketId{0}, price, quantity, now);
  }

  /// The life of all stops, in the order of time.
  virtual std::vector<StopStep> stops() const;
  /// Client ids of all that is open, conditional orders too; the venue's where it has none of ours.
  virtual std::vector<std::string> open(simulator::AccountId account) const;
  /// An order's client id; of a leg to which the venue gave none, its entry's.
  simulator::ClientId owner(simulator::OrderId order) const;
  /// Whose order the venue calls so; empty: nobody's.
  virtual std::string client_id_of(std::uint64_t number) const;
  /// At which price an order waits; zero: it is none that waits.
  virtual Price waits_at(simulator::AccountId account, const simulator::ClientId& id) const;
  /// Another hand than ours cancels stops of which `may` says so: one of them, or all. Returns
  /// whose they were.
  using MayCancel = std::function<bool(const simulator::ClientId&)>;
  virtual std::vector<simulator::ClientId> cancel_stops(simulator::AccountId account,
                                                        std::uint64_t draw, bool all,
                                                        const MayCancel& may, WallTime now);

 protected:
  virtual const simulator::Engine& seen() const = 0;
};

/// By name: binance, binanceusdm, bybit. Null: there is no such one.
std::unique_ptr<FarSide> make_far_side(std::string_view venue, std::uint64_t seed,
                                       bool owns_free_coins, WallTime now);

}  // namespace signalbox::simulation
