#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "connectors/coinbase/shared.hpp"
#include "connectors/kit/account_reads.hpp"
#include "connectors/kit/pages.hpp"

namespace signalbox::coinbase {

using kit::AccountReads;
using kit::FillsRead;
using kit::OrderRead;
using kit::OrdersRead;
using kit::Pages;

/// Orders asked for one by one, by the venue's own id, and the entries of those that are brackets:
/// afterwards all of them can be named. One that the venue does not know is left out. Keeps itself
/// alive until `done` was called, once. Loop thread only.
class Inquiry : public std::enable_shared_from_this<Inquiry> {
 public:
  static constexpr std::size_t orders_max = 200;  // in one inquiry

  /// Rows of those asked for, named; not of entries asked for on the way.
  static void ask(Shared& shared, std::vector<VenueOrderId> orders, Pages::Terms terms,
                  AccountReads::OrdersDone done);

  Inquiry(Shared& shared, std::vector<VenueOrderId> orders, Pages::Terms terms,
          AccountReads::OrdersDone done);

 private:
  void next();
  void answered(const Reply& reply);
  void finish(const Verdict& verdict);

  Shared& shared_;
  std::vector<VenueOrderId> orders_;  // those wanted, then their entries
  std::size_t wanted_;
  Pages::Terms terms_;
  AccountReads::OrdersDone done_;
  std::size_t at_ = 0;
  MonoTime asked_{};
  std::vector<OrderRow> rows_;
};

/// Every order that may still trade, of one product or of all. The venue's list of open ones leaves
/// out those that are on their way in or out: they are looked for among the latest of all.
void read_open_orders(Shared& shared, const Market* market, Pages::Terms terms,
                      AccountReads::OrdersDone done);

/// All fills since a time, each under our own id of its order or leg.
void read_fills(Shared& shared, const Market& market, WallTime since, Pages::Terms terms,
                AccountReads::FillsDone done);
/// Those of one order.
void read_fills_of(Shared& shared, const Market& market, std::string_view order_id,
                   Pages::Terms terms, AccountReads::FillsDone done);

/// What the venue knows of one order. Without the venue's id it is looked for in the lists, because
/// there is no question by a client id; only when they are all silent it is `not_found`.
struct WantedOrder {
  const Market& market;
  ClientOrderId id;
  VenueOrderId venue_id;
};
void find_order(Shared& shared, const WantedOrder& wanted, Pages::Terms terms,
                AccountReads::OrderDone done);

// The latest orders of all, for what has no open status yet or any more.
inline constexpr Duration under_way_window = std::chrono::minutes{10};
// How far back an order is looked for that has ended; what it traded is found in any case.
inline constexpr Duration search_window = std::chrono::hours{24};

}  // namespace signalbox::coinbase
