#include "connectors/kit/shown_request.hpp"

#include <algorithm>

#include "seams/http_lane.hpp"

namespace signalbox::kit {

ShownRequest show(std::string_view request, std::string_view scheme) {
  ShownRequest shown;
  const auto head_end = std::min(request.find("\r\n\r\n"), request.size());
  auto head = request.substr(0, head_end);
  if (head_end + 4 <= request.size()) shown.body = request.substr(head_end + 4);
  const auto line = [&head] {
    const auto end = std::min(head.find("\r\n"), head.size());
    const auto first = head.substr(0, end);
    head.remove_prefix(std::min(end + 2, head.size()));
    return first;
  };
  const auto start = line();
  const auto first_blank = std::min(start.find(' '), start.size());
  const auto last_blank = std::min(start.rfind(' '), start.size());
  shown.method = start.substr(0, first_blank);
  std::string_view target;
  if (first_blank < last_blank)
    target = start.substr(first_blank + 1, last_blank - first_blank - 1);
  shown.url = std::string{scheme} + "://" + std::string{header_value(head, "Host")};
  shown.url += target;
  while (!head.empty()) {
    const auto each = line();
    const auto colon = std::min(each.find(": "), each.size());
    shown.headers.emplace_back(each.substr(0, colon),
                               colon < each.size() ? each.substr(colon + 2) : std::string_view{});
  }
  return shown;
}

}  // namespace signalbox::kit
