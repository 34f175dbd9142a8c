// docs/configuration.md, docs/examples/all-options.toml and what the program reads name the same
// options: each of the three is compared with the next.
#include <catch2/catch.hpp>
#include <iterator>
#include <regex>
#include <set>

#include "app/toml.hpp"
#include "tests/app/config_kit.hpp"

using namespace signalbox;
using namespace signalbox::test;
using Options = std::set<std::string>;

namespace {

const std::filesystem::path root{SIGNALBOX_ROOT};

std::string read(const std::filesystem::path& file) {
  std::ifstream in{root / file};
  REQUIRE(in);
  return {std::istreambuf_iterator<char>{in}, {}};
}

/// "account.limits.max_order_notional", …: a secret's reference is one option.
void collect(const toml::table& table, const std::string& path, Options& found) {
  for (const auto& [key, value] : table) {
    const auto name = path + std::string{key.str()};
    if (const auto* inner = value.as_table(); inner != nullptr && !inner->is_inline())
      collect(*inner, name + ".", found);
    else if (const auto* list = value.as_array();
             list != nullptr && list->is_homogeneous(toml::node_type::table))
      collect(*list->get(0)->as_table(), name + ".", found);
    else
      found.insert(name);
  }
}

Options in_example() {
  const auto table = toml::parse(read("docs/examples/all-options.toml"));
  Options found;
  collect(table, "", found);
  return found;
}

Options matches(const std::string& text, const std::regex& pattern) {
  Options found;
  for (std::sregex_iterator at{text.begin(), text.end(), pattern}, end; at != end; ++at)
    found.insert((*at)[1].str());
  return found;
}

}  // namespace

TEST_CASE("the examples load", "[config][docs]") {
  const Environment environment;
  for (const auto* name : {"docs/examples/signalbox.toml", "docs/examples/all-options.toml"}) {
    INFO(name);
    const auto config = load_config(root / name);
    if (!config)
      for (const auto& each : config.error()) UNSCOPED_INFO(each.text(name));
    CHECK(config);
  }
}

TEST_CASE("the documentation and the complete example name the same options", "[config][docs]") {
  // The first column of every table: | `engine.wait` | …
  const auto documented =
      matches(read("docs/configuration.md"), std::regex{"\n\\| `([a-z_.]+)` \\|"});
  CHECK(documented == in_example());
}

TEST_CASE("the complete example names every option that the program reads", "[config][docs]") {
  const auto read_by_program =
      matches(read("app/config.cpp"),
              std::regex{"\\.(?:text|path|boolean|texts|decimal|amount|duration|integer|choice|"
                         "secret|table|tables)\\(\"([a-z_]+)\""});
  Options words;  // of the options' paths, tables included
  for (const auto& option : in_example())
    for (const auto& word : matches(option, std::regex{"([a-z_]+)"})) words.insert(word);
  CHECK(words == read_by_program);
}

TEST_CASE("the documentation's own example loads", "[config][docs]") {
  const auto text = read("docs/configuration.md");
  const std::string fence = "```toml\n";
  const auto at = text.find(fence);
  REQUIRE(at != text.npos);
  const auto begin = at + fence.size();
  CHECK(told(text.substr(begin, text.find("```", begin) - begin)) == std::vector<std::string>{});
}
