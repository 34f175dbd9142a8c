#pragma once

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "messages/ids.hpp"
#include "seams/clock.hpp"
#include "seams/timers.hpp"
#include "simulation/draw.hpp"
#include "simulation/far_side.hpp"
#include "simulation/receipts.hpp"
#include "simulation/trouble.hpp"
#include "simulator/delay_queue.hpp"
#include "simulator/memory/memory_net.hpp"

namespace signalbox::simulation {

/// One request of the process, as the judge sees it.
struct Sent {
  enum class Kind : std::uint8_t { entry = 1, exit, cancel, question };
  using Asks = RequestText::Asks;
  std::uint64_t number = 0;
  Kind kind = Kind::question;
  MonoTime at{};
  std::optional<MonoTime> heard;  ///< when the process knew what became of it, or that nobody knows
  bool struck = false;            ///< a planned fault touched it or its answer
  bool refused = false;  ///< by a fault, in plain words, and what it was can be sold at once
  Asks asks = Asks::what_it_names;
  std::string orders;  ///< client ids it names, separated by blanks
};

/// The book of the simulated journal: with it every client id of ours begins.
inline constexpr std::string_view book = "simu";
/// The client ids of our form that some bytes name, separated by blanks.
std::string orders_in(std::string_view bytes);

/// The way between the real connector and the exchange in memory, and all that can happen to it.
/// It keeps what the judge needs: each request, what the process was told, and every request that
/// left although the venue had forbidden any. One thread.
class Network final : public simulator::Dialect, private simulator::DialectSink {
 public:
  Network(FarSide& far, const Clock& clock, Timers& timers, std::uint64_t seed,
          simulator::Latency latency);
  ~Network() override;

  /// For the connector. A dead process's lanes carry nothing any more.
  std::unique_ptr<HttpLane> lane(HttpSink& sink);
  std::unique_ptr<WsStream> stream(WsSink& sink);

  /// Zero permille: no longer.
  void set(Trouble what, std::uint16_t permille);
  void reset_all();
  void cut_streams() { net_.cut_streams(); }
  /// From here on nothing leaves the process and nothing reaches it.
  void process_died() { process_lives_ = false; }
  void process_started();

  /// Called for each strike of a planned fault, the venue's included.
  std::function<void(Trouble)> on_strike;
  /// Called with what passes, for the trace hash and the timeline.
  std::function<void(std::string_view way, std::string_view bytes)> on_bytes;
  /// Called when a cancel or a change leaves, for whoever wants to be quicker.
  std::function<void(std::string_view orders, bool amends)> on_cancel;

  const std::vector<Sent>& sent() const { return sent_; }
  const Receipts& receipts() const { return receipts_; }
  /// Spans in which the venue had told the process to send nothing.
  struct Ban {
    MonoTime from;
    MonoTime until;
  };
  const std::vector<Ban>& bans() const { return bans_; }
  /// Requests that left in such a span.
  const std::vector<MonoTime>& sent_while_banned() const { return sent_while_banned_; }

 private:
  class Lane;
  class Stream;

  // Dialect: what arrives at the exchange; DialectSink: what it says.
  void set_sink(simulator::DialectSink* sink) override { sink_ = sink; }
  simulator::HttpReply http(const simulator::HttpRequest& request, WallTime now) override;
  tl::expected<simulator::SessionId, int> open(std::string_view target, std::string_view peer,
                                               WallTime now) override;
  void frame(simulator::SessionId session, std::string_view bytes, WallTime now) override;
  void closed(simulator::SessionId session) override;
  void on_frame(simulator::SessionId session, std::string_view frame, Duration delay) override;
  void on_close(simulator::SessionId session, std::uint16_t code, std::string_view why) override;

  bool strikes(Trouble what);
  bool is_on(Trouble what) const { return permille_[static_cast<std::size_t>(what)] != 0; }
  void told_strike(Trouble what);
  void note_venue_strikes(std::size_t before, Sent* request);
  std::size_t note_sent(std::string_view bytes);
  void note_leaving();
  void note_pause(const HttpAnswer& answer);
  void hide(simulator::HttpReply& reply, std::string_view target);
  void repeat_key(simulator::HttpReply& reply) const;
  void tell_trades_later(simulator::HttpReply& reply, std::string_view target);
  bool holds_back(simulator::SessionId session, std::string& frame);
  void let_trades_go();
  void go_half_open();

  FarSide& far_;
  const Clock& clock_;
  Timers& timers_;
  Draw draw_;
  bool repeats_key_;  ///< this venue quotes the account's key in what it refuses
  std::array<std::uint16_t, 64> permille_{};
  simulator::DialectSink* sink_ = nullptr;
  std::vector<Sent> sent_;
  Receipts receipts_;
  std::vector<Ban> bans_;
  MonoTime banned_until_{};
  std::vector<MonoTime> sent_while_banned_;
  std::map<std::string, bool, std::less<>> invisible_;  ///< client ids; whether hidden
  std::set<simulator::SessionId> sessions_;
  std::set<simulator::SessionId> mute_;
  std::map<simulator::SessionId, std::unique_ptr<simulator::DelayQueue>> held_up_;
  /// Frames that tell trades, until they may.
  std::vector<std::pair<simulator::SessionId, std::string>> held_back_;
  bool process_lives_ = true;
  simulator::MemoryNet net_;  ///< last: it tells its dialect, which is this, when it goes
};

}  // namespace signalbox::simulation
