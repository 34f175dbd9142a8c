#include <fstream>
#include <iostream>
#include <optional>
#include <sstream>
#include <string>

#include "tests/messages/bus_docs.hpp"

// signalbox_bus_docs --update docs/bus.md    writes the tables between the markers
// signalbox_bus_docs --check docs/bus.md     fails when they are not what the messages say

namespace {

constexpr std::string_view begin_marker = "<!-- generated: messages -->\n";
constexpr std::string_view end_marker = "<!-- end of generated -->\n";

std::optional<std::string> with_tables(const std::string& page) {
  const auto begin = page.find(begin_marker);
  const auto end = page.find(end_marker);
  if (begin == page.npos || end == page.npos || end < begin) return std::nullopt;
  return page.substr(0, begin) + std::string{begin_marker} + '\n' + signalbox::docs::bus_tables() +
         '\n' + page.substr(end);
}

}  // namespace

int main(int argc, char** argv) {
  const std::string mode = argc == 3 ? argv[1] : "";
  if (mode != "--update" && mode != "--check") {
    std::cerr << "usage: signalbox_bus_docs --update|--check docs/bus.md\n";
    return 2;
  }
  const std::string path = argv[2];
  std::ostringstream page;
  page << std::ifstream{path}.rdbuf();
  const auto wanted = with_tables(page.str());
  if (!wanted) {
    std::cerr << path << ": not there, or without the two markers of the generated part\n";
    return 2;
  }
  if (mode == "--update") {
    std::ofstream{path} << *wanted;
    return 0;
  }
  if (page.str() == *wanted) return 0;
  std::cerr << path << " is not what the messages say. Bring it up to date:\n  " << argv[0]
            << " --update " << path << '\n';
  return 1;
}
