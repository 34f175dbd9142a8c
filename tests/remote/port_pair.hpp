#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "connectors/remote/remote_venue.hpp"
#include "connectors/remote/venue_host.hpp"
#include "tests/support/virtual_time.hpp"

namespace signalbox::test {

/// The clock of another process: it began elsewhere, and may run a little fast or slow.
class OtherClock final : public Clock {
 public:
  OtherClock(const Clock& clock, Duration ahead) : clock_(clock), ahead_(ahead) {}
  MonoTime mono() const override { return clock_.mono() + ahead_; }
  WallTime wall() const override { return clock_.wall(); }
  Duration ahead() const { return ahead_; }

 private:
  const Clock& clock_;
  Duration ahead_;
};

class OtherTimers final : public Timers {
 public:
  OtherTimers(Timers& timers, const OtherClock& clock) : timers_(timers), clock_(clock) {}
  TimerId at(MonoTime due, std::function<void()> run) override {
    return timers_.at(due - clock_.ahead(), std::move(run));
  }
  void cancel(TimerId id) override { timers_.cancel(id); }

 private:
  Timers& timers_;
  const OtherClock& clock_;
};

struct Frame {
  enum class To { engine, host } to = Frame::To::engine;
  std::string type;
  std::string body;
};

/// The wire between the two ends, in memory and in virtual time. What is under way when it is cut
/// is lost. The engine's end is a door for one account.
class PortPair {
 public:
  PortPair(const Clock& clock, Timers& timers, std::uint64_t first_epoch = 1)
      : epoch(first_epoch), clock_(clock), timers_(timers) {}
  PortPair(const PortPair&) = delete;
  PortPair& operator=(const PortPair&) = delete;

  RemoteDoor& door() { return door_; }
  FramePort& host_port() { return host_port_; }
  /// The process at the other end; null while it is dead.
  void set_host(VenueHost* host) { host_ = host; }

  void connect() {
    if (std::exchange(up_, true)) return;
    ++life_;
    if (host_ != nullptr) host_->on_up();
  }
  /// Both ends notice.
  void cut() {
    if (!std::exchange(up_, false)) return;
    ++life_;
    hello_.reset();
    if (host_ != nullptr) host_->on_lost("closed");
    if (venue_ != nullptr) venue_->on_port_lost("closed");
  }
  bool up() const { return up_; }

  /// As if the other end had sent it.
  void inject(Frame frame) { push(std::move(frame)); }

  std::uint64_t epoch;
  Duration latency{};
  bool takes_frames = true;  ///< false: queues are full
  bool held_up = false;      ///< frames wait, like in a process that stands still
  /// Called after each frame was handed over.
  std::function<void(const Frame&)> on_handed_over;
  std::vector<Frame> crossed;

  void release() {
    held_up = false;
    for (auto& [life, frame] : std::exchange(waiting_, {})) hand_over(life, frame);
  }
  std::size_t count(std::string_view type) const {
    std::size_t n = 0;
    for (const auto& frame : crossed)
      if (frame.type == type) ++n;
    return n;
  }

 private:
  struct Door final : RemoteDoor {
    explicit Door(PortPair& whole) : pair(whole) {}
    void open(RemoteVenue& venue) override {
      pair.venue_ = &venue;
      if (pair.hello_)
        pair.timers_.at(pair.clock_.mono(), [this] {
          if (pair.venue_ && pair.hello_) pair.venue_->on_hello(*pair.hello_);
        });
    }
    void close() override { pair.venue_ = nullptr; }
    std::uint64_t next_generation() override { return (pair.epoch << 32) + ++pair.generations_; }
    bool send(std::string_view type, std::string_view body) override {
      return pair.push({Frame::To::host, std::string{type}, std::string{body}});
    }
    PortPair& pair;
  };
  struct HostPort final : FramePort {
    explicit HostPort(PortPair& whole) : pair(whole) {}
    bool send(std::string_view type, std::string_view body) override {
      return pair.push({Frame::To::engine, std::string{type}, std::string{body}});
    }
    PortPair& pair;
  };

  bool push(Frame frame) {
    if (!up_ || !takes_frames) return false;
    timers_.at(clock_.mono() + latency,
               [this, life = life_, frame = std::move(frame)] { hand_over(life, frame); });
    return true;
  }

