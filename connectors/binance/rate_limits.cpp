#include "connectors/binance/rate_limits.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace signalbox::binance {
namespace {

struct Interval {
  std::string_view name;
  std::string_view letter;  // in the headers
  Duration length;
};
constexpr auto intervals = std::array{Interval{"SECOND", "S", std::chrono::seconds{1}},
                                      Interval{"MINUTE", "M", std::chrono::minutes{1}},
                                      Interval{"HOUR", "H", std::chrono::hours{1}},
                                      Interval{"DAY", "D", std::chrono::hours{24}}};

/// Nothing for kinds of limits this build does not know.
std::optional<PaceLimit> read_limit(const JsonObject& from) {
  const auto type = json_text(from, "rateLimitType");
  const auto interval = json_text(from, "interval");
  const auto number = json_integer(from, "intervalNum");
  const auto most = json_integer(from, "limit");
  if (!type || !interval || !number || !most || *number < 1 || *number > 10'000 || *most < 1 ||
      *most > std::numeric_limits<std::uint32_t>::max())
    return std::nullopt;
  const auto* named = std::find_if(intervals.begin(), intervals.end(),
                                   [&](const Interval& i) { return i.name == *interval; });
  if (named == intervals.end()) return std::nullopt;

  PaceLimit limit;
  limit.window = named->length * *number;
  limit.most = static_cast<std::uint32_t>(*most);
  const auto suffix = std::to_string(*number) + std::string{named->letter};
  if (*type == "REQUEST_WEIGHT") {
    limit.counts = PaceLimit::Counts::weight;
    limit.used_header = "X-MBX-USED-WEIGHT-" + suffix;
  } else if (*type == "ORDERS") {
    limit.counts = PaceLimit::Counts::orders;
    limit.used_header = "X-MBX-ORDER-COUNT-" + suffix;
  } else if (*type == "RAW_REQUESTS") {
    limit.counts = PaceLimit::Counts::requests;
  } else {
    return std::nullopt;
  }
  return limit;
}

}  // namespace

std::string used_headers(const JsonObject& answer) {
  std::string headers;
  const auto list = json_array(answer, "rateLimits");
  if (!list) return headers;
  std::size_t read = 0;
  for (const auto element : *list) {
    const auto object = element.object();
    if (!object || ++read > Pacer::limits_max) break;
    const auto limit = read_limit(*object);
    const auto count = json_integer(*object, "count");
    if (limit && !limit->used_header.empty() && count && *count >= 0)
      headers += limit->used_header + ": " + std::to_string(*count) + "\r\n";
  }
  return headers;
}

Result<std::vector<PaceLimit>> read_rate_limits(const JsonObject& exchange_info) {
  std::vector<PaceLimit> limits;
  auto list = json_array(exchange_info, "rateLimits");
  if (!list) return limits;
  for (const auto element : *list) {
    const auto object = element.object();
    if (!object) return failed(Fault::bad_input, "exchangeInfo: a rate limit is not an object");
    auto limit = read_limit(*object);
    if (limit && limits.size() < Pacer::limits_max) limits.push_back(std::move(*limit));
  }
  return limits;
}

}  // namespace signalbox::binance
