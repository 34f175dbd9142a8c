#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "journal/ring_format.hpp"
#include "journal/sqlite_store.hpp"

namespace signalbox {

/// What a start found in the ring of the run before.
struct RingRecovery {
  bool found = false;          ///< a ring file was there
  bool set_aside = false;      ///< it was damaged: kept beside the new one under another name
  std::uint64_t imported = 0;  ///< records that only the ring had
  std::string note;            ///< for people: what was wrong with it, or nothing
};

/// Which boot of this machine; empty where the system does not say.
BootId boot_id();

/// Moves what only the ring holds into the store, in one transaction, and marks in the store when
/// records may have been lost. Repeating it changes nothing. `refused` for the ring of another
/// journal, or one that does not follow on this database (an older copy of it): then nothing has
/// been changed. A damaged ring is imported up to the damage and set aside, never deleted.
Result<RingRecovery> recover_ring(const std::filesystem::path& ring, const BootId& boot,
                                  SqliteStore& store);

}  // namespace signalbox
