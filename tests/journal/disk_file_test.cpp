#include "journal/disk_file.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <string>

#include "tests/journal/support.hpp"

using namespace signalbox;

namespace {

std::string text_of(const File& file, std::uint64_t offset, std::size_t size) {
  std::string text(size, '?');
  const auto read = file.read(offset, std::as_writable_bytes(std::span{text}));
  REQUIRE(read);
  text.resize(*read);
  return text;
}

}  // namespace

SCENARIO("a small file on disk", "[journal][file]") {
  const test::TempDirectory folder;
  const auto path = folder.path() / "keys" / "key-main.nonce";
  {
    auto file = DiskFile::open(path);
    REQUIRE(file);
    CHECK(file->size().value() == 0);
    CHECK(text_of(*file, 0, 8).empty());
    REQUIRE(file->write(4, std::as_bytes(std::span{std::string_view{"four"}})));
    REQUIRE(file->sync());
  }
  struct stat about {};
  REQUIRE(::stat(path.c_str(), &about) == 0);
  CHECK((about.st_mode & 0777) == 0600);

  auto again = DiskFile::open(path);
  REQUIRE(again);
  CHECK(again->size().value() == 8);
  CHECK(text_of(*again, 4, 100) == "four");
  REQUIRE(again->truncate(6));
  CHECK(text_of(*again, 4, 100) == "fo");
  CHECK(DiskFile::open(folder.path()).error().fault == Fault::unavailable);
}
