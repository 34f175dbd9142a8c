#pragma once

#include <string_view>

#include "messages/answers.hpp"
#include "messages/commands.hpp"
#include "messages/connection_port.hpp"
#include "messages/events.hpp"
#include "messages/venue_reports.hpp"
#include "messages/venue_requests.hpp"

namespace signalbox {

/// A message under its type on one socket. Dispatch, docs/bus.md and the codec's tests all read
/// the lists below, so a message cannot be on the bus and missing from its documentation.
template <class T>
struct Listed {
  using Message = T;
  std::string_view type;
  std::string_view about;
  /// Of a command: the types of its answer. Of an event: the kind of its stream.
  std::string_view with;
};

/// `commands`, from clients to the engine.
inline constexpr Fields commands{
    Listed<Signal>{"signal", "Opens, or reduce-only reduces, one protected position.",
                   "accepted, verdict, placed, outcome"},
    Listed<Cancel>{"cancel", "Ends the entry of a signal; what has filled stays protected.",
                   "done"},
    Listed<Amend>{"amend", "Moves the stop, the targets or both of a bracket.", "done"},
    Listed<Close>{"close", "Closes a bracket, or a share of it, at the market.", "done"},
    Listed<Flip>{"flip",
                 "Closes a bracket, then opens a signal in the other direction. The new signal is "
                 "answered as `signal` is, except to a REQ peer, which hears `done` only.",
                 "done"},
    Listed<Protect>{"protect",
                    "Puts stop and targets on a quantity that is already there. If no stop stands "
                    "within `cover_within` it is left as it was.",
                    "accepted, verdict, outcome"},
    Listed<Release>{"release",
                    "Stops managing a bracket: its orders are cancelled, and what it holds is left "
                    "without a stop.",
                    "done"},
    Listed<Resolve>{"resolve", "An operator's evidence for an order of unknown fate.", "done"},
    Listed<Flatten>{"flatten",
                    "Closes every bracket of an account (or of all), and takes no entries until "
                    "`resume`.",
                    "done"},
    Listed<Heartbeat>{"heartbeat",
                      "A strategy lives. Its silence is acted on after that, as configured.",
                      "done"},
    Listed<Halt>{"halt", "Sets the trading state to something stricter, until `resume`.", "done"},
    Listed<Resume>{"resume", "Back to active.", "done"},
    Listed<PlaceOrder>{"place_order",
                       "One order, for callers of the old manager. With `stop_loss` it is a "
                       "bracket; without, it passes all of risk but confidence and tier, and is "
                       "reported as unprotected by request.",
                       "accepted, verdict, placed, outcome"},
    Listed<CancelOneOrder>{"cancel_order", "Cancels one order that `place_order` made.", "done"},
    Listed<CancelAll>{"cancel_all", "Cancels resting entries; protection stays.", "done"},
    Listed<InitExchange>{"init_exchange",
                         "Claims a configured account before trading on it. Keys never travel: the "
                         "account has them by its configuration.",
                         "done"},
    Listed<CloseAll>{"close_all",
                     "Ends this client's claims. Cancels, closes and disconnects nothing that "
                     "others use.",
                     "done"},
    Listed<FetchTicker>{"fetch_ticker", "Best bid and ask now.", "ticker"},
    Listed<FetchBalance>{"fetch_balance", "Balances that are not zero.", "balance"},
    Listed<FetchOrder>{"fetch_order", "The order that a `place_order` or a signal made.", "orders"},
    Listed<FetchOpenOrders>{"fetch_open_orders", "Orders that are live or of unknown fate.",
                            "orders"},
    Listed<FetchSignal>{"fetch_signal", "A signal's state so far.", "signal_state"},
    Listed<Why>{"why", "Why a signal and its orders stand where they stand, from the journal.",
                "why"},
    Listed<ListExchanges>{"list_exchanges", "Venues known, and the configured accounts.",
                          "exchanges"},
    Listed<Snapshot>{"snapshot",
                     "Everything that is open, with the sequence numbers it is true for.",
                     "snapshot"},
    Listed<Status>{"status", "How the engine is.", "status"},
};

/// Answers to commands, on the same socket. A command that fails is answered `refused`.
inline constexpr Fields answers{
    Listed<Accepted>{"accepted", "The signal is recorded: from here on it has exactly one outcome.",
                     ""},
    Listed<Verdict>{"verdict", "What risk decided, with the numbers it decided by.", ""},
    Listed<Placed>{"placed", "The venue's answer to the entry, or unknown.", ""},
    Listed<SignalOutcome>{"outcome", "How it ended. Exactly one for every accepted signal.", ""},
    Listed<Refused>{"refused", "Not done: which field or rule, and what to change.", ""},
    Listed<Done>{"done", "Done, or recorded to be done.", ""},
    Listed<TickerAnswer>{"ticker", "", ""},
    Listed<BalanceAnswer>{"balance", "", ""},
    Listed<OrdersAnswer>{"orders", "", ""},
    Listed<SignalAnswer>{"signal_state", "What is known is there.", ""},
    Listed<WhyAnswer>{"why", "", ""},
    Listed<ExchangesAnswer>{"exchanges", "", ""},
    Listed<SnapshotAnswer>{"snapshot", "", ""},
    Listed<StatusAnswer>{"status", "", ""},
};

/// `events` and `ticks`, from the engine to whoever subscribes.
inline constexpr Fields events{
    Listed<Accepted>{"accepted", "As the answer of that name.", "signal"},
    Listed<Verdict>{"verdict", "As the answer of that name.", "risk"},
    Listed<Placed>{"placed", "As the answer of that name.", "signal"},
    Listed<SignalOutcome>{"outcome", "As the answer of that name.", "signal"},
    Listed<OrderEvent>{"order", "A change in an order's life as we know it.", "order"},
    Listed<FillEvent>{"fill", "One trade.", "fill"},
    Listed<BracketEvent>{"bracket", "Where a bracket stands; sent when any of it changes.",
                         "bracket"},
    Listed<PositionEvent>{"position",
                          "Whose a derivative's position is has changed: brackets, or nobody here.",
                          "position"},
    Listed<BalanceEvent>{"balance", "Balances that changed.", "balance"},
    Listed<ConnectionEvent>{"connection", "A connection came up, went down or became stale.",
                            "connection"},
    Listed<NoticeEvent>{"notice",
                        "The trading state of an account changed, or something needs a person.",
                        "health"},
    Listed<HealthSequences>{"sequences",
                            "Each second: the last number of every stream. A subscriber whose "
                            "number is lower has lost the rest.",
                            "health"},
    Listed<Tick>{"ticker", "Best bid and ask; the latest per symbol and interval.", "ticker"},
};

/// `connections`: how a connection in a process of its own and the engine find each other.
inline constexpr Fields connection_hellos{
    Listed<ConnectionHello>{"hello",
                            "From the connection: whom it serves. Sent first, again each second "
                            "until it is answered, and with the next `session` to begin anew.",
                            "welcome, refused"},
    Listed<ConnectionWelcome>{"welcome",
                              "From the engine: from here on all requests and reports carry this "
                              "generation. Each is greater than every one before it.",
                              ""},
    Listed<ConnectionRefused>{"refused",
                              "From the engine: not, or no longer. The connection may say hello "
                              "again a second later.",
                              ""},
    Listed<ConnectionClock>{"clock",
                            "From the connection, each second: its monotonic clock. By it the "
                            "engine tells when a request was sent.",
                            ""},
};

/// `connections`, from the engine to a connection in a process of its own, each as the `request`
/// of a PortRequest.
inline constexpr Fields connection_requests{
    Listed<PlaceOrders>{"place", "Place one order, or orders the venue links: all or nothing.",
                        "written"},
    Listed<AmendOrder>{"amend", "Change a working order in place.", "written"},
    Listed<CancelOrder>{"cancel", "Cancel one order; its siblings go where the venue does so.",
                        "written"},
    Listed<QueryOrder>{"query", "What does the venue know of this order?", "orders"},
    Listed<QueryOpenOrders>{"open_orders", "All open orders, plain and conditional.", "orders"},
    Listed<QueryFills>{"fills", "Our fills on one symbol since a time, all pages.", "fills"},
    Listed<QueryBalances>{"balances", "", "balances"},
    Listed<QueryPositions>{"positions", "", "positions"},
    Listed<QueryTicker>{"ticker", "Best bid and ask now.", "ticker"},
    Listed<SubscribeTicker>{"subscribe_ticker", "Start the ticker stream of a symbol.", "ticker"},
};

/// The other way, each as the `report` of a PortReport: one result a request, and what the venue
/// reports on its own.
inline constexpr Fields connection_reports{
    Listed<WriteResult>{"written", "The one result of place, amend and cancel.", ""},
    Listed<OrdersResult>{"orders", "The one result of query and open_orders.", ""},
    Listed<FillsResult>{"fills", "", ""},
    Listed<BalancesResult>{"balances", "", ""},
    Listed<PositionsResult>{"positions", "", ""},
    Listed<TickerResult>{"ticker", "", ""},
    Listed<LinkReport>{"link", "Every state change of the connection.", ""},
    Listed<InstrumentsReport>{"instruments", "After loading, and after each refresh.", ""},
    Listed<OrderReport>{"order", "An order as the venue describes it.", ""},
    Listed<FillReport>{"fill", "One trade of ours.", ""},
    Listed<BalancesReport>{"balances_changed", "", ""},
    Listed<Tick>{"tick", "Best bid and ask.", ""},
};

/// Calls `f(listed)` for the message of this type; false when the list has none.
template <class... L, class F>
constexpr bool with_type(const Fields<L...>& list, std::string_view type, F&& f) {
  return list.apply([&](const auto&... each) {
    return ((each.type == type && (static_cast<void>(f(each)), true)) || ...);
  });
}

/// The type of message T on a socket: `type_of<Verdict>(events)`.
template <class T, class... L>
constexpr std::string_view type_of(const Fields<L...>& list) {
  static_assert((std::is_same_v<T, typename L::Message> || ...), "not in this list");
  std::string_view type;
  list.apply([&](const auto&... each) {
    ((std::is_same_v<T, typename std::remove_cvref_t<decltype(each)>::Message>
          ? static_cast<void>(type = each.type)
          : void()),
     ...);
  });
  return type;
}

}  // namespace signalbox
