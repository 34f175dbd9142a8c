#include "connectors/bybit/markets.hpp"

#include <algorithm>

namespace signalbox::bybit {

std::optional<Category> category_of(std::string_view text) {
  if (text == word(Category::spot)) return Category::spot;
  if (text == word(Category::linear)) return Category::linear;
  return std::nullopt;
}

std::string table_name(Category category, std::string_view name) {
  std::string key{word(category)};
  key.append("/").append(name);
  return key;
}

NameGuess guess_name(const Symbol& symbol) {
  NameGuess guess;
  std::string pair = symbol.str();
  const auto colon = pair.find(':');
  if (colon != pair.npos) guess.category = Category::linear;
  pair.resize(std::min(colon, pair.size()));
  const auto slash = pair.find('/');
  const auto quote = slash == pair.npos ? std::string{} : pair.substr(slash + 1);
  // Perpetuals in USDC are named for what they are.
  if (guess.category == Category::linear && quote == "USDC")
    guess.name = pair.substr(0, slash) + "PERP";
  else
    guess.name = pair.substr(0, slash) + quote;
  return guess;
}

bool is_plain_name(std::string_view name) {
  constexpr std::size_t bytes_max = 40;
  return !name.empty() && name.size() <= bytes_max &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                  c == '-' || c == '_' || c == '.';
         });
}

}  // namespace signalbox::bybit
