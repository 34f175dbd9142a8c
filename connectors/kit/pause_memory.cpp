#include "connectors/kit/pause_memory.hpp"

#include <algorithm>
#include <bit>

namespace signalbox::kit {
namespace {

struct Record {
  std::int64_t written_at_ns;
  std::int64_t banned_until_ns;
  std::int64_t held_until_ns;
  std::uint64_t check;
};
static_assert(std::endian::native == std::endian::little, "the file is little-endian");
constexpr std::uint64_t slots = 2;

std::uint64_t check_of(const Record& record) {
  std::uint64_t mixed = 0x70617573652d3031U;
  for (const auto value : {record.written_at_ns, record.banned_until_ns, record.held_until_ns}) {
    mixed ^= static_cast<std::uint64_t>(value);
    mixed *= 0xBF58476D1CE4E5B9U;
    mixed ^= mixed >> 31;
  }
  return mixed;
}

/// Both tell of the same: what is left of a pause is counted anew each time it is asked for.
bool about(WallTime a, WallTime b) { return (a > b ? a - b : b - a) < PauseMemory::worth_keeping; }

}  // namespace

PauseMemory::PauseMemory(std::unique_ptr<File> file) : file_(std::move(file)) { load(); }

void PauseMemory::load() {
  for (std::uint64_t slot = 0; slot < slots; ++slot) {
    Record record{};
    const auto read =
        file_->read(slot * sizeof(Record), std::as_writable_bytes(std::span{&record, 1}));
    if (!read || *read != sizeof(Record) || record.check != check_of(record)) continue;
    // Pauses only ever grow until they have passed, so the later one is the newer.
    const auto banned = wall_from_ns(record.banned_until_ns);
    const auto held = wall_from_ns(record.held_until_ns);
    if (std::max(banned, held) >= std::max(memory_.banned_until, memory_.held_until)) {
      next_slot_ = (slot + 1) % slots;
      known_at_ = wall_from_ns(record.written_at_ns);
    }
    memory_.banned_until = std::max(memory_.banned_until, banned);
    memory_.held_until = std::max(memory_.held_until, held);
  }
  written_ = memory_;
}

PacerMemory PauseMemory::get(WallTime now) const {
  const Duration set_back = std::max(known_at_ - now, Duration{});
  const auto left = [&](WallTime until) { return until > known_at_ ? until - set_back : until; };
  return {left(memory_.banned_until), left(memory_.held_until)};
}

void PauseMemory::keep(const PacerMemory& memory, WallTime now) {
  memory_ = memory;
  known_at_ = now;
  const bool over =
      memory.banned_until <= written_.banned_until && memory.held_until <= written_.held_until;
  const bool same = about(memory.banned_until, written_.banned_until) &&
                    about(memory.held_until, written_.held_until);
  if (!file_ || over || same) return;
  Record record{ns(now), ns(memory.banned_until), ns(memory.held_until), 0};
  record.check = check_of(record);
  const auto written =
      file_->write(next_slot_ * sizeof(Record), std::as_bytes(std::span{&record, 1}));
  // Not on the disk, it is tried again with the next refusal; this process obeys it all the same.
  if (!written || !file_->sync()) return;
  written_ = memory;
  next_slot_ = (next_slot_ + 1) % slots;
}

}  // namespace signalbox::kit
