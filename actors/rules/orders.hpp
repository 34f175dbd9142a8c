#pragma once

#include <deque>
#include <map>
#include <set>
#include <span>
#include <unordered_map>
#include <unordered_set>
#include <variant>
#include <vector>

#include "actors/rules/contradiction.hpp"
#include "actors/rules/legs.hpp"
#include "actors/rules/order.hpp"
#include "actors/rules/plan.hpp"
#include "actors/rules/reconcile.hpp"
#include "messages/commands.hpp"
#include "messages/instrument.hpp"
#include "messages/records.hpp"

namespace signalbox {

/// Whose legs these are; told once, before the bracket's first wish.
struct Owner {
  SignalId signal;
  StrategyName strategy;
  AccountName account;
  Instrument instrument;
};

inline Owner owner_of(const Plan& plan) {
  return {plan.signal.id, plan.signal.strategy, plan.signal.account, plan.instrument};
}

using VenueRequest = std::variant<PlaceOrders, AmendOrder, CancelOrder, QueryOrder, QueryOpenOrders,
                                  QueryFills, QueryPositions, QueryBalances>;
using OrderRecord = std::variant<PlaceOrders, CancelOrder, OrderReport, FillReport, AbsentRecord>;

/// What came of one call. The caller records `records` first, then sends `requests`, then tells
/// the brackets: nothing reaches a venue that the journal does not know.
struct OrdersOut {
  struct Told {
    SignalHash bracket;
    LegEvent event;
  };
  std::vector<OrderRecord> records;
  std::vector<VenueRequest> requests;
  std::vector<Told> told;
  std::vector<OrderEvent> events;
  std::vector<FillEvent> fills;
  std::vector<std::pair<SignalHash, Placed>> placed;  ///< the venue's word on an entry
  std::vector<Detail> pages;                          ///< a person should look
  std::vector<Symbol> frozen_changed;                 ///< ask `frozen` of these again
  /// Held by signals without records: each needs a bracket that closes it, see `introduce`.
  std::vector<LostPosition> lost;
  /// Signals without records, once each: whatever comes under their ids was traded before.
  std::vector<SignalHash> lost_signals;

  void clear();
  bool empty() const;
};

/// How orders are handled at one account's venue.
struct OrdersPolicy {
  Book book;
  AccountName account = {};
  bool spot = true;  ///< a sale may be of inventory that no bracket holds
  std::uint64_t epoch = 0;
  bool live_ids_unique = false;
  Duration valid_for = std::chrono::seconds{2};
  /// Of stops, targets and closes, where shorter: for that long nobody can tell one that was lost
  /// from one that is late, and what it was to cover stays open.
  Duration exit_valid_for = std::chrono::seconds{1};
  Duration query_pause = std::chrono::milliseconds{50};  ///< doubles up to the next
  Duration query_pause_max = std::chrono::seconds{2};
  /// Of exits, while their search is younger than `hurry_for`: what they were to cover is open.
  /// Their answers are waited for so long, too, before they are asked again beside it.
  Duration hurry_pause_max = std::chrono::milliseconds{500};
  Duration hurry_for = std::chrono::seconds{10};
  Duration window_slack = std::chrono::milliseconds{500};  ///< beside the clock's own error
  Duration fills_pause = std::chrono::milliseconds{200};   ///< stream fills get this long
  Duration unknown_page = std::chrono::seconds{30};
  Duration picture_every = std::chrono::seconds{1};  ///< pictures of all open orders, at most
  /// A stream may lose a report and stay silent about it: that often one is taken while any lives.
  Duration picture_anyway = std::chrono::seconds{30};
  /// Where the last one contradicted itself.
  Duration picture_again = std::chrono::seconds{2};
  Duration fills_back = std::chrono::seconds{2};  ///< trades are asked for from before the sending
  Duration fills_back_replayed = std::chrono::hours{1};
  Duration fills_back_max = std::chrono::hours{24 * 7};
  std::size_t past_max =
      200'000;  ///< signals that are over, known by name so that none is taken up
};

/// All orders of one account: turns wishes into requests, and answers and reports into what
/// became of each leg. Owns every order whose fate is unknown until the venue's record settles it.
/// Pure: no clock, no I/O. Entries are never sent twice; everything applied twice counts once.
class Orders {
 public:
  explicit Orders(OrdersPolicy policy);

