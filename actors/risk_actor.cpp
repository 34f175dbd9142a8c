#include "actors/risk_actor.hpp"

#include <deque>
#include <set>
#include <unordered_map>

#include "actors/runtime/spawn.hpp"
#include "actors/wiring.hpp"
#include "messages/plant.hpp"

namespace signalbox {
namespace {

class RiskActor final : public Pinned<caf::event_based_actor> {
 public:
  RiskActor(caf::actor_config& config, std::unique_ptr<Risk> risk,
            std::vector<SignalRecord> unjudged, std::vector<AccountName> accounts,
            Durability durability, ShardSeams seams)
      : Pinned(config),
        risk_(std::move(risk)),
        unjudged_(std::move(unjudged)),
        accounts_(std::move(accounts)),
        durability_(durability),
        journal_(seams.journal),
        clock_(seams.clock),
        outlet_(seams.outlet),
        recorder_(seams.journal, seams.clock) {
    if (risk_->reconciling()) unreconciled_.insert(accounts_.begin(), accounts_.end());
  }

  caf::behavior make_behavior() override {
    return {
        [this](const SubmitSignal& m) { submit(m); },
        [this](const TickSeen& m) { tick(m); },
        [this](const FollowTicks& m) { follow(m); },
        [this](const ExposureChanged& m) { exposure_changed(m); },
        [this](const ExternalKnown& m) {
          risk_->exposure().set_external(m.account, m.symbol, m.quantity);
        },
        [this](const AccountStranded& m) { stranded(m); },
        [this](const PlacedNoted& m) { note(m.bracket, m.placed); },
        [this](const OutcomeNoted& m) { outcome(m); },
        [this](const BalancesKnown& m) {
          risk_->exposure().on_balances(m.account, m.balances, clock_.mono());
        },
        [this](const InstrumentsKnown& m) { risk_->on_instruments(m.account, m.instruments); },
        [this](const LinkChanged& m) { link_changed(m); },
        [this](const InstrumentFrozen& m) { risk_->set_frozen(m.account, m.symbol, m.frozen); },
        [this](const SetState& m) { set_state(m); },
        [this](const GateSet& m) { gate_set(m); },
        [this](const ConnectionUp& m) { connection_up(m); },
        [this](const Committed& m) { committed(m); },
        [this](const FetchSignalOf& m) { answer_signal(m); },
        [this](const AmendBracket& m) { amend(m); },
        [this](const FlipBracket& m) { flip(m); },
        [this](const SignalsLost& m) { lost_.insert(m.signals.begin(), m.signals.end()); },
        [this](const RecoverPosition& m) { recover_position(m.account, m.position); },
        [this](const AccountReconciled& m) { reconciled(m.account); },
        [this](const Peers& peers) {
          brackets_ = Link<>{peers.brackets};
          orders_ = Link<>{peers.orders};
          announce();
          finish_unjudged();
        },
    };
  }

  /// Actors that hold each other's handles would keep each other's memory.
  void on_exit() override {
    brackets_ = Link<>{};
    orders_ = Link<>{};
    connections_.clear();
  }

 private:
  void tick(const TickSeen& m) {
    risk_->exposure().on_tick(m.account, m.tick, m.seen);
    if (!followed_.empty() && followed_.contains({m.account, m.tick.symbol}))
      send(brackets_.handle(), m);
  }
  void follow(const FollowTicks& m) {
    if (!m.on) {
      followed_.erase({m.account, m.symbol});
      return;
    }
    followed_.emplace(m.account, m.symbol);
    // The next may be long in coming.
    if (const auto last = risk_->exposure().quote(m.account, m.symbol))
      send(brackets_.handle(),
           TickSeen{m.account, Tick{.symbol = m.symbol, .bid = last->bid, .ask = last->ask},
                    last->at});
  }

