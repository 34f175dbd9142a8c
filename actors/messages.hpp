#pragma once

#include <caf/actor.hpp>
#include <memory>
#include <vector>

#include "actors/outlet.hpp"
#include "actors/rules/amend.hpp"
#include "actors/rules/approved.hpp"
#include "actors/rules/bracket_book.hpp"
#include "actors/rules/orders.hpp"
#include "actors/rules/plan.hpp"
#include "actors/runtime/types.hpp"
#include "journal/journal.hpp"
#include "messages/commands.hpp"

// What the shard's actors tell each other. None of these leaves the process.

namespace signalbox {

// ---- to risk ----

/// A signal from the bus, decoded but not judged.
struct SubmitSignal {
  Signal signal;
  Origin origin;
  ClientToken client = 0;
};
struct InstrumentsKnown {
  AccountName account;
  std::vector<Instrument> instruments;
};
struct BalancesKnown {
  AccountName account;
  std::vector<Balance> balances;
};
struct TickSeen {
  AccountName account;
  Tick tick;
  MonoTime seen{};  ///< when it was received
};
struct LinkChanged {
  AccountName account;
  LinkReport link;
};
struct ExposureChanged {
  std::vector<BracketExposure> changes;
};
struct InstrumentFrozen {
  AccountName account;
  Symbol symbol;
  bool frozen = false;
};
/// Ticks of this symbol go to the brackets too, or no longer. The last one goes at once.
struct FollowTicks {
  AccountName account;
  Symbol symbol;
  bool on = false;
};
/// Of a derivative's position, what no bracket owns.
struct ExternalKnown {
  AccountName account;
  Symbol symbol;
  Quantity quantity;
};
/// Something of it could not be closed: no entries until a person says so.
struct AccountStranded {
  AccountName account;
};
struct PlacedNoted {
  SignalHash bracket;
  Placed placed;
};
struct OutcomeNoted {
  SignalHash bracket;
  SignalOutcome outcome;
};
/// An operator's or a rule's wish for another trading state. Absent account: all.
struct SetState {
  SignalId command;
  std::optional<AccountName> account;
  TradingState state = TradingState::active;
  Detail why;
  ClientToken client = 0;
  bool by_operator = true;
  bool external = false;  ///< of flatten: positions that no bracket owns, too
};
/// The Gate of an account works by the new state: nothing it forbids can leave any more.
struct GateSet {
  AccountName account;
  std::uint64_t ticket = 0;
};

/// Risk sees first whether the new signal would be taken, then the bracket closes.
struct FlipBracket {
  Flip command;
  ClientToken client = 0;
  ClientToken signal_client = 0;  ///< who hears what becomes of the new signal
};
/// A signal without records holds something at the venue: it needs a bracket that closes it.
struct RecoverPosition {
  AccountName account;
  LostPosition position;
};
/// Whatever comes under these ids was traded before, in a life that left no record.
struct SignalsLost {
  std::vector<SignalHash> signals;
};
/// The venue has shown everything that the records may lack.
struct AccountReconciled {
  AccountName account;
};

struct FetchSignalOf {
  SignalId command;
  SignalHash key;
  ClientToken client = 0;
};

// ---- to brackets ----

struct OpenBracket {
  Approved<Plan> plan;
};
/// A reduce-only signal that risk let pass.
struct ReduceBrackets {
  Signal signal;
  std::vector<ReductionPart> parts;
};
/// For what a signal without records holds, with everything that is known of its legs.
struct RecoverBracket {
  Approved<Plan> plan;
  std::vector<LegEvent> known;
};
struct LegsTold {
  AccountName account;
  std::vector<OrdersOut::Told> told;
};
struct StateChanged {
  AccountName account;
  TradingState state = TradingState::active;
};
/// What the venue holds of derivatives, and how far it is believed.
struct PositionsKnown {
  AccountName account;
  PositionsSeen seen;
};
/// After a restart: the venue has been asked about everything; decide again.
struct ResumeAccount {
  AccountName account;
  std::vector<SignalHash> but_not = {};  ///< their orders are still looked for
};
/// A heartbeat.
struct StrategyHeard {
  SignalId command;
  AccountName account;
  StrategyName strategy;
  ClientToken client = 0;
};
struct CommandBracket {
  SignalId command;
  SignalHash bracket;
  AccountName account;
  BracketCommand what = BracketCommand::cancel_entry;
  std::optional<Decimal> fraction = std::nullopt;  ///< of `close`: this share of what is held
  bool by_operator = true;
  ClientToken client = 0;
};
/// Passes risk, which says where the market is, on its way to the brackets.
struct AmendBracket {
  Amend command;
  std::optional<MarketNow> market = std::nullopt;
  ClientToken client = 0;
};
struct CancelEntries {
  CancelAll command;
  ClientToken client = 0;
};

// ---- to orders ----

struct WishesFor {
  std::vector<BookOut::Asked> wishes;
  /// With the first wishes of a bracket: whose they are.
  std::optional<Owner> owner;
};
struct ResolveOrder {
  Resolve command;
  ClientToken client = 0;
};
/// The bracket for what a signal without records holds is recorded.
struct IntroduceBracket {
  Approved<Plan> plan;
};
/// What is owned here and what the venue holds do not add up.
struct PositionDoubted {
  AccountName account;
  Symbol symbol;
};
struct ForgetBracket {
  AccountName account;
  SignalHash bracket;
};
/// A venue's word for orders, from the account's connection.
template <class Said>
struct VenueSaid {
  AccountName account;
  Said said;
};

// ---- to a connection ----

struct VenueAsk {
  VenueRequest request;
};
struct SetGate {
  TradingState state = TradingState::active;
  std::uint64_t ticket = 0;
};
/// A client's question that only the venue can answer.
struct ClientQuery {
  SignalId command;
  AccountName account;
  std::variant<FetchTicker, FetchBalance, FetchOpenOrders> query;
  ClientToken client = 0;
};
struct WatchSymbol {
  Symbol symbol;
};
/// A new connection actor serves the account from now on.
struct ConnectionUp {
  AccountName account;
  caf::actor connection;
};

/// Time has come to look at deadlines.
struct TimePassed {};
/// The journal has committed everything up to here.
struct Committed {
  LogNumber up_to = LogNumber::none;
};

}  // namespace signalbox

