#pragma once

#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "connectors/okx/algo_fields.hpp"
#include "connectors/okx/requests.hpp"

namespace signalbox::okx {

/// The algo orders of this connection and what became of them: which legs of ours each is, and
/// which plain order it made when it fired. The venue calls one order by both kinds of names, and
/// says on two streams what belongs together. Bounded: the oldest are forgotten first. Loop thread
/// only.
class AlgoBook {
 public:
  static constexpr std::size_t algos_max = 4096;

  struct Algo {
    std::string number;     ///< empty until the venue has told it
    std::string client_id;  ///< algoClOrdId
    MarketIndex market = 0;
    LegIds legs;
    Side side = Side::sell;
    std::optional<Price> stop_at, target_at;
    bool is_pair = false;
    std::optional<bool> fired_target;  ///< which leg of a pair has fired
    bool fired = false;
    std::string child;               ///< the plain order that it made
    bool child_told = false;         ///< the stream or a picture has described that
    Bounded<kit::OrderRow, 2> rows;  ///< as last described, the stop first
  };

  /// A placement is about to leave: from here on its legs can be asked for by name.
  void expect(const PlaceOrders& orders, MarketIndex market);
  /// The venue named what was expected.
  void named(const ClientOrderId& leg, std::string_view number);
  void learn(const AlgoRow& row);

  /// Of a plain order: the leg that it plays, when an algo order is known to have made it.
  ClientOrderId leg_of_child(std::string_view number) const;
  const Algo* by_number(std::string_view number) const;
  const Algo* by_leg(const ClientOrderId& id) const;

  /// Gives a plain order that an algo order made the id of its leg, and remembers it. Where a pair
  /// has fired and the venue has not said yet which leg, the order's price says.
  void adopt(PlainRow& row);

  /// How an order of ours is asked for at the venue: by its algo order, by the plain order that
  /// one made, or as a plain order. `is_certain` is false when nothing but our own id is known.
  struct Found {
    OrderRef ref;
    bool is_certain = false;
  };
  Found find(const ClientOrderId& id, const VenueOrderId& venue_id) const;
  /// The same for a cancel: a pair goes as a pair while neither leg has fired, even when one of
  /// them rests in the book as a plain order.
  Found find_to_cancel(const ClientOrderId& id, const VenueOrderId& venue_id) const;

 private:
  using Where = std::list<Algo>::iterator;
  Where add(Algo algo);
  void index(Where at);
  void forget_oldest();
  static bool fired_as_target(const Algo& algo, const PlainRow& row);

  std::list<Algo> algos_;  // oldest first
  std::unordered_map<std::string, Where> by_number_;
  std::unordered_map<std::string, Where> by_leg_;
  std::unordered_map<std::string, Where> by_child_;
};

}  // namespace signalbox::okx
