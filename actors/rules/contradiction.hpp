#pragma once

#include <array>
#include <span>
#include <vector>

#include "messages/field.hpp"
#include "messages/venue_reports.hpp"

namespace signalbox {

/// Where one answer of a venue says two things that cannot both be true.
struct Contradiction {
  enum class Kind : std::uint8_t {
    open_and_over = 1,  ///< one order, said to be open and to be over
    two_orders,         ///< two open orders under one client id
    overfilled,         ///< more filled than it was for
    two_trades,         ///< one trade id, two prices or quantities
    trades_exceed,      ///< its trades add up to more than it was for
  };
  Kind kind = Kind::open_and_over;
  Symbol symbol;
  ClientOrderId id;  ///< empty: of an order that is not ours
  VenueOrderId venue_id;

  friend auto operator<=>(const Contradiction&, const Contradiction&) = default;
};

template <>
inline constexpr auto enum_names<Contradiction::Kind> =
    std::array{Named{Contradiction::Kind::open_and_over, "open_and_over"},
               Named{Contradiction::Kind::two_orders, "two_orders"},
               Named{Contradiction::Kind::overfilled, "overfilled"},
               Named{Contradiction::Kind::two_trades, "two_trades"},
               Named{Contradiction::Kind::trades_exceed, "trades_exceed"}};

/// For a person: its class, which record it is and what to do.
Detail explain(const Contradiction& contradiction);

/// Sorted, each once. Pure.
std::vector<Contradiction> contradictions_in(std::span<const OrderReport> orders,
                                             std::span<const FillReport> trades = {});

/// Whether the order is one of those: what is said of it cannot be acted on.
bool concerns(std::span<const Contradiction> all, const ClientOrderId& id,
              const VenueOrderId& venue_id);

}  // namespace signalbox
