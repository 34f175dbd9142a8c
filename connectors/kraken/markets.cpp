#include "connectors/kraken/markets.hpp"

#include <algorithm>

namespace signalbox::kraken {

void AssetNames::put(std::string_view id, std::string_view name) {
  if (names_.size() < assets_max || names_.contains(id))
    names_.insert_or_assign(std::string{id}, std::string{common_name(name)});
}

std::string AssetNames::name_of(std::string_view id) const {
  constexpr std::string_view rewarded = ".F";
  if (id.ends_with(rewarded)) return name_of(id.substr(0, id.size() - rewarded.size()));
  const auto found = names_.find(id);
  return std::string{found == names_.end() ? common_name(id) : std::string_view{found->second}};
}

std::string_view common_name(std::string_view venue_name) {
  if (venue_name == "XBT") return "BTC";
  if (venue_name == "XDG") return "DOGE";
  return venue_name;
}

std::string stream_name_of(std::string_view old_stream_name) {
  const auto slash = old_stream_name.find('/');
  if (slash == std::string_view::npos) return {};
  std::string name{common_name(old_stream_name.substr(0, slash))};
  return name.append("/").append(common_name(old_stream_name.substr(slash + 1)));
}

bool Markets::put(Market market) {
  const std::string wire = market.wire, alt_name = market.alt_name, stream = market.stream_name;
  if (!MarketTable::put(std::move(market))) return false;
  const auto index = find_wire(wire)->index;
  for (const auto& name : {alt_name, stream})
    if (!name.empty()) other_names_.insert_or_assign(name, index);
  return true;
}

const Market* Markets::find_any(std::string_view name) const {
  if (const auto* market = find_wire(name)) return market;
  const auto other = other_names_.find(name);
  return other == other_names_.end() ? nullptr : &(*this)[other->second];
}

bool is_plain_name(std::string_view name) {
  constexpr std::size_t name_max = 32;
  return !name.empty() && name.size() <= name_max &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                  c == '.' || c == '-' || c == '_';
         });
}

}  // namespace signalbox::kraken
