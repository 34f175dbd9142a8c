#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace signalbox::kit {

/// A request taken apart again, for people and for tests.
struct ShownRequest {
  std::string method;
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};
ShownRequest show(std::string_view request, std::string_view scheme = "https");

}  // namespace signalbox::kit