SIGNALBOX_ACTOR_MESSAGE(signalbox::SubmitSignal)
SIGNALBOX_ACTOR_MESSAGE(signalbox::InstrumentsKnown)
SIGNALBOX_ACTOR_MESSAGE(signalbox::BalancesKnown)
SIGNALBOX_ACTOR_MESSAGE(signalbox::TickSeen)
SIGNALBOX_ACTOR_MESSAGE(signalbox::LinkChanged)
SIGNALBOX_ACTOR_MESSAGE(signalbox::ExposureChanged)
SIGNALBOX_ACTOR_MESSAGE(signalbox::InstrumentFrozen)
SIGNALBOX_ACTOR_MESSAGE(signalbox::FollowTicks)
SIGNALBOX_ACTOR_MESSAGE(signalbox::ExternalKnown)
SIGNALBOX_ACTOR_MESSAGE(signalbox::PositionsKnown)
SIGNALBOX_ACTOR_MESSAGE(signalbox::PositionDoubted)
SIGNALBOX_ACTOR_MESSAGE(signalbox::AccountStranded)
SIGNALBOX_ACTOR_MESSAGE(signalbox::PlacedNoted)
SIGNALBOX_ACTOR_MESSAGE(signalbox::OutcomeNoted)
SIGNALBOX_ACTOR_MESSAGE(signalbox::SetState)
SIGNALBOX_ACTOR_MESSAGE(signalbox::GateSet)
SIGNALBOX_ACTOR_MESSAGE(signalbox::FlipBracket)
SIGNALBOX_ACTOR_MESSAGE(signalbox::FetchSignalOf)
SIGNALBOX_ACTOR_MESSAGE(signalbox::RecoverPosition)
SIGNALBOX_ACTOR_MESSAGE(signalbox::SignalsLost)
SIGNALBOX_ACTOR_MESSAGE(signalbox::AccountReconciled)
SIGNALBOX_ACTOR_MESSAGE(signalbox::IntroduceBracket)
SIGNALBOX_ACTOR_MESSAGE(signalbox::RecoverBracket)
SIGNALBOX_ACTOR_MESSAGE(signalbox::OpenBracket)
SIGNALBOX_ACTOR_MESSAGE(signalbox::ReduceBrackets)
SIGNALBOX_ACTOR_MESSAGE(signalbox::LegsTold)
SIGNALBOX_ACTOR_MESSAGE(signalbox::StateChanged)
SIGNALBOX_ACTOR_MESSAGE(signalbox::ResumeAccount)
SIGNALBOX_ACTOR_MESSAGE(signalbox::StrategyHeard)
SIGNALBOX_ACTOR_MESSAGE(signalbox::CommandBracket)
SIGNALBOX_ACTOR_MESSAGE(signalbox::AmendBracket)
SIGNALBOX_ACTOR_MESSAGE(signalbox::CancelEntries)
SIGNALBOX_ACTOR_MESSAGE(signalbox::WishesFor)
SIGNALBOX_ACTOR_MESSAGE(signalbox::ResolveOrder)
SIGNALBOX_ACTOR_MESSAGE(signalbox::ForgetBracket)
SIGNALBOX_ACTOR_MESSAGE(signalbox::VenueAsk)
SIGNALBOX_ACTOR_MESSAGE(signalbox::SetGate)
SIGNALBOX_ACTOR_MESSAGE(signalbox::ClientQuery)
SIGNALBOX_ACTOR_MESSAGE(signalbox::WatchSymbol)
SIGNALBOX_ACTOR_MESSAGE(signalbox::ConnectionUp)
SIGNALBOX_ACTOR_MESSAGE(signalbox::TimePassed)
SIGNALBOX_ACTOR_MESSAGE(signalbox::Committed)
template <class Said>
struct caf::allowed_unsafe_message_type<signalbox::VenueSaid<Said>> : std::true_type {};
