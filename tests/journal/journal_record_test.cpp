#include <catch2/catch.hpp>
#include <random>

#include "journal/crc32c.hpp"
#include "journal/little_endian.hpp"
#include "journal/record.hpp"
#include "tests/journal/support.hpp"

using namespace signalbox;
using namespace signalbox::test;

namespace {

std::vector<std::byte> encoded(const Saved& s) {
  std::vector<std::byte> bytes(record_bytes(s.payload.size()));
  REQUIRE(encode_record(view_of(s), bytes) == bytes.size());
  return bytes;
}

void write_checksum(std::vector<std::byte>& record) {
  store_le(record.data(), crc32c(std::span{record}.subspan(4)));
}

}  // namespace

TEST_CASE("the checksum is CRC-32C, by instruction and by table") {
  // The check values of RFC 3720, appendix B.4, and of the catalogue of CRC algorithms.
  CHECK(crc32c(bytes_of("123456789")) == 0xe3069283);
  CHECK(crc32c_portable(bytes_of("123456789")) == 0xe3069283);
  CHECK(crc32c(bytes_of(std::string(32, '\0'))) == 0x8a9136aa);
  CHECK(crc32c(bytes_of(std::string(32, '\xff'))) == 0x62a8ab43);
  CHECK(crc32c({}) == 0);

  std::mt19937 random{1};
  std::string text;
  for (int length = 0; length < 300; ++length) {
    CHECK(crc32c(bytes_of(text)) == crc32c_portable(bytes_of(text)));
    text.push_back(static_cast<char>(random()));
  }
}

TEST_CASE("a record comes back as it was written") {
  for (std::uint64_t n : {1ull, 2ull, 16ull, 601ull, 0xffff'ffff'ffffull}) {
    const Saved s = expected(n, 3);
    const auto bytes = encoded(s);
    const auto back = decode_record(bytes);
    REQUIRE(back);
    CHECK(saved(*back) == s);
  }
  Saved extreme{.number = ~0ull,
                .epoch = ~0ull,
                .account = std::string(AccountName::capacity, 'z'),
                .kind = 0xffff,
                .time_ns = -1,
                .payload = std::string(Journal::payload_max, 'x')};
  const auto bytes = encoded(extreme);
  CHECK(bytes.size() == record_bytes_max);
  CHECK(saved(*decode_record(bytes)) == extreme);
}

TEST_CASE("the bytes of a record do not change from one build to the next") {
  const auto bytes = encoded({.number = 258,
                              .epoch = 3,
                              .account = "main",
                              .kind = 0x0405,
                              .time_ns = 1'700'000'000'000'000'001,
                              .payload = "hi"});
  std::string hex;
  for (const std::byte b : bytes) {
    constexpr const char* digits = "0123456789abcdef";
    hex += digits[static_cast<unsigned>(b) >> 4];
    hex += digits[static_cast<unsigned>(b) & 15];
  }
  CHECK(hex ==
        "4109a1a2"
        "3e000000"
        "01"
        "04"
        "0504"
        "6d61696e0000000000000000000000000000000000000000"
        "0201000000000000"
        "0300000000000000"
        "01002a36fe9c9717"
        "6869");
}

TEST_CASE("what cannot be a record is refused by name") {
  std::vector<std::byte> out(2 * record_bytes_max);
  const std::string large(Journal::payload_max + 1, 'x');
  CHECK(encode_record(view_of({.number = 1, .payload = large}), out).error().fault ==
        Fault::bad_input);
  CHECK(encode_record(view_of({.number = 0}), out).error().fault == Fault::bad_input);
  CHECK(encode_record(view_of({.number = 1}), std::span{out}.first(59)).error().fault ==
        Fault::full);
}

TEST_CASE("every way of cutting or changing a record is noticed") {
  const auto bytes = encoded(expected(5, 2));
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    const auto back = decode_record(std::span{bytes}.first(length));
    REQUIRE(!back);
    CHECK(back.error().fault == Fault::corrupt);
  }
  for (std::size_t at = 0; at < bytes.size(); ++at)
    for (int bit = 0; bit < 8; ++bit) {
      auto changed = bytes;
      changed[at] ^= static_cast<std::byte>(1 << bit);
      const auto back = decode_record(changed);
      REQUIRE(!back);
      CHECK(back.error().fault == Fault::corrupt);
    }
  CHECK(decode_record(std::vector<std::byte>(200)).error().fault == Fault::corrupt);
}

TEST_CASE("a record of a newer format is refused, and not called corrupt") {
  auto bytes = encoded(expected(5, 2));
  bytes[8] = std::byte{2};
  write_checksum(bytes);
  const auto back = decode_record(bytes);
  REQUIRE(!back);
  CHECK(back.error().fault == Fault::refused);
  CHECK(back.error().what == "a journal record has format 2; this build reads format 1");
}

TEST_CASE("a record with an impossible account or number is corrupt, checksum or not") {
  auto bytes = encoded(expected(5, 2));
  bytes[9] = std::byte{25};
  write_checksum(bytes);
  CHECK(decode_record(bytes).error().fault == Fault::corrupt);

  bytes = encoded(expected(5, 2));
  store_le(bytes.data() + 36, std::uint64_t{0});
  write_checksum(bytes);
  CHECK(decode_record(bytes).error().fault == Fault::corrupt);
}