  void own(const SignalHash& bracket, Owner owner);
  /// The bracket has ended and its late-fill time is over.
  void forget(const SignalHash& bracket, Now now);

  /// The bracket is there that takes over what a lost signal holds: it is told all of it.
  void introduce(const SignalHash& bracket, Owner owner, Now now, OrdersOut& out);

  void wish(const SignalHash& bracket, const Wish& wish, Now now, OrdersOut& out);

  void on(const WriteResult& result, Now now, OrdersOut& out);
  void on(const OrdersResult& result, Now now, OrdersOut& out);
  void on(const FillsResult& result, Now now, OrdersOut& out);
  void on(const BalancesResult& result, Now now, OrdersOut& out);
  void on(const OrderReport& report, Now now, OrdersOut& out);
  void on(const FillReport& fill, Now now, OrdersOut& out);
  /// Of a trade history, which may name an order by nothing but the venue's number: the venue is
  /// asked whose it is, and until then it is kept.
  void on_trades(std::span<const FillReport> trades, Now now, OrdersOut& out);
  void on(const LinkReport& link, Now now, OrdersOut& out);
  /// Whoever should have answered is gone: what was under way is of unknown fate.
  void orphan_requests(Now now, OrdersOut& out);
  void on_time(Now now, OrdersOut& out);
  std::optional<MonoTime> next_due() const;

  /// An operator's evidence for an order of unknown fate; nothing: it was taken. Absence counts
  /// only once nothing can arrive under its id any more.
  struct NotResolved {
    Reason reason = Reason::bad_field;
    std::string_view field;
    Detail detail;
  };
  std::optional<NotResolved> resolve(const Resolve& evidence, Now now, OrdersOut& out);

  /// The record of a request could not be written: it was not sent, and its legs are told so.
  void not_recorded(const PlaceOrders& request, Now now, OrdersOut& out);

  /// An answer to this request is still expected.
  bool awaits(RequestId request) const {
    return pending_.contains(static_cast<std::uint64_t>(request));
  }

  /// Replay: the same facts again, in log order; `out.told` rebuilds the brackets.
  void replay(const OrderRecord& record, Now now, OrdersOut& out);
  /// Every order that may live is of unknown fate until its venue has been asked.
  void after_replay(Now now);
  /// Between `replay` and `after_replay`: nobody is there to cover what they fill.
  void drop_entries(const SignalHash& bracket);
  /// What happened after `last` may have left no record. After a power loss `lost_on` has every
  /// symbol: nothing is settled before the venue has shown its trades on each since then.
  void records_end_at(WallTime last, const std::vector<Symbol>& lost_on);
  /// The venue has shown what is open and, where records were lost, what has traded.
  bool reconciled() const;
  /// Signals whose records were lost, and that are known by their orders only.
  std::vector<SignalHash> lost_signals() const;

  std::size_t unknown_count() const;
  /// No order's fate is being looked for, and the venue has shown what is open.
  bool settled() const;
  /// The venue has shown what is open since the last READY.
  bool pictured() const { return !picture_; }
  /// Whose orders are looked for.
  std::vector<SignalHash> unsettled() const;
  /// Instruments with orders on their way or of unknown fate, or whose trades are awaited.
  std::set<Symbol> sought() const;
  LinkState link() const { return link_.state; }
  /// Live and unknown orders, for snapshots.
  void list(std::vector<OrderEvent>& into, WallTime time) const;
  const Order* find(const ClientOrderId& id) const;
  /// An entry of unknown fate blocks new entries on its instrument, and so does a venue that
  /// contradicts itself about it.
  bool frozen(const Symbol& symbol) const;

 private:
  struct Pending {
    enum class Kind : std::uint8_t {
      place = 1,
      cancel,
      query_order,
      query_open,
      query_fills,
      picture,
      identify,  ///< whose a trade is that names the venue's order only
      history,   ///< trades of a symbol since the records end
      funds      ///< what is free, after an exit was refused for want of it
    };
    Kind kind = Kind::place;
    ClientOrderId order;
    Symbol symbol;
    VenueOrderId venue_id;  ///< of `identify`
    MonoTime asked_at{};
    WallTime since{};    ///< of `query_fills`
    bool again = false;  ///< of `place`: not the first time under these ids
  };
  class Facts;

