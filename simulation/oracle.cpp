#include "simulation/oracle.hpp"

#include <algorithm>

#include "messages/to_text.hpp"
#include "simulation/cover_judge.hpp"
#include "simulation/deadline_judge.hpp"

namespace signalbox::simulation {
namespace {

using namespace std::chrono_literals;

/// Beside the ways themselves: what a decision, its timers and a pause between tries may take.
constexpr Duration decides_within = 300ms;
/// Cancel, evidence, sale, and once more.
constexpr int ways_of_a_flatten = 8;
/// Nobody can know that an order will not come to live before its validity has passed (2 s, and
/// half a second for clocks).
constexpr Duration fate_within = 2600ms;
/// After the last struck request that names an order, questions that name none may be about it.
constexpr Duration sought_for = 30s;
/// A question that a fault struck is asked again after a pause of at most so long.
constexpr Duration asks_again_within = 2s;
/// Deadlines that were running when the host's clock jumped are over after so long.
constexpr Duration jump_felt_for = 60s;

std::string shown(MonoTime t) {
  const auto ms = (t - MonoTime{}).count() / 1'000'000;
  return std::to_string(ms / 1000) + "." + std::to_string(1000 + ms % 1000).substr(1) + "s";
}

std::string shown(Duration d) { return std::to_string(d.count() / 1'000'000) + "ms"; }

/// One session before its judge: a method for each promise.
class Case {
 public:
  Case(World& world, const CaseFile& file)
      : world_(world),
        file_(file),
        record_(world.far().engine().record()),
        start_(world.venue_time() - (world.now() - MonoTime{})) {}

  std::vector<Violation> judge() {
    covered_in_time();
    bought_no_more_than_approved();
    one_outcome_each();
    nothing_without_approval();
    nothing_after_a_halt();
    silent_while_banned();
    keeps_its_secret();
    sees_what_the_venue_sees();
    meets_its_deadlines();
    answers_at_the_end();
    return std::move(found_);
  }

 private:
  void broken(std::string_view promise, MonoTime at, std::string what) {
    found_.push_back({std::string{promise}, at, std::move(what)});
  }
  MonoTime mono(WallTime t) const { return MonoTime{} + (t - start_); }
  std::string name(const SignalHash& key) const {
    const auto found = file_.signals.find(key);
    return found == file_.signals.end() ? "bracket " + key.str()
                                        : "signal " + found->second.signal.id.str();
  }

  // ---- I1, I4 ----

  /// Times in which this bracket's requests could not do what they asked: the lanes were closed, or
  /// a fault struck one of them and what became of it could not be known yet. A question for the
  /// open orders or trades of a symbol is one of them while a struck order of it may be sought, and
  /// one that leads to READY always is.
  std::vector<Closed> excuses(const SignalHash& key) const {
    auto spans = file_.closed;
    std::optional<MonoTime> in_doubt;
    std::optional<MonoTime> refused_last;
    Duration pause{};
    for (const auto& sent : world_.network().sent()) {
      if (!sent.struck) continue;
      const bool names_it = sent.orders.find(key.view()) != std::string::npos;
      if (names_it) in_doubt = sent.at;
      const bool seeks_it =
          sent.asks == Sent::Asks::fate_of_any && in_doubt && sent.at - *in_doubt <= sought_for;
      if (!names_it && !seeks_it && sent.asks != Sent::Asks::way_to_ready) continue;
      const auto heard = sent.heard.value_or(file_.end);
      if (sent.refused) {
        // Known at once. What was to be placed can be sold instead; a stop that may not be
        // cancelled holds what it would sell, and is tried again after a pause that doubles each
        // time.
        if (sent.kind != Sent::Kind::cancel) continue;
        const bool in_a_row = refused_last && sent.at - *refused_last < 2 * asks_again_within;
        pause = in_a_row ? std::min(2 * pause, asks_again_within) : file_.cover.retry_every;
        refused_last = heard;
        spans.push_back({sent.at, heard + pause});
        continue;
      }
      auto until = heard + asks_again_within;
      if (sent.kind == Sent::Kind::entry || sent.kind == Sent::Kind::exit)
        until = std::max(until, sent.at + fate_within + ways_of_a_flatten * file_.way);
      spans.push_back({sent.at, until});
    }
    return spans;
  }

  /// After so long without a lane a bracket is stranded, as it should be: then it is tried again on
  /// a schedule of its own.
  Duration may_be_stranded(const Closed& piece, const std::vector<Closed>& excused) const {
    Duration before{};
    for (const auto& each : excused)
      if (each.until <= piece.from && piece.from - each.until < 1s)
        before += each.until - each.from;
    return before >= file_.cover.cover_within ? file_.cover.stranded_retry_every : Duration{};
  }

