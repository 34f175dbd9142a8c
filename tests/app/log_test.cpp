#include "app/log.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include <iterator>

#include "tests/app/config_kit.hpp"

using namespace signalbox;
using namespace signalbox::test;

namespace {

std::vector<std::string> lines_of(const std::filesystem::path& file) {
  std::ifstream in{file};
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

}  // namespace

TEST_CASE("a line has its time and level, and what is below the level is left out", "[log]") {
  const TemporaryFolder folder;
  const auto file = folder.path() / "log";
  {
    const auto log = Log::open({.level = LogLevel::warning, .file = file}).value();
    CHECK(log->wants(LogLevel::error));
    CHECK_FALSE(log->wants(LogLevel::info));
    log->write(LogLevel::info, "not this");
    log->write(LogLevel::error, "this {} is no format");
  }
  const auto lines = lines_of(file);
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].substr(4, 1) == "-");
  CHECK(lines[0].find("Z error   this {} is no format") != std::string::npos);
}

TEST_CASE("nobody can write a second line into the log", "[log]") {
  const TemporaryFolder folder;
  const auto file = folder.path() / "log";
  Log::open({.level = LogLevel::debug, .file = file})
      .value()
      ->write(LogLevel::info, "one\n2026-01-01 error forged\x1b[2J\xff");
  const auto lines = lines_of(file);
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].ends_with("one?2026-01-01 error forged?[2J?"));
}

TEST_CASE("lines that come too fast push out the oldest, and are counted", "[log]") {
  const TemporaryFolder folder;
  const auto file = folder.path() / "log";
  constexpr std::size_t count = 20 * Log::lines_max;
  std::uint64_t dropped = 0;
  {
    const auto log = Log::open({.level = LogLevel::debug, .file = file}).value();
    for (std::size_t i = 0; i < count; ++i) log->write(LogLevel::debug, "a line");
    dropped = log->dropped();
  }
  const auto lines = lines_of(file);
  std::size_t written = 0;
  for (const auto& line : lines) written += line.ends_with("a line") ? 1U : 0U;
  CHECK(written + dropped >= count);  // what told of them may have pushed out some, too
  CHECK(written <= count);
  // Somewhere: lines that came when there was room again stand behind it.
  const bool told = std::any_of(lines.begin(), lines.end(), [](const std::string& line) {
    return line.find("lines of this log were lost") != std::string::npos;
  });
  CHECK(told == (written < count));
}

TEST_CASE("a file that cannot be opened is an error, one that takes nothing is not", "[log]") {
  CHECK_FALSE(Log::open({.level = LogLevel::info, .file = "/dev/null/log"}));
  const auto log = Log::open({.level = LogLevel::info, .file = "/dev/full"}).value();
  log->write(LogLevel::info, "lost");
}