  Order* find_by(const ClientOrderId& id, const VenueOrderId& venue_id);
  Order* live_leg(const SignalHash& bracket, LegId leg);
  /// Of one request's orders.
  std::vector<Order*> live_of(const std::vector<ClientOrderId>& group);
  RequestId ask(Pending pending);
  std::optional<Pending> answered(RequestId request);

  void place(const SignalHash& bracket, const Owner& owner, const Wish& wish, Now now,
             OrdersOut& out);
  void insert(const SignalHash& bracket, const PlaceOrders& request, Now now, OrdersOut& out);
  void cancel(Order& order, Now now, OrdersOut& out);
  void send_cancel(Order& order, Now now, OrdersOut& out);
  void called(Order& order, const VenueOrderId& id);
  void apply(Order& order, const OrderReport& report, Now now, OrdersOut& out);
  bool apply(Order& order, const FillReport& fill, Now now, OrdersOut& out);
  /// Of a trade, what an operator has not told already.
  static Quantity untold(Order& order, const FillReport& fill);
  void close_again(const Pending& pending, Now now);
  void settle(Order& order, Now now, OrdersOut& out);
  void end(Order& order, LegEnd how, Refusal refusal, Now now, OrdersOut& out);
  void ask_for_siblings(const Order& order, Now now);
  void want_funds(const Order& order, Now now, OrdersOut& out);
  void ask_funds(Now now, OrdersOut& out);
  void refuse(Order& order, Refusal refusal, const Detail& detail, Now now, OrdersOut& out);
  void mark_unknown(Order& order, Now now, OrdersOut& out);
  void search_step(Order& order, Now now, OrdersOut& out);
  void ask_open_orders(const Order& order, Now now, OrdersOut& out);
  void ask_fills(const Order& order, Now now, OrdersOut& out);
  void on_order_answer(const OrdersResult& result, const Pending& pending, Now now, OrdersOut& out);
  void on_open_orders(const OrdersResult& result, const Pending& pending, Now now, OrdersOut& out);
  Duration answer_within(const Order& order, Now now) const;
  WallTime fills_since(const Order& order, Now now) const;
  Duration fills_back(const Order& order) const;
  std::vector<ClientOrderId> sought_on(const std::optional<Symbol>& symbol) const;
  void search_again(Order& order, Now now);
  void note_placed(Order& order, Outcome outcome, Refusal refusal, const Detail& detail, Now now,
                   OrdersOut& out) const;
  void prove_absent_if_silent(Order& order, Now now, OrdersOut& out);
  void send_again(Order& order, Now now, OrdersOut& out);
  void mark_sent_again(const PlaceOrders& request, Now now);
  void want_picture(Now now);
  std::optional<MonoTime> picture_due() const;
  void picture_step(Now now, OrdersOut& out);
  void on_picture(const OrdersResult& result, MonoTime asked_at, Now now, OrdersOut& out);
  bool identified(const FillReport& fill, Now now);
  void ask_whose(Now now, OrdersOut& out);
  std::optional<MonoTime> whose_due() const;
  void on_identified(const OrdersResult& result, const Pending& pending, Now now, OrdersOut& out);
  bool may_be_ours(const Symbol& symbol) const;
  bool counted(const ClientOrderId& id, const FillReport& trade) const;
  bool all_counted(const ClientOrderId& id, const std::vector<FillReport>& trades) const;
  /// An order of our book that we do not know; null for anybody else's.
  Order* adopt(const ClientOrderId& id, const Symbol& symbol, Now now, OrdersOut& out);
  void describe_as(Order& order, const OrderReport& report, OrdersOut& out);
  void note_lost_trade(const Order& order, const FillReport& fill);
  void judge_lost(Now now, OrdersOut& out);
  void note_contradictions(const std::vector<Contradiction>& found,
                           const std::optional<Symbol>& about, Now now, OrdersOut& out);
  void tell_contradiction(const Contradiction& one, OrdersOut& out);
  void note_foreign(const OrdersResult& picture, OrdersOut& out);
  void history_again(Now now);
  bool history_busy() const { return !history_.wanted.empty() || !unnamed_.empty(); }
  void history_step(Now now, OrdersOut& out);
  void on_history(const FillsResult& result, const Pending& pending, Now now, OrdersOut& out);
  void history_pause(Now now);
  void note_past(const SignalHash& bracket, WallTime when);
  SignalHash bracket_of(const SignalHash& signal) const;
  bool is_newest(const Order& order) const;
  static LegEvent quantity_event(const Order& order, LegEvent::What what);
  LegEvent trade_event(const Order& order, const FillReport& fill) const;
  void tell(const Order& order, LegEvent event, OrdersOut& out) const;
  void publish(const Order& order, OrderStage stage, const Detail& detail, Now now,
               OrdersOut& out) const;
  OrderEvent describe(const Order& order, OrderStage stage) const;
  MonoTime window_end(const Order& order) const;
  bool after_window(const Order& order, MonoTime asked_at) const;
  bool way_open() const { return link_.state >= LinkState::stale; }

