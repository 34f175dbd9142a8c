#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "journal/journal.hpp"

namespace signalbox {

/// What a look at a journal found out about it.
struct JournalSeen {
  std::uint64_t records = 0;
  bool clean = true;  ///< its engine stopped in order: nothing was left in the ring
  std::string note;   ///< why the ring was not read to its end, for people; or nothing
};

/// Reads a journal without taking it, for an operator: the committed records in log order, then
/// those that only the ring still holds. Changes nothing, needs no lock, and works while no engine
/// runs, after one was killed, and beside one that runs (which may be a few records ahead).
/// `runtime_directory` is where the ring is; empty: only what is committed. `refused` when the
/// ring there is another journal's, `not_found` without a database; otherwise as StoreReader.
Result<JournalSeen> read_journal(const std::filesystem::path& directory,
                                 const std::filesystem::path& runtime_directory,
                                 const std::function<Result<void>(const RecordView&)>& each);

}  // namespace signalbox
