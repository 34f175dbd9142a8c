#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "connectors/kit/own_timer.hpp"
#include "connectors/kit/pause_memory.hpp"
#include "connectors/kit/reports.hpp"
#include "connectors/kit/rest.hpp"
#include "connectors/kit/server_clock.hpp"
#include "connectors/transport/pacer.hpp"
#include "seams/clock.hpp"
#include "seams/random.hpp"
#include "seams/timers.hpp"

namespace signalbox::kit {

/// What every connection is told about its account, and how patient it is. The durations have the
/// defaults that a live account wants; a venue's own configuration derives from this.
struct LinkSettings {
  /// Only these instruments are loaded; none: all of the venue.
  std::vector<Symbol> symbols;
  /// Bans and pauses that outlive a connection: read when it is made, kept up to date by it.
  /// Whoever makes connections keeps one per account.
  std::shared_ptr<PauseMemory> pauses = std::make_shared<PauseMemory>();
  /// Fills since then are told at the first READY, of `symbols`; absent: whoever starts asks.
  std::optional<WallTime> fills_since;
  /// Assumed where the account does not tell: the venue's highest rate of a first tier.
  Decimal taker_fee_unknown = Decimal::from_raw(Int128{Decimal::one_raw} / 1000);

  Duration request_within = std::chrono::seconds{10};  ///< of requests of the connection's own
  /// The same on the way to READY, where protection waits for the answer. That of the instruments
  /// is large: it is given twice the time after each failure, up to `request_within`.
  Duration step_within = std::chrono::seconds{2};
  Duration stream_within = std::chrono::seconds{10};  ///< to open a stream, to be subscribed
  Duration echo_within = std::chrono::seconds{3};     ///< an accepted order must be on the stream
  Duration overlap = std::chrono::seconds{60};        ///< asked again when catching up
  Duration compare_every = std::chrono::seconds{60};  ///< the open orders, with the stream's
  Duration clock_every = std::chrono::minutes{10};
  Duration instruments_every = std::chrono::hours{1};
  Duration stream_life = std::chrono::hours{23};  ///< renewed before the venue closes it
  Duration backoff_first = std::chrono::milliseconds{250};
  Duration backoff_max = std::chrono::seconds{30};
  /// Between tries to become READY, and no longer: whatever has filled meanwhile has no stop.
  Duration ready_backoff_max = std::chrono::seconds{3};
  Duration firewall_pause = std::chrono::minutes{1};  ///< after a 403 that names no end
  /// A 403 to a websocket's handshake shuts out everything, as one by REST does.
  bool refused_handshake_is_ban = false;
  Duration key_refused_pause = std::chrono::minutes{1};  ///< a refused key is not tried in a hurry
};

/// What the parts of one connection share, whatever the venue. A venue derives from it, adds its
/// words and says what an answer means. Loop thread only.
class Core {
 public:
  struct World {
    const Clock& clock;
    Timers& timers;
    Random& random;
  };
  /// `limits` hold until the venue tells its own.
  Core(const LinkSettings& chosen, PacerOptions limits, const World& world,
       Duration clock_resolution = std::chrono::milliseconds{1});
  virtual ~Core() = default;

  WallTime venue_now() const { return server_clock.at(clock.mono()); }

  /// Whether the request was accepted, refused or nobody knows. Bans and pauses are obeyed from
  /// here on, and `on_refusal` hears of a refusal.
  Verdict verdict(const Reply& reply);

  /// A websocket's handshake was answered so.
  void handshake_refused(int http_status);

  /// Calls from the loop's next turn, in order; not any more once this is gone.
  void post(std::function<void()> call) { posts_.post(std::move(call)); }
  /// Asks with the deadline and the class of the connection's own reads.
  void ask(std::uint32_t weight, std::function<RequestBytes()> write, ReplyHandler done);

  /// Bans and pauses as they are now, for whoever comes after us.
  void remember_pauses();
  /// For a verdict that is no success: what the venue said about coming again is obeyed, `secret`
  /// (a key) never leaves in its text, and `on_refusal` is told.
  Verdict heed(Verdict verdict, int http_status, std::string_view said, std::string_view secret,
               std::optional<WallTime> banned_until = std::nullopt);

  const LinkSettings settings;
  const Clock& clock;
  Timers& timers;
  Random& random;
  ServerClock server_clock;
  Pacer pacer;
  Reports reports;
  Rest rest;
  std::function<void(Refusal)> on_refusal = [](Refusal) {};

  /// How the connection's own reads go; its link says.
  struct OwnReads {
    PaceClass who = PaceClass::urgent;
    Duration within{};
  };
  OwnReads own_reads;
  /// When one of the connection's own requests is given up; of a read that takes several of them
  /// and has to end by `whole`.
  MonoTime one_within(MonoTime whole = MonoTime::max()) const {
    return std::min(whole, clock.mono() + own_reads.within);
  }

 protected:
  /// What an answer of the venue means; `heed` has to be part of it where it is no success.
  virtual Verdict judge_answer(const Reply& reply) = 0;

 private:
  PostQueue posts_;
};

}  // namespace signalbox::kit
