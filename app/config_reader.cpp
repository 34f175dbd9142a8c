#include "app/config_reader.hpp"

#include <algorithm>
#include <cstdlib>

#include "app/secret_file.hpp"

namespace signalbox {
namespace {

/// Edits between two words, for "did you mean".
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t corner = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t old = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, corner + (a[i - 1] == b[j - 1] ? 0 : 1)});
      corner = old;
    }
  }
  return row[b.size()];
}

struct Unit {
  std::string_view name;
  Duration length;
};
constexpr std::array units{
    Unit{"ns", std::chrono::nanoseconds{1}},  Unit{"us", std::chrono::microseconds{1}},
    Unit{"ms", std::chrono::milliseconds{1}}, Unit{"s", std::chrono::seconds{1}},
    Unit{"m", std::chrono::minutes{1}},       Unit{"h", std::chrono::hours{1}}};

/// As it would be written: in the largest unit that holds it exactly.
std::string text_of(Duration duration) {
  const auto* best = &units.front();
  for (const auto& unit : units)
    if (duration % unit.length == Duration::zero()) best = &unit;
  return duration == Duration::zero()
             ? "0s"
             : std::to_string(duration / best->length) + std::string{best->name};
}

}  // namespace

std::string ConfigReader::name(std::string_view key) const {
  return path_.empty() ? std::string{key} : path_ + "." + std::string{key};
}

void ConfigReader::wrong(std::string_view key, std::string what) {
  // A missing key is told at the line of its table.
  const toml::node* node = table_.get(key);
  const auto at = (node != nullptr ? *node : static_cast<const toml::node&>(table_)).source().begin;
  errors_.push_back(
      {.path = name(key), .line = at.line, .column = at.column, .what = std::move(what)});
}

const toml::node* ConfigReader::find(std::string_view key) {
  asked_.emplace(key);
  return table_.get(key);
}

void ConfigReader::wrong_type(std::string_view key, std::string_view wanted) {
  wrong(key, "must be " + std::string{wanted});
}

void ConfigReader::require(std::string_view key) {
  if (!has(key)) wrong(key, "is required");
}

void ConfigReader::text(std::string_view key, std::string& into) {
  const auto* node = find(key);
  if (node == nullptr) return;
  const auto* value = node->as_string();
  if (value == nullptr)
    wrong_type(key, "a text");
  else if (value->get().empty())
    wrong(key, "must not be empty");
  else
    into = value->get();
}

void ConfigReader::path(std::string_view key, std::filesystem::path& into) {
  std::string value;
  text(key, value);
  if (!value.empty()) into = base_ / value;  // an absolute one stays what it is
}

void ConfigReader::boolean(std::string_view key, bool& into) {
  const auto* node = find(key);
  if (node == nullptr) return;
  if (const auto* value = node->as_boolean())
    into = value->get();
  else
    wrong_type(key, "true or false");
}

void ConfigReader::texts(std::string_view key, std::vector<std::string>& into) {
  const auto* node = find(key);
  if (node == nullptr) return;
  const auto* list = node->as_array();
  if (list == nullptr) {
    wrong_type(key, "a list of texts");
    return;
  }
  if (list->empty()) wrong(key, "must not be empty");
  into.clear();
  for (const auto& each : *list) {
    if (const auto* value = each.as_string())
      into.push_back(value->get());
    else
      wrong_type(key, "a list of texts");
  }
}

void ConfigReader::decimal(std::string_view key, Decimal& into) {
  const auto* node = find(key);
  if (node == nullptr) return;
  if (const auto* whole = node->as_integer()) {
    into = Decimal{whole->get()};
  } else if (const auto* quoted = node->as_string()) {
    const auto value = Decimal::parse(quoted->get());
    if (value)
      into = *value;
    else
      wrong(key, "'" + quoted->get() + "' is no decimal number");
  } else if (node->is_floating_point()) {
    wrong(key, "is a float, which cannot hold money exactly: put it in quotes");
  } else {
    wrong_type(key, "a decimal in quotes or a whole number");
  }
  if (into.is_negative() || into > amount_max)
    wrong(key, "must lie between 0 and " + amount_max.str());
}

