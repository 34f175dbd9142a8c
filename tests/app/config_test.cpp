#include <catch2/catch.hpp>

#include "tests/app/config_kit.hpp"

using namespace signalbox;
using namespace signalbox::test;
using namespace std::chrono_literals;
using Lines = std::vector<std::string>;

TEST_CASE("the smallest configuration has the safe defaults", "[config]") {
  const Environment environment;
  const auto config = parse_config(smallest, "/base");
  REQUIRE(config);
  CHECK(config->journal_directory == "/base/journal");
  CHECK(config->runtime_directory == default_runtime_folder());
  CHECK(config->durability == Durability::process);
  CHECK(config->hot.wait == WaitMode::block);
  REQUIRE(config->accounts.size() == 1);
  const auto& account = config->accounts[0];
  CHECK(account.name == AccountName{"main"});
  CHECK(account.symbols == std::vector{Symbol{"BTC/USDT"}});
  CHECK_FALSE(account.testnet);
  CHECK_FALSE(account.own_process);
  CHECK(account.trade_by_websocket);
  CHECK(account.limits.max_order_notional == Notional{250});
  CHECK(account.limits.max_account_notional == Notional{1000});
  CHECK(account.limits.confidence_threshold.str() == "0.6");
  CHECK_FALSE(account.limits.max_daily_loss);
  CHECK_FALSE(account.limits.default_stop_loss_percent);
  CHECK(account.cover.cover_within == 1s);
}

TEST_CASE("what is missing is told by name, at its table", "[config]") {
  CHECK(told("") == Lines{"engine:1 is required: [engine] with journal_directory",
                          "account:1 is required: at least one [[account]]"});
  CHECK(told("[engine]\n" + account_part + limits_part) ==
        Lines{"engine.journal_directory:1 is required"});
  CHECK(told(engine_part + account_part + "[account.limits]\n") ==
        Lines{"account[0].limits.max_order_notional:9 is required",
              "account[0].limits.max_account_notional:9 is required"});
  CHECK(told(engine_part + account_part) ==
        Lines{"account[0].limits:3 is required: [account.limits] with max_order_notional and "
              "max_account_notional"});
  CHECK(told(engine_part + "[[account]]\n" + limits_part) ==
        Lines{"account[0].name:3 is required", "account[0].venue:3 is required",
              "account[0].api_key:3 is required", "account[0].api_secret:3 is required",
              "account[0].symbols:3 is required"});
}

TEST_CASE("everything wrong is told at once, in the order of the file", "[config]") {
  auto text = with(smallest, "\"journal\"", "\"journal\"\nspin_for = 5");
  text = with(text, "\"main\"", "\"Main\"");
  text = with(text, "\"250\"", "250.5");
  const auto errors = errors_of(text);
  REQUIRE(errors.size() == 3);
  CHECK(errors[0].path == "engine.spin_for");
  CHECK(errors[0].line == 3);
  CHECK(errors[1].path == "account[0].name");
  CHECK(errors[1].line == 5);
  CHECK(errors[2].path == "account[0].limits.max_order_notional");
  CHECK(errors[2].line == 11);
}

TEST_CASE("an unknown key is refused, with the key that was meant", "[config]") {
  CHECK(told(with(smallest, "[[account]]", "durabilty = \"power\"\n[[account]]")) ==
        Lines{"engine.durabilty:3 is unknown: did you mean 'durability'?"});
  CHECK(told(smallest + "max_daily_los = \"5\"\n") ==
        Lines{"account[0].limits.max_daily_los:12 is unknown: did you mean 'max_daily_loss'?"});
  CHECK(told(with(smallest, "[[account]]", "cpus = 1\n[[account]]")) ==
        Lines{"engine.cpus:3 is unknown: did you mean 'cpu'?"});
  CHECK(told(smallest + "[webserver]\nport = 80\n") == Lines{"webserver:12 is unknown"});
}

