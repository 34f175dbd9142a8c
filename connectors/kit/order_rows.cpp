#include "connectors/kit/order_rows.hpp"

#include <algorithm>

#include "messages/ids.hpp"

namespace signalbox::kit {

ClientOrderId own_client_id(std::string_view client_id) {
  return parse_client_order_id(client_id) ? ClientOrderId{client_id} : ClientOrderId{};
}

void set_client_id(OrderReport& report, std::string_view client_id) {
  report.id = own_client_id(client_id);
  if (!report.id.empty()) return;
  using Raw = decltype(report.raw_client_id);
  report.raw_client_id = Raw{client_id.substr(0, Raw::capacity)};
}

WallTime wall_from_ms(std::int64_t ms) {
  constexpr std::int64_t ms_max = std::int64_t{9'000'000'000'000};  // the year 2255
  return WallTime{std::chrono::milliseconds{std::clamp<std::int64_t>(ms, 0, ms_max)}};
}

std::int64_t to_ms(WallTime t) {
  return std::chrono::floor<std::chrono::milliseconds>(t.time_since_epoch()).count();
}

}  // namespace signalbox::kit
