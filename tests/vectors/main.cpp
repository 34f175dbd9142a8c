// What our connectors send and understand, case by case, for files of recorded calls and answers.

#include <cstdio>
#include <exception>
#include <iostream>
#include <sstream>

#include "tests/vectors/cases.hpp"

using namespace signalbox::vectors;

namespace {

int usage() {
  std::cerr << "usage: venue_vectors requests FILE | responses FILE | frames VENUE FILE\n";
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> args{argv + 1, argv + argc};
  const auto print = [](const std::string& line) { std::fputs((line + "\n").c_str(), stdout); };
  try {
    if (args.size() == 2 && args[0] == "requests") return each_request(args[1], print), 0;
    if (args.size() == 2 && args[0] == "responses") return each_response(args[1], print), 0;
    if (args.size() == 3 && args[0] == "frames") return each_frame(args[1], args[2], print), 0;
  } catch (const std::exception& e) {
    std::cerr << "venue_vectors: " << e.what() << "\n";
    return 1;
  }
  return usage();
}
