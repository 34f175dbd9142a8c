#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>

#include "connectors/remote/frame_port.hpp"
#include "connectors/remote/peer_clock.hpp"
#include "connectors/remote/results.hpp"
#include "connectors/venue.hpp"
#include "messages/connection_port.hpp"
#include "seams/clock.hpp"
#include "seams/timers.hpp"

namespace signalbox {

/// Whom a RemoteVenue expects to hear of.
struct RemoteAccount {
  AccountName account;
  bool testnet = false;
  std::uint64_t epoch = 0;
  Capabilities capabilities;  ///< of the same venue in this build; the hello must bring the same
};

struct RemoteCounts {
  std::uint64_t late_results = 0;   ///< came after their request was given up
  std::uint64_t stale_reports = 0;  ///< of an earlier generation
  std::uint64_t malformed = 0;
  std::uint64_t hellos_refused = 0;
};

/// A venue whose connection lives in another process (see VenueHost), as one more Venue. Requests
/// leave on the door with what is left of their time, results and reports come back on it.
///
/// Each request gets exactly one result: the other end's; `unknown` at its deadline, when the port
/// is lost after it was sent, or at `stop`; refused `not_sent` when the port was down. A lost port
/// is LinkReport `down`; after the next hello the process tells the state of its connection again,
/// under a new generation. Reports of an earlier generation are dropped, fills excepted. A frame
/// that cannot be read ends the session: what it would have said is found out by asking.
///
/// Loop thread only; silent once destroyed.
class RemoteVenue final : public Venue {
 public:
  static constexpr std::size_t pending_max = 10'000;  // requests without a result

  RemoteVenue(RemoteAccount account, RemoteDoor& door, const Clock& clock, Timers& timers);
  ~RemoteVenue() override;
  RemoteVenue(const RemoteVenue&) = delete;
  RemoteVenue& operator=(const RemoteVenue&) = delete;

  const Capabilities& capabilities() const override { return account_.capabilities; }
  void start(VenueSink& sink) override;
  void stop() override;

  void place(const PlaceOrders& r, MonoTime deadline) override { ask(r, deadline); }
  void amend(const AmendOrder& r, MonoTime deadline) override { ask(r, deadline); }
  void cancel(const CancelOrder& r, MonoTime deadline) override { ask(r, deadline); }
  void query(const QueryOrder& r, MonoTime deadline) override { ask(r, deadline); }
  void query(const QueryOpenOrders& r, MonoTime deadline) override { ask(r, deadline); }
  void query(const QueryFills& r, MonoTime deadline) override { ask(r, deadline); }
  void query(const QueryBalances& r, MonoTime deadline) override { ask(r, deadline); }
  void query(const QueryPositions& r, MonoTime deadline) override { ask(r, deadline); }
  void query(const QueryTicker& r, MonoTime deadline) override { ask(r, deadline); }
  void subscribe(const SubscribeTicker& r, MonoTime deadline) override { ask(r, deadline); }

  // The door's calls, from the loop.
  /// False: it was refused, and the door may let somebody else in.
  bool on_hello(const ConnectionHello& hello);
  void on_frame(std::string_view type, std::string_view body);
  void on_port_lost(std::string_view why);

  const RemoteCounts& counts() const { return counts_; }
  std::size_t pending() const { return pending_.size(); }

 private:
  struct Pending {
    remote::ResultKind kind;
    TimerId deadline = TimerId::none;
  };

  template <class Request>
  void ask(const Request& request, MonoTime deadline);
  template <class Report>
  void take(PortReport<Report>& message);
  template <class R>
  void give(const R& result);
  void give_link(LinkReport report);
  void give_up(RequestId request, std::string_view why);

  bool will_have(const ConnectionHello& hello);
  void refuse(HelloRefusal reason, std::string_view why);
  void broken(std::string_view type, std::string_view why);
  void lose(std::string_view why);
  void report_link(LinkState state, std::string_view why);
  /// From the loop, as a sink is promised.
  void later(std::function<void()> call);
  template <class Message>
  bool send(std::string_view type, const Message& message);

  RemoteAccount account_;
  RemoteDoor& door_;
  const Clock& clock_;
  Timers& timers_;
  VenueSink* sink_ = nullptr;
  bool stopped_ = false;

  // The session, while there is one.
  bool serving_ = false;
  std::uint64_t generation_ = 0;
  std::uint64_t process_ = 0;
  std::uint64_t session_ = 0;
  PeerClock peer_clock_;

  std::unordered_map<RequestId, Pending> pending_;
  std::deque<std::function<void()>> later_;
  TimerId later_timer_ = TimerId::none;
  std::string frame_;  // reused

  // Connections are counted over all sessions: the other end counts from one again.
  std::uint64_t links_ = 0;
  std::optional<std::uint64_t> link_there_;
  Detail last_refusal_;
  RemoteCounts counts_;
};

}  // namespace signalbox
