#pragma once

#include <fstream>
#include <iostream>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>

namespace signalbox::docs {

/// A page of docs/ with a part between two markers that a program writes:
///
///     PROGRAM --update PAGE    writes that part
///     PROGRAM --check PAGE     fails when it is not what the program would write
///
/// `name` is in the opening marker, `<!-- generated: NAME -->`. Answers the exit code.
inline int keep_generated_page(int argc, char** argv, std::string_view name,
                               const std::string& tables) {
  const std::string begin_marker = "<!-- generated: " + std::string{name} + " -->\n";
  constexpr std::string_view end_marker = "<!-- end of generated -->\n";
  const std::string mode = argc == 3 ? argv[1] : "";
  if (mode != "--update" && mode != "--check") {
    std::cerr << "usage: " << argv[0] << " --update|--check docs/PAGE.md\n";
    return 2;
  }
  const std::string path = argv[2];
  std::ostringstream page;
  page << std::ifstream{path}.rdbuf();
  const std::string is = page.str();
  const auto begin = is.find(begin_marker);
  const auto end = is.find(end_marker);
  if (begin == is.npos || end == is.npos || end < begin) {
    std::cerr << path << ": not there, or without the two markers of the generated part\n";
    return 2;
  }
  const auto wanted = is.substr(0, begin) + begin_marker + '\n' + tables + '\n' + is.substr(end);
  if (mode == "--update") {
    std::ofstream{path} << wanted;
    return 0;
  }
  if (is == wanted) return 0;
  std::cerr << path << " is not what the program says. Bring it up to date:\n  " << argv[0]
            << " --update " << path << '\n';
  return 1;
}

}  // namespace signalbox::docs
