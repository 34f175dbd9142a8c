#pragma once

#include <filesystem>

#include "journal/file_io.hpp"
#include "messages/result.hpp"

namespace signalbox {

/// Says that this process, and no other, has the journal in `directory`. Held until destroyed or
/// the process ends in whatever way; the lock file stays and means nothing by itself.
/// A forked child that does not call exec holds it too.
class JournalLock {
 public:
  /// `refused`, naming the holder's pid, when another engine has this journal. Does not wait.
  static Result<JournalLock> take(const std::filesystem::path& directory);

 private:
  explicit JournalLock(FileHandle file) : file_(std::move(file)) {}
  FileHandle file_;
};

}  // namespace signalbox
