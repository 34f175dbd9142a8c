// `keygen`: a CURVE key pair in two files. The secret one is never printed.
#include <fmt/core.h>

#include <fstream>

#include "app/commands.hpp"
#include "app/secret_file.hpp"
#include "bus/curve.hpp"

namespace signalbox {

int keygen_command(const std::string& name) {
  const auto fail = [](std::string_view why) {
    fmt::print(stderr, "signalbox keygen: {}\n", why);
    return exit_failed;
  };
  const auto keys = CurveKeys::generate();
  if (!keys) return fail(keys.error().what);
  const std::filesystem::path public_file = name + ".public";
  std::error_code ignored;
  if (std::filesystem::exists(public_file, ignored))
    return fail(public_file.string() + " is already there: a key is never replaced");
  const std::filesystem::path secret_file = name + ".secret";
  if (const auto written = write_secret_file(secret_file, keys->secret_key); !written)
    return fail(written.error().what);
  std::ofstream out{public_file};
  out << keys->public_key.text() << '\n';
  if (!out.flush()) return fail(public_file.string() + " cannot be written");
  fmt::print("{}   secret: stays on this machine, readable by you alone\n", secret_file.string());
  fmt::print("{}   public: {}\n", public_file.string(), keys->public_key.text());
  return exit_ok;
}

}  // namespace signalbox
