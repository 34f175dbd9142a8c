#include "connectors/bybit/errors.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace signalbox::bybit {
namespace {

struct Rule {
  std::int32_t code;
  std::string_view part;  // of the text; empty: any text
  Outcome outcome;
  Refusal refusal;
};

constexpr Rule refused(std::int32_t code, Refusal refusal, std::string_view part = {}) {
  return {code, part, Outcome::refused, refusal};
}
constexpr Rule unknown(std::int32_t code) { return {code, {}, Outcome::unknown, Refusal::none}; }
constexpr Rule unchanged(std::int32_t code, std::string_view part = {}) {
  return {code, part, Outcome::accepted, Refusal::none};
}

// The first match counts, so the texts of a code stand before the code alone.
constexpr auto rules = std::array{
    // Of every request.
    unknown(10000),  // server timeout
    unchanged(10001, "not modified"),
    unchanged(10001, "remains unchanged"),
    // Stop-loss or take-profit on the wrong side of the market.
    refused(10001, Refusal::would_trigger, "base_price"),
    refused(10001, Refusal::invalid),
    refused(10002, Refusal::clock),
    refused(10003, Refusal::authentication),
    refused(10004, Refusal::authentication),
    refused(10005, Refusal::permission),
    refused(10006, Refusal::rate_limited),
    refused(10007, Refusal::authentication),
    refused(10008, Refusal::permission),  // the user is banned
    refused(10009, Refusal::permission),  // the region or address is
    refused(10010, Refusal::permission),  // the key is bound to another address
    refused(10014, Refusal::duplicate_id),
    unknown(10016),  // internal error or restart
    refused(10017, Refusal::invalid),
    refused(10018, Refusal::rate_limited),
    refused(10019, Refusal::maintenance),
    refused(10020, Refusal::permission),
    refused(10024, Refusal::permission),
    refused(10027, Refusal::permission),
    refused(10028, Refusal::permission),
    refused(10029, Refusal::permission),
    refused(10032, Refusal::unsupported),  // not in demo trading
    refused(10403, Refusal::rate_limited),
    refused(10404, Refusal::invalid),
    refused(10429, Refusal::rate_limited),
    refused(20003, Refusal::rate_limited),
    refused(20006, Refusal::duplicate_id),  // of a websocket request
    refused(33004, Refusal::authentication),
    refused(-2015, Refusal::authentication),

    // Derivatives.
    refused(110001, Refusal::not_found),
    refused(110003, Refusal::price_band),
    refused(110004, Refusal::insufficient_funds),
    refused(110005, Refusal::invalid),
    refused(110006, Refusal::insufficient_funds),
    refused(110007, Refusal::insufficient_funds),
    refused(110008, Refusal::not_found),  // completed or cancelled
    refused(110009, Refusal::too_many_orders),
    refused(110010, Refusal::not_found),
    refused(110011, Refusal::invalid),
    refused(110012, Refusal::insufficient_funds),
    refused(110013, Refusal::invalid),
    refused(110014, Refusal::insufficient_funds),
    refused(110017, Refusal::reduce_only),
    refused(110020, Refusal::too_many_orders),
    refused(110021, Refusal::maximum),
    refused(110022, Refusal::reduce_only),
    refused(110023, Refusal::reduce_only),
    refused(110024, Refusal::invalid),
    unchanged(110025),
    unchanged(110026),
    refused(110028, Refusal::invalid),
    refused(110030, Refusal::duplicate_id),
    refused(110032, Refusal::invalid),
    unchanged(110043),
    refused(110044, Refusal::insufficient_funds),
    refused(110045, Refusal::insufficient_funds),
    refused(110051, Refusal::insufficient_funds),
    refused(110052, Refusal::insufficient_funds),
    refused(110053, Refusal::insufficient_funds),
    refused(110059, Refusal::invalid),
    refused(110061, Refusal::too_many_orders),
    refused(110072, Refusal::duplicate_id),
    refused(110074, Refusal::maintenance),
    unknown(110079),  // the order is still being processed
    refused(110092, Refusal::would_trigger),
    refused(110093, Refusal::would_trigger),
    refused(110094, Refusal::minimum),
    refused(110103, Refusal::maintenance),
    unchanged(34040),

    // Spot.
    refused(170005, Refusal::too_many_orders),
    unknown(170007),
    unknown(170032),
    refused(170033, Refusal::insufficient_funds),
    refused(170034, Refusal::insufficient_funds),
    refused(170121, Refusal::invalid),
    refused(170124, Refusal::maximum),
    refused(170131, Refusal::insufficient_funds),
    refused(170132, Refusal::price_band),
    refused(170133, Refusal::price_band),
    refused(170134, Refusal::precision),
    refused(170135, Refusal::maximum),
    refused(170136, Refusal::minimum),
    refused(170137, Refusal::precision),
    refused(170139, Refusal::not_found),
    refused(170140, Refusal::minimum),
    refused(170141, Refusal::duplicate_id),
    refused(170142, Refusal::not_found),
    refused(170143, Refusal::not_found),
    unknown(170146),
    unknown(170147),
    refused(170193, Refusal::price_band),
    refused(170194, Refusal::price_band),
    refused(170210, Refusal::invalid),
    refused(170213, Refusal::not_found),
    refused(170217, Refusal::invalid),
    refused(170218, Refusal::would_take),
    refused(170222, Refusal::rate_limited),
    refused(170223, Refusal::insufficient_funds),
    refused(170810, Refusal::too_many_orders),
};

struct Range {
  std::int32_t from, to;
  Refusal refusal;
};
// Parameters of a spot order that are missing, malformed or do not go together.
constexpr auto ranges =
    std::array{Range{170105, 170130, Refusal::invalid}, Range{170199, 170206, Refusal::invalid}};

Rule from_status(int status) {
  switch (status) {
    case 401: return refused(0, Refusal::authentication);
    case 403: return refused(0, Refusal::banned);  // too many requests of this address, or region
    case 404: return refused(0, Refusal::unsupported);
    case 408: return unknown(0);
    case 429: return refused(0, Refusal::rate_limited);
    default: return status >= 500 || status < 300 ? unknown(0) : refused(0, Refusal::other);
  }
}

const Rule* from_code(const VenueError& error) {
  for (const auto& rule : rules)
    if (rule.code == error.code && error.text.find(rule.part) != error.text.npos) return &rule;
  static constexpr Rule invalid = refused(0, Refusal::invalid);
  for (const auto& range : ranges)
    if (range.from <= error.code && error.code <= range.to) return &invalid;
  return nullptr;
}

/// Codes that a server may send with a 5xx and that still promise nothing was executed.
constexpr bool not_executed(Refusal refusal) {
  return refusal == Refusal::rate_limited || refusal == Refusal::banned;
}

Rule rule_of(int status, const std::optional<VenueError>& error) {
  const bool answered = status >= 200 && status < 300;
  if (!error) return from_status(status);
  if (error->code == 0) return answered ? unchanged(0) : from_status(status);
  const Rule* by_code = from_code(*error);
  const Rule by_status = from_status(status);
  // The status alone says who may not come in again; a body must not soften that.
  if (by_status.refusal == Refusal::banned) return by_status;
  if (status >= 500 && !(by_code && not_executed(by_code->refusal))) return by_status;
  if (by_code) return *by_code;
  return answered ? refused(error->code, Refusal::other) : by_status;
}

}  // namespace

Verdict judge(int http_status, const std::optional<VenueError>& error) {
  const Rule rule = rule_of(http_status, error);
  Verdict verdict{rule.outcome, rule.refusal, error ? error->code : 0, {}};
  if (rule.outcome == Outcome::accepted) return kit::good();
  if (error) verdict.detail = kit::shown(error->text);
  if (verdict.detail.empty()) verdict.detail = Detail{"HTTP " + std::to_string(http_status)};
  return verdict;
}

bool is_address_limit(std::int32_t code) { return code == 10018 || code == 10403; }
bool is_pace_limit(std::int32_t code) {
  return code == 10006 || code == 10429 || code == 20003 || code == 170222;
}

}  // namespace signalbox::bybit
