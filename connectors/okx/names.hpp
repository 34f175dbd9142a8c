#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "messages/ids.hpp"
#include "messages/value.hpp"

namespace signalbox::okx {

/// How orders of ours are named at the venue. It has two kinds of orders with ids of their own,
/// plain ones (`ordId`) and algo orders (`algoId`), and one algo order may be two legs of ours: a
/// pair of stop and target. Our VenueOrderId says which:
///
///     "312269865356374016"      a plain order
///     "algo-312269865356374016"     an algo order; of a pair, its stop
///     "algo-312269865356374016-tp"  the target of a pair
///     "312269865356374016-sl", "-tp"   legs attached to a plain order, not live yet
struct VenueNumber {
  enum class Kind : std::uint8_t { plain = 1, algo, attached };
  Kind kind = Kind::plain;
  std::string_view number;  ///< the venue's own digits
  bool is_target = false;   ///< of a pair or of attached legs
};

VenueOrderId plain_id(std::string_view number);
VenueOrderId algo_id(std::string_view number, bool is_target = false);
VenueOrderId attached_id(std::string_view parent, bool is_target);
/// Nothing for a text that is none of these.
std::optional<VenueNumber> parse_venue_id(std::string_view id);

/// The client ids of an algo order: of one leg, or of a pair.
struct LegIds {
  ClientOrderId stop;    ///< or the only leg
  ClientOrderId target;  ///< empty: no pair
};

/// What stands in `algoClOrdId`: the stop's id and, of a pair, the last four characters of the
/// target's. Both can be told from it by whoever finds it at the venue, so a pair needs no memory.
/// Legs of different signals cannot be joined: nothing.
std::optional<std::string> algo_client_id(const LegIds& legs);
/// Nothing for a text that is not of our form.
std::optional<LegIds> parse_algo_client_id(std::string_view id);

/// Digits, at most as many as the venue's ids have.
bool is_number(std::string_view text);
/// Letters and digits, 1 to 32 of them: what the venue takes as a client id.
bool is_client_id(std::string_view text);

}  // namespace signalbox::okx
