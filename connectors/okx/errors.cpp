#include "connectors/okx/errors.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace signalbox::okx {
namespace {

struct Rule {
  std::int32_t from, to;  // codes, both included
  Outcome outcome;
  Refusal refusal;
};

constexpr Rule refused(std::int32_t from, std::int32_t to, Refusal refusal) {
  return {from, to, Outcome::refused, refusal};
}
constexpr Rule refused(std::int32_t code, Refusal refusal) { return refused(code, code, refusal); }
constexpr Rule unknown(std::int32_t code) { return {code, code, Outcome::unknown, Refusal::none}; }

// The first match counts.
constexpr auto rules = std::array{
    // "Temporarily unavailable" is documented with HTTP 503 and without a word about the order.
    unknown(50001),
    unknown(50004),  // endpoint timeout: "does not mean success or failure"
    refused(50005, Refusal::maintenance),
    refused(50009, Refusal::permission),
    refused(50011, Refusal::rate_limited),
    refused(50013, Refusal::rate_limited),
    unknown(50026),
    refused(50036, 50037, Refusal::clock),  // arrived after its expTime: not executed
    refused(50040, Refusal::rate_limited),
    refused(50061, Refusal::rate_limited),
    refused(50071, Refusal::duplicate_id),

    refused(50100, Refusal::permission),
    refused(50101, Refusal::authentication),
    refused(50102, Refusal::clock),
    refused(50103, 50107, Refusal::authentication),
    refused(50110, Refusal::permission),
    refused(50111, Refusal::authentication),
    refused(50112, Refusal::clock),
    refused(50113, 50114, Refusal::authentication),
    refused(50119, Refusal::authentication),
    refused(50120, 50121, Refusal::permission),
    refused(50122, Refusal::minimum),

    refused(51000, 51003, Refusal::invalid),
    refused(51004, 51005, Refusal::maximum),
    refused(51006, Refusal::price_band),
    refused(51008, Refusal::insufficient_funds),
    refused(51009, Refusal::permission),
    refused(51010, Refusal::unsupported),
    refused(51015, Refusal::invalid),
    refused(51016, Refusal::duplicate_id),
    refused(51020, Refusal::minimum),
    refused(51022, Refusal::maintenance),
    refused(51023, Refusal::reduce_only),
    refused(51024, Refusal::permission),
    refused(51025, Refusal::too_many_orders),
    refused(51027, 51028, Refusal::maintenance),
    // Against the order's own price, then against the market, which may have moved.
    refused(51046, 51049, Refusal::invalid),
    refused(51050, 51053, Refusal::would_trigger),
    unknown(51054),
    refused(51065, Refusal::duplicate_id),
    refused(51068, Refusal::duplicate_id),
    refused(51076, 51085, Refusal::invalid),
    refused(51089, Refusal::invalid),
    refused(51091, 51094, Refusal::invalid),
    refused(51112, Refusal::reduce_only),
    refused(51117, Refusal::too_many_orders),
    refused(51119, Refusal::insufficient_funds),
    refused(51120, Refusal::minimum),
    refused(51121, Refusal::precision),
    refused(51127, Refusal::insufficient_funds),
    refused(51131, Refusal::insufficient_funds),
    refused(51137, 51138, Refusal::price_band),
    unknown(51149),
    refused(51169, 51170, Refusal::reduce_only),
    refused(51202, Refusal::maximum),
    refused(51205, Refusal::reduce_only),
    refused(51277, 51280, Refusal::would_trigger),
    // Cancels and amendments of what is over, or on its way there.
    refused(51400, 51402, Refusal::not_found),
    refused(51410, Refusal::not_found),
    unknown(51412),
    refused(51415, Refusal::unsupported),
    refused(51502, Refusal::insufficient_funds),
    refused(51503, Refusal::not_found),
    refused(51509, 51510, Refusal::not_found),
    refused(51603, Refusal::not_found),
    refused(54084, 54085, Refusal::price_band),

    // The websockets'.
    refused(60004, Refusal::clock),
    refused(60005, Refusal::authentication),
    refused(60006, Refusal::clock),
    refused(60007, Refusal::authentication),
    refused(60008, Refusal::invalid),
    refused(60009, Refusal::authentication),
    refused(60011, Refusal::authentication),
    refused(60012, 60013, Refusal::invalid),
    refused(60014, Refusal::rate_limited),
    refused(60018, 60019, Refusal::invalid),
    refused(60024, Refusal::authentication),
    refused(60028, Refusal::invalid),
    refused(60032, Refusal::authentication),
    refused(63999, Refusal::maintenance),
    refused(64001, 64002, Refusal::invalid),
    refused(64003, Refusal::permission),
    refused(64008, Refusal::maintenance),
};

constexpr Rule from_status(int status) {
  switch (status) {
    case 401: return refused(0, Refusal::authentication);
    case 403: return refused(0, Refusal::banned);  // the firewall in front of the venue
    case 404: return refused(0, Refusal::unsupported);
    case 408: return unknown(0);
    case 410: return refused(0, Refusal::maintenance);
    case 429: return refused(0, Refusal::rate_limited);
    default: return status >= 500 || status < 200 ? unknown(0) : refused(0, Refusal::other);
  }
}

const Rule* from_code(std::int32_t code) {
  const auto* found = std::find_if(rules.begin(), rules.end(), [&](const Rule& rule) {
    return rule.from <= code && code <= rule.to;
  });
  return found == rules.end() ? nullptr : found;
}

/// Codes that a server may send with a 5xx and that still promise nothing was executed.
constexpr bool not_executed(Refusal refusal) {
  return refusal == Refusal::maintenance || refusal == Refusal::rate_limited ||
         refusal == Refusal::clock;
}

Rule rule_of(int status, const VenueError& error) {
  const Rule by_status = from_status(status);
  // The status alone says who may not come in again; a body must not soften that.
  if (by_status.refusal == Refusal::banned) return by_status;
  const Rule* by_code = from_code(error.code);
  if (!by_code) return by_status;
  if (status >= 500 && by_code->outcome == Outcome::refused && !not_executed(by_code->refusal))
    return by_status;
  return *by_code;
}

}  // namespace

Verdict judge(int http_status, const VenueError& error) {
  if (http_status >= 200 && http_status < 300 && error.code == 0) return kit::good();
  const Rule rule = rule_of(http_status, error);
  Verdict verdict{rule.outcome, rule.refusal, error.code, kit::shown(error.text)};
  if (verdict.detail.empty()) verdict.detail = Detail{"HTTP " + std::to_string(http_status)};
  return verdict;
}

bool refuses_trade_mode(const VenueError& error) {
  constexpr std::int32_t bad_parameter = 51000;
  constexpr std::int32_t not_in_this_mode = 51010;
  return error.code == not_in_this_mode ||
         (error.code == bad_parameter && error.text.find("tdMode") != error.text.npos);
}

bool may_return_at_once(std::int32_t notice_code) {
  constexpr std::int32_t upgrade = 64008;
  return notice_code == upgrade;
}

}  // namespace signalbox::okx
