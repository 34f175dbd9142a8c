#include "actors/orders_actor.hpp"

#include <algorithm>
#include <deque>

#include "actors/rules/position_watch.hpp"
#include "actors/runtime/spawn.hpp"
#include "actors/wiring.hpp"

namespace signalbox {
namespace {

/// After READY, brackets wait this long for orders of unknown fate before they decide again; what
/// is still unknown then freezes its instrument only.
constexpr Duration resume_within = std::chrono::seconds{5};

constexpr RecordType type_of(const PlaceOrders&) { return RecordType::orders_intended; }
constexpr RecordType type_of(const CancelOrder&) { return RecordType::cancel_intended; }
constexpr RecordType type_of(const OrderReport&) { return RecordType::order_reported; }
constexpr RecordType type_of(const FillReport&) { return RecordType::filled; }
constexpr RecordType type_of(const AbsentRecord&) { return RecordType::order_absent; }

class OrdersActor final : public Pinned<caf::event_based_actor> {
 public:
  OrdersActor(caf::actor_config& config, std::map<AccountName, Orders> orders,
              const std::set<AccountName>& derivatives, Durability durability, ShardSeams seams)
      : Pinned(config),
        durability_(durability),
        clock_(seams.clock),
        outlet_(seams.outlet),
        recorder_(seams.journal, seams.clock) {
    for (auto& [name, book] : orders) accounts_.emplace(name, Account{.orders = std::move(book)});
    for (const auto& name : derivatives) accounts_.at(name).watch.emplace();
  }

  caf::behavior make_behavior() override {
    return {
        [this](const WishesFor& m) { wishes(m); },
        [this](const VenueSaid<FillReport>& m) { fill_said(m); },
        [this](const VenueSaid<OrderReport>& m) { said(m); },
        [this](const VenueSaid<WriteResult>& m) { said(m); },
        [this](const VenueSaid<OrdersResult>& m) { said(m); },
        [this](const VenueSaid<FillsResult>& m) { fills_said(m); },
        [this](const VenueSaid<BalancesResult>& m) { said(m); },
        [this](const VenueSaid<PositionsResult>& m) { positions_said(m); },
        [this](const PositionDoubted& m) { position_doubted(m); },
        [this](const LinkChanged& m) { link_changed(m); },
        [this](TimePassed) { time_passed(); },
        [this](const Committed& m) { committed(m); },
        [this](const ForgetBracket& m) {
          if (Account* account = find(m.account)) account->orders.forget(m.bracket, now_of(clock_));
        },
        [this](const ResolveOrder& m) { resolve(m); },
        [this](const IntroduceBracket& m) { introduce(m.plan); },
        [this](const ConnectionUp& m) { connection_up(m); },
        [this](const ClientQuery& m) { client_query(m); },
        [this](const Peers& peers) {
          risk_ = Link<>{peers.risk};
          brackets_ = Link<>{peers.brackets};
          announce();
        },
    };
  }

  /// Actors that hold each other's handles would keep each other's memory.
  void on_exit() override {
    risk_ = Link<>{};
    brackets_ = Link<>{};
    held_.clear();
    for (auto& [name, account] : accounts_) account.connection = Link<>{};
  }

 private:
  struct Account {
    Orders orders;
    Link<> connection;
    std::optional<PositionWatch> watch;  ///< of an account that trades derivatives
    std::map<Symbol, bool> frozen;
    bool resumed = false;     ///< brackets decide again since this start
    bool reconciled = false;  ///< the venue has shown, since this start, what the records may lack
    std::optional<MonoTime> resume_by;
    std::optional<std::vector<SignalHash>> waiting;  ///< brackets that were not resumed yet
    LinkReport link;
  };

  Account* find(const AccountName& name) {
    const auto found = accounts_.find(name);
    return found == accounts_.end() ? nullptr : &found->second;
  }

  /// What the journal left live: the portfolio knows of nothing else.
  void announce() {
    std::vector<OrderEvent> live;
    for (const auto& [name, account] : accounts_) {
      account.orders.list(live, clock_.wall());
      if (auto lost = account.orders.lost_signals(); !lost.empty())
        send(risk_.handle(), SignalsLost{std::move(lost)});
    }
    for (const auto& event : live) {
      outlet_.publish(event);
      if (event.leg != LegKind::entry) continue;
      if (Account* account = find(event.account))
        check_frozen(event.account, *account, event.symbol);
    }
  }