TEST_CASE("money is text or a whole number, never a float", "[config]") {
  const auto limit = [](std::string_view value) { return told(with(smallest, "\"250\"", value)); };
  const std::string path = "account[0].limits.max_order_notional:10 ";
  CHECK(limit("250.5") ==
        Lines{path + "is a float, which cannot hold money exactly: put it in quotes"});
  CHECK(limit("\"a lot\"") == Lines{path + "'a lot' is no decimal number"});
  CHECK(limit("true") == Lines{path + "must be a decimal in quotes or a whole number"});
  CHECK(limit("\"-1\"").size() == 1);
  CHECK(limit("-1").size() == 1);
  CHECK(limit("\"99999999999999999999\"").size() == 1);
  CHECK(limit("\"250.5\"").empty());
  CHECK(limit("250").empty());
  CHECK(told(smallest + "confidence_threshold = \"1.01\"\n") ==
        Lines{"account[0].limits.confidence_threshold:12 must lie between 0 and 1"});
}

TEST_CASE("a duration is a whole number with its unit", "[config]") {
  const auto spin = [](std::string_view value) {
    return told(
        with(smallest, "[[account]]", "spin_for = " + std::string{value} + "\n[[account]]"));
  };
  for (const auto* bad : {"5", "\"5\"", "\"s\"", "\"\"", "\"-5s\"", "\"5 s\"", "\"1.5s\"", "\"5d\"",
                          "\"9999999999s\"", "true"}) {
    INFO(bad);
    CHECK(spin(bad) == Lines{"engine.spin_for:3 must be a duration in quotes such as \"500ms\", "
                             "\"10us\" or \"2s\""});
  }
  const Environment environment;
  const auto read = [](std::string_view value) {
    const auto config =
        parse_config(smallest + "max_ticker_age = \"" + std::string{value} + "\"\n", "/base");
    REQUIRE(config);
    return config->accounts[0].limits.max_ticker_age;
  };
  CHECK(read("7ns") == 7ns);
  CHECK(read("7us") == 7us);
  CHECK(read("7ms") == 7ms);
  CHECK(read("7s") == 7s);
  CHECK(read("7m") == 7min);
  CHECK(read("7h") == 7h);
}

TEST_CASE("names, symbols and venues are checked before anything connects", "[config]") {
  const auto told_with = [](std::string_view old, std::string_view instead) {
    return told(with(smallest, old, instead));
  };
  const Lines bad_name{"account[0].name:4 must be 1 to 24 of a-z, 0-9, _ and -"};
  CHECK(told_with("\"main\"", "\"Main\"") == bad_name);
  CHECK(told_with("\"main\"", "\"a.b\"") == bad_name);
  CHECK(told_with("\"main\"", "\"abcdefghijklmnopqrstuvwxy\"") == bad_name);
  CHECK(told_with("\"main\"", "\"\"") == Lines{"account[0].name:4 must not be empty"});
  CHECK(told_with("\"main\"", "7") == Lines{"account[0].name:4 must be a text"});
  CHECK(told_with("\"binance\"", "\"nowhere\"") ==
        Lines{"account[0].venue:5 'nowhere' is no venue of this build"});
  CHECK(told_with("\"binance\"", "\"\"") == Lines{"account[0].venue:5 must not be empty"});
  CHECK(told_with("[\"BTC/USDT\"]", "[]") == Lines{"account[0].symbols:6 must not be empty"});
  CHECK(told_with("[\"BTC/USDT\"]", "[\"\"]") ==
        Lines{"account[0].symbols:6 '' is no symbol such as BTC/USDT"});
  CHECK(told_with("[\"BTC/USDT\"]", "[7]") ==
        Lines{"account[0].symbols:6 must be a list of texts"});
  CHECK(told_with("[\"BTC/USDT\"]", "\"BTC/USDT\"") ==
        Lines{"account[0].symbols:6 must be a list of texts"});
  CHECK(told(smallest + account_part + limits_part) ==
        Lines{"account[1].name:13 is the name of an earlier account too"});
}

