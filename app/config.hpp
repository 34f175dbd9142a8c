#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "app/engine_config.hpp"

namespace signalbox {

/// One thing wrong with a configuration: where, what, and what to write instead.
struct ConfigError {
  std::string path;  ///< "account[1].limits.max_order_notional"
  std::size_t line = 0;
  std::size_t column = 0;
  std::string what;

  std::string text(const std::string& file) const;
};

/// Reads and checks a TOML file. All violations are told at once; unknown keys are violations.
/// Secrets come from files (mode 0600 or stricter) or the environment, never from this file, and
/// are in no error's text.
tl::expected<EngineConfig, std::vector<ConfigError>> load_config(const std::filesystem::path& file);
/// `base` is what relative file names in it are relative to.
tl::expected<EngineConfig, std::vector<ConfigError>> parse_config(
    std::string_view text, const std::filesystem::path& base);

}  // namespace signalbox
