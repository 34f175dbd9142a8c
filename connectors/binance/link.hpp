#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "connectors/binance/catch_up.hpp"
#include "connectors/binance/shared.hpp"
#include "connectors/binance/user_stream.hpp"
#include "connectors/transport/backoff.hpp"

namespace signalbox::binance {

/// How the connection comes up and stays up. READY needs every step below, in this order; what is
/// lost is had again before READY returns, with backoff between tries. Requests work from the
/// third step on; without the last two the state is STALE. Loop thread only.
class Link {
 public:
  explicit Link(Shared& shared);
  void set_stream(std::unique_ptr<WsStream> user) { user_.set_stream(std::move(user)); }

  WsSink& stream_sink() { return user_; }

  void start(VenueSink& sink);
  /// No call comes any more, except by `report_down`.
  void silence();
  void report_down();

  /// Symbols are known and requests can be signed with the venue's time.
  bool can_ask() const {
    return running_ && shared_.server_clock.is_set() && !shared_.markets.empty();
  }
  /// After an accepted write: the stream has to say so too, or it is not to be trusted.
  void watch_echoes();

 private:
  enum class Step : std::uint8_t { clock, instruments, account, stream, caught_up };
  static constexpr std::size_t steps = 5;

  // Getting there.
  void advance();
  void begin(Step step);
  void have(Step step);
  void failed_step(std::string_view why, std::optional<Duration> pause = std::nullopt);
  void failed_step(const Verdict& verdict);
  bool is_ready() const;
  LinkState state() const;
  void report(std::string_view why);
  void became_ready();

  // The steps.
  void measure_clock(bool is_step);
  void load_instruments(bool is_step);
  void instruments_answered(const Reply& reply, bool is_step);
  void take_in(std::vector<Market> markets, std::vector<PaceLimit> limits);
  void tell_instruments();
  void read_account();
  void account_answered(const Reply& reply);
  void open_stream();
  void stream_lost(std::string_view why, bool soon);
  void catch_up();

  // Staying there.
  void heard(const UserFrame& frame);
  void refused(Refusal refusal);
  void echo_due();
  void compare();
  void confirm(const std::vector<OrderKey>& ahead, MonoTime asked);
  void schedule(OwnTimer& timer, Duration after, void (Link::*job)());
  void clock_again() { measure_clock(false); }
  void instruments_again() { load_instruments(false); }

  Shared& shared_;
  VenueSink* sink_ = nullptr;
  bool running_ = false;
  std::array<bool, steps> have_{};
  bool& has(Step step) { return have_[static_cast<std::size_t>(step)]; }
  bool has(Step step) const { return have_[static_cast<std::size_t>(step)]; }
  std::optional<Step> busy_;  // the step under way: the first that was missing
  std::uint64_t clock_run_ = 0;
  Decimal taker_fee_;
  std::vector<PaceLimit> limits_;
  std::uint64_t generation_ = 0;
  LinkReport reported_;
  Backoff backoff_;
  UserStream user_;
  CatchUp catch_up_;

  OwnTimer retry_;
  OwnTimer settled_timer_;
  OwnTimer clock_timer_;
  OwnTimer instruments_timer_;
  OwnTimer compare_timer_;
  OwnTimer confirm_timer_;
  OwnTimer echo_timer_;
};

}  // namespace signalbox::binance
