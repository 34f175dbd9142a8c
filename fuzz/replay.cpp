// The fuzz targets without a fuzzer, for compilers that have none: each file of the folders is
// given to a target as it is, and then damaged in as many ways as asked, the same ones in every
// run. Ends with 0 when there were files and nothing aborted.
#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/targets.hpp"

using namespace signalbox::fuzz;
using Input = std::string;

namespace {

Target find(std::string_view wanted) {
  for (const auto& each : targets())
    if (each.name == wanted) return each.run;
  return nullptr;
}

std::vector<Input> read_folders(const std::vector<std::string>& folders) {
  std::vector<std::filesystem::path> files;
  for (const auto& folder : folders)
    if (std::filesystem::is_directory(folder))
      for (const auto& entry : std::filesystem::directory_iterator{folder})
        files.push_back(entry.path());
  std::sort(files.begin(), files.end());  // the same in every run
  std::vector<Input> all;
  for (const auto& each : files) {
    std::ifstream file{each, std::ios::binary};
    all.emplace_back(std::istreambuf_iterator<char>{file}, std::istreambuf_iterator<char>{});
  }
  return all;
}

/// One to four wounds: bytes changed, lost, doubled, or taken from another input; digits and
/// brackets more often than chance would have it.
class Damage {
 public:
  explicit Damage(const std::vector<Input>& all) : all_(all) {}

  Input of(Input input) {
    for (auto wounds = below(4) + 1; wounds > 0; --wounds) hurt(input);
    return input;
  }

 private:
  static constexpr std::string_view telling = "0123456789-.eE+\"\\{}[]:,\x7f\x80\xff ntf";
  static constexpr std::size_t piece_max = 32;

  std::size_t below(std::size_t most) { return most == 0 ? 0 : random_() % most; }

  void hurt(Input& input) {
    const auto at = below(input.size() + 1);
    const auto size = below(piece_max) + 1;
    switch (below(6)) {
      case 0: input.resize(at); return;
      case 1: input.erase(at, size); return;
      case 2: input.insert(at, input.substr(at, size)); return;
      case 3: {
        const auto& other = all_[below(all_.size())];
        input.insert(at, other.substr(below(other.size() + 1), size));
        return;
      }
      case 4: input.insert(at, 1, telling[below(telling.size())]); return;
      default:
        if (at < input.size())
          input[at] = below(2) == 0 ? telling[below(telling.size())]
                                    : static_cast<char>(input[at] ^ (1 << below(8)));
    }
  }

  const std::vector<Input>& all_;
  std::mt19937_64 random_{1};
};

/// The input under way, for whoever finds an abort.
void keep(const Input& input) {
  std::ofstream file{"fuzz-under-way", std::ios::binary | std::ios::trunc};
  file << input;
}

void give(Target target, const Input& input) {
  target(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
}

}  // namespace

int main(int count, char** arguments) {
  const auto target = count > 3 ? find(arguments[1]) : nullptr;
  const std::string_view times = count > 3 ? arguments[2] : "";
  std::size_t damaged = 0;
  const auto [end, bad] = std::from_chars(times.data(), times.data() + times.size(), damaged);
  if (!target || bad != std::errc{} || end != times.data() + times.size()) {
    std::fputs("usage: fuzz_replay TARGET TIMES_DAMAGED FOLDER …\n", stderr);
    return 2;
  }
  const auto inputs = read_folders({arguments + 3, arguments + count});
  Damage damage{inputs};
  const bool keeps = std::getenv("FUZZ_KEEP") != nullptr;
  for (const auto& each : inputs) {
    if (keeps) keep(each);
    give(target, each);
    for (std::size_t i = 0; i < damaged; ++i) {
      const auto hurt = damage.of(each);
      if (keeps) keep(hurt);
      give(target, hurt);
    }
  }
  std::printf("%s: %zu inputs, each damaged %zu times\n", arguments[1], inputs.size(), damaged);
  return inputs.empty() ? 1 : 0;
}
