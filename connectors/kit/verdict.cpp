#include "connectors/kit/verdict.hpp"

#include <algorithm>
#include <string>

namespace signalbox::kit {

Verdict not_known(std::string_view why) { return {Outcome::unknown, Refusal::none, 0, shown(why)}; }

Detail shown(std::string_view text) {
  std::string out{text.substr(0, Detail::capacity)};
  std::replace_if(
      out.begin(), out.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  return Detail{out};
}

}  // namespace signalbox::kit
