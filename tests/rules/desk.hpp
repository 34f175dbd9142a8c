#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <random>

#include "tests/rules/naive_venue.hpp"

namespace signalbox::test {

/// Brackets and orders of one account as the shard joins them, and a way to the venue on which
/// things get lost, late and doubled as the seed says. Time is virtual.
class Desk {
 public:
  struct Faults {
    int lost_percent = 0;        ///< of writes: no answer, the venue did it or not
    int refused_percent = 0;     ///< of exits, by a class drawn
    int late_percent = 0;        ///< of writes: reach the venue late
    int query_lost_percent = 0;  ///< of queries
    int event_twice_percent = 0;
    int event_late_percent = 0;
  };
  struct Options {
    std::uint64_t seed = 1;
    NaiveVenue::Options venue;
    bool pairs = true;
    Instrument instrument = spot_instrument();
    CoverPolicy cover;
    Faults faults;
    bool live_ids_unique = true;
    bool keep_log = false;
    bool watches_positions = false;  ///< a derivative: the venue's positions are asked for
  };
  explicit Desk(Options options);

  void open(const Plan& plan);
  bool close(const SignalHash& bracket);
  bool cancel_entry(const SignalHash& bracket);
  bool shed(const SignalHash& bracket, Quantity quantity);
  bool release(const SignalHash& bracket);
  /// A reduce-only signal that risk let pass with these parts.
  void reduce(const Signal& signal, const std::vector<ReductionPart>& parts);
  /// The market's best prices, for stops that follow it.
  void tick(Price market);
  void link(LinkState state);
  /// The process dies and comes back: what the records say is all there is.
  void restart();
  /// Lets time pass, event by event.
  void pass(Duration d);
  /// The venue trades with one of its orders, and says so.
  void trade(std::size_t number, Quantity quantity);
  void expire(std::size_t number);
  void cancel_outside(std::size_t number);
  /// Somebody else trades on the account; `streamed`: the stream says so.
  void trade_outside(Side side, Quantity quantity, bool streamed = true);

  /// The same facts given to fresh rules.
  struct Rebuilt {
    BracketBook book;
    std::unique_ptr<Orders> orders;
  };
  Rebuilt rebuild();

  Now now() const { return now_; }
  std::uint32_t draw(std::uint32_t below) { return static_cast<std::uint32_t>(random_() % below); }
  bool chance(int percent) { return static_cast<int>(draw(100)) < percent; }

  Options options;
  NaiveVenue venue;
  BracketBook book;
  std::unique_ptr<Orders> orders;
  std::vector<Plan> plans;
  std::map<SignalHash, int> outcomes;
  std::vector<SignalOutcome> told;
  std::vector<Placed> placed;  ///< of reduce-only signals
  std::vector<Detail> pages;
  std::vector<PositionEvent> positions;
  PositionWatch watch;
  std::size_t steps = 0;
  std::vector<std::string> log;  ///< what went to the venue and came back

 private:
  struct Ended {
    SignalHash bracket;
  };
  struct Reduced {
    Signal signal;
    std::vector<ReductionPart> parts;
  };
  using Fact = std::variant<Plan, OrderRecord, CommandRecord, Ended, Reduced>;

  void note(const std::string& line);
  OrdersPolicy policy() const;
  void settle();
  void watch_step();
  void send(const VenueRequest& request);
  template <class Result>
  void answer(Duration after, Result result, bool stream);
  void later(Duration after, std::function<void()> what);
  void hear(Duration after);
  Refusal some_refusal();

  std::mt19937_64 random_;
  Now now_ = at({});
  std::uint64_t generation_ = 0;
  std::size_t life_ = 0;
  LinkState link_ = LinkState::down;
  std::multimap<MonoTime, std::function<void()>> due_;
  std::vector<Fact> facts_;
  std::vector<FillReport> missed_;
  MonoTime stream_free_{};
  OrdersOut out_;
  BookOut book_out_;
  PositionWatch::Out watch_out_;
};

}  // namespace signalbox::test