  void submit(const SubmitSignal& m) {
    const Signal& signal = m.signal;
    switch (risk_->known(signal, m.origin)) {
      case Risk::Known::repeated: outlet_.reply(m.client, risk_->state_of(signal)); return;
      case Risk::Known::id_reused: refuse(m.client, signal.id, Reason::id_reused, "id", {}); return;
      case Risk::Known::fresh: break;
    }
    if (!m.origin.by_place_order && risk_->beyond_memory(signal, clock_.wall())) {
      refuse(m.client, signal.id, Reason::too_old, "time",
             "so old that its id may have been forgotten: it is not taken");
      return;
    }
    if (lost_.contains(signal_hash(signal.account, signal.strategy, signal.id))) {
      refuse(m.client, signal.id, Reason::id_reused, "id",
             "orders of it were found at the venue after its records were lost");
      return;
    }
    if (accept(m)) judge(signal, m.origin);
  }

  static RecordUse use_of(const Signal& signal) {
    return signal.reduce_only ? RecordUse::exit : RecordUse::entry;
  }

  /// Recorded and remembered; from here on it has one outcome.
  bool accept(const SubmitSignal& m) {
    const Signal& signal = m.signal;
    const auto key = signal_hash(signal.account, signal.strategy, signal.id);
    const auto number = recorder_.record(
        signal.account, RecordType::signal_accepted,
        SignalRecord{signal, m.origin.by_place_order, m.origin.protects}, use_of(signal));
    // An exit is not held up by a journal that is full: only its answer would be forgotten.
    if (!number && !signal.reduce_only) {
      refuse(m.client, signal.id, Reason::journal_full, "", number.error().what);
      return false;
    }
    const Now now = now_of(clock_);
    const auto log_number = number.value_or(LogNumber::none);
    const Accepted accepted{.id = signal.id,
                            .strategy = signal.strategy,
                            .account = signal.account,
                            .symbol = signal.symbol,
                            .log_number = static_cast<std::uint64_t>(log_number),
                            .time = now.wall};
    risk_->remember(signal, m.origin, accepted, now);
    if (m.client != 0) clients_[key] = m.client;
    answer_once_durable(log_number, key, accepted);
    outlet_.publish(accepted);
    return true;
  }

  void judge(const Signal& signal, Origin origin) {
    const Now now = now_of(clock_);
    const auto key = signal_hash(signal.account, signal.strategy, signal.id);
    auto decision = risk_->judge(signal, origin, now);
    JudgedRecord record{
        .verdict = decision.verdict, .plan = std::nullopt, .reduces = decision.reduces};
    if (decision.plan) {
      const Plan& plan = decision.plan->value();
      record.plan = PlanRecord{.signal = plan.signal,
                               .instrument = plan.instrument,
                               .facts = plan.facts,
                               .unprotected_by_request = plan.unprotected_by_request,
                               .held_already = plan.held_already};
    }
    auto judged =
        recorder_.record(signal.account, RecordType::signal_judged, record, use_of(signal));
    if (!judged && decision.plan) {
      // An order's record is smaller than a plan's and might still fit; after a crash nobody would
      // know what that order was for.
      risk_->exposure().on(BracketExposure{.key = key, .ended = true}, now.wall);
      decision.plan.reset();
      decision.verdict.approved = false;
      decision.verdict.reason = Reason::journal_full;
      decision.verdict.detail = Detail{judged.error().what};
    }
    risk_->note(key, decision.verdict);
    answer_once_durable(judged.value_or(LogNumber::none), key, decision.verdict);
    outlet_.publish(decision.verdict);
    if (!decision.reduces.empty())
      send_now(this, brackets_, ReduceBrackets{signal, std::move(decision.reduces)});
    else if (decision.plan)
      send_now(this, brackets_, OpenBracket{std::move(*decision.plan)});
    else
      finish_refused(key, decision.verdict, now);
  }

  void refuse(ClientToken client, const SignalId& id, Reason reason, std::string_view field,
              std::string_view detail) {
    outlet_.reply(
        client,
        Refused{
            .id = id, .reason = reason, .field_name = Text<64>{field}, .detail = Detail{detail}});
  }

  // ---- flip ----

