#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string_view>

#include "messages/field.hpp"
#include "messages/result.hpp"

namespace signalbox {

enum class LogLevel : std::uint8_t { debug = 1, info, warning, error, off };
template <>
inline constexpr auto enum_names<LogLevel> =
    std::array{Named{LogLevel::debug, "debug"}, Named{LogLevel::info, "info"},
               Named{LogLevel::warning, "warning"}, Named{LogLevel::error, "error"},
               Named{LogLevel::off, "off"}};

/// The `[log]` section of the configuration.
struct LogSettings {
  LogLevel level = LogLevel::info;
  std::filesystem::path file;  ///< appended to; empty: standard error
};

/// Lines for the operator, written by a thread of its own. A line that cannot be written (a full
/// disk, a closed pipe) is lost and nothing else happens; when lines come faster than they can be
/// written the oldest go, and the log says how many. Any thread; never blocks on the file.
class Log {
 public:
  static constexpr std::size_t lines_max = 8192;  ///< queued, of all threads together

  /// Fails when the file cannot be opened.
  static Result<std::unique_ptr<Log>> open(const LogSettings& settings);
  /// Writes what is queued.
  ~Log();

  bool wants(LogLevel level) const;
  /// Control characters and what is no UTF-8 become '?': a line is one line.
  void write(LogLevel level, std::string_view line);

  /// Lines that were pushed out of the queue.
  std::uint64_t dropped() const;
  /// Lines that the file did not take.
  std::uint64_t failed_writes() const;

 private:
  struct Impl;
  explicit Log(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace signalbox
