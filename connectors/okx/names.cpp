#include "connectors/okx/names.hpp"

#include <algorithm>

namespace signalbox::okx {
namespace {

constexpr std::string_view algo_prefix = "algo-";
constexpr std::string_view target_suffix = "-tp";
constexpr std::string_view stop_suffix = "-sl";
constexpr std::size_t number_max = 24;     // digits; the venue's have 19
constexpr std::size_t client_id_max = 32;  // characters
constexpr std::size_t own_tail = 4;        // leg and generation, after book and signal
static_assert(ClientOrderId::capacity + own_tail <= client_id_max);

bool is_digit(char c) { return c >= '0' && c <= '9'; }

VenueOrderId joined(std::string_view a, std::string_view b, std::string_view c = {}) {
  std::string text;
  text.append(a).append(b).append(c);
  return VenueOrderId{text};
}

}  // namespace

VenueOrderId plain_id(std::string_view number) { return VenueOrderId{number}; }

VenueOrderId algo_id(std::string_view number, bool is_target) {
  return joined(algo_prefix, number, is_target ? target_suffix : std::string_view{});
}

VenueOrderId attached_id(std::string_view parent, bool is_target) {
  return joined(parent, is_target ? target_suffix : stop_suffix);
}

std::optional<VenueNumber> parse_venue_id(std::string_view id) {
  VenueNumber found;
  if (id.starts_with(algo_prefix)) {
    found.kind = VenueNumber::Kind::algo;
    id.remove_prefix(algo_prefix.size());
  }
  const bool is_target = id.ends_with(target_suffix);
  if (is_target || id.ends_with(stop_suffix)) {
    if (found.kind == VenueNumber::Kind::plain) found.kind = VenueNumber::Kind::attached;
    if (found.kind == VenueNumber::Kind::algo && !is_target) return std::nullopt;
    found.is_target = is_target;
    id.remove_suffix(target_suffix.size());
  }
  if (!is_number(id)) return std::nullopt;
  found.number = id;
  return found;
}

std::optional<std::string> algo_client_id(const LegIds& legs) {
  const auto stop = legs.stop.view();
  const auto target = legs.target.view();
  if (target.empty()) return std::string{stop};
  if (stop.size() != target.size() || stop.size() <= own_tail) return std::nullopt;
  const auto shared = stop.size() - own_tail;
  if (stop.substr(0, shared) != target.substr(0, shared)) return std::nullopt;
  return std::string{stop}.append(target.substr(shared));
}

std::optional<LegIds> parse_algo_client_id(std::string_view id) {
  constexpr auto own = ClientOrderId::capacity;
  if (id.size() != own && id.size() != own + own_tail) return std::nullopt;
  const auto stop = id.substr(0, own);
  if (!parse_client_order_id(stop)) return std::nullopt;
  LegIds legs{ClientOrderId{stop}, {}};
  if (id.size() == own) return legs;
  const auto target = std::string{id.substr(0, own - own_tail)}.append(id.substr(own));
  if (!parse_client_order_id(target)) return std::nullopt;
  legs.target = ClientOrderId{target};
  return legs;
}

bool is_number(std::string_view text) {
  return !text.empty() && text.size() <= number_max &&
         std::all_of(text.begin(), text.end(), is_digit);
}

bool is_client_id(std::string_view text) {
  return !text.empty() && text.size() <= client_id_max &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
         });
}

}  // namespace signalbox::okx
