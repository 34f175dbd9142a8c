#pragma once

#include <deque>
#include <optional>
#include <string_view>
#include <unordered_map>

#include "connectors/bybit/order_fields.hpp"
#include "messages/venue_requests.hpp"

namespace signalbox::bybit {

/// The exits that the venue makes for an entry carry no id of ours, only their parent's. This knows
/// which leg of which bracket each is, by what was placed or, after a restart, by how our ids are
/// derived. Whether an entry that fills in parts gets one pair or several is not documented: the
/// first exit of a kind is the leg, further ones are told without a name, as the parent's.
/// Bounded; loop thread only.
class Children {
 public:
  static constexpr std::size_t entries_max = 4096;

  void placed(const PlaceOrders& orders);

  /// Gives the row the leg's id when it is an exit of an entry of ours: which one, its own kind
  /// tells, because spot has one word for both.
  void name(OrderRow& row, std::string_view parent_link_id);
  /// The venue's id of a leg that has come to life.
  std::optional<VenueOrderId> find(const ClientOrderId& leg) const;
  /// The entry of a leg that travels with it, as far as that was placed from here.
  std::optional<ClientOrderId> entry_of(const ClientOrderId& leg) const;

 private:
  struct Legs {
    ClientOrderId stop, target;
  };
  void remember(const ClientOrderId& entry, const Legs& legs);
  std::optional<Legs> legs_of(std::string_view entry) const;

  std::unordered_map<ClientOrderId, Legs> legs_;
  std::deque<ClientOrderId> by_age_;
  std::unordered_map<ClientOrderId, VenueOrderId> alive_;
  std::unordered_map<ClientOrderId, ClientOrderId> entries_;
};

}  // namespace signalbox::bybit