TEST_CASE("choices, switches and whole numbers are told what they may be", "[config]") {
  const auto engine = [](std::string_view line) {
    return told(with(smallest, "[[account]]", std::string{line} + "\n[[account]]"));
  };
  CHECK(engine("durability = \"disk\"") ==
        Lines{"engine.durability:3 'disk' is none of process, power"});
  CHECK(engine("wait = \"poll\"") == Lines{"engine.wait:3 'poll' is none of block, hybrid, spin"});
  CHECK(engine("wait = \"\"") == Lines{"engine.wait:3 must not be empty"});
  CHECK(engine("cpu = -1") == Lines{"engine.cpu:3 must be a whole number from 0 to 1023"});
  CHECK(engine("cpu = \"1\"") == Lines{"engine.cpu:3 must be a whole number from 0 to 1023"});
  CHECK(engine("cpu = 1.0") == Lines{"engine.cpu:3 must be a whole number from 0 to 1023"});
  CHECK(told(with(smallest, "symbols", "testnet = \"yes\"\nsymbols")) ==
        Lines{"account[0].testnet:6 must be true or false"});
  CHECK(told(with(smallest, "symbols", "process = \"other\"\nsymbols")) ==
        Lines{"account[0].process:6 'other' is none of engine, own"});
  CHECK(told(with(smallest, "symbols", "order_entry = \"ws\"\nsymbols")) ==
        Lines{"account[0].order_entry:6 'ws' is none of websocket, rest"});
  CHECK(told(with(smallest, "symbols", "limits = 5\nsymbols")).size() == 1);  // twice: bad TOML
  CHECK(told(engine_part + with(account_part, "symbols", "limits = 5\nsymbols")) ==
        Lines{"account[0].limits:6 must be a table"});
  CHECK(told(engine_part + "[account]\n") == Lines{"account:3 must be tables: [[account]]"});
}

TEST_CASE("orders travel by REST alone where the account says so", "[config]") {
  const Environment environment;
  const auto config =
      parse_config(with(smallest, "symbols", "order_entry = \"rest\"\nsymbols"), "/base");
  REQUIRE(config);
  CHECK_FALSE(config->accounts[0].trade_by_websocket);
}

TEST_CASE("addresses that others could reach are refused where they stand", "[config]") {
  const auto bus = [](std::string_view line) {
    return errors_of(
        with(smallest, "[[account]]", "[bus]\n" + std::string{line} + "\n[[account]]"));
  };
  auto errors = bus("commands = [\"tcp://127.0.0.1:1\", \"tcp://0.0.0.0:1\"]");
  REQUIRE(errors.size() == 1);
  CHECK(errors[0].path == "bus.commands[1]");
  CHECK(errors[0].line == 4);
  CHECK(errors[0].what.find("needs CURVE keys, or use 127.0.0.1") != std::string::npos);

  errors = bus("events = [\"http://127.0.0.1\"]");
  REQUIRE(errors.size() == 1);
  CHECK(errors[0].path == "bus.events[0]");
  CHECK(errors[0].line == 4);
  CHECK(bus("io_threads = 0").size() == 1);
  CHECK(bus("tick_interval = \"0s\"").empty());
}

TEST_CASE("a mistake of syntax has its line", "[config]") {
  const auto errors = errors_of("[engine]\njournal_directory = \"journal\nwait = \"block\"\n");
  REQUIRE(errors.size() == 1);
  CHECK(errors[0].line == 2);
  CHECK(errors[0].path.empty());
  CHECK_FALSE(errors[0].what.empty());
  CHECK(errors[0].text("box.toml").starts_with("box.toml:2:"));
  CHECK(ConfigError{.path = "engine.wait", .line = 3, .column = 8, .what = "is unknown"}.text(
            "box.toml") == "box.toml:3:8: engine.wait is unknown");
}

TEST_CASE("a file is read from where it lies, and its relative names with it", "[config]") {
  const Environment environment;
  const TemporaryFolder folder;
  const auto file = folder.write(
      "box.toml", with(smallest, "[[account]]", "runtime_directory = \"run\"\n[[account]]"));
  auto config = load_config(file);
  REQUIRE(config);
  CHECK(config->journal_directory == folder.path() / "journal");

  // As `-c box.toml` names it.
  const auto relative = std::filesystem::relative(file);
  config = load_config(relative);
  REQUIRE(config);
  CHECK(config->runtime_directory.is_absolute());

  const auto missing = load_config(folder.path() / "none.toml");
  REQUIRE_FALSE(missing);
  CHECK(missing.error()[0].text("none.toml") == "none.toml:0:0: cannot be read: does it exist?");
}

