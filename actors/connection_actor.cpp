#include "actors/connection_actor.hpp"

#include <unordered_map>

#include "actors/rules/gate.hpp"
#include "actors/runtime/spawn.hpp"
#include "actors/wiring.hpp"
#include "messages/plant.hpp"

namespace signalbox {
namespace {

/// An answer is waited for a little longer than the venue may still take the request; then its
/// fate is looked for.
constexpr Duration answer_slack = std::chrono::milliseconds{500};
constexpr Duration write_within = std::chrono::seconds{2};
constexpr Duration query_within = std::chrono::seconds{2};
constexpr std::size_t client_queries_max = 1'000;  // waiting for the venue
/// Requests of ours beside those of `orders`, which count up from one.
constexpr std::uint64_t own_requests_from = std::uint64_t{1} << 62;

class ConnectionActor;

/// Carries what the venue says into the actor world. It outlives neither.
class Sink final : public VenueSink {
 public:
  Sink(AccountName account, caf::actor risk, caf::actor orders, const Clock& clock, Outlet& outlet)
      : account_(account),
        risk_(std::move(risk)),
        orders_(std::move(orders)),
        clock_(clock),
        outlet_(outlet) {}

  void set_self(caf::actor self) { self_ = Link<>{std::move(self)}; }
  void forget_self() { self_ = Link<>{}; }
  void forget_peers() {
    risk_ = Link<>{};
    orders_ = Link<>{};
  }

  void on(const WriteResult& r) override { to_orders(r); }
  void on(const OrdersResult& r) override {
    if (is_own(r.request))
      to_self(r);
    else
      to_orders(r);
  }
  void on(const FillsResult& r) override { to_orders(r); }
  void on(const OrderReport& r) override { to_orders(r); }
  void on(const FillReport& r) override { to_orders(r); }
  void on(const BalancesResult& r) override {
    to_self(r);
    if (!is_own(r.request)) to_orders(r);
  }
  void on(const PositionsResult& r) override { to_orders(r); }
  void on(const TickerResult& r) override { to_self(r); }
  void on(const LinkReport& r) override {
    to_self(r);
    deliver_now(orders_, LinkChanged{account_, r});
  }
  void on(const InstrumentsReport& r) override {
    deliver_now(risk_, InstrumentsKnown{account_, r.instruments});
  }
  void on(const BalancesReport& r) override { balances(r.balances); }
  void on(const Tick& tick) override {
    outlet_.tick(account_, tick);
    deliver_now(risk_, TickSeen{account_, tick, clock_.mono()});
  }

  void balances(const std::vector<Balance>& changed) {
    outlet_.publish(BalanceEvent{.account = account_, .balances = changed, .time = clock_.wall()});
    deliver_now(risk_, BalancesKnown{account_, changed});
  }

 private:
  static bool is_own(RequestId id) { return static_cast<std::uint64_t>(id) >= own_requests_from; }
  template <class T>
  void to_orders(const T& said) {
    deliver_now(orders_, VenueSaid<T>{account_, said});
  }
  template <class T>
  void to_self(const T& said) {
    if (self_) deliver_now(self_, VenueSaid<T>{account_, said});
  }

  AccountName account_;
  Link<> risk_;
  Link<> orders_;
  Link<> self_;
  const Clock& clock_;
  Outlet& outlet_;
};

class ConnectionActor final : public Pinned<caf::event_based_actor> {
 public:
  ConnectionActor(caf::actor_config& config, const AccountSetup& setup, caf::actor risk,
                  caf::actor orders, ShardSeams seams)
      : Pinned(config),
        account_(setup.account),
        symbols_(setup.symbols),
        epoch_(static_cast<std::uint64_t>(seams.journal.epoch())),
        journal_(seams.journal),
        clock_(seams.clock),
        outlet_(seams.outlet),
        orders_(orders),
        sink_(setup.account, std::move(risk), std::move(orders), seams.clock, seams.outlet),
        venue_(setup.make_venue()) {}

