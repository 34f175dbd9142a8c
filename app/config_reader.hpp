#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "app/config.hpp"
#include "app/toml.hpp"
#include "messages/decimal.hpp"
#include "messages/field.hpp"
#include "messages/secret.hpp"

namespace signalbox {

/// Reads one table of a configuration, noting every violation with its place. What is missing
/// keeps the value it has. Included by app/config*.cpp only.
class ConfigReader {
 public:
  ConfigReader(const toml::table& table, std::string path, std::filesystem::path base,
               std::vector<ConfigError>& errors)
      : table_(table), path_(std::move(path)), base_(std::move(base)), errors_(errors) {}

  bool has(std::string_view key) { return find(key) != nullptr; }
  void require(std::string_view key);

  void text(std::string_view key, std::string& into);
  void path(std::string_view key, std::filesystem::path& into);
  void boolean(std::string_view key, bool& into);
  void texts(std::string_view key, std::vector<std::string>& into);
  /// Money and ratios: a quoted decimal or a whole number, never a TOML float.
  void decimal(std::string_view key, Decimal& into);
  template <class Amount>
  void amount(std::string_view key, Amount& into) {
    Decimal value = into.decimal();
    decimal(key, value);
    into = Amount{value};
  }
  template <class Amount>
  void amount(std::string_view key, std::optional<Amount>& into) {
    if (!has(key)) return;
    Amount value{};
    amount(key, value);
    into = value;
  }
  void decimal(std::string_view key, std::optional<Decimal>& into);
  /// "500ms", "1s", "10us", "2m", "1h".
  void duration(std::string_view key, Duration& into, Duration least = Duration::min(),
                Duration most = Duration::max());
  template <class Int>
  void integer(std::string_view key, Int& into, std::int64_t least, std::int64_t most) {
    if (const auto value = whole(key, least, most)) into = static_cast<Int>(*value);
  }
  template <HasNames E>
  void choice(std::string_view key, E& into) {
    std::string word;
    text(key, word);
    if (word.empty()) return;
    std::string known;
    for (const auto& each : enum_names<E>) {
      if (each.name == word) {
        into = each.value;
        return;
      }
      known += known.empty() ? "" : ", ";
      known += each.name;
    }
    wrong(key, "'" + word + "' is none of " + known);
  }
  /// {file = "…"} or {env = "…"}.
  void secret(std::string_view key, Secret& into);

  void table(std::string_view key, const std::function<void(ConfigReader&)>& read);
  void tables(std::string_view key, const std::function<void(ConfigReader&)>& read);

  void wrong(std::string_view key, std::string what);
  std::string name(std::string_view key) const;
  const std::filesystem::path& base() const { return base_; }

  /// Every key that nothing asked for is a violation; call it last.
  void finish();

 private:
  const toml::node* find(std::string_view key);
  std::optional<std::int64_t> whole(std::string_view key, std::int64_t least, std::int64_t most);
  void wrong_type(std::string_view key, std::string_view wanted);

  const toml::table& table_;
  std::string path_;
  std::filesystem::path base_;
  std::vector<ConfigError>& errors_;
  std::set<std::string, std::less<>> asked_;
};

}  // namespace signalbox
