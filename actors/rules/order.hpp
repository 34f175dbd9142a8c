#pragma once

#include <optional>
#include <vector>

#include "messages/events.hpp"
#include "messages/ids.hpp"
#include "messages/time.hpp"
#include "messages/venue_reports.hpp"

namespace signalbox {

/// Both clocks at one moment: deadlines use the first, records and venue windows the second.
struct Now {
  MonoTime mono{};
  WallTime wall{};
};

/// One order of ours from intent to end.
///
///     sent → working ⇄ partially filled → ended (filled, cancelled, expired, rejected)
///     and `unknown` beside them: nobody knows, and only the venue's own record may say.
struct Order {
  enum class State : std::uint8_t { sent = 1, pending, working, unknown, ended };

  SignalHash bracket;
  LegId leg;
  Symbol symbol;
  OrderClass order_class = OrderClass::entry;
  OrderSpec spec;
  VenueOrderId venue_id;
  VenueOrderId fired_as;  ///< of a conditional order that becomes another one when it fires
  /// The request it was part of, kept to be sent again under the same ids.
  std::vector<ClientOrderId> group;
  Linkage linkage = Linkage::single;

  State state = State::sent;
  Quantity filled;              ///< by trades, the only thing that counts
  std::vector<TradeId> trades;  ///< seen, so that none counts twice
  bool triggered = false;
  bool cancel_wanted = false;
  bool cancel_under_way = false;
  bool cancel_held = false;  ///< until its window has passed, see `Orders::cancel`
  /// Sent a second time: until the window of what is not answered for has passed, another order may
  /// come to live under this id, whatever became of the one we saw.
  bool again_open = false;
  bool sent_twice = false;
  Now first_sent_at;        ///< of an order that was sent twice
  bool replayed = false;    ///< sent by an earlier process, whose clock may have been another
  bool holds_late = false;  ///< thought over, it lives: it is being cancelled
  bool disowned = false;    ///< ended because the venue said it was never there
  bool adopted = false;     ///< found at the venue, unknown to the journal: to be cancelled
  /// Of a signal that the journal does not know: nobody is told, and nothing is done, until all
  /// that its orders have traded is known.
  bool lost = false;
  bool described = true;    ///< false: known by a trade only, what it asked for is not known yet
  Duration cancel_pause{};  ///< between cancels that did not take; grows
  MonoTime cancel_again_at{};
  Quantity resolved;         ///< traded by an operator's word; the venue's trades of it come second
  Quantity reported_filled;  ///< as the venue counts; trades not seen yet are fetched

  /// What the strategy was told of an entry's placing; `unknown` until the venue's word is heard.
  std::optional<Outcome> placed;

  /// The venue said it is over, but its trades have not all been seen.
  std::optional<OrderReport> last_report;

  Now sent_at;
  Duration valid_for{};

  /// Searching for the truth about an unknown order.
  struct Search {
    MonoTime since{};
    MonoTime next_step{};
    Duration pause{};
    MonoTime order_awaited_until{};  ///< it is not asked for again before, unless answered
    bool order_silent = false;       ///< asked by id after its window: not found
    /// Not among the open orders, asked after its window: when that was heard. Only trades asked
    /// for later prove anything, as it may have fired in between.
    std::optional<MonoTime> open_orders_silent;
    bool fills_told = false;  ///< and then all its trades were
    bool sent_again = false;
    bool paged = false;
    Duration fills_back{};  ///< how far before its sending trades are asked for; grows
  };
  std::optional<Search> search;

  bool live() const { return state != State::ended; }
  Quantity remaining() const { return spec.quantity - filled; }
};

/// As events and snapshots name it while it lives.
OrderStage stage_of(const Order& order);

}  // namespace signalbox
