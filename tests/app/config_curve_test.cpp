#include <catch2/catch.hpp>

#include "tests/app/config_kit.hpp"

using namespace signalbox;
using namespace signalbox::test;
using Lines = std::vector<std::string>;

namespace {

const std::string peer = std::string{"trend-1 "} + Environment::curve_public;
const std::string other = "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7";
const std::string secret_line = "secret_key = { env = \"SIGNALBOX_CURVE_KEY\" }\n";
const std::string entry_rule =
    "must be a name (1 to 24 of a-z, 0-9, _ and -), a space and a public key of 40 characters";

/// [bus] is line 3, its line 4, [bus.curve] line 5.
std::string bus(std::string_view line, std::string_view curve) {
  return with(
      smallest, "[[account]]",
      "[bus]\n" + std::string{line} + "\n[bus.curve]\n" + std::string{curve} + "[[account]]");
}

}  // namespace

TEST_CASE("with keys and a list the bus may listen beyond this machine", "[config][curve]") {
  const Environment environment;
  const TemporaryFolder folder;
  folder.write("clients", "# ours\n\n  monitor " + other + " \r\n", 0644);
  const auto config =
      parse_config(bus("events = [\"tcp://192.168.1.10:7412\"]",
                       secret_line + "allowed = [\"" + peer + "\"]\nallowed_file = \"clients\"\n"),
                   folder.path());
  REQUIRE(config);
  REQUIRE(config->keys);
  CHECK(config->keys->public_key.text() == Environment::curve_public);
  REQUIRE(config->bus.allowed.size() == 2);
  CHECK(config->bus.allowed[0].name == "trend-1");
  CHECK(config->bus.allowed[1].name == "monitor");
  CHECK(config->bus.allowed[1].key.text() == other);
}

TEST_CASE("keys without a list, and a list without keys, are refused where they stand",
          "[config][curve]") {
  CHECK(told(bus("io_threads = 1", secret_line)) ==
        Lines{"bus.curve.allowed:5 keys are configured, but nobody is let in"});
  CHECK(told(bus("io_threads = 1", "allowed = [\"" + peer + "\"]\n")) ==
        Lines{"bus.curve.secret_key:5 is required"});
  const auto beyond = errors_of(bus("ticks = [\"tcp://0.0.0.0:1\"]", secret_line));
  REQUIRE(beyond.size() == 2);
  CHECK(beyond[0].path == "bus.ticks[0]");
  CHECK(beyond[0].line == 4);
}

TEST_CASE("an entry of the list is a name and a key, once", "[config][curve]") {
  const auto allowed = [](const std::string& entries) {
    return told(
        bus("io_threads = 1", "allowed = [\"" + peer + "\", " + entries + "]\n" + secret_line));
  };
  const std::string at = "bus.curve.allowed:6 ";
  CHECK(allowed("\"" + other + "\"") == Lines{at + entry_rule});
  CHECK(allowed("\"Trend " + other + "\"") == Lines{at + entry_rule});
  CHECK(allowed("\"b short\"") == Lines{at + entry_rule});
  CHECK(allowed("\"trend-1 " + other + "\"") == Lines{at + "has 'trend-1' twice"});
  CHECK(allowed("\"b " + std::string{Environment::curve_public} + "\"") ==
        Lines{at + "has one key for 'trend-1' and 'b'"});
}

TEST_CASE("every line of a list's file that is wrong is told", "[config][curve]") {
  const Environment environment;
  const TemporaryFolder folder;
  folder.write("clients", "a\nmonitor " + other + "\nb " + std::string(39, 'x') + "\n");
  auto config = parse_config(bus("io_threads = 1", secret_line + "allowed_file = \"clients\"\n"),
                             folder.path());
  REQUIRE_FALSE(config);
  REQUIRE(config.error().size() == 2);
  CHECK(config.error()[0].path == "bus.curve.allowed_file");
  CHECK(config.error()[0].what == "line 1 of clients " + entry_rule);
  CHECK(config.error()[1].what == "line 3 of clients " + entry_rule);
  config =
      parse_config(bus("io_threads = 1", secret_line + "allowed_file = \"none\"\n"), folder.path());
  REQUIRE_FALSE(config);
  REQUIRE(config.error().size() == 1);
  CHECK(config.error()[0].what == "names a file that cannot be read, or is too long");
}

TEST_CASE("a secret key is never told, whatever is wrong with it", "[config][curve][secrets]") {
  const Environment environment;
  const TemporaryFolder folder;
  const std::string key{Environment::curve_secret};
  folder.write("short", key.substr(1));
  folder.write("open", key, 0644);
  for (const auto& curve :
       {"secret_key = \"" + key + "\"\n", std::string{"secret_key = { file = \"short\" }\n"},
        std::string{"secret_key = { file = \"open\" }\n"},
        secret_line + "allowed = [\"" + key + "\"]\n",
        secret_line + "allowed = [\"a\"]\nallowed_file = \"open\"\n"}) {
    INFO(curve);
    const auto config = parse_config(bus("io_threads = 1", curve), folder.path());
    REQUIRE_FALSE(config);
    for (const auto& each : config.error())
      CHECK(each.text("box.toml").find(key.substr(5, 20)) == std::string::npos);
  }
}
