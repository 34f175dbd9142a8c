#pragma once

#include <cstdint>
#include <string_view>

#include "messages/value.hpp"

namespace signalbox::binanceusdm {

/// Conditional orders have an id space of their own at this venue. In ours they are told apart by
/// a letter in front: "a2148719".
VenueOrderId plain_id(std::int64_t number);
VenueOrderId algo_id(std::int64_t number);
bool is_algo(const VenueOrderId& id);
/// As the venue writes it.
std::string_view wire_id(const VenueOrderId& id);
bool is_venue_id(const VenueOrderId& id);

}  // namespace signalbox::binanceusdm
