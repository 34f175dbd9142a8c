// A configuration file: it is taken, or everything that is wrong with it is said.
#include "app/config.hpp"
#include "fuzz/input.hpp"

using namespace signalbox;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const fuzz::Input input{bytes, size};
  const auto config = parse_config(input.text(), "/nonexistent");
  if (config) return 0;
  fuzz::must(!config.error().empty());
  for (const auto& wrong : config.error())
    fuzz::must(!wrong.what.empty() && !wrong.text("signalbox.toml").empty());
  return 0;
}
