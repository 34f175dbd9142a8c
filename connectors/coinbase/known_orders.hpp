#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "connectors/coinbase/order_fields.hpp"
#include "messages/venue_requests.hpp"

namespace signalbox::coinbase {

/// What this connection knows of each order, by the venue's id: the venue takes no client id where
/// it matters (cancels, amendments, questions), its trades name neither a client id nor a leg, and
/// the bracket that it makes for an entry carries no id of ours. Bounded: the oldest are forgotten
/// first, and asked for again where they are needed. Loop thread only.
class KnownOrders {
 public:
  static constexpr std::size_t orders_max = 8192;

  struct Legs {
    ClientOrderId stop, target;
  };
  struct Known {
    MarketIndex market = 0;
    ClientOrderId id;     ///< ours; empty for a bracket, and for somebody else's
    VenueOrderId parent;  ///< of a bracket: the entry it was made for
    bool is_bracket = false;
    bool fired = false;    ///< a bracket whose stop has
    bool decided = false;  ///< it is known which leg the trades belong to
    OrderReport last;      ///< as last described; of a bracket its stop
    Quantity filled;       ///< as the venue counts
    Quantity traded;       ///< by trades that were told
  };

  /// Before it is sent. False: this id was sent before.
  bool placing(const PlaceOrders& orders);
  /// The venue's ids of what was placed; `attached` may be empty.
  void accepted(const PlaceOrders& orders, MarketIndex market, std::string_view order_id,
                std::string_view attached);
  /// As the venue describes it.
  void note(const ReadOrder& read);
  void traded(std::string_view order_id, Quantity so_far);

  const Known* find(std::string_view order_id) const;
  /// The venue's own id of an order of ours, whichever leg is named.
  std::optional<VenueOrderId> wire_of(const ClientOrderId& id) const;
  /// The order has to be asked for before its trades can be named.
  bool is_undecided(std::string_view order_id) const;
  /// The entry that has to be asked for before this bracket can be named; empty: none.
  VenueOrderId unknown_parent(std::string_view order_id) const;

  /// Our ids where the venue leaves them out, and the product that was ordered on.
  void name(OrderRow& row, const Markets& markets) const;
  void name(FillRow& row, const Markets& markets) const;

 private:
  Known& at(std::string_view order_id);
  std::optional<Legs> legs_of(const Known& bracket) const;

  std::unordered_map<std::string, Known> orders_;  // by the venue's id
  std::deque<std::string> by_age_;
  std::unordered_map<ClientOrderId, VenueOrderId> by_id_;  // plain orders and legs
  std::unordered_map<ClientOrderId, Legs> placed_;         // exits of an entry; none: it has none
  std::deque<ClientOrderId> placed_by_age_;
};

}  // namespace signalbox::coinbase
