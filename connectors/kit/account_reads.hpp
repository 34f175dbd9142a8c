#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "connectors/kit/reports.hpp"
#include "connectors/kit/verdict.hpp"

namespace signalbox::kit {

/// A picture of the open orders. What stands in it was true at or after `asked`.
struct OrdersRead {
  Verdict verdict;
  std::vector<OrderRow> orders;
  MonoTime asked{};
};
struct FillsRead {
  Verdict verdict;
  std::vector<FillRow> fills;  ///< all of them when the verdict is good
};
struct OrderRead {
  Verdict verdict;
  OrderRow order;  ///< when the verdict is good
};

/// How a venue's account is read while catching up. Each call is answered once, from the loop.
class AccountReads {
 public:
  using OrdersDone = std::function<void(OrdersRead)>;
  using FillsDone = std::function<void(FillsRead)>;
  using OrderDone = std::function<void(OrderRead)>;

  virtual ~AccountReads() = default;
  /// All of them: plain, conditional, of every symbol.
  virtual void read_open_orders(OrdersDone done) = 0;
  virtual void read_fills(MarketIndex market, WallTime since, FillsDone done) = 0;
  /// Of all symbols, where the venue answers that at once; false: it does not.
  virtual bool read_all_fills(WallTime since, const FillsDone& done) {
    static_cast<void>(since);
    static_cast<void>(done);
    return false;
  }
  /// One order by the venue's id. Refused `not_found` when the venue does not know it any more.
  virtual void read_order(const Reports::Live& order, OrderDone done) = 0;
  /// The symbols of the settings, as far as they are loaded.
  virtual std::vector<MarketIndex> chosen_markets() const = 0;
};

}  // namespace signalbox::kit
