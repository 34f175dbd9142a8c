#include <catch2/catch.hpp>
#include <deque>

#include "journal/file_io.hpp"
#include "journal/little_endian.hpp"
#include "journal/record.hpp"
#include "journal/ring.hpp"
#include "tests/journal/support.hpp"

using namespace signalbox;
using namespace signalbox::test;

namespace {

const RingHeader small{.journal = JournalId{"00112233445566778899aabbccddeeff"},
                       .boot = BootId{"a-boot"},
                       .epoch = Epoch{4},
                       .data_bytes = 4096};

Result<void> put(Ring& ring, const Saved& s, RecordUse use = RecordUse::entry) {
  return ring.append(view_of(s), use);
}

Saved record(std::uint64_t number) { return expected(number, 4); }

/// Takes the oldest record out of the ring as the commit thread does.
std::optional<Saved> take(Ring& ring) {
  const auto ready = ring.ready();
  if (ready.empty()) return std::nullopt;
  const auto view = decode_record(ready);
  if (!view) throw std::runtime_error(view.error().what);
  const Saved s = saved(*view);
  ring.free(ring_footprint(record_bytes(view->payload.size())));
  return s;
}

struct Tail {
  RingTail tail;
  std::vector<Saved> records;
};

Tail tail_of(const RingHeader& header, std::span<const std::byte> file) {
  Tail t;
  t.tail = *read_ring_tail(header, file, [&](const RecordView& r) -> Result<void> {
    t.records.push_back(saved(r));
    return {};
  });
  return t;
}

bool starts(const std::vector<Saved>& whole, const std::vector<Saved>& with) {
  return with.size() <= whole.size() && std::equal(with.begin(), with.end(), whole.begin());
}

/// A ring of one page whose live records 12..17 run over its end, as it lies on disk.
struct RecordedRing {
  TempDirectory home;
  std::vector<Saved> live;
  std::vector<std::byte> file;

  RecordedRing() {
    const auto path = home.path() / "ring";
    auto ring = Ring::create(path, small, Ring::Placement::must_be_new).value();
    for (std::uint64_t n = 1; n <= 17; ++n) {
      while (!put(*ring, record(n), RecordUse::exit)) take(*ring);
      if (n == 11)
        while (take(*ring)) continue;
    }
    for (std::uint64_t n = 12; n <= 17; ++n) live.push_back(record(n));
    REQUIRE(ring->freed() / 4096 < ring->published() / 4096);
    file = *read_file(path, 1u << 20);
  }
};

}  // namespace

SCENARIO("records leave the ring as they came in, round after round") {
  TempDirectory home;
  auto ring = Ring::create(home.path() / "ring", small, Ring::Placement::must_be_new).value();
  std::uint64_t in = 0;
  std::uint64_t out = 0;
  for (int round = 0; round < 100; ++round) {
    while (put(*ring, record(in + 1))) ++in;
    while (const auto taken = take(*ring)) CHECK(*taken == record(++out));
  }
  CHECK(out == in);
  CHECK(ring->used() == 0);
  CHECK(ring->published() > 50 * ring->size());
}

SCENARIO("a quarter of the ring is kept for exits") {
  TempDirectory home;
  auto ring = Ring::create(home.path() / "ring", small, Ring::Placement::must_be_new).value();
  std::uint64_t n = 0;
  const auto sized = [&] {
    auto s = record(++n);
    s.payload.assign(60, 'x');  // 120 bytes in the ring
    return s;
  };
  while (put(*ring, sized())) continue;
  const auto refused = put(*ring, sized());
  CHECK(refused.error().fault == Fault::full);
  CHECK(refused.error().what == "the journal ring is full but for its reserve for exits");
  CHECK(ring->used() <= 3072);
  CHECK(ring->used() + 120 > 3072);

  int exits = 0;
  while (put(*ring, sized(), RecordUse::exit)) ++exits;
  CHECK(exits >= 8);
  CHECK(ring->used() + 120 > 4096);

  WHEN("room is freed") {
    while (ring->used() > 1000) take(*ring);
    THEN("entries are taken again") { CHECK(put(*ring, sized())); }
  }
}

SCENARIO("a payload over the bound never enters the ring") {
  TempDirectory home;
  auto header = small;
  header.data_bytes = 65536;
  auto ring = Ring::create(home.path() / "ring", header, Ring::Placement::must_be_new).value();
  auto s = record(1);
  s.payload.assign(Journal::payload_max + 1, 'x');
  CHECK(put(*ring, s).error().fault == Fault::bad_input);
  CHECK(ring->used() == 0);
  s.payload.pop_back();
  CHECK(put(*ring, s));
}

