#pragma once

#include <deque>
#include <optional>
#include <unordered_map>

#include "connectors/kraken/streams.hpp"

namespace signalbox::kraken {

/// The account's stream tells what has changed of an order and nothing else: this holds the rest,
/// from earlier events and from answers. Bounded: ended orders go first. Loop thread only.
class KnownOrders {
 public:
  static constexpr std::size_t orders_max = 4096;

  struct Heard {
    std::optional<OrderRow> order;
    std::optional<FillRow> fill;
    /// An event of an order that nothing is known of: the venue must be asked for it.
    std::optional<VenueOrderId> stranger;
  };

  explicit KnownOrders(const Markets& markets) : markets_(markets) {}

  /// Fails when a word is unknown, or `not_found` when the pair is not loaded. A fill is never told
  /// from "filled", which repeats what trades have said.
  Result<Heard> hear(const ExecutionFields& event);
  /// From an answer of the venue.
  void learn(const OrderRow& row);
  const OrderRow* find(const VenueOrderId& id) const;

 private:
  Result<OrderRow> merged(const ExecutionFields& event, const OrderRow* known) const;
  Result<FillRow> fill_of(const ExecutionFields& event, const OrderRow& order) const;

  const Markets& markets_;
  std::unordered_map<VenueOrderId, OrderRow> orders_;
  std::deque<VenueOrderId> by_age_;
};

}  // namespace signalbox::kraken
