#pragma once

#include <cstdint>
#include <optional>

#include "messages/result.hpp"
#include "messages/time.hpp"
#include "seams/file.hpp"

namespace signalbox::kraken {

/// A number counted up for every request of a key, for as long as the key lives.
using Nonce = std::uint64_t;

/// Where the highest nonce that may have been used outlives the process.
class NonceStore {
 public:
  virtual ~NonceStore() = default;
  /// Nothing: never written.
  virtual Result<std::optional<Nonce>> load() = 0;
  /// Returns only when it would survive a power loss.
  virtual Result<void> save(Nonce used_up_to) = 0;
};

/// Two records in turn in one file, each with a check sum: whatever is torn, the other stands.
class NonceFile final : public NonceStore {
 public:
  explicit NonceFile(File& file) : file_(file) {}
  /// `corrupt`: the file holds something, and no record of it can be read.
  Result<std::optional<Nonce>> load() override;
  Result<void> save(Nonce used_up_to) override;

 private:
  File& file_;
  std::uint64_t next_slot_ = 0;
};

/// Nonces of one key: nanoseconds of the wall clock, and one more than the last where the clock
/// stands or was set back. A run of them is reserved in the store before its first is used, so a
/// restart begins above all that were ever sent. One source per key; loop thread only.
class NonceSource {
 public:
  /// How much is reserved at once: a minute of the clock.
  static constexpr Nonce reserve_step = 60'000'000'000;

  /// Fails when the store cannot be read: guessing would have the venue refuse, then lock the key.
  static Result<NonceSource> make(NonceStore& store);

  /// Never the same and never lower. Fails, and then nothing may be sent, when the next run cannot
  /// be reserved.
  Result<Nonce> next(WallTime now);
  /// Reserves ahead when less than half a run is left, so that `next` need not write on the way of
  /// an order. From a timer.
  Result<void> prepare(WallTime now);
  /// The venue's own record of the key: what follows is above it.
  void raise(Nonce used);

 private:
  explicit NonceSource(NonceStore& store) : store_(&store) {}
  Result<void> reserve(Nonce from);

  NonceStore* store_;
  Nonce last_ = 0;
  Nonce reserved_ = 0;  // up to and with this one
};

}  // namespace signalbox::kraken