  /// The new signal is accepted at once and judged when the bracket is flat. A restart in between
  /// ends it unjudged, as it ends every signal: what closes goes on closing.
  void flip(const FlipBracket& m) {
    const Flip& f = m.command;
    const auto key = signal_hash(f.account, f.strategy, f.signal);
    const auto no = [&](Reason reason, std::string_view field, std::string_view detail) {
      refuse(m.client, f.id, reason, field, detail);
    };
    if (!risk_->exposure().is_open(key)) return no(Reason::not_found, "signal", {});
    if (flips_.contains(key)) return no(Reason::busy, "signal", "it is being flipped already");
    if (risk_->known(f.open, {}) != Risk::Known::fresh)
      return no(Reason::id_reused, "open.id", "the new signal needs an id of its own");
    if (!risk_->exposure().opposes(key, f.open))
      return no(Reason::bad_field, "open", "the bracket's symbol, and the other side");
    const auto verdict = risk_->judge_after(key, f.open, now_of(clock_));
    if (!verdict.approved) return no(verdict.reason, "open", verdict.detail.view());
    if (!accept(SubmitSignal{f.open, {}, m.signal_client}))
      return no(Reason::journal_full, "open", {});
    flips_.emplace(key, f.open);
    send(brackets_.handle(), CommandBracket{.command = f.id,
                                            .bracket = key,
                                            .account = f.account,
                                            .what = BracketCommand::close,
                                            .client = m.client});
  }

  void open_flipped(const SignalHash& closed) {
    const auto found = flips_.find(closed);
    if (found == flips_.end()) return;
    const Signal open = std::move(found->second);
    flips_.erase(found);
    judge(open, {});
  }

  void finish_refused(const SignalHash& key, const Verdict& verdict, Now now) {
    const auto outcome = refused_outcome(verdict, now.wall);
    note(key, outcome);
    outlet_.publish(outcome);
  }

  /// Accepted in an earlier life and never judged: too late to trade, and its sender waits.
  void finish_unjudged() {
    if (SIGNALBOX_PLANTED(unjudged_forgotten_at_restart)) return;
    for (const auto& each : std::exchange(unjudged_, {})) {
      const Signal& signal = each.signal;
      if (signal.strategy.view() == recovered_strategy) continue;  // it is found again
      const Now now = now_of(clock_);
      const auto key = signal_hash(signal.account, signal.strategy, signal.id);
      const Verdict verdict{.id = signal.id,
                            .strategy = signal.strategy,
                            .account = signal.account,
                            .symbol = signal.symbol,
                            .reason = Reason::shutting_down,
                            .detail = Detail{"the engine stopped before it was judged"},
                            .time = now.wall};
      // Not recorded, it is said again after the next start.
      static_cast<void>(recorder_.record(signal.account, RecordType::signal_judged,
                                         JudgedRecord{.verdict = verdict, .plan = std::nullopt},
                                         RecordUse::exit));
      risk_->note(key, verdict);
      outlet_.publish(verdict);
      finish_refused(key, verdict, now);
    }
  }

  // ---- after a power loss ----