SCENARIO("the ring's file holds what was published and not freed") {
  const RecordedRing recorded;
  const auto header = decode_ring_header(recorded.file);
  REQUIRE(header);
  CHECK(*header == small);
  const auto [tail, records] = tail_of(*header, recorded.file);
  CHECK(!tail.damage);
  CHECK(records == recorded.live);
  CHECK(tail.last == LogNumber{17});
}

SCENARIO("every prefix of a ring's file gives a prefix of its records or a clear error") {
  const RecordedRing recorded;
  for (std::size_t length = 0; length < recorded.file.size(); ++length) {
    const auto prefix = std::span{recorded.file}.first(length);
    const auto header = decode_ring_header(prefix);
    if (!header) {
      REQUIRE(length < ring_header_bytes);
      REQUIRE(header.error().what.find("cut short") != std::string::npos);
      continue;
    }
    const auto [tail, records] = tail_of(*header, prefix);
    REQUIRE(starts(recorded.live, records));
    // What is missing is said.
    REQUIRE(tail.damage.has_value() == (records.size() < recorded.live.size()));
  }
}

SCENARIO("a ring's file with any byte changed gives a prefix of its records or a clear error") {
  const RecordedRing recorded;
  for (std::size_t at = 0; at < recorded.file.size(); ++at) {
    // The two positions have no checksum: they change with every record, in one atomic store.
    if ((at & ~7u) == ring_published_at || (at & ~7u) == ring_freed_at) continue;
    auto changed = recorded.file;
    changed[at] ^= std::byte{0x41};
    const auto header = decode_ring_header(changed);
    if (!header) continue;
    REQUIRE(*header == small);
    const auto [tail, records] = tail_of(*header, changed);
    REQUIRE(starts(recorded.live, records));
    REQUIRE(tail.damage.has_value() == (records.size() < recorded.live.size()));
  }
}

SCENARIO("positions that contradict each other give no record and say so") {
  const RecordedRing recorded;
  for (const auto& [at, value] : {std::pair{ring_published_at, std::uint64_t{0}},
                                  std::pair{ring_published_at, std::uint64_t{1} << 40},
                                  std::pair{ring_freed_at, std::uint64_t{1}}}) {
    auto changed = recorded.file;
    store_le(changed.data() + at, value);
    const auto [tail, records] = tail_of(small, changed);
    CHECK(records.empty());
    CHECK(tail.damage == "the ring's positions contradict each other");
  }
}

SCENARIO("a record that does not belong where it stands ends the ring") {
  TempDirectory home;
  const auto path = home.path() / "ring";
  auto ring = Ring::create(path, small, Ring::Placement::must_be_new).value();
  REQUIRE(put(*ring, record(5)));
  REQUIRE(put(*ring, record(6)));
  SECTION("by its number") { REQUIRE(put(*ring, record(8))); }
  SECTION("by its epoch") { REQUIRE(put(*ring, expected(7, 3))); }
  const auto [tail, records] = tail_of(small, *read_file(path, 1u << 20));
  CHECK(records == std::vector{record(5), record(6)});
  REQUIRE(tail.damage);
  CHECK(tail.damage->find("after record 6") != std::string::npos);
}

SCENARIO("a ring of a newer build is refused") {
  RecordedRing recorded;
  store_le(recorded.file.data() + 8, std::uint32_t{2});
  const auto header = decode_ring_header(recorded.file);
  REQUIRE(!header);
  CHECK(header.error().fault == Fault::refused);
  CHECK(header.error().what == "the ring has format 2; this build reads up to 1");
}

SCENARIO("a ring never takes the place of another unless told to") {
  TempDirectory home;
  const auto path = home.path() / "ring";
  auto first = Ring::create(path, small, Ring::Placement::must_be_new).value();
  REQUIRE(put(*first, record(1)));
  const auto before = contents(path);
  CHECK(!Ring::create(path, small, Ring::Placement::must_be_new));
  CHECK(contents(path) == before);
  CHECK(Ring::create(path, small, Ring::Placement::may_replace));
}

SCENARIO("two threads pass records through a ring that is full most of the time", "[stress]") {
  constexpr std::uint64_t records = 30'000;
  TempDirectory home;
  auto ring = Ring::create(home.path() / "ring", small, Ring::Placement::must_be_new).value();
  std::atomic<bool> wrong{false};
  std::thread consumer{[&] {
    for (std::uint64_t n = 1; n <= records && !wrong; ++n) {
      std::optional<Saved> taken;
      if (!eventually([&] { return (taken = take(*ring)).has_value(); }) || *taken != record(n))
        wrong = true;
    }
  }};
  for (std::uint64_t n = 1; n <= records && !wrong; ++n) {
    const auto use = n % 3 == 0 ? RecordUse::exit : RecordUse::entry;
    if (!eventually([&] { return put(*ring, record(n), use) || wrong; })) wrong = true;
  }
  consumer.join();
  CHECK(!wrong);
  CHECK(ring->used() == 0);
}
