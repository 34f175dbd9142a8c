#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "bus/gatekeeper.hpp"

namespace signalbox {

/// Names of accounts and of peers: 1 to 24 of a-z, 0-9, _ and -.
bool is_slug(std::string_view text);

/// Who may come in over CURVE, as people write it: a line each, a name and a public key of 40
/// characters. Errors never repeat the key: somebody may have taken the wrong half of the pair.
class AllowList {
 public:
  static constexpr std::size_t file_bytes_max = 256 * 1024;

  /// "trend-1 <key>".
  Result<void> add(std::string_view line);
  /// One line each; empty ones and those that begin with # are passed over. All that is wrong.
  std::vector<Error> add_file(const std::filesystem::path& file);

  std::vector<AllowedPeer> take() { return std::move(peers_); }

 private:
  std::vector<AllowedPeer> peers_;
};

}  // namespace signalbox