  void wishes(const WishesFor& m) {
    const Now now = now_of(clock_);
    for (std::size_t i = 0; i < m.wishes.size(); ++i) {
      const auto& asked = m.wishes[i];
      Account* account = find(asked.account);
      if (account == nullptr) continue;
      if (i == 0 && m.owner) account->orders.own(asked.bracket, *m.owner);
      account->orders.wish(asked.bracket, asked.wish, now, out_);
      // Wishes of one message belong to one account but for state changes; either way what is
      // asked of one venue goes out before the next is looked at.
      if (i + 1 == m.wishes.size() || m.wishes[i + 1].account != asked.account)
        settle(asked.account, *account, now);
    }
  }

  void introduce(const Approved<Plan>& approved) {
    const Plan& plan = approved.value();
    Account* account = find(plan.signal.account);
    if (account == nullptr) return;
    const Now now = now_of(clock_);
    account->orders.introduce(plan.key, owner_of(plan), now, out_);
    RecoverBracket recover{approved, {}};
    for (const auto& told : std::exchange(out_.told, {}))
      if (told.bracket == plan.key) recover.known.push_back(told.event);
    send(brackets_.handle(), std::move(recover));
    settle(plan.signal.account, *account, now);
  }

  template <class Said>
  void said(const VenueSaid<Said>& m) {
    Account* account = find(m.account);
    if (account == nullptr) return;
    const Now now = now_of(clock_);
    account->orders.on(m.said, now, out_);
    settle(m.account, *account, now);
  }

  void fill_said(const VenueSaid<FillReport>& m) {
    said(m);
    Account* account = find(m.account);
    if (account == nullptr || !account->watch || account->orders.find(m.said.id) != nullptr) return;
    account->watch->on_foreign_trade(now_of(clock_));
    watch_positions(m.account, *account, now_of(clock_));
  }

  void fills_said(const VenueSaid<FillsResult>& m) {
    Account* account = find(m.account);
    const Now now = now_of(clock_);
    if (account == nullptr || !account->watch || !account->watch->on(m.said, now)) return said(m);
    account->orders.on_trades(m.said.items, now, out_);
    settle(m.account, *account, now);
    watch_positions(m.account, *account, now);
  }

  void positions_said(const VenueSaid<PositionsResult>& m) {
    Account* account = find(m.account);
    if (account == nullptr || !account->watch) return;
    const Now now = now_of(clock_);
    if (auto seen = account->watch->on(m.said, account->orders.sought(), now))
      send(brackets_.handle(), PositionsKnown{m.account, std::move(*seen)});
    watch_positions(m.account, *account, now);
  }

  void position_doubted(const PositionDoubted& m) {
    Account* account = find(m.account);
    if (account == nullptr || !account->watch) return;
    account->watch->doubt(m.symbol, now_of(clock_));
    watch_positions(m.account, *account, now_of(clock_));
  }

  void watch_positions(const AccountName& name, Account& account, Now now) {
    PositionWatch::Out asked;
    account.watch->on_time(now, asked);
    for (const auto& each : asked.positions) submit(name, account, each, false);
    for (const auto& each : asked.fills) submit(name, account, each, false);
    set_alarm(now);
  }

  void link_changed(const LinkChanged& m) {
    Account* account = find(m.account);
    if (account == nullptr) return;
    const Now now = now_of(clock_);
    account->link = m.link;
    account->orders.on(m.link, now, out_);
    account->orders.on_time(now, out_);
    if (m.link.state != LinkState::ready) {
      // Risk and the world hear of a loss at once, and of READY only when nothing is left to find
      // out: who is told READY has his signals taken.
      tell_link(m.account, *account);
      account->resume_by.reset();
    } else {
      account->resume_by = now.mono + resume_within;
    }
    settle(m.account, *account, now);
    if (!account->watch) return;
    account->watch->on_link(m.link, now);
    watch_positions(m.account, *account, now);
  }

  /// Orders knows who serves an account now; a query needs nothing else of it.
  void client_query(const ClientQuery& m) {
    Account* account = find(m.account);
    if (account == nullptr || !account->connection || account->link.state < LinkState::stale) {
      outlet_.reply(m.client, Refused{.id = m.command, .reason = Reason::account_not_ready});
      return;
    }
    send(account->connection.handle(), m);
  }

