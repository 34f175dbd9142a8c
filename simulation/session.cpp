#include "simulation/session.hpp"

#include <algorithm>
#include <deque>
#include <set>

#include "messages/codec.hpp"
#include "messages/to_text.hpp"
#include "simulation/draw.hpp"
#include "simulation/venue_faults.hpp"

namespace signalbox::simulation {
namespace {

using namespace std::chrono_literals;

constexpr std::uint32_t strategy_client = 1;
constexpr std::uint32_t operator_client = 2;
constexpr std::uint32_t asking_client = 3;

// After the last fault.
constexpr Duration resume_after = 20s;
constexpr Duration still_after = 80s;  // the market stands still from here on
constexpr Duration look_after = 88s;
constexpr Duration flatten_after = 90s;
constexpr Duration ask_after = 115s;
/// A fresh process, or a fresh connection, has this long until it must be as good as one that never
/// died.
constexpr Duration recovers_within = 3s;
constexpr Duration start_again_every = 2s;

/// Everything that happens to one world, in the order of its time.
class Session {
 public:
  Session(const Plan& plan, const Line& line)
      : plan_(plan),
        world_(plan.world),
        draw_(plan.seed, 11),
        venue_faults_(world_.far().faults(), world_.far().facts()) {
    if (line)
      world_.on_line = [this, &line](std::string_view what, std::string_view text) {
        line(world_.now(), what, text);
      };
    world_.network().on_strike = [this](Trouble what) { struck(what); };
    world_.network().on_cancel = [this](std::string_view orders, bool amends) {
      cancel_left(orders, amends);
    };
    world_.on_throw = [this] {
      struck(throwing_);
      file_.closed.push_back({world_.now(), world_.now() + recovers_within});
    };
    world_.on_defect = [this](MonoTime since) {
      struck(defective_);
      // Slow, it is as if the world had waited; thrown, the shard is rebuilt as at a start.
      const auto until = defective_ == Trouble::slow_actor ? Duration{} : recovers_within;
      file_.closed.push_back({since, world_.now() + until});
      if (defective_ != Trouble::slow_actor) file_.rebuilds.push_back(world_.now());
    };
    file_.market = world_.far().facts();
    schedule();
  }

  SessionResult run() {
    start_process();
    while (!steps_.empty()) {
      const auto next = steps_.begin();
      pass_until(next->first);
      const auto act = std::move(next->second);
      steps_.erase(next);
      act();
      watch_process();
    }
    pass_until(plan_.length);
    return finish();
  }

 private:
  void at(Duration when, std::function<void()> act) { steps_.emplace(when, std::move(act)); }
  Duration elapsed() const { return world_.now() - MonoTime{}; }
  void pass_until(Duration when) {
    if (when > elapsed()) world_.pass(when - elapsed());
    watch_process();
  }
  void say(std::string_view what, std::string_view text) {
    if (world_.on_line) world_.on_line(what, text);
  }

  // ---- the plan ----

  void schedule() {
    for (const auto& signal : plan_.signals) at(signal.at, [this, &signal] { send(signal); });
    for (const auto& command : plan_.commands) at(command.at, [this, &command] { send(command); });
    for (const auto& fault : plan_.faults) {
      at(fault.at, [this, &fault] { begin(fault); });
      if (fault.lasts > Duration{}) at(fault.at + fault.lasts, [this, &fault] { end(fault); });
    }
    const auto over = plan_.length - rest;
    at(over, [this] {  // deaths and defects that never came
      world_.die_after(0);
      world_.plan_defect({});
    });
    at(over + resume_after, [this] { switch_to(std::nullopt); });
    at(over + flatten_after, [this] {
      world_.move_market(Price{start_price}, Quantity{100});
      switch_to(TradingState::flatten);
    });
    at(over + look_after, [this] { look(); });
    at(over + ask_after, [this] { ask_everything(); });
    at(300ms, [this] { step_market(); });
  }

  void step_market() {
    if (elapsed() < plan_.length - rest + still_after) {
      const auto parts = draw_.between(-plan_.step_parts, plan_.step_parts);
      // Drifts back, so that a session stays where signals make sense.
      const auto price = price_at(parts) < Price{start_price * 9 / 10}    ? price_at(10)
                         : price_at(parts) > Price{start_price * 11 / 10} ? price_at(-10)
                                                                          : price_at(parts);
      world_.move_market(price, Quantity{10});
    } else {
      world_.move_market(world_.market_price(), Quantity{100});
    }
    if (elapsed() + 1s < plan_.length)
      at(elapsed() + draw_.span(200ms, 1200ms), [this] { step_market(); });
  }

