#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string_view>

#include "connectors/kit/account_reads.hpp"
#include "connectors/okx/shared.hpp"

namespace signalbox::okx {

/// What the venue knows of one order of ours, wherever it keeps it: as a plain order, as an algo
/// order, as the plain order that one made when it fired, or as a leg of a pair whose name only
/// the lists of algo orders tell. `not_found` is the answer only when all of these are silent.
///
/// Keeps itself alive until `done` was called, once.
class Lookup : public std::enable_shared_from_this<Lookup> {
 public:
  struct What {
    MarketIndex market = 0;
    ClientOrderId id;
    VenueOrderId venue_id;
    MonoTime deadline{};
  };
  using Done = kit::AccountReads::OrderDone;

  static void ask(Shared& shared, const What& what, Done done);

  Lookup(Shared& shared, const What& what, Done done);

 private:
  void start();
  void ask_plain(const OrderRef& ref);
  void ask_algo(const OrderRef& ref);
  void ask_next_list();
  void send(std::uint32_t weight, std::function<RequestBytes()> write, kit::ReplyHandler done);

  void answered_plain(const Reply& reply);
  void answered_algo(const Reply& reply);
  void answered_list(const Reply& reply);
  /// True when a leg of it is what we look for.
  bool take(const AlgoRow& row);
  void not_found();
  /// Legs hung on an order that has not filled yet are written down nowhere else.
  void answered_parent(const Reply& reply);
  void finish(kit::OrderRead read);

  Shared& shared_;
  What what_;
  Done done_;
  bool is_certain_ = false;
  bool is_target_ = false;  // of a pair, when only the venue's id is known
  bool algo_asked_ = false;
  std::string parent_;    // still to be asked; empty: none
  std::size_t list_ = 0;  // the next to be asked
  Verdict last_;
};

}  // namespace signalbox::okx
