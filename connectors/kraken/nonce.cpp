#include "connectors/kraken/nonce.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace signalbox::kraken {
namespace {

struct Record {
  std::uint64_t nonce;
  std::uint64_t check;
};
static_assert(std::endian::native == std::endian::little, "the file is little-endian");
constexpr std::uint64_t slots = 2;
constexpr Nonce nonce_max = Nonce{1} << 63;

constexpr std::uint64_t check_of(std::uint64_t nonce) {
  // Any single byte of a record that is not its own shows.
  std::uint64_t mixed = nonce ^ 0x6b72616b656e6e6fU;
  for (int round = 0; round < 3; ++round) {
    mixed ^= mixed >> 29;
    mixed *= 0xBF58476D1CE4E5B9U;
  }
  return mixed;
}

Nonce nanoseconds(WallTime now) { return static_cast<Nonce>(std::max<std::int64_t>(ns(now), 1)); }

}  // namespace

// ---- the file ----

Result<std::optional<Nonce>> NonceFile::load() {
  std::optional<Nonce> highest;
  std::size_t seen = 0;
  for (std::uint64_t slot = 0; slot < slots; ++slot) {
    Record record{};
    const auto read =
        file_.read(slot * sizeof(Record), std::as_writable_bytes(std::span{&record, 1}));
    if (!read) return tl::unexpected<Error>(read.error());
    seen += *read;
    if (*read != sizeof(Record) || record.check != check_of(record.nonce)) continue;
    if (highest && *highest >= record.nonce) continue;
    highest = record.nonce;
    next_slot_ = (slot + 1) % slots;
  }
  if (!highest && seen > 0)
    return failed(
        Fault::corrupt,
        "kraken: the file of the key's nonce cannot be read; once the key has rested for two "
        "minutes and the clock is right, it may be removed");
  return highest;
}

Result<void> NonceFile::save(Nonce used_up_to) {
  const Record record{used_up_to, check_of(used_up_to)};
  auto written = file_.write(next_slot_ * sizeof(Record), std::as_bytes(std::span{&record, 1}));
  if (written) written = file_.sync();
  if (written) next_slot_ = (next_slot_ + 1) % slots;
  return written;
}

// ---- the source ----

Result<NonceSource> NonceSource::make(NonceStore& store) {
  const auto used = store.load();
  if (!used) return tl::unexpected<Error>(used.error());
  NonceSource source{store};
  source.last_ = source.reserved_ = used->value_or(0);
  return source;
}

Result<Nonce> NonceSource::next(WallTime now) {
  const auto nonce = std::max(last_ + 1, nanoseconds(now));
  if (nonce > reserved_)
    if (auto kept = reserve(nonce); !kept) return tl::unexpected<Error>(kept.error());
  last_ = nonce;
  return nonce;
}

Result<void> NonceSource::prepare(WallTime now) {
  const auto from = std::max(last_ + 1, nanoseconds(now));
  if (reserved_ >= from && reserved_ - from >= reserve_step / 2) return {};
  return reserve(from);
}

void NonceSource::raise(Nonce used) {
  if (used < nonce_max) last_ = std::max(last_, used);
}

Result<void> NonceSource::reserve(Nonce from) {
  if (from >= nonce_max - reserve_step)
    return failed(Fault::full, "kraken: the key's nonce has come to its end; make a new key");
  const auto to = from + reserve_step;
  if (auto saved = store_->save(to); !saved) return saved;
  reserved_ = to;
  return {};
}

}  // namespace signalbox::kraken
