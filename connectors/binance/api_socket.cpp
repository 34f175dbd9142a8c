#include "connectors/binance/api_socket.hpp"

#include <algorithm>

#include "connectors/binance/rate_limits.hpp"
#include "connectors/kit/order_rows.hpp"
#include "connectors/kit/take.hpp"

namespace signalbox::binance {
namespace {

constexpr int succeeded = 200;

}  // namespace

Result<ApiAnswer> read_api_answer(const JsonObject& root) {
  const auto status = json_integer(root, "status");
  if (!status) return pass(status);
  ApiAnswer answer;
  answer.status = static_cast<int>(std::clamp<std::int64_t>(*status, 0, 999));
  if (const auto id = json_text(root, "id")) answer.id = *id;
  if (const auto result = json_object(root, "result")) answer.result = *result;
  if (const auto error = json_object(root, "error")) {
    answer.error = read_error(*error);
    if (const auto data = json_object(*error, "data"))
      if (const auto retry = json_integer_if(*data, "retryAfter"); retry && *retry)
        answer.retry_after_ms = **retry;
  }
  answer.headers = used_headers(root);
  return answer;
}

void heed_limits(kit::Core& core, const ApiAnswer& answer) {
  auto headers = answer.headers;
  if (answer.retry_after_ms > 0) {
    const auto wait = kit::wall_from_ms(answer.retry_after_ms) - core.venue_now();
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(std::max(Duration{}, wait));
    headers += "Retry-After: " + std::to_string(seconds.count()) + "\r\n";
  }
  core.pacer.on_answer(core.clock.mono(), answer.status, headers);
}

ApiSocket::ApiSocket(kit::Core& core, Words words)
    : OrderSocketOf(core, {.target = words.target,
                           .opening_cost = {.weight = words.opening_weight, .orders = 0},
                           .ping = {}}),
      core_(core),
      words_(std::move(words)) {}

std::string_view ApiSocket::log_on(const std::string& id) {
  if (signs_each()) return {};
  log_on_id_ = id;
  return words_.log_on(id);
}

void ApiSocket::heard(std::string_view frame) {
  const auto root = json_.object(frame);
  if (!root) return drop();
  // It says that it will close: what is under way may still be answered.
  if (json_object(*root, "event") || json_text(*root, "e")) return retire();
  const auto answer = read_api_answer(*root);
  if (!answer) return drop();
  heed_limits(core_, *answer);
  if (waits_for_log_on()) return log_on_answered(*answer);
  // Without an id of ours: the session is no longer ours, or a request could not be read.
  if (answer->id.empty() && answer->status != succeeded) return drop();
  answered(answer->id, *answer);
}

void ApiSocket::log_on_answered(const ApiAnswer& answer) {
  if (answer.id != log_on_id_) return;
  if (answer.status == succeeded) return logged_on();
  static_cast<void>(words_.verdict(answer.status, answer.error));
  drop();
}

}  // namespace signalbox::binance
