#pragma once

#include <map>
#include <string>
#include <string_view>

#include "connectors/kit/market_table.hpp"
#include "connectors/kit/order_rows.hpp"

namespace signalbox::kraken {

using kit::MarketIndex;

/// One pair. The venue spells it in four ways: id "XXBTZUSD" (`wire`), "XBTUSD" (answers about
/// orders), "XBT/USD" (its old streams) and "BTC/USD" (its streams today, and ours).
struct Market : kit::MarketBase {
  std::string alt_name;
  std::string stream_name;  ///< "BTC/USD"
};

/// Assets by the venue's ids: "XXBT" is BTC, "ZUSD" is USD. Ids are looked up, never cut: newer
/// assets begin with X and Z for no reason but their name. Loop thread only.
class AssetNames {
 public:
  static constexpr std::size_t assets_max = 20'000;

  /// `name` as the venue calls it for people: "XBT".
  void put(std::string_view id, std::string_view name);
  /// What an id or a name of the venue is called here. Unknown ones keep their own. What earns a
  /// reward and can be spent all the same ("USDT.F") is the asset itself; what is locked
  /// ("DOT.S") is another.
  std::string name_of(std::string_view id) const;

 private:
  std::map<std::string, std::string, std::less<>> names_;
};

/// "XBT" is BTC and "XDG" is DOGE everywhere but at this venue.
std::string_view common_name(std::string_view venue_name);
/// "XBT/USD" → "BTC/USD". Empty for what has no slash.
std::string stream_name_of(std::string_view old_stream_name);

/// All pairs, by any of their names. Loop thread only.
class Markets : public kit::MarketTable<Market> {
 public:
  [[nodiscard]] bool put(Market market);
  /// By id, second name or stream name.
  const Market* find_any(std::string_view name) const;

 private:
  std::map<std::string, MarketIndex, std::less<>> other_names_;
};

/// Names that can stand in a form, a topic and a JSON string without escaping.
bool is_plain_name(std::string_view name);

}  // namespace signalbox::kraken