TEST_CASE("a bound of protection that is zero or endless is refused by name", "[config]") {
  const auto cover = [](std::string_view line) {
    return told(smallest + "[account.cover]\n" + std::string{line} + "\n");
  };
  const auto refused = [&](const std::string& option, const std::string& range) {
    const Lines wrong{"account[0].cover." + option + ":13 must lie between " + range};
    CHECK(cover(option + " = \"0s\"") == wrong);
    CHECK(cover(option + " = \"9999h\"") == wrong);
    CHECK(cover(option + " = \"1s\"").empty());
  };
  refused("cover_within", "10ms and 1m");
  refused("flatten_within", "10ms and 5m");
  refused("gap_within", "10ms and 5m");
  refused("regrow_every", "10ms and 1m");
  refused("retry_every", "10ms and 1m");
  refused("stranded_retry_every", "100ms and 1h");
  CHECK(cover("cover_within = \"0s\"\nflatten_within = \"0s\"").size() == 2);
}

TEST_CASE("ages, restarts and heartbeats have bounds too", "[config]") {
  CHECK(told(smallest + "max_signal_age = \"0s\"\n") ==
        Lines{"account[0].limits.max_signal_age:12 must lie between 1ms and 24h"});
  CHECK(told(smallest + "max_clock_ahead = \"2h\"\n") ==
        Lines{"account[0].limits.max_clock_ahead:12 must lie between 0s and 1h"});
  const auto before = [](std::string_view lines) {
    return told(with(smallest, "[[account]]", std::string{lines} + "\n[[account]]"));
  };
  CHECK(before("[supervision]\nmax_restarts = 0") ==
        Lines{"supervision.max_restarts:4 must be a whole number from 1 to 1000"});
  CHECK(before("[supervision]\nretry_first = \"2s\"\nretry_longest = \"1s\"") ==
        Lines{"supervision.retry_longest:5 must not be shorter than retry_first"});
  CHECK(before("[bus]\nheartbeat_every = \"2s\"\nsilence_max = \"3s\"") ==
        Lines{"bus.silence_max:5 must be at least two heartbeats"});
  CHECK(before("[log]\nlevel = \"loud\"") ==
        Lines{"log.level:4 'loud' is none of debug, info, warning, error, off"});
}

TEST_CASE("an account's hosts are addresses, all or none", "[config]") {
  const auto hosts = [](std::string_view lines) {
    return told(smallest + "[account.hosts]\n" + std::string{lines} + "\n");
  };
  const std::string two = "market_ws = \"wss://127.0.0.1:1\"\nuser_ws = \"wss://127.0.0.1:1\"\n";
  CHECK(hosts(two) == Lines{"account[0].hosts.rest:12 is required"});
  CHECK(hosts(two + "rest = \"https://127.0.0.1:8443\"").empty());
  CHECK(hosts(two + "rest = \"127.0.0.1\"") ==
        Lines{"account[0].hosts.rest:15 '127.0.0.1' is no address such as "
              "\"https://127.0.0.1:8443\""});
  CHECK(hosts(two + "rest = \"ftp://127.0.0.1\"").size() == 1);
  CHECK(hosts(two + "rest = \"https://127.0.0.1:99999\"").size() == 1);
  CHECK(hosts(two + "rest = \"https://127.0.0.1:1/api\"").size() == 1);
  CHECK(hosts(two + "rest = \"http://example.com:80\"").size() == 1);  // plain, to elsewhere
}

TEST_CASE("a key that begins as no key may is a mistake in the file", "[config]") {
  for (const std::string start : {"[.", "[=", "[\\", "x = {.", "[[!"}) {
    INFO(start);
    REQUIRE(told(start).size() == 1);
    CHECK_THAT(told(start).front(), Catch::StartsWith(":1"));
  }
  CHECK(told(std::string{"[\0", 2}).size() == 1);
}

TEST_CASE("a letter of any script where no key may begin is a mistake in the file", "[config]") {
  for (const std::string letter :
       {"\u0463", "\u0411 = 1", "\u1F00", "\u4E00", "\uFF21", "\U0001F600"}) {
    INFO(letter);
    REQUIRE(told(letter).size() == 1);
    CHECK_THAT(told(letter).front(), Catch::StartsWith(":1"));
  }
}
