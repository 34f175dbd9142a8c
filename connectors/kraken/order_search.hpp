#pragma once

#include <functional>
#include <memory>

#include "connectors/kit/account_reads.hpp"
#include "connectors/kit/pages.hpp"
#include "connectors/kraken/shared.hpp"

namespace signalbox::kraken {

using kit::AccountReads;
using kit::FillsRead;
using kit::OrderRead;
using kit::OrdersRead;
using kit::Pages;

/// What the venue knows of one order, by either id: by its own id at once, by ours among the open
/// and then among the ended ones. An empty answer is none: only all of them silent is `not_found`.
/// Keeps itself alive until `done` was called, once. Loop thread only.
class OrderSearch : public std::enable_shared_from_this<OrderSearch> {
 public:
  struct Wanted {
    ClientOrderId id;       ///< empty: only the venue's is known
    VenueOrderId venue_id;  ///< empty: only ours is known
  };
  using Done = std::function<void(OrderRead)>;

  static void ask(Shared& shared, const Wanted& wanted, Pages::Terms terms, Done done);

  OrderSearch(Shared& shared, const Wanted& wanted, Pages::Terms terms, Done done);

 private:
  enum class Place : std::uint8_t { by_number = 1, open, closed, nowhere };
  void look(Place place);
  RequestBytes question(Place place);
  void answered(const Reply& reply, Place place);
  Place after(Place place) const;
  void finish(OrderRead read);

  Shared& shared_;
  Wanted wanted_;
  Pages::Terms terms_;
  Done done_;
};

/// Questions before a deadline, on this venue's way out.
Pages::Terms terms(Shared& shared, MonoTime deadline, PaceClass who = PaceClass::entry);

/// The rows of one answer; pairs that are not loaded are left out, what is found is remembered.
Result<std::vector<OrderRow>> rows_of(Shared& shared, const OrdersPage& page);

/// Every open order of the account.
void read_open_orders(Shared& shared, Pages::Terms terms, std::function<void(OrdersRead)> done);

/// Trades of ours since then, of one pair or of all, however many pages that takes.
void read_fills(Shared& shared, std::optional<MarketIndex> market, WallTime since,
                Pages::Terms terms, std::function<void(FillsRead)> done);

}  // namespace signalbox::kraken