  OrdersPolicy policy_;
  LinkReport link_;
  std::uint64_t last_request_ = 0;
  std::unordered_map<SignalHash, Owner> owners_;
  std::unordered_map<ClientOrderId, Order> orders_;
  std::unordered_map<VenueOrderId, ClientOrderId> by_venue_id_;
  /// Newest order of each leg, by (bracket, leg); generations count up from it.
  std::map<std::pair<SignalHash, LegId>, ClientOrderId> newest_;
  std::unordered_map<std::uint64_t, Pending> pending_;
  /// Orders with a search, or that had one lately: time passes over these only.
  std::set<ClientOrderId> searching_;
  std::unordered_map<SignalHash, std::vector<ClientOrderId>> of_bracket_;
  struct Picture {
    MonoTime due{};
    Duration pause{};
    bool under_way = false;
  };
  /// A question that answers for every order sought on a symbol: one is asked for all of them.
  struct Shared {
    MonoTime asked_at = MonoTime::min();
    MonoTime awaited_until = MonoTime::min();
    WallTime since{};
  };
  std::map<Symbol, Shared> open_asked_;
  std::map<Symbol, Shared> fills_asked_;
  /// Of spot brackets whose exits were refused for want of funds: what is free is asked for once
  /// for all of them.
  std::map<SignalHash, LegId> short_of_funds_, funds_told_to_;
  RequestId funds_asked_ = RequestId::none;
  std::optional<Picture> picture_;  ///< wanted
  std::optional<MonoTime> pictured_at_;
  std::size_t live_ = 0;
  static constexpr std::size_t identify_max = 8;      // questions whose a trade is, at a time
  static constexpr std::size_t unnamed_max = 10'000;  // orders whose trades wait for a name
  struct Unnamed {
    std::vector<FillReport> trades;
    MonoTime since{};
    MonoTime due{};
    Duration pause{};
    bool under_way = false;
  };
  std::map<VenueOrderId, Unnamed> unnamed_;
  static constexpr std::size_t foreign_max = 10'000;  // orders; then they are asked for again
  std::unordered_set<VenueOrderId> foreign_;          ///< somebody else's on this account

  // ---- what cannot be true: orders_lost.cpp ----
  static constexpr std::size_t contradictions_told_max = 10'000;
  std::set<Symbol> contradicted_;  ///< by what was said of it last
  std::set<Contradiction> contradictions_told_;

  // ---- what left no record: orders_lost.cpp ----
  static constexpr std::size_t foreign_told_max = 10'000;  // orders
  struct Lost {
    std::vector<FillReport> trades;
    bool asked = false;  ///< for its bracket
    bool told = false;   ///< to a person
  };
  std::map<SignalHash, Lost> lost_;
  std::unordered_map<SignalHash, WallTime> past_;  ///< over and forgotten, since then
  std::deque<SignalHash> past_order_;
  std::set<VenueOrderId> foreign_told_;
  struct History {
    std::set<Symbol> wanted, fetched;
    MonoTime due{};
    Duration pause{};
    bool under_way = false;
  };
  History history_;
  std::vector<Symbol> lost_on_;
  std::optional<WallTime> records_end_;
};

}  // namespace signalbox
