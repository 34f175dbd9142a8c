#pragma once

#include <functional>
#include <optional>

#include "connectors/binance/answers.hpp"
#include "connectors/binance/binance.hpp"
#include "connectors/binance/markets.hpp"
#include "connectors/binance/reports.hpp"
#include "connectors/binance/requests.hpp"
#include "connectors/binance/rest.hpp"
#include "connectors/binance/server_clock.hpp"
#include "connectors/binance/streams.hpp"

namespace signalbox::binance {

/// What the venue charges for each request, in weight.
namespace weight {
inline constexpr std::uint32_t time = 1, exchange_info = 20, account = 20, order = 1, amend = 4,
                               query = 4, open_orders = 6, open_orders_of_all = 80, trades = 20,
                               book_ticker = 2, stream = 2;
}  // namespace weight

/// A timer that belongs to its owner: set again or destroyed, it does not fire.
class OwnTimer {
 public:
  explicit OwnTimer(Timers& timers) : timers_(timers) {}
  ~OwnTimer() { cancel(); }
  OwnTimer(const OwnTimer&) = delete;
  OwnTimer& operator=(const OwnTimer&) = delete;

  void set(MonoTime due, std::function<void()> run) {
    cancel();
    id_ = timers_.at(due, [this, call = std::move(run)] {
      id_ = TimerId::none;
      call();
    });
  }
  void cancel() {
    if (id_ != TimerId::none) timers_.cancel(id_);
    id_ = TimerId::none;
  }
  bool is_set() const { return id_ != TimerId::none; }

 private:
  Timers& timers_;
  TimerId id_ = TimerId::none;
};

/// What the parts of one connection share.
struct Shared {
  Shared(BinanceConfig chosen, const Clock& clock_, Timers& timers_, Random& random_);

  WallTime venue_now() const { return server_clock.at(clock.mono()); }
  /// What an answer that is no success means; bans and pauses it names are obeyed from here on,
  /// and `on_refusal` hears of it.
  Verdict verdict(const Reply& reply);
  Verdict verdict(int status, const VenueError& error);

  /// Calls from the loop's next turn, in order; not any more once this is gone.
  void post(std::function<void()> call);

  /// Asks with the deadline of the connection's own requests.
  void ask(std::uint32_t weight, std::function<RequestBytes()> write, ReplyHandler done);

  BinanceConfig config;
  const Clock& clock;
  Timers& timers;
  Random& random;
  Hosts hosts;
  Markets markets;
  ServerClock server_clock;
  Pacer pacer;
  RequestWriter writer;
  AnswerReader answers;
  FrameReader frames;
  Reports reports;
  Rest rest;
  /// Bans and pauses as they are now, for whoever comes after us.
  void remember_pauses();

  std::function<void(Refusal)> on_refusal = [](Refusal) {};

 private:
  std::vector<std::function<void()>> posted_;
  OwnTimer post_timer_;
};

}  // namespace signalbox::binance