  /// What a signal without records holds gets a signal, a verdict and a bracket like any other,
  /// under names that follow from the orders' own ids: a second run makes nothing new.
  void recover_position(const AccountName& account, const LostPosition& position) {
    const Now now = now_of(clock_);
    const Instrument* instrument = risk_->instrument(account, position.symbol);
    if (instrument == nullptr) {
      page(account, "what a signal without records holds cannot be closed: " +
                        position.symbol.str() + " is not known");
      return;
    }
    Signal signal;
    signal.id = SignalId{position.signal.view()};
    signal.time = now.wall;
    signal.strategy = StrategyName{recovered_strategy};
    signal.account = account;
    signal.symbol = position.symbol;
    signal.side = position.side;
    signal.quantity = position.entered;
    const auto key = recovered_key(account, position.signal);
    if (!risk_->state_of(key).accepted) {
      const auto number = recorder_.record(account, RecordType::signal_accepted,
                                           SignalRecord{signal, true}, RecordUse::exit);
      const Accepted accepted{
          .id = signal.id,
          .strategy = signal.strategy,
          .account = account,
          .symbol = signal.symbol,
          .log_number = static_cast<std::uint64_t>(number.value_or(LogNumber::none)),
          .time = now.wall};
      risk_->remember(signal, true, accepted, now);
      outlet_.publish(accepted);
    }
    const Verdict verdict{
        .id = signal.id,
        .strategy = signal.strategy,
        .account = account,
        .symbol = signal.symbol,
        .approved = true,
        .detail = Detail{"found at the venue after its records were lost: it is closed"},
        .quantity = position.entered,
        .reference = position.price,
        .time = now.wall};
    Plan plan{.key = key,
              .signal = signal,
              .quantity = position.entered,
              .instrument = *instrument,
              .facts = {},
              .reference = position.price,
              .unprotected_by_request = false,
              .entry_expires = std::nullopt};
    const auto judged = recorder_.record(
        account, RecordType::signal_judged,
        JudgedRecord{.verdict = verdict,
                     .plan = PlanRecord{.signal = signal, .instrument = *instrument, .facts = {}}},
        RecordUse::exit);
    if (!judged) page(account, "not recorded: " + judged.error().what);
    risk_->note(key, verdict);
    outlet_.publish(verdict);
    send(orders_.handle(), IntroduceBracket{risk_->approved_before(std::move(plan))});
  }

  void reconciled(const AccountName& account) {
    if (unreconciled_.erase(account) == 0 || !unreconciled_.empty()) return;
    risk_->set_reconciling(false);
    journal_.ring_loss_settled();
    for (const auto& each : accounts_) page(each, "every account is reconciled: entries are open");
  }

  void page(const AccountName& account, const std::string& what) {
    outlet_.publish(NoticeEvent{.account = account,
                                .state = risk_->state(account),
                                .page = true,
                                .detail = Detail{what},
                                .time = clock_.wall()});
  }

  void outcome(const OutcomeNoted& m) { note(m.bracket, m.outcome); }

  template <class Stage>
  void note(const SignalHash& key, const Stage& stage) {
    risk_->note(key, stage);
    const auto client = clients_.find(key);
    if (client == clients_.end()) return;
    // Never before what is still waiting to be durable: senders hear the stages in their order.
    if (waiting_.empty())
      outlet_.reply(client->second, stage);
    else
      waiting_.push_back({waiting_.back().number, client->second, stage});
    if constexpr (std::is_same_v<Stage, SignalOutcome>) clients_.erase(client);
  }

  template <class Stage>
  void answer_once_durable(LogNumber number, const SignalHash& key, const Stage& stage) {
    const auto client = clients_.find(key);
    if (client == clients_.end()) return;
    if (durability_ == Durability::process)
      outlet_.reply(client->second, stage);
    else
      waiting_.push_back({number, client->second, stage});
  }

  void committed(const Committed& m) {
    while (!waiting_.empty() && waiting_.front().number <= m.up_to) {
      outlet_.reply(waiting_.front().client, waiting_.front().reply);
      waiting_.pop_front();
    }
  }

  void amend(AmendBracket m) {
    const Amend& a = m.command;
    m.market =
        risk_->market_of(a.account, signal_hash(a.account, a.strategy, a.signal), clock_.mono());
    send(brackets_.handle(), std::move(m));
  }

  void answer_signal(const FetchSignalOf& m) {
    auto answer = risk_->state_of(m.key);
    if (!answer.accepted) {
      outlet_.reply(m.client, Refused{.id = m.command, .reason = Reason::not_found});
      return;
    }
    answer.id = m.command;
    outlet_.reply(m.client, answer);
  }

  void exposure_changed(const ExposureChanged& m) {
    const Now now = now_of(clock_);
    for (const auto& change : m.changes) risk_->exposure().on(change, now.wall);
    flattened();
    for (const auto& change : m.changes)
      if (change.ended) open_flipped(change.key);
  }

  /// What was flattened and is flat stays without entries until somebody resumes it.
  void flattened() {
    for (const auto& account : accounts_)
      if (risk_->state(account) == TradingState::flatten &&
          risk_->exposure().open_brackets(account) == 0)
        set_state(SetState{.account = account,
                           .state = TradingState::no_entries,
                           .why = Detail{"flat: entries stay off until resumed"}});
  }