  /// The market's price, moved by hundredths of a percent, on the tick.
  Price price_at(std::int64_t parts) const {
    const auto moved =
        Decimal::mul(world_.market_price().decimal(), Decimal{10'000 + parts}, Rounding::half_even)
            .value();
    const auto price = Decimal::div(moved, Decimal{10'000}, Rounding::half_even).value();
    return Price{Decimal::to_step(price, file_.market.tick.decimal(), Rounding::floor).value()};
  }

  // ---- the bus ----

  void send(const PlannedSignal& planned) {
    Signal signal = planned.signal;
    signal.time = world_.host_time() - planned.aged;
    if (signal.type == EntryType::limit) signal.price = price_at(planned.away);
    if (planned.expires > Duration{}) signal.entry_expires = world_.host_time() + planned.expires;
    const auto key = signal_hash(signal.account, signal.strategy, signal.id);
    auto& asked = file_.signals[key];
    asked = {signal, planned.must_be_refused, world_.now(), {}};
    if (planned.expires > Duration{}) asked.entry_expires = world_.now() + planned.expires;
    sent_.push_back({elapsed(), encoded(signal), key});
    if (world_.on_line) say("strategy", to_text(signal));
    world_.command(strategy_client, "signal", sent_.back().body);
  }

  void send(const PlannedCommand& command) {
    using What = PlannedCommand::What;
    if (command.what == What::halt) return switch_to(command.level);
    if (command.what == What::resume) return switch_to(std::nullopt);
    const Signal& named =
        plan_.signals[command.signal - std::min<std::size_t>(command.draw % 3, command.signal)]
            .signal;
    const auto id = command_id();
    if (command.what == What::close)
      tell("close", Close{id, named.id, named.account, named.strategy});
    else if (command.what == What::cancel)
      tell("cancel", Cancel{id, named.id, named.account, named.strategy});
    else
      tell("cancel_all", CancelAll{id, named.account, {}, {}});
  }

  SignalId command_id() { return SignalId{"c" + std::to_string(++commands_)}; }

  template <class T>
  void tell(std::string_view type, const T& command, std::uint32_t client = operator_client) {
    if (world_.on_line) say("operator", to_text(command));
    world_.command(client, type, encoded(command));
  }

  /// Absent: back to active.
  void switch_to(std::optional<TradingState> level) {
    const auto id = command_id();
    switches_.emplace_back(id,
                           Switched{.entries_allowed = !level, .asked = world_.now(), .done = {}});
    if (!level)
      tell("resume", Resume{id, {}});
    else if (*level == TradingState::flatten)
      tell("flatten", Flatten{id, {}});
    else
      tell("halt", Halt{id, *level, {}});
  }

  /// Everything has been quiet for long: the engine's view, and beside it the venue's.
  void look() {
    CaseFile::Look look{.command = command_id(), .at = world_.now(), .open = {}};
    for (auto& id : world_.far().open(world_.account())) look.open.insert(std::move(id));
    tell("snapshot", Snapshot{look.command, {}}, asking_client);
    file_.look = look;
  }

  void ask_everything() {
    file_.asked_all = world_.now();
    for (const auto& [key, asked] : file_.signals)
      tell("fetch_signal",
           FetchSignal{asked.signal.id, asked.signal.account, asked.signal.strategy,
                       asked.signal.id},
           asking_client);
  }

  // ---- faults ----

  void begin(const PlannedFault& fault) {
    if (world_.on_line)
      say("fault", std::string{name_of(fault.what)} + " for " +
                       std::to_string(fault.lasts.count() / 1'000'000) + " ms, " +
                       std::to_string(fault.permille) + "/1000");
    const auto closes = [&](Duration for_time) {
      file_.closed.push_back({world_.now(), world_.now() + for_time});
    };
    switch (fault.what) {
      case Trouble::cable_pulled: struck(fault.what); [[fallthrough]];
      case Trouble::half_open: closes(fault.lasts); [[fallthrough]];
      case Trouble::request_lost:
      case Trouble::answer_lost:
      case Trouble::delayed:
      case Trouble::duplicated:
      case Trouble::reordered:
      case Trouble::order_invisible: world_.network().set(fault.what, fault.permille); break;
      case Trouble::reset:
        struck(fault.what);
        world_.network().reset_all();
        break;
      case Trouble::maintenance:
        closes(fault.lasts);
        venue_faults_.begin(fault);
        break;
      case Trouble::stream_shut_down:
        struck(fault.what);
        world_.far().shut_down_streams(world_.account(), world_.venue_time());
        break;
      case Trouble::price_gap:
        struck(fault.what);
        world_.move_market(price_at(fault.draw % 2 == 0 ? 300 : -300), Quantity{10});
        break;
      case Trouble::fill_races_cancel: racing_ = fault.permille; break;
      case Trouble::trades_told_later:  // what has been sold cannot be known
        closes(fault.lasts);
        world_.network().set(fault.what, fault.permille);
        break;
      case Trouble::fill_races_amend: amend_racing_ = fault.permille; break;
      case Trouble::stop_cancelled_by_hand: cancel_by_hand(fault); break;
      case Trouble::conditionals_withdrawn:
        venue_faults_.begin(fault);
        cancel_by_hand(fault);
        break;
      case Trouble::malformed_frame: send_malformed(fault.draw); break;
      case Trouble::replayed_command: replay(fault.draw); break;
      case Trouble::burst: send_burst(); break;
      case Trouble::crash:
      case Trouble::power_loss:
        dying_of_ = fault;
        world_.die_after(1 + fault.draw % 25);
        break;
      case Trouble::disk_refuses: world_.refuse_sync(true); break;
      case Trouble::disk_stalls: world_.stall_commits(true); break;
      case Trouble::clock_jump:
        file_.clock_jumps.push_back(world_.now());
        struck(fault.what);
        world_.jump_clock(Duration{std::chrono::seconds{Draw{fault.draw}.between(-600, 600)}});
        break;
      case Trouble::connection_throws:
        throwing_ = fault.what;
        world_.throw_in_connection();
        break;
      case Trouble::restart_storm:
        for (int i = 0; i < 4; ++i)
          at(elapsed() + i * 1500ms, [this] {
            throwing_ = Trouble::restart_storm;
            world_.throw_in_connection();
          });
        break;
      case Trouble::hot_actor_throws:
      case Trouble::slow_actor: plan_defect(fault.what, fault.draw); break;
      case Trouble::hot_actor_storm:
        for (unsigned i = 0; i < 4; ++i)
          at(elapsed() + i * 5s,
             [this, draw = fault.draw + i * 7] { plan_defect(Trouble::hot_actor_storm, draw); });
        break;
      default:
        if (venue_faults_.starves_exits(fault)) closes(fault.lasts);
        venue_faults_.begin(fault);
        break;
    }
    if (fault.what == Trouble::thin_book || fault.what == Trouble::fills_by_the_lot ||
        fault.what == Trouble::disk_refuses || fault.what == Trouble::disk_stalls)
      struck(fault.what);
  }

  void end(const PlannedFault& fault) {
    if (world_.on_line) say("fault", std::string{name_of(fault.what)} + " is over");
    switch (fault.what) {
      case Trouble::half_open:
      case Trouble::cable_pulled:
      case Trouble::request_lost:
      case Trouble::answer_lost:
      case Trouble::delayed:
      case Trouble::duplicated:
      case Trouble::reordered:
      case Trouble::trades_told_later:
      case Trouble::order_invisible: world_.network().set(fault.what, 0); break;
      case Trouble::fill_races_cancel: racing_ = 0; break;
      case Trouble::fill_races_amend: amend_racing_ = 0; break;
      case Trouble::disk_refuses: world_.refuse_sync(false); break;
      case Trouble::disk_stalls: world_.stall_commits(false); break;
      default: venue_faults_.end(fault); break;
    }
  }

  void plan_defect(Trouble what, std::uint64_t seed) {
    if (elapsed() >= plan_.length - rest) return;
    Draw draw{seed, 13};
    constexpr std::array who{HotActor::risk, HotActor::brackets, HotActor::orders};
    defective_ = what;
    const auto takes =
        what == Trouble::slow_actor ? draw.span(20ms, draw.chance(700) ? 500ms : 5s) : Duration{};
    world_.plan_defect({.in = who[draw.below(who.size())],
                        .left = 1 + draw.below(4),
                        .after = draw.chance(500),
                        .takes = takes});
  }

  /// Notes how far brackets were when a fault struck.
  void struck(Trouble what) {
    if (world_.on_line) say("strike", name_of(what));
    ++strikes_;
    read_brackets();
    for (const auto& [key, bracket] : brackets_)
      if (bracket.mark != BracketMark::ended || world_.now() - bracket.at < 60s)
        marks_.note(what, bracket.mark);
  }

  void read_brackets() {
    const auto& published = world_.published();
    for (; read_ < published.size(); ++read_) {
      const auto* event = std::get_if<BracketEvent>(&published[read_].event);
      if (!event) continue;
      auto mark = BracketMark::entering;
      switch (event->phase) {
        case BracketPhase::entering: break;
        case BracketPhase::open:
          mark = event->position - event->covered > file_.market.dust ? BracketMark::uncovered
                                                                      : BracketMark::covered;
          break;
        case BracketPhase::closing: mark = BracketMark::closing; break;
        case BracketPhase::stranded: mark = BracketMark::stranded; break;
        case BracketPhase::hands_off: mark = BracketMark::uncovered; break;
        case BracketPhase::ended: mark = BracketMark::ended; break;
      }
      brackets_[signal_hash(event->account, event->strategy, event->signal)] = {
          mark, published[read_].at};
    }
  }

  void cancel_left(std::string_view orders, bool amends) {
    const auto what = amends ? Trouble::fill_races_amend : Trouble::fill_races_cancel;
    const auto permille = amends ? amend_racing_ : racing_;
    if (permille == 0 || !draw_.chance(permille)) return;
    const auto price =
        world_.far().waits_at(world_.account(), simulator::ClientId{orders.substr(0, 18)});
    if (!price.is_positive()) return;
    struck(what);
    world_.move_market(price, Quantity{10});
  }

  static SignalHash bracket_of(const simulator::ClientId& id) {
    const auto parsed = parse_client_order_id(id.view());
    return parsed ? parsed->signal : SignalHash{};
  }

  void cancel_by_hand(const PlannedFault& fault) {
    // Once each: the second time the bracket is left alone, and nothing promises it cover.
    const auto gone = world_.far().cancel_stops(
        world_.account(), fault.draw, fault.what == Trouble::conditionals_withdrawn,
        [this](const simulator::ClientId& id) { return !by_hand_.contains(bracket_of(id)); },
        world_.venue_time());
    for (const auto& id : gone) by_hand_.insert(bracket_of(id));
    if (!gone.empty()) struck(fault.what);
    // A stop that is refused and a sale each, and a fifth of what the venue takes is not for them.
    const auto orders = static_cast<int>(2 * gone.size());
    if (const int rate = file_.market.orders_per_second * 4 / 5; rate != 0 && orders > rate / 2)
      file_.closed.push_back({world_.now(), world_.now() + (orders / rate + 2) * 1s});
  }

  void send_malformed(std::uint64_t draw) {
    if (sent_.empty()) return;
    struck(Trouble::malformed_frame);
    auto body = sent_[draw % sent_.size()].body;
    if (draw % 2 == 0) body[draw / 7 % body.size()] = static_cast<char>(draw / 11 % 256);
    body.resize(body.size() - 1 - draw % 3);  // never whole: no other signal by accident
    world_.command(asking_client, draw % 5 == 0 ? "sig\xffnal" : "signal", body);
  }

  void replay(std::uint64_t draw) {
    if (sent_.empty()) return;
    struck(Trouble::replayed_command);
    for (int i = 0; i < 3; ++i)
      world_.command(strategy_client, "signal", sent_[(draw >> i) % sent_.size()].body);
  }

  void send_burst() {
    struck(Trouble::burst);
    Draw draw{plan_.seed, 5};
    for (std::size_t i = 0; i < 15; ++i) {
      PlannedSignal each = plan_.signals[draw.below(plan_.signals.size())];
      each.signal.id =
          SignalId{"b" + std::to_string(elapsed().count() / 1'000'000) + "-" + std::to_string(i)};
      send(each);
    }
  }

  // ---- the process ----

  void start_process() {
    ++starts_;
    file_.starts.push_back(world_.now());
    if (!world_.start()) {
      // As a service manager does it, as long as the disk may be to blame.
      if (world_.on_line) say("host", "not started: " + world_.why_not_started());
      if (elapsed() < plan_.length - rest + start_again_every)
        at(elapsed() + start_again_every, [this] { start_process(); });
      else
        broken_.push_back(
            {"I12", world_.now(), "the process does not start: " + world_.why_not_started()});
      return;
    }
    file_.closed.push_back({died_, world_.now() + recovers_within});
    restart_planned_ = false;
  }

  void watch_process() {
    if (world_.lives() || restart_planned_ || !broken_.empty()) return;
    restart_planned_ = true;
    died_ = world_.now();
    if (dying_of_)
      struck(dying_of_->what);
    else if (defective_ != Trouble::hot_actor_storm)  // noted when it threw
      struck(Trouble::crash);
    const auto draw = dying_of_ ? dying_of_->draw : 1;
    const auto down = 100ms + Duration{static_cast<std::int64_t>(draw / 31 % 8'000'000'000ULL)};
    // What had left may still arrive while nobody is there.
    at(elapsed() + 90ms, [this, draw] {
      world_.bury();
      if (dying_of_ && dying_of_->what == Trouble::power_loss) {
        world_.lose_power(draw / 5 % 700);
        file_.power_losses.push_back(died_);
      }
      dying_of_.reset();
    });
    at(elapsed() + down, [this] {
      start_process();
      // Strategies that heard nothing ask again.
      at(elapsed() + 1s, [this] {
        for (auto& each : sent_)
          if (elapsed() - each.at < 15s && draw_.chance(600))
            world_.command(strategy_client, "signal", each.body);
      });
    });
  }

  SessionResult finish() {
    read_brackets();
    for (const auto& ban : world_.network().bans()) file_.closed.push_back({ban.from, ban.until});
    for (auto& [id, each] : switches_) {
      for (const auto& heard : world_.heard())
        if (const auto* done = std::get_if<Done>(&heard.reply);
            done && done->id == id && !each.done)
          each.done = heard.at;
      file_.switches.push_back(each);
    }
    file_.end = world_.now();
    file_.way = plan_.world.latency.there;
    SessionResult result{.seed = plan_.seed,
                         .trace_hash = world_.trace_hash(),
                         .virtual_time = elapsed(),
                         .trades = world_.far().engine().record().trades().size(),
                         .starts = starts_,
                         .faults = strikes_,
                         .violations = broken_,
                         .marks = marks_};
    for (auto& each : judge(world_, file_)) result.violations.push_back(std::move(each));
    std::set<std::string> accepted;
    for (const auto& each : world_.published())
      if (const auto* a = std::get_if<Accepted>(&each.event)) accepted.insert(a->id.str());
    result.signals = accepted.size();
    result.brackets = brackets_.size();
    return result;
  }

  struct SentSignal {
    Duration at{};
    std::string body;
    SignalHash key;
  };
  struct Bracket {
    BracketMark mark = BracketMark::entering;
    MonoTime at{};
  };

  const Plan& plan_;
  World world_;
  Draw draw_;
  VenueFaults venue_faults_;
  CaseFile file_;
  std::multimap<Duration, std::function<void()>> steps_;
  std::vector<SentSignal> sent_;
  std::set<SignalHash> by_hand_;  ///< brackets whose stop somebody else has cancelled
  std::vector<std::pair<SignalId, Switched>> switches_;
  std::map<SignalHash, Bracket> brackets_;
  std::size_t read_ = 0;
  Marks marks_;
  std::vector<Violation> broken_;
  std::optional<PlannedFault> dying_of_;
  Trouble throwing_ = Trouble::connection_throws;
  Trouble defective_ = Trouble::hot_actor_throws;
  std::uint16_t racing_ = 0;
  std::uint16_t amend_racing_ = 0;
  std::uint64_t commands_ = 0;
  std::size_t starts_ = 0;
  std::size_t strikes_ = 0;
  bool restart_planned_ = false;
  MonoTime died_{};
};

}  // namespace

SessionResult run_session(const Plan& plan, const Line& line) { return Session{plan, line}.run(); }

}  // namespace signalbox::simulation