void ConfigReader::decimal(std::string_view key, std::optional<Decimal>& into) {
  if (!has(key)) return;
  Decimal value;
  decimal(key, value);
  into = value;
}

void ConfigReader::duration(std::string_view key, Duration& into, Duration least, Duration most) {
  std::string value;
  const auto* node = find(key);
  if (node == nullptr) return;
  if (const auto* quoted = node->as_string()) value = quoted->get();
  const auto digits = value.find_first_not_of("0123456789");
  if (digits != std::string::npos && digits > 0 && digits <= 9)
    for (const auto& unit : units)
      if (value.substr(digits) == unit.name) {
        into = std::stoll(value.substr(0, digits)) * unit.length;
        if (into < least || into > most)
          wrong(key, "must lie between " + text_of(least) + " and " + text_of(most));
        return;
      }
  wrong(key, "must be a duration in quotes such as \"500ms\", \"10us\" or \"2s\"");
}

std::optional<std::int64_t> ConfigReader::whole(std::string_view key, std::int64_t least,
                                                std::int64_t most) {
  const auto* node = find(key);
  if (node == nullptr) return std::nullopt;
  const auto* value = node->as_integer();
  if (value == nullptr || value->get() < least || value->get() > most) {
    wrong(key,
          "must be a whole number from " + std::to_string(least) + " to " + std::to_string(most));
    return std::nullopt;
  }
  return value->get();
}

void ConfigReader::secret(std::string_view key, Secret& into) {
  const auto* node = find(key);
  if (node == nullptr) return;
  const auto* reference = node->as_table();
  const auto* file = reference == nullptr ? nullptr : reference->get_as<std::string>("file");
  const auto* variable = reference == nullptr ? nullptr : reference->get_as<std::string>("env");
  if (reference == nullptr || reference->size() != 1 ||
      (file == nullptr) == (variable == nullptr)) {
    wrong(key, "must be {file = \"…\"} or {env = \"…\"}: a secret is never written here");
    return;
  }
  // Neither name is told: where one was expected, somebody may have written the secret itself.
  if (variable != nullptr) {
    const char* value = std::getenv(variable->get().c_str());
    if (value == nullptr || *value == '\0')
      wrong(key, "names a variable that the environment does not have");
    else
      into = Secret::take(std::string{value});
    return;
  }
  auto secret = read_secret_file(base_ / file->get());
  if (secret)
    into = std::move(*secret);
  else
    wrong(key, secret.error().what);
}

void ConfigReader::table(std::string_view key, const std::function<void(ConfigReader&)>& read) {
  const auto* node = find(key);
  if (node == nullptr) return;
  const auto* inner = node->as_table();
  if (inner == nullptr) {
    wrong_type(key, "a table");
    return;
  }
  ConfigReader reader{*inner, name(key), base_, errors_};
  read(reader);
  reader.finish();
}

void ConfigReader::tables(std::string_view key, const std::function<void(ConfigReader&)>& read) {
  const auto* node = find(key);
  if (node == nullptr) return;
  const auto* list = node->as_array();
  if (list == nullptr || !list->is_homogeneous(toml::node_type::table)) {
    wrong(key, "must be tables: [[" + name(key) + "]]");
    return;
  }
  std::size_t index = 0;
  for (const auto& each : *list) {
    ConfigReader reader{*each.as_table(), name(key) + "[" + std::to_string(index++) + "]", base_,
                        errors_};
    read(reader);
    reader.finish();
  }
}

void ConfigReader::finish() {
  for (const auto& [key, value] : table_) {
    if (asked_.contains(key.str())) continue;
    const auto nearest =
        std::min_element(asked_.begin(), asked_.end(), [&](const auto& a, const auto& b) {
          return distance(a, key.str()) < distance(b, key.str());
        });
    std::string what = "is unknown";
    if (nearest != asked_.end() && distance(*nearest, key.str()) <= 3)
      what += ": did you mean '" + *nearest + "'?";
    wrong(key.str(), std::move(what));
  }
}

}  // namespace signalbox
