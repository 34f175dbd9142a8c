#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "actors/rules/contradiction.hpp"
#include "messages/ids.hpp"
#include "messages/venue_reports.hpp"

namespace signalbox {

/// What the journal knows, as far as a venue's word must be compared with it.
class JournalFacts {
 public:
  enum class Known : std::uint8_t {
    lost = 1,  ///< of no signal that the journal knows: its records were lost
    kept,      ///< a bracket is there for it, or one is being made
    past,      ///< it ended so long ago that its orders are no longer kept
  };

  virtual ~JournalFacts() = default;
  virtual const Book& book() const = 0;
  virtual bool spot() const = 0;
  virtual Known signal(const SignalHash&) const = 0;
  /// Whether the order is kept at all, and whether it was given up already: its cancel goes on.
  virtual bool has(const ClientOrderId&) const = 0;
  virtual bool given_up(const ClientOrderId&) const = 0;
  /// Of the newest order of this leg.
  virtual std::optional<std::uint32_t> generation(const SignalHash&, LegId) const = 0;
  /// A person was told of it already.
  virtual bool told_of(const SignalHash&) const = 0;
  virtual bool told_of(const VenueOrderId&) const = 0;
  virtual bool told_of(const Contradiction&) const = 0;
};

/// What a venue shows: everything open, and the trades since the last thing that was recorded.
struct VenueSnapshot {
  std::vector<OrderReport> open;
  std::vector<FillReport> trades;
};

/// What a signal whose records were lost holds, by the trades of its orders.
struct LostPosition {
  SignalHash signal;
  Symbol symbol;
  Side side = Side::buy;  ///< of the entry
  Quantity entered;       ///< before fees
  Quantity held;          ///< negative: its exits sold more than it bought
  Price price;            ///< average of the entry

  friend bool operator==(const LostPosition&, const LostPosition&) = default;
};

/// What is to be done so that the venue and the journal agree again. Sorted: the same facts give
/// the same plan.
struct ReconcilePlan {
  std::vector<ClientOrderId> take;    ///< becomes a leg of the bracket it was made for
  std::vector<ClientOrderId> cancel;  ///< ours, and nobody needs it
  std::vector<LostPosition> close;    ///< a bracket of its own closes it
  /// Traded without protection, by request: its owner's, and told once.
  std::vector<LostPosition> by_request;
  std::vector<SignalHash> doubtful;   ///< its trades make no sense: a person has to look
  std::vector<VenueOrderId> foreign;  ///< not ours: reported, never touched
  /// What the venue said of these cannot be true: nothing above is about them.
  std::vector<Contradiction> contradictions;

  bool empty() const {
    return take.empty() && cancel.empty() && close.empty() && by_request.empty() &&
           doubtful.empty() && foreign.empty() && contradictions.empty();
  }
  friend bool operator==(const ReconcilePlan&, const ReconcilePlan&) = default;
};

/// What becomes of one order that the journal does not have.
enum class StrangerFate : std::uint8_t {
  foreign = 1,  ///< not of our book
  take,
  cancel,
  wait,  ///< until the trades of its signal are known
};
StrangerFate fate_of(const JournalFacts& facts, const ClientOrderId& order);

/// Pure. Applied and asked again, the answer is empty: every run gives the same ids, so a second
/// one changes nothing. A working order of ours that protects something is never dropped.
ReconcilePlan reconcile(const JournalFacts& facts, const VenueSnapshot& snapshot);

/// The bracket that takes over what a lost signal holds: derived, so that it is the same one after
/// any number of restarts.
inline constexpr std::string_view recovered_strategy = "recovered";
SignalHash recovered_key(const AccountName& account, const SignalHash& lost);

}  // namespace signalbox
