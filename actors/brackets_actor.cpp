#include "actors/brackets_actor.hpp"

#include "actors/runtime/spawn.hpp"
#include "actors/wiring.hpp"

namespace signalbox {
namespace {

class BracketsActor final : public Pinned<caf::event_based_actor> {
 public:
  BracketsActor(caf::actor_config& config, std::unique_ptr<BracketBook> book, ShardSeams seams)
      : Pinned(config),
        book_(std::move(book)),
        clock_(seams.clock),
        outlet_(seams.outlet),
        recorder_(seams.journal, seams.clock) {}

  caf::behavior make_behavior() override {
    set_exception_handler([this](caf::scheduled_actor* self, std::exception_ptr& thrown) {
      if (auto* suspects = book_->suspects()) suspects->strike(text_of(thrown));
      return on_exception(self, thrown);
    });
    return {
        [this](const OpenBracket& m) { open(m); },
        [this](const ReduceBrackets& m) {
          const Now now = now_of(clock_);
          book_->reduce(m.signal, m.parts, now, out_);
          settle(now);
        },
        [this](const RecoverBracket& m) {
          const Now now = now_of(clock_);
          book_->recover(m.plan.value(), m.known, now, out_);
          settle(now);
        },
        [this](const LegsTold& m) {
          const Now now = now_of(clock_);
          for (const auto& told : m.told) book_->told(told.bracket, told.event, now, out_);
          settle(now);
        },
        [this](const TickSeen& m) {
          const Now now = now_of(clock_);
          book_->on_tick(m.account, m.tick, m.seen, now, out_);
          settle(now);
        },
        [this](const LinkChanged& m) {
          const Now now = now_of(clock_);
          book_->on_link(m.account, m.link.state == LinkState::ready, now, out_);
          settle(now);
        },
        [this](TimePassed) {
          const Now now = now_of(clock_);
          book_->on_time(now, out_);
          settle(now);
        },
        [this](const StateChanged& m) {
          const Now now = now_of(clock_);
          book_->on_state(m.account, m.state, now, out_);
          settle(now);
        },
        [this](const ResumeAccount& m) {
          const Now now = now_of(clock_);
          book_->resume(m.account, m.but_not, now, out_);
          settle(now);
        },
        [this](const PositionsKnown& m) {
          const Now now = now_of(clock_);
          book_->on_positions(m.account, m.seen, now, out_);
          settle(now);
        },
        [this](const StrategyHeard& m) { heard(m); },
        [this](const CommandBracket& m) { command(m); },
        [this](const AmendBracket& m) { amend(m); },
        [this](const CancelEntries& m) {
          const Now now = now_of(clock_);
          const auto& c = m.command;
          const auto count = book_->cancel_entries(c.account, c.strategy, c.symbol, now, out_);
          outlet_.reply(m.client,
                        Done{.id = c.id, .detail = Detail{std::to_string(count) + " entries"}});
          settle(now);
        },
        [this](const Peers& peers) {
          risk_ = Link<>{peers.risk};
          orders_ = Link<>{peers.orders};
        },
    };
  }

  /// Actors that hold each other's handles would keep each other's memory.
  void on_exit() override {
    risk_ = Link<>{};
    orders_ = Link<>{};
  }

 private:
  void open(const OpenBracket& m) {
    const Now now = now_of(clock_);
    const Plan& plan = m.plan.value();
    book_->open(plan, now, out_);
    settle(now, Owner{.signal = plan.signal.id,
                      .strategy = plan.signal.strategy,
                      .account = plan.signal.account,
                      .instrument = plan.instrument});
  }

  void heard(const StrategyHeard& m) {
    const Now now = now_of(clock_);
    // Not recorded, a restart would watch it from its next one on.
    if (book_->silence().heard(m.account, m.strategy, now.mono) &&
        !recorder_.record(m.account, RecordType::strategy_heard, StrategyRecord{m.strategy, false},
                          RecordUse::exit))
      out_.pages.push_back(Detail{"a strategy's first heartbeat was not recorded"});
    outlet_.reply(m.client, Done{.id = m.command});
    settle(now);
  }

  void command(const CommandBracket& m) {
    const Now now = now_of(clock_);
    const Bracket* bracket = book_->find(m.bracket);
    if (bracket == nullptr || bracket->ended()) {
      outlet_.reply(m.client, Refused{.id = m.command, .reason = Reason::not_found});
      return;
    }
    if (m.what == BracketCommand::close && !m.by_operator &&
        book_->state(m.account) == TradingState::halted) {
      outlet_.reply(m.client, Refused{.id = m.command,
                                      .reason = Reason::not_operator,
                                      .detail = Detail{"halted: only operators close"}});
      return;
    }
    std::optional<Quantity> part;
    if (m.fraction && *m.fraction < Decimal{1})
      part = Quantity{
          Decimal::mul(bracket->held().decimal(), *m.fraction, Rounding::down).value_or(Decimal{})};
    // Exits are never held up by the journal: what cannot be recorded is done all the same, and
    // the orders it leads to are found at the venue after a crash.
    const auto recorded = recorder_.record(m.account, RecordType::bracket_commanded,
                                           CommandRecord{.bracket = m.bracket,
                                                         .command = m.what,
                                                         .why = BracketOutcome::closed,
                                                         .quantity = part},
                                           RecordUse::exit);
    if (!recorded) out_.pages.push_back(Detail{"a command was obeyed but not recorded"});
    if (m.what == BracketCommand::cancel_entry)
      book_->cancel_entry(m.bracket, now, out_);
    else if (m.what == BracketCommand::release)
      book_->release(m.bracket, now, out_);
    else if (part)
      book_->shed(m.bracket, *part, now, out_);
    else
      book_->close(m.bracket, BracketOutcome::closed, now, out_);
    outlet_.reply(m.client, Done{.id = m.command});
    settle(now);
  }

