#pragma once

#include <filesystem>

#include "bus/client.hpp"
#include "messages/time.hpp"
#include "seams/clock.hpp"

namespace signalbox::bench {

/// A temporary folder, gone with the object.
class Folder {
 public:
  explicit Folder(const std::filesystem::path& in);
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// For an engine's runtime directory: in memory, as one under /run is.
std::filesystem::path in_memory();

/// Returns when every account is READY; throws when that takes longer.
void wait_ready(const Clock& clock, CommandClient& client, Duration within);

}  // namespace signalbox::bench
