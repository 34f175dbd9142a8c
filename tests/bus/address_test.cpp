#include "bus/address.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

using namespace signalbox;

namespace {

BusAddress parsed(std::string_view text) {
  auto address = parse_bus_address(text);
  INFO(text);
  REQUIRE(address);
  return *address;
}

bool listens(std::string_view text, bool has_keys = false, bool has_list = false) {
  return may_listen(parsed(text), has_keys, has_list).has_value();
}

/// A folder of its own under the temporary one.
struct Scratch {
  Scratch() {
    std::string name = (std::filesystem::temp_directory_path() / "signalbox-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path = name;
  }
  ~Scratch() { std::filesystem::remove_all(path); }
  std::filesystem::path path;
};

}  // namespace

TEST_CASE("addresses of this machine are told from all others", "[bus]") {
  CHECK(parsed("ipc:///run/signalbox/commands").is_local());
  CHECK(parsed("ipc:///run/signalbox/commands").path == "/run/signalbox/commands");
  for (const auto* text : {"tcp://127.0.0.1:7411", "tcp://127.8.9.10:*", "tcp://[::1]:0"})
    CHECK(parsed(text).is_local());
  for (const auto* text : {"tcp://0.0.0.0:7411", "tcp://*:7411", "tcp://192.168.1.5:1",
                           "tcp://128.0.0.1:1", "tcp://[::]:1", "tcp://[fe80::1]:1",
                           "tcp://localhost:7411", "tcp://eth0:7411", "tcp://127.0.0.1.nip.io:1"})
    CHECK_FALSE(parsed(text).is_local());
}

TEST_CASE("what is no address of the bus is refused by its text", "[bus]") {
  for (const auto* text : {"",
                           "commands",
                           "ipc://",
                           "ipc://relative",
                           "ipc://@abstract",
                           "ipc://*",
                           "tcp://127.0.0.1",
                           "tcp://:7411",
                           "tcp://127.0.0.1:",
                           "tcp://127.0.0.1:99999",
                           "tcp://127.0.0.1:-1",
                           "tcp://127.0.0.1:74x",
                           "tcp://[::1:1",
                           "tcp://[zz]:1",
                           "tcp://10.0.0.1:0;127.0.0.1:7411",
                           "tcp://a b:1",
                           "udp://127.0.0.1:1",
                           "pgm://eth0;239.0.0.1:1",
                           "inproc://x",
                           "http://127.0.0.1:80"}) {
    INFO(text);
    const auto address = parse_bus_address(text);
    REQUIRE_FALSE(address);
    CHECK(address.error().fault == Fault::bad_input);
  }
  CHECK_FALSE(parse_bus_address("ipc:///" + std::string(200, 'a')));
}

TEST_CASE("beyond this machine a socket listens only with keys and a list", "[bus][I6]") {
  for (const auto* text :
       {"tcp://0.0.0.0:7411", "tcp://*:7411", "tcp://[::]:7411", "tcp://10.1.2.3:7411"}) {
    INFO(text);
    CHECK_FALSE(listens(text));
    CHECK_FALSE(listens(text, false, true));
    CHECK_FALSE(listens(text, true, false));
    CHECK(listens(text, true, true));
  }
  CHECK(listens("tcp://127.0.0.1:7411"));
  CHECK(listens("ipc:///run/signalbox/commands"));
  CHECK_FALSE(listens("tcp://localhost:7411", true, true));
}

TEST_CASE("the refusal says what would help", "[bus]") {
  const auto refused = may_listen(parsed("tcp://0.0.0.0:7411"), false, false);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().fault == Fault::refused);
  CHECK(refused.error().what.find("0.0.0.0:7411") != std::string::npos);
  CHECK(refused.error().what.find("CURVE") != std::string::npos);
}

SCENARIO("the runtime folder is closed to everybody else", "[bus][I6]") {
  Scratch scratch;
  const auto folder = scratch.path / "deep" / "signalbox";

  WHEN("it is not there yet") {
    REQUIRE(prepare_runtime_folder(folder));
    THEN("it is made so") {
      struct stat found {};
      REQUIRE(stat(folder.c_str(), &found) == 0);
      CHECK((found.st_mode & 0777) == 0700);
      CHECK(prepare_runtime_folder(folder));
    }
  }
  WHEN("others can look into the one that is there") {
    std::filesystem::create_directories(folder);
    REQUIRE(chmod(folder.c_str(), 0750) == 0);
    THEN("it is refused") { CHECK_FALSE(prepare_runtime_folder(folder)); }
  }
  WHEN("it is a link to somewhere else") {
    REQUIRE(prepare_runtime_folder(scratch.path / "target"));
    std::filesystem::create_directories(folder.parent_path());
    std::filesystem::create_symlink(scratch.path / "target", folder);
    THEN("it is refused") { CHECK_FALSE(prepare_runtime_folder(folder)); }
  }
  WHEN("it is a file") {
    std::filesystem::create_directories(folder.parent_path());
    std::ofstream{folder} << "x";
    THEN("it is refused") { CHECK_FALSE(prepare_runtime_folder(folder)); }
  }
}
