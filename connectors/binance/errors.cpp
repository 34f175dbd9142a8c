#include "connectors/binance/errors.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "connectors/transport/json.hpp"

namespace signalbox::binance {
namespace {

using Rule = ErrorRule;

constexpr Rule refused(std::int32_t code, Refusal refusal, std::string_view part = {}) {
  return {code, part, Outcome::refused, refusal};
}
constexpr Rule unknown(std::int32_t code) { return {code, {}, Outcome::unknown, Refusal::none}; }

// The first match counts, so the texts of a code stand before the code alone. -2010 and -1013 are
// bags of many reasons: only their text tells.
constexpr auto rules = std::array{
    unknown(-1000),
    unknown(-1001),  // "internal error": executed or not, nobody says
    refused(-1002, Refusal::permission), refused(-1003, Refusal::banned, "banned until"),
    refused(-1003, Refusal::rate_limited), unknown(-1006), unknown(-1007),
    refused(-1008, Refusal::maintenance),  // overloaded: dropped before the matching engine

    refused(-1013, Refusal::minimum, "NOTIONAL"),  // NOTIONAL and MIN_NOTIONAL
    refused(-1013, Refusal::price_band, "PERCENT_PRICE"),
    refused(-1013, Refusal::precision, "PRICE_FILTER"),
    refused(-1013, Refusal::maximum, "MARKET_LOT_SIZE"),
    refused(-1013, Refusal::precision, "LOT_SIZE"),
    refused(-1013, Refusal::too_many_orders, "MAX_NUM_"),
    refused(-1013, Refusal::maximum, "MAX_POSITION"),
    refused(-1013, Refusal::maintenance, "Market is closed"), refused(-1013, Refusal::invalid),

    refused(-1014, Refusal::unsupported), refused(-1015, Refusal::rate_limited),
    refused(-1016, Refusal::maintenance), refused(-1020, Refusal::unsupported),
    refused(-1021, Refusal::clock), refused(-1022, Refusal::authentication),
    refused(-1111, Refusal::precision),

    refused(-2010, Refusal::insufficient_funds, "insufficient balance"),
    refused(-2010, Refusal::duplicate_id, "Duplicate order sent"),
    refused(-2010, Refusal::would_trigger, "would trigger immediately"),
    refused(-2010, Refusal::would_take, "would immediately match and take"),
    // We compare the legs with each other before we send them, so it is the market that stands
    // beyond one of them.
    refused(-2010, Refusal::would_trigger, "relationship of the prices"),
    refused(-2010, Refusal::not_found, "Unknown order sent"),
    refused(-2010, Refusal::maintenance, "Market is closed"),
    refused(-2010, Refusal::unsupported, "not support"),
    refused(-2010, Refusal::permission, "action is disabled on this account"),
    refused(-2010, Refusal::permission, "may not place or cancel orders"),
    refused(-2010, Refusal::permission, "not permitted for this account"),
    refused(-2010, Refusal::permission, "restricted for this account"),
    refused(-2010, Refusal::permission, "trading is not enabled"),
    refused(-2010, Refusal::maximum, "Order book liquidity"),
    refused(-2010, Refusal::invalid, "Price * QTY is zero or less"),
    refused(-2010, Refusal::invalid, "IcebergQty exceeds QTY"),
    refused(-2010, Refusal::invalid, "Unsupported order combination"),

    refused(-2011, Refusal::invalid, "cancel restrictions"), refused(-2011, Refusal::not_found),
    refused(-2013, Refusal::not_found), refused(-2026, Refusal::not_found),  // archived
    refused(-2014, Refusal::authentication), refused(-2015, Refusal::authentication),
    refused(-2038, Refusal::invalid),  // amend rejected
    refused(-2039, Refusal::invalid),  // client id and order id name different orders
};

// Parameters that are missing, superfluous, malformed or do not go together.
constexpr auto invalid_ranges =
    std::array{ErrorRange{-1121, -1100}, ErrorRange{-1130, -1130}, ErrorRange{-1168, -1158},
               ErrorRange{-1199, -1196}, ErrorRange{-1225, -1220}};

constexpr Rule from_status(int status) {
  switch (status) {
    case 401: return refused(0, Refusal::authentication);
    case 403: return refused(0, Refusal::banned);  // the firewall in front of the venue
    case 408: return unknown(0);
    case 418: return refused(0, Refusal::banned);
    case 429: return refused(0, Refusal::rate_limited);
    default: return status >= 500 || status < 300 ? unknown(0) : refused(0, Refusal::other);
  }
}

const Rule* from_code(const ErrorTable& table, const VenueError& error) {
  for (const auto& rule : table.rules)
    if (rule.code == error.code && error.text.find(rule.part) != error.text.npos) return &rule;
  static constexpr Rule invalid = refused(0, Refusal::invalid);
  for (const auto& range : table.invalid)
    if (range.from <= error.code && error.code <= range.to) return &invalid;
  return nullptr;
}

/// Codes that a server may send with a 5xx and that still promise nothing was executed.
constexpr bool not_executed(Refusal refusal) {
  return refusal == Refusal::maintenance || refusal == Refusal::rate_limited ||
         refusal == Refusal::banned;
}

Rule rule_of(const ErrorTable& table, int status, const VenueError& error) {
  const Rule by_status = from_status(status);
  // The status alone says who may not come in again; a body must not soften that.
  if (by_status.refusal == Refusal::banned) return by_status;
  const Rule* by_code = from_code(table, error);
  if (!by_code) return by_status;
  if (status >= 500 && by_code->outcome == Outcome::refused && !not_executed(by_code->refusal))
    return by_status;
  return *by_code;
}

}  // namespace

ErrorTable spot_errors() { return {rules, invalid_ranges}; }

Verdict judge(int http_status, const VenueError& error) {
  return judge_by(spot_errors(), http_status, error);
}

Verdict judge_by(const ErrorTable& table, int http_status, const VenueError& error) {
  const Rule rule = rule_of(table, http_status, error);
  Verdict verdict{rule.outcome, rule.refusal, error.code, shown(error.text)};
  if (verdict.detail.empty()) verdict.detail = Detail{"HTTP " + std::to_string(http_status)};
  return verdict;
}

VenueError read_error(const JsonObject& from) {
  VenueError error;
  if (const auto code = json_integer(from, "code"))
    error.code = static_cast<std::int32_t>(std::clamp<std::int64_t>(*code, -999'999, 999'999));
  if (const auto text = json_text(from, "msg")) error.text = *text;
  return error;
}

std::optional<WallTime> banned_until(std::string_view text) {
  constexpr std::string_view words = "banned until ";
  const auto at = text.find(words);
  if (at == text.npos) return std::nullopt;
  const char* from = text.data() + at + words.size();
  std::int64_t ms = 0;
  const auto [end, error] = std::from_chars(from, text.data() + text.size(), ms);
  constexpr std::int64_t ms_max = std::int64_t{9'000'000'000'000};  // the year 2255
  if (error != std::errc{} || ms <= 0 || ms > ms_max) return std::nullopt;
  return WallTime{std::chrono::milliseconds{ms}};
}

}  // namespace signalbox::binance
