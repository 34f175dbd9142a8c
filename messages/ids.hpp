#pragma once

#include <cstdint>
#include <optional>

#include "messages/enums.hpp"
#include "messages/result.hpp"
#include "messages/value.hpp"

namespace signalbox {

/// Four characters drawn once when a journal is created: the prefix of every order it ever sends,
/// by which an order at the venue is known to be ours.
using Book = Name<struct BookTag, 4>;

/// Ten characters: which signal of which strategy on which account. The key of a bracket.
using SignalHash = Name<struct SignalHashTag, 10>;

/// Eighteen characters `[0-9a-z]`: book (4) + signal hash (10) + leg (1) + generation (3).
/// Derived, never random: the same signal and leg give the same id after any restart.
using ClientOrderId = Name<struct ClientOrderIdTag, 18>;

inline constexpr std::size_t legs_per_kind_max = 8;
inline constexpr std::uint32_t generation_max = 36 * 36 * 36 - 1;

/// A leg of one bracket. Stops and targets come in numbers: stop 2 and target 2 cover the same
/// slice of the position. A close has index 0, and so has an entry but for `lone_entry`.
struct LegId {
  LegKind kind = LegKind::entry;
  std::uint8_t index = 0;

  friend constexpr auto operator<=>(const LegId&, const LegId&) = default;
};
/// An order without protection, by request. Its id says so, because its record may be lost: what it
/// holds is its owner's, while what an entry holds without a record has to be closed.
inline constexpr LegId lone_entry{LegKind::entry, 1};

struct ParsedClientOrderId {
  Book book;
  SignalHash signal;
  LegId leg;
  std::uint32_t generation = 0;

  friend bool operator==(const ParsedClientOrderId&, const ParsedClientOrderId&) = default;
};

/// First 51 bits of SHA-256 over the three names with their lengths, in base 36.
SignalHash signal_hash(const AccountName&, const StrategyName&, const SignalId&);
ClientOrderId client_order_id(const Book&, const SignalHash&, LegId, std::uint32_t generation);
/// Nothing for an id that is not of this form: somebody else's order.
std::optional<ParsedClientOrderId> parse_client_order_id(std::string_view id);

}  // namespace signalbox
