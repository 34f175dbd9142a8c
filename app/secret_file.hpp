#pragma once

#include <filesystem>

#include "messages/result.hpp"
#include "messages/secret.hpp"

namespace signalbox {

inline constexpr std::size_t secret_bytes_max = 16 * 1024;

/// The whole file without the line's end. It must be closed to group and others. The error's text
/// goes after the name of whatever named the file, and holds nothing of its content.
Result<Secret> read_secret_file(const std::filesystem::path& file);

/// Makes a file of mode 0600 that holds `text` and a line's end; never writes over one.
Result<void> write_secret_file(const std::filesystem::path& file, const Secret& text);

}  // namespace signalbox
