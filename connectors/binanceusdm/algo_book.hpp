#pragma once

#include <deque>
#include <optional>
#include <unordered_map>
#include <vector>

#include "connectors/binanceusdm/order_fields.hpp"
#include "connectors/binanceusdm/requests.hpp"

namespace signalbox::binanceusdm {

/// Of an order that is not known here: stops are always conditional, and the id says what it is
/// for.
IdSpace likely_space(const ClientOrderId& id);

/// Which of our orders are conditional, and which plain order each became when it triggered. The
/// venue gives the child a number of its own and need not repeat our id on it; to us the two are
/// one order. Bounded: the oldest are forgotten first. Loop thread only.
class AlgoBook {
 public:
  static constexpr std::size_t orders_max = 8192;

  struct Algo {
    OrderKey key;
    ClientOrderId id;
    VenueOrderId child;  ///< empty: not triggered yet, or not heard of it
    bool waits = true;   ///< as far as it is known
  };

  /// Whatever is heard of a conditional order: an answer, an event, a picture.
  void heard(const OrderState& state);
  /// A plain order of ours was placed under this id.
  void placed_plain(const ClientOrderId& id);

  /// Those that should stand and are not among these rows: they have triggered or ended unheard.
  std::vector<OrderKey> missing_in(const std::vector<OrderRow>& open,
                                   std::optional<MarketIndex> market) const;
  const Algo* find(const OrderKey& algo) const;
  const Algo* parent_of(const OrderKey& child) const;
  const Algo* find(const ClientOrderId& id) const;
  /// Nothing: not known here.
  std::optional<IdSpace> space_of(const ClientOrderId& id) const;

  /// Turns the row of a child into that of the order it is part of: our id, its kind.
  void adopt(OrderRow& child) const;
  void adopt(FillRow& fill) const;

 private:
  void remember(const ClientOrderId& id, IdSpace space);
  void forget_oldest();

  std::unordered_map<OrderKey, Algo, OrderKeyHash> algos_;
  std::deque<OrderKey> algos_by_age_;
  std::unordered_map<OrderKey, OrderKey, OrderKeyHash> parents_;  // child → algo
  std::unordered_map<ClientOrderId, OrderKey> by_id_;
  std::unordered_map<ClientOrderId, IdSpace> books_;
  std::deque<ClientOrderId> books_by_age_;
};

}  // namespace signalbox::binanceusdm
