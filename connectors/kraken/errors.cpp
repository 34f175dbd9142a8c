#include "connectors/kraken/errors.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace signalbox::kraken {
namespace {

struct Rule {
  std::string_view category;  // up to the colon; empty: any
  std::string_view part;      // of the text behind it, whatever its case; empty: any
  Outcome outcome;
  Refusal refusal;
};

constexpr Rule refused(std::string_view category, std::string_view part, Refusal refusal) {
  return {category, part, Outcome::refused, refusal};
}
constexpr Rule unknown(std::string_view category, std::string_view part) {
  return {category, part, Outcome::unknown, Refusal::none};
}

// The first match counts, so longer texts stand before those that are part of them.
constexpr auto rules = std::array{
    // Who we are.
    refused("EAPI", "Invalid key", Refusal::authentication),
    refused("EAPI", "Invalid signature", Refusal::authentication),
    refused("ESession", "Invalid session", Refusal::authentication),
    refused("EAPI", "Invalid nonce", Refusal::clock),  // never executed
    refused("EAPI", "Bad request", Refusal::invalid),
    refused("EAPI", "Feature disabled", Refusal::permission),
    refused("EGeneral", "Permission denied", Refusal::permission),
    refused("EAccount", "Invalid permissions", Refusal::permission),
    refused("EAuth", "Account unconfirmed", Refusal::permission),
    refused("", "User Locked", Refusal::banned),
    refused("EGeneral", "Temporary lockout", Refusal::banned),
    refused("EAuth", "Account temporary disabled", Refusal::banned),

    // How fast.
    refused("", "Rate limit exceeded", Refusal::rate_limited),
    refused("", "Domain rate limit exceeded", Refusal::rate_limited),
    refused("", "Too many requests", Refusal::rate_limited),
    refused("EService", "Throttled", Refusal::rate_limited),

    // Whether there is anybody. What the venue says of itself leaves an order open to doubt.
    refused("EService", "Deadline elapsed", Refusal::clock),  // it came too late, and did nothing
    refused("EService", "Market in", Refusal::maintenance),   // cancel_only, post_only, …
    unknown("EService", "Unavailable"),
    unknown("EService", "Busy"),
    unknown("EService", "Timeout"),
    unknown("EGeneral", "Internal error"),
    unknown("EDatabase", "Internal error"),
    unknown("EGeneral", "Unknown error"),

    // The order.
    refused("EOrder", "Insufficient funds", Refusal::insufficient_funds),
    refused("EOrder", "Insufficient margin", Refusal::insufficient_funds),
    refused("EOrder", "Margin allowance exceeded", Refusal::insufficient_funds),
    refused("EOrder", "Margin level too low", Refusal::insufficient_funds),
    refused("EOrder", "Margin position size exceeded", Refusal::maximum),
    refused("EOrder", "Post only", Refusal::would_take),
    refused("EOrder", "Reduce only", Refusal::reduce_only),
    refused("EOrder", "Order minimum not met", Refusal::minimum),
    refused("EOrder", "Cost minimum not met", Refusal::minimum),
    refused("EOrder", "Tick size check failed", Refusal::precision),
    refused("EOrder", "Orders limit exceeded", Refusal::too_many_orders),
    refused("EOrder", "Positions limit exceeded", Refusal::too_many_orders),
    refused("EOrder", "Scheduled orders limit exceeded", Refusal::too_many_orders),
    // What the venue says to an id that is in use is not documented.
    refused("EOrder", "duplicate", Refusal::duplicate_id),
    refused("EOrder", "already", Refusal::duplicate_id),
    refused("EOrder", "Unknown order", Refusal::not_found),
    refused("EOrder", "Unknown position", Refusal::not_found),
    // Also said of a cancel of what is gone, some report; it proves nothing.
    refused("EOrder", "Invalid order", Refusal::invalid),
    unknown("EOrder", "Cancel pending"),
    refused("EOrder", "Invalid price", Refusal::invalid),
    refused("EOrder", "Trading agreement required", Refusal::permission),
    refused("EQuery", "Unknown", Refusal::invalid),  // asset, asset pair
    refused("EQuery", "Invalid", Refusal::invalid),
    refused("EGeneral", "Invalid arguments", Refusal::invalid),
    refused("EGeneral", "Unknown method", Refusal::unsupported),
    refused("", "Currency pair not supported", Refusal::invalid),
    refused("", "Currency pair not in", Refusal::invalid),
    refused("", "Unsupported field", Refusal::invalid),
};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

bool says(std::string_view text, std::string_view part) {
  return std::search(text.begin(), text.end(), part.begin(), part.end(),
                     [](char a, char b) { return lower(a) == lower(b); }) != text.end();
}

const Rule* from_text(std::string_view error) {
  const auto colon = std::min(error.find(':'), error.size());
  const auto category = error.substr(0, colon);
  for (const auto& rule : rules)
    if ((rule.category.empty() || rule.category == category) && says(error, rule.part))
      return &rule;
  return nullptr;
}

Rule from_status(int status) {
  constexpr int firewall_limit = 1015;  // a code that Cloudflare also sends as a status
  switch (status) {
    case 401: return refused("", "", Refusal::authentication);
    case 403: return refused("", "", Refusal::banned);
    case 404: return refused("", "", Refusal::unsupported);
    case 408: return unknown("", "");
    case 429: return refused("", "", Refusal::rate_limited);
    case firewall_limit: return refused("", "", Refusal::banned);
    default:
      return status >= 500 || status < 300 ? unknown("", "") : refused("", "", Refusal::other);
  }
}

Rule rule_of(int status, const std::optional<VenueError>& error) {
  // Anything but 200 was said by what stands in front of the venue.
  if (status < 200 || status >= 300 || !error) return from_status(status);
  if (error->text.empty()) return {"", "", Outcome::accepted, Refusal::none};
  if (const auto* rule = from_text(error->text)) return *rule;
  return refused("", "", Refusal::other);
}

}  // namespace

Verdict judge(int http_status, const std::optional<VenueError>& error) {
  const Rule rule = rule_of(http_status, error);
  if (rule.outcome == Outcome::accepted) return kit::good();
  Verdict verdict{rule.outcome, rule.refusal, 0, {}};
  if (error) verdict.detail = kit::shown(error->text);
  if (verdict.detail.empty()) verdict.detail = Detail{"HTTP " + std::to_string(http_status)};
  return verdict;
}

Verdict judge(std::string_view error_text) {
  constexpr int answered = 200;
  return judge(answered, VenueError{0, error_text});
}

}  // namespace signalbox::kraken
