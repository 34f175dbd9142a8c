#include "connectors/binanceusdm/ids.hpp"

#include <algorithm>
#include <string>

namespace signalbox::binanceusdm {

VenueOrderId plain_id(std::int64_t number) { return VenueOrderId{std::to_string(number)}; }
VenueOrderId algo_id(std::int64_t number) { return VenueOrderId{"a" + std::to_string(number)}; }
bool is_algo(const VenueOrderId& id) { return id.view().starts_with('a'); }

std::string_view wire_id(const VenueOrderId& id) { return id.view().substr(is_algo(id) ? 1 : 0); }

bool is_venue_id(const VenueOrderId& id) {
  const auto digits = wire_id(id);
  return !digits.empty() &&
         std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace signalbox::binanceusdm