  void covered_in_time() {
    const auto bound = file_.cover.cover_within + decides_within + ways_of_a_flatten * file_.way;
    for (auto& [key, story] : cover_stories(world_, file_)) {
      const auto excused = excuses(key);
      const auto judge = [&](const CoverStory::Span& span, std::string_view promise,
                             std::string_view how) {
        for (const auto& piece : net_of(span, excused)) {
          const auto allowed = bound + may_be_stranded(piece, excused);
          if (piece.until - piece.from <= allowed) continue;
          // A deadline is a span of time: what the host's clock shows must not move it.
          const bool jumped = std::any_of(
              file_.clock_jumps.begin(), file_.clock_jumps.end(),
              [&](MonoTime at) { return piece.from - jump_felt_for <= at && at <= piece.until; });
          const auto what = name(key) + ": " + span.most.str() + std::string{how} + " for " +
                            shown(piece.until - piece.from) + ", until " + shown(piece.until) +
                            "; allowed are " + shown(allowed);
          if (jumped) broken("I11", piece.from, what);
          broken(promise, piece.from, what);
        }
      };
      for (const auto& span : story.uncovered(file_.market.dust, file_.end))
        judge(span, "I1", " uncovered");
      for (const auto& span : story.oversold(file_.market.lot, file_.end))
        judge(span, "I4", " sold too much");
    }
  }

  // ---- I2 ----

  void bought_no_more_than_approved() {
    std::map<SignalHash, Quantity> bought;
    for (const auto& trade : record_.trades()) {
      if (trade.account != world_.account()) continue;
      const auto& order = world_.far().engine().orders()[trade.order];
      const auto id = parse_client_order_id(order.client_id.view());
      if (!id || id->leg.kind != LegKind::entry) continue;
      auto& sum = bought[id->signal];
      sum += trade.quantity;
      const auto asked = file_.signals.find(id->signal);
      const auto most =
          asked == file_.signals.end() ? Quantity{} : asked->second.signal.quantity.value();
      if (sum > most)
        broken("I2", mono(trade.time),
               name(id->signal) + " bought " + sum.str() + ", approved were " + most.str());
    }
  }

  // ---- I3 ----

  void one_outcome_each() {
    std::map<SignalHash, MonoTime> accepted;
    std::map<SignalHash, MonoTime> outcomes;
    for (const auto& each : world_.published()) {
      // An event promises less than a reply: it does not wait for the disk, so a machine that loses
      // power may forget what it had already published.
      if (const auto* a = std::get_if<Accepted>(&each.event); a && file_.power_losses.empty())
        accepted.emplace(key_of(*a), each.at);
      if (const auto* o = std::get_if<SignalOutcome>(&each.event)) {
        const auto [first, fresh] = outcomes.emplace(key_of(*o), each.at);
        if (!fresh && !lost_power_between(first->second, each.at))
          broken("I3", each.at, name(key_of(*o)) + " has a second outcome");
      }
    }
    std::map<SignalHash, SignalAnswer> answers;
    for (const auto& heard : world_.heard()) {
      if (const auto* a = std::get_if<Accepted>(&heard.reply))
        accepted.emplace(key_of(*a), heard.at);
      if (const auto* answer = std::get_if<SignalAnswer>(&heard.reply);
          answer && answer->accepted) {
        answers[key_of(*answer->accepted)] = *answer;
        accepted.emplace(key_of(*answer->accepted), heard.at);
      }
    }
    for (const auto& [key, at] : accepted) {
      const auto answer = answers.find(key);
      if (answer == answers.end())
        broken("I3", at,
               name(key) + " was accepted, and the engine knows nothing of it at the end");
      else if (!answer->second.outcome)
        broken("I3", at, name(key) + " was accepted and has no outcome at the end");
    }
  }

  bool lost_power_between(MonoTime from, MonoTime until) const {
    return std::any_of(file_.power_losses.begin(), file_.power_losses.end(),
                       [&](MonoTime at) { return at >= from && at <= until; });
  }

  template <class T>
  static SignalHash key_of(const T& event) {
    return signal_hash(event.account, event.strategy, event.id);
  }

  // ---- I7 ----

  void nothing_without_approval() {
    std::map<SignalHash, const Verdict*> approved;
    for (const auto& each : world_.published())
      if (const auto* v = std::get_if<Verdict>(&each.event); v && v->approved)
        approved.emplace(key_of(*v), v);
    for (const auto& [key, verdict] : approved) {
      const auto asked = file_.signals.find(key);
      if (asked != file_.signals.end() && !asked->second.must_be_refused.empty())
        broken("I7", file_.end,
               name(key) + " was approved: " + std::string{asked->second.must_be_refused});
    }
    for (const auto& sent : world_.network().sent()) {
      if (sent.kind != Sent::Kind::entry) continue;
      const auto id = parse_client_order_id(std::string_view{sent.orders}.substr(0, 18));
      const auto verdict = approved.find(id->signal);
      if (verdict == approved.end())
        broken("I7", sent.at, name(id->signal) + ": an entry left without an approval");
    }
    for (const auto& order : world_.far().engine().orders().all()) {
      const auto id = parse_client_order_id(order.client_id.view());
      if (!id || id->leg.kind != LegKind::entry) continue;
      const auto verdict = approved.find(id->signal);
      if (verdict != approved.end() && verdict->second->quantity &&
          order.quantity > *verdict->second->quantity)
        broken("I7", mono(order.created),
               name(id->signal) + ": an entry of " + order.quantity.str() + ", approved were " +
                   verdict->second->quantity->str());
    }
  }