  // ---- trading states ----

  /// What the journal latched: the portfolio knows of nothing else.
  void announce() {
    if (risk_->reconciling())
      for (const auto& account : accounts_)
        page(account,
             "the last records before a power loss may be missing: no entries until every "
             "account is reconciled");
    for (const auto& account : accounts_)
      if (const auto state = risk_->state(account); state != TradingState::active)
        outlet_.publish(NoticeEvent{.account = account,
                                    .state = state,
                                    .page = false,
                                    .detail = Detail{"as it was before this start"},
                                    .time = clock_.wall()});
  }

  void link_changed(const LinkChanged& m) {
    risk_->on_link(m.account, m.link.state);
    // A restart may have come between a state and what it asks of brackets; they decide again now.
    if (const auto state = risk_->state(m.account);
        m.link.state == LinkState::ready && state != TradingState::active)
      send(brackets_.handle(), StateChanged{m.account, state});
  }

  /// A state that is stricter already stays.
  void stranded(const AccountStranded& m) {
    if (risk_->state(m.account) != TradingState::active) return;
    set_state(SetState{.account = m.account,
                       .state = TradingState::no_entries,
                       .why = Detail{"a position could not be closed: entries are off"}});
  }

  void set_state(const SetState& m) {
    if (m.account && std::find(accounts_.begin(), accounts_.end(), *m.account) == accounts_.end()) {
      outlet_.reply(m.client, Refused{.id = m.command, .reason = Reason::unknown_account});
      return;
    }
    for (const auto& account : accounts_)
      if (!m.by_operator && (!m.account || account == *m.account) &&
          risk_->state(account) == TradingState::halted) {
        outlet_.reply(m.client, Refused{.id = m.command,
                                        .reason = Reason::not_operator,
                                        .detail = Detail{"halted: only operators close"}});
        return;
      }
    Waiting waiting{.command = m.command, .client = m.client, .left = {}};
    const auto ticket = ++last_ticket_;
    for (const auto& account : accounts_) {
      if (m.account && account != *m.account) continue;
      // A state that cannot be recorded is still obeyed now: stricter is safe, and saying so is
      // better than refusing a halt.
      const auto recorded = recorder_.record(account, RecordType::trading_state_set,
                                             TradingStateRecord{m.state, m.why}, RecordUse::exit);
      if (!recorded && m.state == TradingState::active) {
        outlet_.reply(m.client, Refused{.id = m.command,
                                        .reason = Reason::journal_full,
                                        .detail = Detail{recorded.error().what}});
        return;
      }
      risk_->set_state(account, m.state);
      outlet_.publish(NoticeEvent{.account = account,
                                  .state = m.state,
                                  .page = false,
                                  .detail = m.why,
                                  .time = clock_.wall()});
      if (!recorded)
        outlet_.publish(NoticeEvent{.account = account,
                                    .state = m.state,
                                    .page = true,
                                    .detail = Detail{"this state is obeyed but not recorded"},
                                    .time = clock_.wall()});
      send(brackets_.handle(), StateChanged{account, m.state});
      if (m.external) take_external(account, m.command);
      if (const auto connection = connections_.find(account);
          connection != connections_.end() && !SIGNALBOX_PLANTED(halt_not_told_to_the_gate)) {
        waiting.left.insert(account);
        send(connection->second, SetGate{m.state, ticket});
      }
    }
    halts_[ticket] = waiting;
    finish_halt(halts_.find(ticket));
    flattened();
  }

