#pragma once

#include <string>
#include <string_view>

#include "connectors/kit/market_table.hpp"
#include "connectors/kit/order_rows.hpp"

namespace signalbox::bybit {

using kit::MarketIndex;

/// The venue's product lines that this connector trades. Every request names one.
enum class Category : std::uint8_t { spot = 1, linear };
constexpr std::string_view word(Category category) {
  return category == Category::spot ? "spot" : "linear";
}
std::optional<Category> category_of(std::string_view word);

/// One instrument. The venue uses the same name for a spot pair and its perpetual, so the name the
/// table knows it by carries the category: "linear/BTCUSDT".
struct Market : kit::MarketBase {
  Category category = Category::spot;
  std::string name;  ///< "BTCUSDT", as requests and streams spell it
  Asset settle;      ///< linear: what margin and fees are paid in
  /// The venue's own bound of a post-only order; zero: that of every limit order.
  Quantity post_only_max;
};

using Markets = kit::MarketTable<Market>;

std::string table_name(Category category, std::string_view name);
inline const Market* find(const Markets& markets, Category category, std::string_view name) {
  return markets.find_wire(table_name(category, name));
}

/// What a symbol of ours is called there, before the table is loaded: "BTC/USDT" → spot "BTCUSDT",
/// "BTC/USDT:USDT" → linear "BTCUSDT".
struct NameGuess {
  Category category = Category::spot;
  std::string name;
};
NameGuess guess_name(const Symbol& symbol);

/// Names that can stand in a query, a topic and a JSON string without escaping.
bool is_plain_name(std::string_view name);

}  // namespace signalbox::bybit
