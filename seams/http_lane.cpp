#include "seams/http_lane.hpp"

#include <algorithm>

namespace signalbox {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool same_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view trimmed(std::string_view s) {
  const auto first = s.find_first_not_of(" \t");
  if (first == s.npos) return {};
  return s.substr(first, s.find_last_not_of(" \t\r") - first + 1);
}

}  // namespace

std::string_view header_value(std::string_view headers, std::string_view name) {
  while (!headers.empty()) {
    const auto end = std::min(headers.find('\n'), headers.size());
    const auto line = headers.substr(0, end);
    const auto colon = line.find(':');
    if (colon != line.npos && same_name(line.substr(0, colon), name))
      return trimmed(line.substr(colon + 1));
    headers.remove_prefix(std::min(end + 1, headers.size()));
  }
  return {};
}

}  // namespace signalbox
