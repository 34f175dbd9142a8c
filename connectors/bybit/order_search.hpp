#pragma once

#include <functional>
#include <memory>

#include "connectors/bybit/pages.hpp"

namespace signalbox::bybit {

/// What the venue knows of one order, by either id, wherever it keeps it: among the open and lately
/// ended ones, in its history, or under no id of ours at all when it is the exit of an entry. An
/// empty answer is none: only all of them silent is `not_found`. Keeps itself alive until `done`
/// was called, once. Loop thread only.
class OrderSearch : public std::enable_shared_from_this<OrderSearch> {
 public:
  struct Wanted {
    const Market& market;
    ClientOrderId id;
    VenueOrderId venue_id;
  };
  using Done = std::function<void(OrderRead)>;

  static void ask(Shared& shared, const Wanted& wanted, Pages::Terms terms, Done done);

  OrderSearch(Shared& shared, const Wanted& wanted, Pages::Terms terms, Done done);

 private:
  void look(bool history);
  void answered(const Reply& reply, bool history);
  void look_among_exits();
  void exits_answered(const OrdersRead& read);
  void finish(OrderRead read);

  Shared& shared_;
  Wanted wanted_;
  Pages::Terms terms_;
  Done done_;
};

}  // namespace signalbox::bybit