  caf::behavior make_behavior() override {
    sink_.set_self(caf::actor_cast<caf::actor>(this));
    venue_->start(sink_);
    return {
        [this](const VenueAsk& m) { std::visit([this](const auto& r) { ask(r); }, m.request); },
        [this](const SetGate& m) {
          state_ = m.state;
          if (auto asker = caf::actor_cast<caf::actor>(current_sender()); asker && m.ticket != 0)
            send(asker, GateSet{account_, m.ticket});
        },
        [this](const ClientQuery& m) { client_query(m); },
        [this](const WatchSymbol& m) { watch(m.symbol); },
        [this](const VenueSaid<LinkReport>& m) { link(m.said); },
        [this](const VenueSaid<BalancesResult>& m) { answer(m.said); },
        [this](const VenueSaid<TickerResult>& m) { answer(m.said); },
        [this](const VenueSaid<OrdersResult>& m) { answer(m.said); },
    };
  }

  void on_exit() override {
    sink_.forget_self();
    if (venue_) venue_->stop();
    for (const auto& [id, query] : queries_)
      outlet_.reply(query.client,
                    Refused{.id = query.command, .reason = Reason::account_not_ready});
    // Whatever it had under way is of unknown fate from here on.
    sink_.on(LinkReport{.state = LinkState::down, .detail = Detail{"the connection ended"}});
    sink_.forget_peers();
    orders_ = nullptr;
  }

 private:
  bool gate_lets_through(RequestId request, OrderClass order_class, std::uint64_t epoch) {
    const bool current = epoch == epoch_ && journal_.lease(account_).valid_until > clock_.mono();
    if (current && gate_lets(state_, order_class)) return true;
    send(orders_,
         VenueSaid<WriteResult>{
             account_, WriteResult{.request = request,
                                   .outcome = Outcome::refused,
                                   .refusal = Refusal::gate,
                                   .detail = Detail{current ? name_of(state_) : "stale epoch"}}});
    return false;
  }

  void ask(const PlaceOrders& r) {
    if (!gate_lets_through(r.request, r.order_class, r.epoch)) return;
    const auto now =
        SIGNALBOX_PLANTED_MONO(answers_awaited_by_wall_clock, clock_.mono(), clock_.wall());
    const auto by = now + r.valid_for + answer_slack;
    venue_->place(r, by);
    if (SIGNALBOX_PLANTED(market_entry_sent_twice) && r.order_class == OrderClass::entry)
      venue_->place(r, by);
  }
  void ask(const AmendOrder& r) {
    if (gate_lets_through(r.request, r.order_class, r.epoch))
      venue_->amend(r, clock_.mono() + write_within);
  }
  void ask(const CancelOrder& r) {
    if (gate_lets_through(r.request, OrderClass::cancel, r.epoch))
      venue_->cancel(r, clock_.mono() + write_within);
  }
  void ask(const QueryOrder& r) { venue_->query(r, clock_.mono() + query_within); }
  void ask(const QueryOpenOrders& r) { venue_->query(r, clock_.mono() + query_within); }
  void ask(const QueryFills& r) { venue_->query(r, clock_.mono() + query_within); }
  void ask(const QueryBalances& r) { venue_->query(r, clock_.mono() + query_within); }
  void ask(const QueryPositions& r) { venue_->query(r, clock_.mono() + query_within); }

  void link(const LinkReport& r) {
    if (r.state != LinkState::ready) return;
    venue_->query(QueryBalances{own_request()}, clock_.mono() + query_within);
    for (const auto& symbol : symbols_) watch(symbol);
  }

  void watch(const Symbol& symbol) {
    if (std::find(symbols_.begin(), symbols_.end(), symbol) == symbols_.end())
      symbols_.push_back(symbol);
    venue_->subscribe(SubscribeTicker{own_request(), symbol}, clock_.mono() + query_within);
  }