  void hand_over(std::uint64_t life, const Frame& frame) {
    if (life != life_) return;
    if (held_up) {
      waiting_.emplace_back(life, frame);
      return;
    }
    crossed.push_back(frame);
    if (frame.to == Frame::To::host) {
      if (host_ != nullptr) host_->on_frame(frame.type, frame.body);
    } else {
      to_engine(frame);
    }
    if (on_handed_over) on_handed_over(frame);
  }
  void to_engine(const Frame& frame);

  const Clock& clock_;
  Timers& timers_;
  Door door_{*this};
  HostPort host_port_{*this};
  RemoteVenue* venue_ = nullptr;
  VenueHost* host_ = nullptr;
  bool up_ = false;
  std::uint64_t life_ = 0;
  std::uint64_t generations_ = 0;
  std::optional<ConnectionHello> hello_;
  std::deque<std::pair<std::uint64_t, Frame>> waiting_;
};

/// Notes whatever a venue says.
class NotedSink final : public VenueSink {
 public:
  using Said = std::variant<WriteResult, OrdersResult, FillsResult, BalancesResult, PositionsResult,
                            TickerResult, LinkReport, InstrumentsReport, OrderReport, FillReport,
                            BalancesReport, Tick>;
  std::vector<Said> said;

  template <class T>
  std::vector<T> all() const {
    std::vector<T> found;
    for (const auto& each : said)
      if (const auto* t = std::get_if<T>(&each)) found.push_back(*t);
    return found;
  }

  void on(const WriteResult& r) override { said.emplace_back(r); }
  void on(const OrdersResult& r) override { said.emplace_back(r); }
  void on(const FillsResult& r) override { said.emplace_back(r); }
  void on(const BalancesResult& r) override { said.emplace_back(r); }
  void on(const PositionsResult& r) override { said.emplace_back(r); }
  void on(const TickerResult& r) override { said.emplace_back(r); }
  void on(const LinkReport& r) override { said.emplace_back(r); }
  void on(const InstrumentsReport& r) override { said.emplace_back(r); }
  void on(const OrderReport& r) override { said.emplace_back(r); }
  void on(const FillReport& r) override { said.emplace_back(r); }
  void on(const BalancesReport& r) override { said.emplace_back(r); }
  void on(const Tick& r) override { said.emplace_back(r); }
};

/// A venue that notes what it is asked and says what a test wants.
class NotedVenue final : public Venue {
 public:
  using Asked =
      std::variant<PlaceOrders, AmendOrder, CancelOrder, QueryOrder, QueryOpenOrders, QueryFills,
                   QueryBalances, QueryPositions, QueryTicker, SubscribeTicker>;
  explicit NotedVenue(Capabilities capabilities) : capabilities_(std::move(capabilities)) {}

  std::vector<std::pair<Asked, MonoTime>> asked;
  VenueSink* sink = nullptr;
  bool stopped = false;

  const Capabilities& capabilities() const override { return capabilities_; }
  void start(VenueSink& s) override { sink = &s; }
  void stop() override { stopped = true; }
  void place(const PlaceOrders& r, MonoTime d) override { asked.emplace_back(r, d); }
  void amend(const AmendOrder& r, MonoTime d) override { asked.emplace_back(r, d); }
  void cancel(const CancelOrder& r, MonoTime d) override { asked.emplace_back(r, d); }
  void query(const QueryOrder& r, MonoTime d) override { asked.emplace_back(r, d); }
  void query(const QueryOpenOrders& r, MonoTime d) override { asked.emplace_back(r, d); }
  void query(const QueryFills& r, MonoTime d) override { asked.emplace_back(r, d); }
  void query(const QueryBalances& r, MonoTime d) override { asked.emplace_back(r, d); }
  void query(const QueryPositions& r, MonoTime d) override { asked.emplace_back(r, d); }
  void query(const QueryTicker& r, MonoTime d) override { asked.emplace_back(r, d); }
  void subscribe(const SubscribeTicker& r, MonoTime d) override { asked.emplace_back(r, d); }

 private:
  Capabilities capabilities_;
};

}  // namespace signalbox::test
