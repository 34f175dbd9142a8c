// Bans and pauses that outlive a connection and a process.
#include "journal/memory_file.hpp"
#include "tests/binance/scripted_venue.hpp"

using namespace signalbox;
using namespace signalbox::binance;
using namespace std::chrono_literals;
using kit::PauseMemory;

namespace {

/// A file that stays when whoever has opened it is gone.
class Opened final : public File {
 public:
  explicit Opened(MemoryFile& disk) : disk_(disk) {}
  Result<std::uint64_t> size() const override { return disk_.size(); }
  Result<std::size_t> read(std::uint64_t offset, std::span<std::byte> into) const override {
    return disk_.read(offset, into);
  }
  Result<void> write(std::uint64_t offset, std::span<const std::byte> bytes) override {
    return disk_.write(offset, bytes);
  }
  Result<void> sync() override { return disk_.sync(); }
  Result<void> truncate(std::uint64_t size) override { return disk_.truncate(size); }

 private:
  MemoryFile& disk_;
};

std::shared_ptr<PauseMemory> on(MemoryFile& disk) {
  return std::make_shared<PauseMemory>(std::make_unique<Opened>(disk));
}

WallTime at(Duration d) { return wall_from_ns(1'700'000'000'000'000'000) + d; }

}  // namespace

SCENARIO("a ban outlives the connection that met it, and the process",
         "[binance][connection][I10]") {
  MemoryFile disk;
  const auto memory = on(disk);
  Rig first{[&](BinanceConfig& config) { config.pauses = memory; }};
  first.start_ready();
  first.far.on["POST /api/v3/order"] = [](const Seen&) {
    auto answer = refusal(418, -1003, "IP banned.");
    answer.headers = "Retry-After: 90\r\n";
    return answer;
  };
  first.place(limit(Side::buy, "0.1"_q, "66000"_p));

  auto next = memory;
  SECTION("in the same process") {}
  SECTION("in the next one, by the file, whatever the power does") {
    disk.lose_power();
    next = on(disk);
  }
  Rig rig{[&](BinanceConfig& config) { config.pauses = next; }};
  rig.start();
  rig.pass(80s);
  CHECK(rig.far.seen.empty());
  rig.pass(60s);
  CHECK(rig.told.state() == LinkState::ready);
}

TEST_CASE("what is kept of bans survives a torn write, and a clock that is set back", "[I10]") {
  MemoryFile disk;
  const PacerMemory first{.banned_until = at(2min), .held_until = {}};
  const PacerMemory longer{.banned_until = at(10min), .held_until = at(1min)};
  on(disk)->keep(first, at(0s));
  CHECK(on(disk)->get(at(1s)) == first);
  CHECK(on(disk)->get(at(-1h)).banned_until == at(-1h) + 2min);
  on(disk)->keep(longer, at(30s));
  CHECK(on(disk)->get(at(31s)) == longer);

  SECTION("the newer record is torn: the older one stands") {
    disk.bytes()[40] ^= std::byte{1};
    CHECK(on(disk)->get(at(31s)) == first);
    on(disk)->keep(longer, at(30s));
    CHECK(on(disk)->get(at(31s)) == longer);
  }
  SECTION("both are: nothing is known") {
    disk.bytes()[8] ^= std::byte{1};
    disk.bytes()[40] ^= std::byte{1};
    CHECK(on(disk)->get(at(31s)) == PacerMemory{});
  }
  SECTION("a disk that refuses does not make it forget") {
    disk.refuse_sync(true);
    const auto memory = on(disk);
    const PacerMemory longest{.banned_until = at(1h), .held_until = {}};
    memory->keep(longest, at(1min));
    CHECK(memory->get(at(1min)) == longest);
  }
}

TEST_CASE("only a new ban is worth the disk", "[I10]") {
  MemoryFile disk;
  const auto memory = on(disk);
  memory->keep({}, at(0s));
  CHECK(disk.bytes().empty());
  memory->keep({.banned_until = at(2min), .held_until = {}}, at(0s));
  const auto written = disk.bytes();
  CHECK_FALSE(written.empty());
  memory->keep({.banned_until = at(2min) + 3ms, .held_until = {}}, at(10s));
  memory->keep({}, at(3min));
  CHECK(disk.bytes() == written);
}