  /// What nobody here owns becomes a bracket, and in FLATTEN every bracket is closed.
  void take_external(const AccountName& account, const SignalId& command) {
    for (const auto& symbol : risk_->external_on(account)) {
      const Now now = now_of(clock_);
      const SignalId id{std::string{command.view().substr(0, 40)} + "." +
                        std::to_string(++last_external_)};
      auto plan = risk_->take_external(account, symbol, id, now);
      if (!plan) continue;
      const Plan& p = plan->value();
      const auto recorded = recorder_.record(account, RecordType::signal_accepted,
                                             SignalRecord{p.signal, true, true}, RecordUse::exit);
      const Accepted accepted{
          .id = id,
          .strategy = p.signal.strategy,
          .account = account,
          .symbol = symbol,
          .log_number = static_cast<std::uint64_t>(recorded.value_or(LogNumber::none)),
          .time = now.wall};
      risk_->remember(p.signal, Origin::protect(), accepted, now);
      outlet_.publish(accepted);
      const Verdict verdict{.id = id,
                            .strategy = p.signal.strategy,
                            .account = account,
                            .symbol = symbol,
                            .approved = true,
                            .quantity = p.quantity,
                            .reference = p.reference,
                            .time = now.wall};
      const JudgedRecord judged{.verdict = verdict,
                                .plan = PlanRecord{.signal = p.signal,
                                                   .instrument = p.instrument,
                                                   .facts = p.facts,
                                                   .held_already = true}};
      // An exit is not held up by a journal that is full.
      static_cast<void>(
          recorder_.record(account, RecordType::signal_judged, judged, RecordUse::exit));
      risk_->note(p.key, verdict);
      outlet_.publish(verdict);
      send(brackets_.handle(), OpenBracket{std::move(*plan)});
    }
  }

  void gate_set(const GateSet& m) {
    const auto halt = halts_.find(m.ticket);
    if (halt == halts_.end()) return;
    halt->second.left.erase(m.account);
    finish_halt(halt);
  }

  void connection_up(const ConnectionUp& m) {
    connections_[m.account] = m.connection;
    send(m.connection, SetGate{risk_->state(m.account), 0});
    // A connection that died took its acknowledgements with it; its successor starts under the
    // state it was just told, so nothing forbidden can leave.
    for (auto it = halts_.begin(); it != halts_.end();) {
      it->second.left.erase(m.account);
      it = finish_halt(it);
    }
  }

  struct Waiting {
    SignalId command;
    ClientToken client = 0;
    std::set<AccountName> left;  ///< whose Gates have not answered
  };
  using Halts = std::map<std::uint64_t, Waiting>;

  Halts::iterator finish_halt(Halts::iterator halt) {
    if (!halt->second.left.empty()) return std::next(halt);
    outlet_.reply(halt->second.client, Done{.id = halt->second.command});
    return halts_.erase(halt);
  }

  struct Durable {
    LogNumber number;
    ClientToken client;
    Reply reply;
  };

  std::set<std::pair<AccountName, Symbol>> followed_;  ///< brackets trail these
  std::unique_ptr<Risk> risk_;
  std::vector<SignalRecord> unjudged_;
  std::vector<AccountName> accounts_;
  Durability durability_;
  Journal& journal_;
  const Clock& clock_;
  Outlet& outlet_;
  Recorder recorder_;
  Link<> brackets_;
  std::unordered_map<SignalHash, Signal> flips_;  ///< to be judged when these are flat
  Link<> orders_;
  std::set<AccountName> unreconciled_;                   ///< since records were lost
  std::set<SignalHash> lost_;                            ///< traded in a life that left no record
  std::unordered_map<SignalHash, ClientToken> clients_;  ///< of signals without an outcome
  std::deque<Durable> waiting_;                          ///< at most what the journal's ring holds
  std::map<AccountName, caf::actor> connections_;
  Halts halts_;
  std::uint64_t last_ticket_ = 0;
  std::uint64_t last_external_ = 0;
};

}  // namespace

caf::actor make_risk_actor(caf::actor_system& system, LoopUnit* loop, std::unique_ptr<Risk> risk,
                           std::vector<SignalRecord> unjudged, const ShardSetup& setup,
                           ShardSeams seams) {
  std::vector<AccountName> accounts;
  for (const auto& each : setup.accounts) accounts.push_back(each.account);
  return spawn_on<RiskActor>(system, loop, std::move(risk), std::move(unjudged),
                             std::move(accounts), setup.durability, seams);
}

}  // namespace signalbox
