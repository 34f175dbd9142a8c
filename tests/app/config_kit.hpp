#pragma once

#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "app/config.hpp"

namespace signalbox::test {

/// The key and the secret of every configuration here; the environment has them while it lives.
struct Environment {
  static constexpr auto key = "SIGNALBOX_MAIN_KEY";
  static constexpr auto secret = "SIGNALBOX_MAIN_SECRET";
  static constexpr auto passphrase = "SIGNALBOX_MAIN_PASSPHRASE";
  static constexpr auto curve = "SIGNALBOX_CURVE_KEY";
  /// The example pair of ZeroMQ's own documents.
  static constexpr auto curve_secret = "D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs";
  static constexpr auto curve_public = "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID";
  Environment() {
    setenv(key, "env-key", 1);
    setenv(secret, "env-secret", 1);
    setenv(passphrase, "env-passphrase", 1);
    setenv(curve, curve_secret, 1);
  }
  ~Environment() {
    unsetenv(key);
    unsetenv(secret);
    unsetenv(passphrase);
    unsetenv(curve);
  }
};

/// A folder of its own, gone with the test.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    auto pattern = (std::filesystem::temp_directory_path() / "signalbox-config-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  std::filesystem::path write(std::string_view name, std::string_view text,
                              unsigned mode = 0600) const {
    const auto file = path_ / name;
    std::ofstream{file} << text;
    std::filesystem::permissions(file, std::filesystem::perms{mode});
    return file;
  }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

inline const std::string engine_part = "[engine]\njournal_directory = \"journal\"\n";
inline const std::string account_part =
    "[[account]]\n"
    "name = \"main\"\n"
    "venue = \"binance\"\n"
    "symbols = [\"BTC/USDT\"]\n"
    "api_key = { env = \"SIGNALBOX_MAIN_KEY\" }\n"
    "api_secret = { env = \"SIGNALBOX_MAIN_SECRET\" }\n";
inline const std::string limits_part =
    "[account.limits]\n"
    "max_order_notional = \"250\"\n"
    "max_account_notional = \"1000\"\n";
/// 11 lines: [engine] 1 to 2, [[account]] 3 to 8, [account.limits] 9 to 11.
inline const std::string smallest = engine_part + account_part + limits_part;

inline std::string with(std::string text, std::string_view old, std::string_view instead) {
  const auto at = text.find(old);
  return at == text.npos ? "the test's text has no " + std::string{old}
                         : text.replace(at, old.size(), instead);
}

inline std::vector<ConfigError> errors_of(std::string_view text) {
  const Environment environment;
  const auto config = parse_config(text, "/base");
  return config ? std::vector<ConfigError>{} : config.error();
}

/// "path:line what" of each, so that a failing test shows them.
inline std::vector<std::string> told(std::string_view text) {
  std::vector<std::string> lines;
  for (const auto& each : errors_of(text))
    lines.push_back(each.path + ":" + std::to_string(each.line) + " " + each.what);
  return lines;
}

}  // namespace signalbox::test
