#pragma once

#include <array>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "connectors/kit/catch_up.hpp"
#include "connectors/kit/core.hpp"
#include "connectors/transport/backoff.hpp"
#include "connectors/venue.hpp"

namespace signalbox::kit {

/// What a venue does on the way to READY. Each call is one step, started by the link and answered
/// once by its `done`, from the loop; the stream's by `Link::stream_up` or `stream_lost`.
class LinkSteps {
 public:
  using Done = std::function<void(const Verdict&)>;
  using TimeDone = std::function<void(const Verdict&, MonoTime asked, WallTime said)>;

  virtual ~LinkSteps() = default;
  /// One question for the venue's time; `asked` is when it left.
  virtual void ask_time(TimeDone done) = 0;
  virtual void load_instruments(Done done) = 0;
  /// Balances, fees and modes; a key that may not trade is refused as `permission`.
  virtual void read_account(Done done) = 0;
  /// With the fees of the account. Called when both are known, and after each reload.
  virtual void tell_instruments() = 0;
  /// The account's events: connect and subscribe.
  virtual void open_stream() = 0;
  /// Give the stream up; `Link::stream_lost` follows. `soon`: no need to wait before the next.
  virtual void drop_stream(std::string_view why, bool soon) = 0;
  /// No call comes any more.
  virtual void silence_stream() = 0;
};

/// How a connection comes up and stays up. READY needs every step below, in this order; what is
/// lost is had again before READY returns, with backoff between tries. Requests work from the
/// second step on; without the last two the state is STALE. Loop thread only.
class Link {
 public:
  Link(Core& core, LinkSteps& steps, AccountReads& reads);

  void start(VenueSink& sink);
  /// No call comes any more, except by `report_down`.
  void silence();
  void report_down() { report("stopped"); }

  /// Symbols are known and requests can be signed with the venue's time.
  bool can_ask() const { return running_ && core_.server_clock.is_set() && has(Step::instruments); }
  bool is_ready() const;
  /// After an accepted write: the stream has to say so too, or it is not to be trusted.
  void watch_echoes();

  // What the venue says of its stream.
  void stream_up();
  void stream_lost(std::string_view why, bool soon);
  /// It was not even opened: the venue asks us to wait until then.
  void stream_held(MonoTime until);

 private:
  enum class Step : std::uint8_t { clock, instruments, account, stream, caught_up };
  static constexpr std::size_t step_count = 5;

  // Getting there.
  void advance();
  void begin(Step step);
  void have(Step step);
  void failed_step(std::string_view why, std::optional<Duration> pause = std::nullopt);
  void failed_step(const Verdict& verdict);
  LinkState state() const;
  void report(std::string_view why);
  void became_ready();

  // The steps.
  void sample_clock(bool is_step, std::uint64_t run);
  void load_instruments(bool is_step);
  void read_account();
  void catch_up();

  // Staying there.
  void refused(Refusal refusal);
  void echo_due();
  void compare();
  void confirm(const std::vector<OrderKey>& ahead, MonoTime asked);
  void schedule(OwnTimer& timer, Duration after, void (Link::*job)());
  void clock_again() {
    core_.server_clock.start_measuring();
    sample_clock(false, ++clock_run_);
  }
  void instruments_again() { load_instruments(false); }

  Core& core_;
  LinkSteps& steps_;
  VenueSink* sink_ = nullptr;
  bool running_ = false;
  std::array<bool, step_count> have_{};
  bool& has(Step step) { return have_[static_cast<std::size_t>(step)]; }
  bool has(Step step) const { return have_[static_cast<std::size_t>(step)]; }
  std::optional<Step> busy_;  // the step under way: the first that was missing
  std::uint64_t clock_run_ = 0;
  std::uint64_t generation_ = 0;
  LinkReport reported_;
  Backoff backoff_;
  CatchUp catch_up_;
  MonoTime asked_at_{};          // when the step under way asked last
  Duration instruments_within_;  // for the answer; grows while they do not come

  OwnTimer retry_;
  OwnTimer settled_timer_;
  OwnTimer clock_timer_;
  OwnTimer instruments_timer_;
  OwnTimer compare_timer_;
  OwnTimer confirm_timer_;
  OwnTimer echo_timer_;
};

}  // namespace signalbox::kit
