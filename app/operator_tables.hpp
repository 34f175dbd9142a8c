#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "messages/answers.hpp"

namespace signalbox {

/// What the open brackets of an account own of one instrument.
struct HeldPosition {
  AccountName account;
  Symbol symbol;
  Quantity position;  ///< base units; short is negative
  Quantity covered;   ///< of that, under live stops; never negative
  std::uint32_t brackets = 0;
  std::int64_t uncovered_ms = 0;  ///< the longest of any of them so far
  static constexpr auto fields = Fields{field("account", &HeldPosition::account),
                                        field("symbol", &HeldPosition::symbol),
                                        field("position", &HeldPosition::position),
                                        field("covered", &HeldPosition::covered),
                                        field("brackets", &HeldPosition::brackets),
                                        field("uncovered_ms", &HeldPosition::uncovered_ms)};
  friend bool operator==(const HeldPosition&, const HeldPosition&) = default;
};

/// Sums per account and instrument, in their order.
std::vector<HeldPosition> positions_of(std::span<const BracketEvent> brackets);
/// Those that nobody knows the fate of.
std::vector<OrderEvent> unknowns_of(std::span<const OrderEvent> orders);

// What an operator reads in a terminal: a line of heads and a line for each, aligned; one sentence
// where there is nothing. Every line ends with a newline.
std::string status_text(const StatusAnswer& status);
std::string brackets_text(std::span<const BracketEvent> brackets);
std::string orders_text(std::span<const OrderEvent> orders);
std::string unknowns_text(std::span<const OrderEvent> unknowns);
std::string positions_text(std::span<const HeldPosition> positions);
std::string why_text(const WhyAnswer& why);

}  // namespace signalbox
