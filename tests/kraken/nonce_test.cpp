#include <algorithm>
#include <cstring>

#include "tests/kraken/words.hpp"

using namespace signalbox;
using namespace signalbox::kraken;

namespace {

/// A file in memory.
class Memory final : public File {
 public:
  Result<std::uint64_t> size() const override { return bytes.size(); }
  Result<std::size_t> read(std::uint64_t offset, std::span<std::byte> into) const override {
    const auto from = std::min<std::size_t>(offset, bytes.size());
    const auto n = std::min(into.size(), bytes.size() - from);
    if (n > 0) std::memcpy(into.data(), bytes.data() + from, n);
    return n;
  }
  Result<void> write(std::uint64_t offset, std::span<const std::byte> from) override {
    bytes.resize(std::max<std::size_t>(bytes.size(), offset + from.size()));
    std::memcpy(bytes.data() + offset, from.data(), from.size());
    return {};
  }
  Result<void> sync() override { return {}; }
  Result<void> truncate(std::uint64_t size) override {
    bytes.resize(size);
    return {};
  }
  std::vector<std::byte> bytes;
};

constexpr auto noon = WallTime{std::chrono::seconds{1'700'000'000}};

}  // namespace

TEST_CASE("a nonce only ever goes up", "[kraken][nonce]") {
  MemoryNonces store;
  auto nonces = NonceSource::make(store).value();
  const auto first = nonces.next(noon).value();
  CHECK(first == 1'700'000'000'000'000'000);
  SECTION("while the clock stands") { CHECK(nonces.next(noon).value() == first + 1); }
  SECTION("when the clock is set back") {
    CHECK(nonces.next(noon - std::chrono::hours{1}).value() == first + 1);
  }
  SECTION("beyond what the venue has seen of the key") {
    nonces.raise(first + 500);
    CHECK(nonces.next(noon).value() == first + 501);
    nonces.raise(1);
    CHECK(nonces.next(noon).value() == first + 502);
  }
  SECTION("after a restart, whatever the clock says then") {
    const auto last = nonces.next(noon + std::chrono::seconds{59}).value();
    auto again = NonceSource::make(store).value();
    CHECK(again.next(noon - std::chrono::hours{24}).value() > last);
  }
}

TEST_CASE("what may be used is written down before it is", "[kraken][nonce]") {
  MemoryNonces store;
  auto nonces = NonceSource::make(store).value();
  for (int second = 0; second < 300; ++second) {
    const auto nonce = nonces.next(noon + std::chrono::seconds{second}).value();
    REQUIRE(store.kept.value() >= nonce);
  }
  CHECK(store.saves <= 6);
  SECTION("ahead of time, when a timer asks") {
    const auto later = noon + std::chrono::hours{1};
    REQUIRE(nonces.prepare(later));
    const auto saves = store.saves;
    REQUIRE(nonces.prepare(later));
    REQUIRE(nonces.next(later + std::chrono::seconds{20}));
    CHECK(store.saves == saves);
    REQUIRE(nonces.prepare(later + std::chrono::seconds{40}));
    CHECK(store.saves == saves + 1);
  }
  SECTION("and when it cannot be, nothing is given out") {
    store.broken = true;
    CHECK_FALSE(nonces.next(noon + std::chrono::hours{1}));
  }
}

TEST_CASE("the file of the nonce outlives a torn write", "[kraken][nonce]") {
  Memory disk;
  {
    NonceFile file{disk};
    CHECK(file.load().value() == std::nullopt);
    for (const Nonce each : {100U, 200U, 300U}) REQUIRE(file.save(each));
  }
  CHECK(NonceFile{disk}.load().value() == 300U);
  SECTION("any byte of the newest record") {
    // 300 went to the first place again, 200 stands in the second.
    for (std::size_t at = 0; at < 16; ++at) {
      auto torn = disk;
      torn.bytes[at] ^= std::byte{0x5a};
      NonceFile file{torn};
      CHECK(file.load().value() == 200U);
      // What is written next must not take the place of the one that stands.
      REQUIRE(file.save(400));
      CHECK(NonceFile{torn}.load().value() == 400U);
    }
  }
  SECTION("with both gone it says so instead of beginning anew") {
    for (auto& each : disk.bytes) each = std::byte{0};
    const auto read = NonceFile{disk}.load();
    REQUIRE_FALSE(read);
    CHECK(read.error().fault == Fault::corrupt);
    NonceFile file{disk};
    CHECK_FALSE(NonceSource::make(file));
  }
}
