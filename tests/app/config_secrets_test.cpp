#include <catch2/catch.hpp>

#include "tests/app/config_kit.hpp"

using namespace signalbox;
using namespace signalbox::test;

namespace {

constexpr std::string_view canary = "c4naryc4naryc4nary";
const std::string env_reference = "{ env = \"SIGNALBOX_MAIN_KEY\" }";

std::string with_key(std::string_view reference) {
  return with(smallest, env_reference, reference);
}

tl::expected<EngineConfig, std::vector<ConfigError>> in_folder(const TemporaryFolder& folder,
                                                               std::string_view reference) {
  const Environment environment;
  return parse_config(with_key(reference), folder.path());
}

/// The one error, which is about the key and does not hold the secret.
std::string only_error(const tl::expected<EngineConfig, std::vector<ConfigError>>& config) {
  REQUIRE_FALSE(config);
  REQUIRE(config.error().size() == 1);
  const auto& error = config.error()[0];
  CHECK(error.path == "account[0].api_key");
  CHECK(error.line == 7);
  CHECK(error.text("box.toml").find(canary) == std::string::npos);
  return error.what;
}

}  // namespace

TEST_CASE("a secret comes from a file that only its owner can read", "[config][secrets]") {
  const TemporaryFolder folder;
  folder.write("main.key", std::string{canary} + "\r\n");
  auto config = in_folder(folder, "{ file = \"main.key\" }");
  REQUIRE(config);
  CHECK(config->accounts[0].api_key.reveal() == canary);  // without the line's end
  CHECK(config->accounts[0].api_secret.reveal() == "env-secret");

  folder.write("main.key", canary, 0400);
  CHECK(in_folder(folder, "{ file = \"main.key\" }"));

  for (const unsigned mode : {0644U, 0640U, 0604U, 0660U}) {
    folder.write("main.key", canary, mode);
    CHECK(only_error(in_folder(folder, "{ file = \"main.key\" }")) ==
          (folder.path() / "main.key").string() + " can be read by others: chmod 600 it");
  }
}

TEST_CASE("a secret's file must be there and hold something short", "[config][secrets]") {
  const TemporaryFolder folder;
  CHECK(only_error(in_folder(folder, "{ file = \"none\" }")) == "names a file that cannot be read");
  folder.write("empty", "\n");
  CHECK(only_error(in_folder(folder, "{ file = \"empty\" }")).find("is empty") !=
        std::string::npos);
  folder.write("long", std::string(16 * 1024 + 1, 'x'));
  CHECK(only_error(in_folder(folder, "{ file = \"long\" }")).find("too long") != std::string::npos);
}

TEST_CASE("a secret comes from the environment", "[config][secrets]") {
  const Environment environment;
  const auto config = parse_config(smallest, "/base");
  REQUIRE(config);
  CHECK(config->accounts[0].api_key.reveal() == "env-key");

  setenv(Environment::key, "", 1);
  CHECK(only_error(parse_config(smallest, "/base")) ==
        "names a variable that the environment does not have");
  unsetenv(Environment::key);
  CHECK(only_error(parse_config(smallest, "/base")) ==
        "names a variable that the environment does not have");
}

TEST_CASE("a secret written into the configuration is refused and never repeated",
          "[config][secrets]") {
  const TemporaryFolder folder;
  const std::string text{canary};
  const std::string refused =
      "must be {file = \"…\"} or {env = \"…\"}: a secret is never written here";
  for (const auto& literal :
       {"\"" + text + "\"", "[\"" + text + "\"]", "{ value = \"" + text + "\" }",
        "{ env = \"SIGNALBOX_MAIN_KEY\", also = \"" + text + "\" }",
        "{ file = 7, \"" + text + "\" = 1 }", "{ file = \"a\", env = \"" + text + "\" }"}) {
    INFO(literal);
    CHECK(only_error(in_folder(folder, literal)) == refused);
  }
  // Where a name was asked for.
  static_cast<void>(only_error(in_folder(folder, "{ env = \"" + text + "\" }")));
  static_cast<void>(only_error(in_folder(folder, "{ file = \"" + text + "\" }")));
}

TEST_CASE("a mistake of syntax beside a secret does not repeat it", "[config][secrets]") {
  const std::string text{canary};
  const std::string digits = "31415926535897932384626433832795";
  for (const auto& broken :
       {text, "\"" + text, "'" + text, "\"" + text + "\" x", "{ env = " + text + " }",
        "{ env = \"" + text + "\"", digits, "0x" + digits, "0." + digits + "e99999", "-" + text,
        "\"\\q" + text + "\"", "true" + text, "inf" + text, "2026-01-01" + text, "\"\"\"" + text}) {
    INFO(broken);
    const auto errors = errors_of(with_key(broken));
    REQUIRE_FALSE(errors.empty());
    for (const auto& each : errors) {
      CHECK(each.text("box.toml").find(text) == std::string::npos);
      CHECK(each.text("box.toml").find(digits) == std::string::npos);
    }
  }
}