  // ---- I8 ----

  void nothing_after_a_halt() {
    std::optional<MonoTime> halted;
    auto next = file_.switches.begin();
    for (const auto& sent : world_.network().sent()) {
      if (sent.kind != Sent::Kind::entry) continue;
      // Switches take effect in the order they were asked for.
      halted.reset();
      for (next = file_.switches.begin(); next != file_.switches.end() && next->asked <= sent.at;
           ++next) {
        if (next->entries_allowed)
          halted.reset();
        else if (next->done && *next->done < sent.at && !halted)
          halted = next->done;
      }
      if (halted)
        broken("I8", sent.at,
               sent.orders.substr(0, 18) + ": an entry left after the halt acknowledged at " +
                   shown(*halted));
    }
  }

  // ---- I10 ----

  void silent_while_banned() {
    for (const auto at : world_.network().sent_while_banned())
      broken("I10", at, "a request left although the venue had asked for silence");
  }

  // ---- I5 ----

  void keeps_its_secret() {
    for (const auto& seen : world_.secrets_seen())
      broken("I5", seen.at, "the account's " + seen.what + " stands in " + seen.where);
  }

  // ---- I11 ----

  void meets_its_deadlines() {
    const auto bound = file_.cover.cover_within + decides_within + ways_of_a_flatten * file_.way;
    for (const auto& late : late_deadlines(world_, file_)) {
      const auto excused = excuses(late.bracket);
      for (const auto& piece : net_of(late.span, excused)) {
        const auto allowed = bound + (late.sells ? may_be_stranded(piece, excused) : Duration{});
        if (piece.until - piece.from > allowed)
          broken("I11", piece.from,
                 name(late.bracket) + ": " + std::string{late.what} + " after " +
                     shown(late.span.from) + ", until " + shown(piece.until) +
                     "; the clock had jumped");
      }
    }
  }

  // ---- I12 ----

  /// Each signal was asked for; whoever has died and stayed dead says nothing.
  void answers_at_the_end() {
    if (!file_.asked_all || file_.signals.empty()) return;
    const auto& heard = world_.heard();
    if (std::none_of(heard.begin(), heard.end(),
                     [&](const Heard& each) { return each.at >= *file_.asked_all; }))
      broken("I12", *file_.asked_all, "nobody answers any more");
  }

  // ---- I13 ----

  void sees_what_the_venue_sees() {
    if (!file_.look) return;
    const SnapshotAnswer* view = nullptr;
    for (const auto& heard : world_.heard())
      if (const auto* s = std::get_if<SnapshotAnswer>(&heard.reply);
          s && s->id == file_.look->command)
        view = s;
    if (view == nullptr) return broken("I13", file_.look->at, "the snapshot was not answered");
    // I12: what died has come back. The lanes have been open for long.
    for (const auto& account : view->accounts)
      if (account.link != LinkState::ready)
        broken("I12", file_.look->at,
               "the connection is not READY: " + std::string{name_of(account.link)});
    std::set<std::string> known;
    for (const auto& order : view->orders) {
      known.insert(order.order.str());
      if (!file_.look->open.contains(order.order.str()) &&
          !file_.look->open.contains(order.venue_order.str()))
        broken("I13", file_.look->at,
               "the engine counts on an order that is not open: " + to_text(order));
    }
    for (const auto& id : file_.look->open)
      if (parse_client_order_id(id) && !known.contains(id))
        broken("I13", file_.look->at, "the engine does not know of the open order " + id);
    same_positions(*view);
  }

  void same_positions(const SnapshotAnswer& view) {
    std::map<SignalHash, Quantity> held;
    for (const auto& trade : record_.trades()) {
      if (trade.account != world_.account() || mono(trade.time) > file_.look->at) continue;
      const auto id = parse_client_order_id(world_.far().owner(trade.order).view());
      if (!id) continue;
      if (trade.side == file_.opening_side(id->signal))
        held[id->signal] += file_.kept_of(trade);
      else
        held[id->signal] -= trade.quantity;
    }
    for (const auto& bracket : view.brackets) {
      const auto key = signal_hash(bracket.account, bracket.strategy, bracket.signal);
      if (bracket.position != held[key])
        broken("I13", file_.look->at,
               name(key) + ": the engine says it holds " + bracket.position.str() +
                   ", by the venue's record it is " + held[key].str());
      held.erase(key);
    }
    for (const auto& [key, quantity] : held)
      if (quantity > file_.market.dust || -quantity > file_.market.lot)
        broken("I13", file_.look->at,
               name(key) + " holds " + quantity.str() + ", and the engine shows no such bracket");
  }

  World& world_;
  const CaseFile& file_;
  const simulator::Record& record_;
  WallTime start_;
  std::vector<Violation> found_;
};

}  // namespace

std::vector<Violation> judge(World& world, const CaseFile& file) {
  return Case{world, file}.judge();
}

}  // namespace signalbox::simulation