  void resolve(const ResolveOrder& m) {
    const Resolve& r = m.command;
    Account* account = find(r.account);
    if (account == nullptr) return;  // the desk knows which there are
    const Now now = now_of(clock_);
    if (const auto no = account->orders.resolve(r, now, out_))
      outlet_.reply(m.client, Refused{.id = r.id,
                                      .reason = no->reason,
                                      .field_name = Text<64>{no->field},
                                      .detail = no->detail});
    else
      outlet_.reply(m.client, Done{.id = r.id});
    settle(r.account, *account, now);
  }

  void connection_up(const ConnectionUp& m) {
    Account* account = find(m.account);
    if (account == nullptr) return;
    account->connection = Link<>{m.connection};
    const Now now = now_of(clock_);
    account->orders.orphan_requests(now, out_);  // the one before can answer no more
    settle(m.account, *account, now);
  }

  void time_passed() {
    const Now now = now_of(clock_);
    for (auto& [name, account] : accounts_) {
      account.orders.on_time(now, out_);
      settle(name, account, now);
      if (account.watch) watch_positions(name, account, now);
    }
  }

  /// Records, then sends, then tells. The last message goes by direct delivery.
  void settle(const AccountName& name, Account& account, Now now) {
    record(name, account, now);
    for (const auto& event : out_.events) {
      outlet_.publish(event);
      if (event.leg == LegKind::entry) check_frozen(name, account, event.symbol);
    }
    for (const auto& fill : out_.fills) {
      outlet_.publish(fill);
      if (account.watch) account.watch->on_own_trade(fill.fill.symbol, now);
    }
    for (const auto& symbol : out_.frozen_changed) check_frozen(name, account, symbol);
    for (const auto& [bracket, placed] : out_.placed) {
      outlet_.publish(placed);
      send(risk_.handle(), PlacedNoted{bracket, placed});
    }
    if (!out_.lost_signals.empty()) send(risk_.handle(), SignalsLost{std::move(out_.lost_signals)});
    for (const auto& position : out_.lost) send(risk_.handle(), RecoverPosition{name, position});
    for (const auto& page : out_.pages)
      outlet_.publish(NoticeEvent{.account = name, .page = true, .detail = page, .time = now.wall});

    LegsTold told{name, std::move(out_.told)};
    auto requests = std::move(out_.requests);
    out_.clear();
    if (!account.reconciled && account.link.state == LinkState::ready &&
        account.orders.reconciled()) {
      account.reconciled = true;
      send(risk_.handle(), AccountReconciled{name});
    }
    resume_if_settled(name, account, now);
    set_alarm(now);

    const bool tells = !told.told.empty();
    if (requests.empty()) {
      if (tells) send_now(this, brackets_, std::move(told));
      return;
    }
    if (tells) send(brackets_.handle(), std::move(told));
    for (std::size_t i = 0; i + 1 < requests.size(); ++i) submit(name, account, requests[i], false);
    submit(name, account, requests.back(), true);
  }

  void record(const AccountName& name, Account& account, Now now) {
    // By index: a refusal adds records of its own.
    for (std::size_t i = 0; i < out_.records.size(); ++i) {
      const OrderRecord each = out_.records[i];
      const auto* place = std::get_if<PlaceOrders>(&each);
      const bool entry = place != nullptr && place->order_class == OrderClass::entry;
      const auto number = append(name, each, entry ? RecordUse::entry : RecordUse::exit);
      if (number) {
        last_recorded_ = *number;
        continue;
      }
      if (entry) {
        // No order leaves that the journal does not know.
        std::erase_if(out_.requests, [&](const VenueRequest& request) {
          const auto* sent = std::get_if<PlaceOrders>(&request);
          return sent != nullptr && sent->request == place->request;
        });
        account.orders.not_recorded(*place, now, out_);
      } else {
        // Protection goes out all the same: after a crash it is found at the venue by its book.
        out_.pages.push_back(Detail{"not recorded: " + number.error().what});
      }
    }
  }

  Result<LogNumber> append(const AccountName& name, const OrderRecord& record, RecordUse use) {
    return std::visit([&](const auto& r) { return recorder_.record(name, type_of(r), r, use); },
                      record);
  }