  void client_query(const ClientQuery& m) {
    if (queries_.size() >= client_queries_max) {
      outlet_.reply(m.client, Refused{.id = m.command, .reason = Reason::busy});
      return;
    }
    const auto request = own_request();
    queries_[static_cast<std::uint64_t>(request)] = m;
    const auto deadline = clock_.mono() + query_within;
    if (const auto* ticker = std::get_if<FetchTicker>(&m.query))
      venue_->query(QueryTicker{request, ticker->symbol}, deadline);
    else if (const auto* open = std::get_if<FetchOpenOrders>(&m.query))
      venue_->query(QueryOpenOrders{request, open->symbol}, deadline);
    else
      venue_->query(QueryBalances{request}, deadline);
  }

  template <class Item>
  void answer(const QueryResult<Item>& r) {
    if constexpr (std::is_same_v<Item, Balance>)
      if (r.outcome == Outcome::accepted) sink_.balances(r.items);
    // A subscription's answer may hold the first tick: a quiet market sends none for long.
    if constexpr (std::is_same_v<Item, Tick>)
      if (r.outcome == Outcome::accepted)
        for (const auto& tick : r.items) sink_.on(tick);
    const auto found = queries_.find(static_cast<std::uint64_t>(r.request));
    if (found == queries_.end()) return;
    const ClientQuery query = found->second;
    queries_.erase(found);
    if (r.outcome != Outcome::accepted) {
      const Reason why = r.refusal == Refusal::not_found || r.refusal == Refusal::invalid
                             ? Reason::not_found
                             : Reason::account_not_ready;
      outlet_.reply(query.client, Refused{.id = query.command, .reason = why, .detail = r.detail});
      return;
    }
    if constexpr (std::is_same_v<Item, Balance>) {
      BalanceAnswer balances{.id = query.command, .account = account_, .balances = {}};
      for (const auto& each : r.items)
        if (!each.free.is_zero() || !each.locked.is_zero()) balances.balances.push_back(each);
      outlet_.reply(query.client, balances);
    } else if constexpr (std::is_same_v<Item, Tick>) {
      if (r.items.empty())
        outlet_.reply(query.client, Refused{.id = query.command, .reason = Reason::not_found});
      else
        outlet_.reply(query.client, TickerAnswer{.id = query.command, .ticker = r.items.front()});
    } else {
      OrdersAnswer orders{.id = query.command, .account = account_, .orders = {}};
      for (const auto& each : r.items) orders.orders.push_back(event_of(each));
      outlet_.reply(query.client, orders);
    }
  }

  OrderEvent event_of(const OrderReport& r) const {
    const auto ours = parse_client_order_id(r.id.view());
    return {.account = account_,
            .symbol = r.symbol,
            .leg = ours ? ours->leg.kind : LegKind::entry,
            .order = r.id,
            .venue_order = r.venue_id,
            .stage = OrderStage::working,
            .side = r.side,
            .kind = r.kind,
            .quantity = r.quantity,
            .filled = r.filled,
            .price = r.price,
            .trigger_price = r.trigger_price,
            .refusal = r.refusal,
            .detail = r.detail,
            .time = r.time};
  }

  RequestId own_request() { return RequestId{own_requests_from + ++last_request_}; }

  AccountName account_;
  std::vector<Symbol> symbols_;
  std::uint64_t epoch_;
  Journal& journal_;
  const Clock& clock_;
  Outlet& outlet_;
  caf::actor orders_;
  Sink sink_;
  std::unique_ptr<Venue> venue_;
  /// Nothing opens until risk has told the state that the journal holds.
  TradingState state_ = TradingState::halted;
  std::uint64_t last_request_ = 0;
  std::unordered_map<std::uint64_t, ClientQuery> queries_;
};

}  // namespace

caf::actor make_connection_actor(caf::actor_system& system, LoopUnit* loop,
                                 const AccountSetup& setup, caf::actor risk, caf::actor orders,
                                 ShardSeams seams) {
  return spawn_on<ConnectionActor>(system, loop, setup, std::move(risk), std::move(orders), seams);
}

}  // namespace signalbox