  void amend(const AmendBracket& m) {
    const Now now = now_of(clock_);
    const Amend& a = m.command;
    const auto key = signal_hash(a.account, a.strategy, a.signal);
    const Bracket* bracket = book_->find(key);
    const auto refuse = [&](Reason why, const Detail& detail) {
      outlet_.reply(m.client, Refused{.id = a.id, .reason = why, .detail = detail});
    };
    if (bracket == nullptr || bracket->ended()) return refuse(Reason::not_found, {});
    if (const auto refused = check_amend(*bracket, a, m.market))
      return refuse(refused->reason, refused->detail);
    // Unlike an exit it can wait: what a restart would forget is not done.
    const auto recorded = recorder_.record(a.account, RecordType::bracket_commanded,
                                           CommandRecord{.bracket = key,
                                                         .command = BracketCommand::amend,
                                                         .stop = a.stop_loss,
                                                         .targets = a.take_profit},
                                           RecordUse::exit);
    if (!recorded) return refuse(Reason::journal_full, {});
    book_->amend(key, a.stop_loss, {a.take_profit.begin(), a.take_profit.end()}, now, out_);
    outlet_.reply(m.client, Done{.id = a.id});
    settle(now);
  }

  /// Hands on what the book said. The wishes go last: orders may act on them in place.
  void settle(Now now, std::optional<Owner> owner = std::nullopt) {
    if (auto* suspects = book_->suspects()) suspects->at_rest();
    for (const auto& [key, placed] : out_.placed) {
      send(risk_.handle(), PlacedNoted{key, placed});
      outlet_.publish(placed);
    }
    for (const auto& outcome : out_.outcomes) {
      const auto key = signal_hash(outcome.account, outcome.strategy, outcome.id);
      const auto recorded =
          recorder_.record(outcome.account, RecordType::bracket_ended, outcome, RecordUse::exit);
      if (!recorded) out_.pages.push_back(Detail{"an outcome was not recorded"});
      send(risk_.handle(), OutcomeNoted{key, outcome});
      outlet_.publish(outcome);
    }
    for (const auto& [account, command] : out_.commanded)
      if (!recorder_.record(account, RecordType::bracket_commanded, command, RecordUse::exit))
        out_.pages.push_back(Detail{"what the venue did to a bracket was not recorded"});
    for (const auto& [account, silent] : out_.silent)
      if (!recorder_.record(account, RecordType::strategy_heard, silent, RecordUse::exit))
        out_.pages.push_back(Detail{"a strategy's silence was not recorded"});
    for (const auto& event : out_.events) outlet_.publish(event);
    for (const auto& each : out_.positions) {
      outlet_.publish(each);
      send(risk_.handle(), ExternalKnown{each.account, each.symbol, each.external});
    }
    for (const auto& [account, symbol] : out_.doubts)
      send(orders_.handle(), PositionDoubted{account, symbol});
    for (const auto& page : out_.pages)
      outlet_.publish(NoticeEvent{.page = true, .detail = page, .time = now.wall});
    for (const auto& gone : out_.forgotten)
      send(orders_.handle(), ForgetBracket{gone.account, gone.bracket});
    for (const auto& watch : out_.watches)
      send(risk_.handle(), FollowTicks{watch.account, watch.symbol, watch.on});
    for (const auto& account : out_.entries_off) send(risk_.handle(), AccountStranded{account});
    if (!out_.exposure.empty()) send(risk_.handle(), ExposureChanged{std::move(out_.exposure)});
    WishesFor wishes{std::move(out_.wishes), std::move(owner)};
    out_.clear();
    alarm_.set(this, book_->next_due(), now.mono);
    if (!wishes.wishes.empty()) send_now(this, orders_, std::move(wishes));
  }

  std::unique_ptr<BracketBook> book_;
  const Clock& clock_;
  Outlet& outlet_;
  Recorder recorder_;
  Link<> risk_;
  Link<> orders_;
  Alarm alarm_;
  BookOut out_;  ///< reused
};

}  // namespace

caf::actor make_brackets_actor(caf::actor_system& system, LoopUnit* loop,
                               std::unique_ptr<BracketBook> book, ShardSeams seams) {
  return spawn_on<BracketsActor>(system, loop, std::move(book), seams);
}

}  // namespace signalbox