  void submit(const AccountName& name, Account& account, const VenueRequest& request, bool last) {
    const bool writes = std::holds_alternative<PlaceOrders>(request) ||
                        std::holds_alternative<CancelOrder>(request) ||
                        std::holds_alternative<AmendOrder>(request);
    // Nobody is there to answer: nothing was sent, and that is an answer too.
    if (account.link.state == LinkState::down || !account.connection) {
      const auto id = std::visit([](const auto& r) { return r.request; }, request);
      if (writes)
        send(this,
             VenueSaid<WriteResult>{name, WriteResult{.request = id,
                                                      .outcome = Outcome::refused,
                                                      .refusal = Refusal::not_sent,
                                                      .detail = Detail{"the connection is down"}}});
      return;
    }
    // Only what opens waits for the disk: a stop that waits protects nothing.
    const auto* place = std::get_if<PlaceOrders>(&request);
    const bool entry = place != nullptr && place->order_class == OrderClass::entry;
    if (entry && durability_ == Durability::power && last_recorded_ > committed_) {
      held_.push_back({last_recorded_, name, VenueAsk{request}});
      return;
    }
    if (last)
      send_now(this, account.connection, VenueAsk{request});
    else
      send(account.connection.handle(), VenueAsk{request});
  }

  void committed(const Committed& m) {
    committed_ = std::max(committed_, m.up_to);
    while (!held_.empty() && held_.front().number <= committed_) {
      Held held = std::move(held_.front());
      held_.pop_front();
      // Given up meanwhile, it must not leave any more: its fate is being looked for.
      Account* account = find(held.account);
      const auto id = std::visit([](const auto& r) { return r.request; }, held.ask.request);
      if (account != nullptr && account->connection && account->orders.awaits(id))
        send(account->connection.handle(), std::move(held.ask));
    }
  }

  void check_frozen(const AccountName& name, Account& account, const Symbol& symbol) {
    const bool frozen = account.orders.frozen(symbol);
    bool& known = account.frozen[symbol];
    if (std::exchange(known, frozen) != frozen)
      send(risk_.handle(), InstrumentFrozen{name, symbol, frozen});
  }

  void resume_if_settled(const AccountName& name, Account& account, Now now) {
    if (!account.resume_by) return;
    const bool settled = account.orders.settled() || now.mono >= *account.resume_by;
    // A bracket waits for its own orders, not for those of others.
    if (!account.resumed && (settled || account.orders.pictured())) {
      auto waiting = settled ? std::vector<SignalHash>{} : account.orders.unsettled();
      if (settled || waiting != account.waiting)
        send(brackets_.handle(), ResumeAccount{name, waiting});
      account.waiting = std::move(waiting);
    }
    if (!settled) return;
    account.resume_by.reset();
    account.resumed = true;
    tell_link(name, account);
  }

  void tell_link(const AccountName& name, const Account& account) {
    const LinkReport& link = account.link;
    send(risk_.handle(), LinkChanged{name, link});
    send(brackets_.handle(), LinkChanged{name, link});
    outlet_.publish(ConnectionEvent{.account = name,
                                    .state = link.state,
                                    .generation = link.generation,
                                    .detail = link.detail,
                                    .time = clock_.wall()});
  }

  void set_alarm(Now now) {
    std::optional<MonoTime> due;
    const auto consider = [&due](const std::optional<MonoTime>& at) {
      if (at) due = due ? std::min(*due, *at) : *at;
    };
    for (const auto& [name, account] : accounts_) {
      consider(account.orders.next_due());
      if (account.watch) consider(account.watch->next_due());
      consider(account.resume_by);
    }
    alarm_.set(this, due, now.mono);
  }

  struct Held {
    LogNumber number;
    AccountName account;
    VenueAsk ask;
  };

  std::map<AccountName, Account> accounts_;
  Durability durability_;
  const Clock& clock_;
  Outlet& outlet_;
  Recorder recorder_;
  Link<> risk_;
  Link<> brackets_;
  Alarm alarm_;
  OrdersOut out_;  ///< reused
  LogNumber last_recorded_ = LogNumber::none;
  LogNumber committed_ = LogNumber::none;
  std::deque<Held> held_;  ///< durability power: at most what the journal's ring holds
};

}  // namespace

caf::actor make_orders_actor(caf::actor_system& system, LoopUnit* loop,
                             std::map<AccountName, Orders> orders,
                             const std::set<AccountName>& derivatives, Durability durability,
                             ShardSeams seams) {
  return spawn_on<OrdersActor>(system, loop, std::move(orders), derivatives, durability, seams);
}

}  // namespace signalbox
