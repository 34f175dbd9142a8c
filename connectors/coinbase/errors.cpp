#include "connectors/coinbase/errors.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "connectors/coinbase/fields.hpp"

namespace signalbox::coinbase {
namespace {

struct Rule {
  std::string_view word;
  Refusal refusal;
};

// Words of new_order_failure_reason, preview_failure_reason, error, reject_reason and the failure
// reasons of cancels and edits. The documents know most of them with and without "PREVIEW_"; that
// is cut off before the word is looked up.
constexpr auto rules = std::array{
    Rule{"authentication_error", Refusal::authentication},
    Rule{"invalid_token", Refusal::authentication},
    Rule{"expired_token", Refusal::authentication},
    Rule{"revoked_token", Refusal::authentication},
    Rule{"UNAUTHENTICATED", Refusal::authentication},
    Rule{"PERMISSION_DENIED", Refusal::permission},
    Rule{"invalid_scope", Refusal::permission},
    Rule{"GEOFENCING_RESTRICTION", Refusal::permission},
    Rule{"account is not available", Refusal::permission},  // the key is of another portfolio
    Rule{"rate_limit_exceeded", Refusal::rate_limited},
    Rule{"RATE_LIMIT_EXCEEDED", Refusal::rate_limited},
    Rule{"resource_exhausted", Refusal::rate_limited},
    Rule{"RESOURCE_EXHAUSTED", Refusal::rate_limited},
    Rule{"TOO_MANY_PENDING_REPLACES", Refusal::rate_limited},
    Rule{"EXCEEDED_MAX_ALLOWED_EDIT_REQUEST_COUNT", Refusal::rate_limited},

    Rule{"INSUFFICIENT_FUND", Refusal::insufficient_funds},
    Rule{"INSUFFICIENT_FUNDS", Refusal::insufficient_funds},
    Rule{"REJECT_REASON_INSUFFICIENT_FUNDS", Refusal::insufficient_funds},
    Rule{"INVALID_LEDGER_BALANCE", Refusal::insufficient_funds},
    Rule{"INSUFFICIENT_LEDGER_BALANCE", Refusal::insufficient_funds},
    Rule{"HOLD_FAILURE", Refusal::insufficient_funds},
    Rule{"TOO_MANY_OPEN_ORDERS", Refusal::too_many_orders},
    Rule{"DUPLICATE_CLIENT_ORDER_ID", Refusal::duplicate_id},

    Rule{"INVALID_BASE_SIZE_TOO_SMALL", Refusal::minimum},
    Rule{"INVALID_QUOTE_SIZE_TOO_SMALL", Refusal::minimum},
    Rule{"INVALID_BASE_SIZE_TOO_LARGE", Refusal::maximum},
    Rule{"INVALID_QUOTE_SIZE_TOO_LARGE", Refusal::maximum},
    Rule{"LIMIT_PRICE_TOO_FAR_FROM_MARKET", Refusal::price_band},
    Rule{"BRACKET_LIMIT_PRICE_OUT_OF_BOUNDS", Refusal::price_band},
    Rule{"STOP_TRIGGER_PRICE_OUT_OF_BOUNDS", Refusal::price_band},
    Rule{"INVALID_ATTACHED_TAKE_PROFIT_PRICE_OUT_OF_BOUNDS", Refusal::price_band},
    Rule{"INVALID_ATTACHED_STOP_LOSS_PRICE_OUT_OF_BOUNDS", Refusal::price_band},
    Rule{"STOP_PRICE_ABOVE_LAST_TRADE_PRICE", Refusal::would_trigger},
    Rule{"STOP_PRICE_BELOW_LAST_TRADE_PRICE", Refusal::would_trigger},
    Rule{"INVALID_LIMIT_PRICE_POST_ONLY", Refusal::would_take},
    Rule{"INVALID_LIMIT_PRICE_POSTONLY", Refusal::would_take},

    Rule{"UNKNOWN_CANCEL_ORDER", Refusal::not_found},
    Rule{"ORDER_NOT_FOUND", Refusal::not_found},
    Rule{"NOT_FOUND", Refusal::not_found},
    Rule{"not_found", Refusal::not_found},
    Rule{"ORDER_IS_FULLY_FILLED", Refusal::not_found},
    Rule{"ONLY_OPEN_ORDERS_CAN_BE_EDITED", Refusal::not_found},
    Rule{"CANNOT_EDIT_ORDER_PENDING_CANCEL", Refusal::not_found},

    Rule{"UNSUPPORTED_ORDER_CONFIGURATION", Refusal::unsupported},
    Rule{"BRACKET_ORDER_NOT_SUPPORTED", Refusal::unsupported},
    Rule{"ONLY_LIMIT_ORDER_EDITS_SUPPORTED", Refusal::unsupported},
    Rule{"SIZE_IN_QUOTE_EDITS_NOT_ALLOWED", Refusal::unsupported},
    Rule{"CANNOT_EDIT_TRIGGERED_ORDER", Refusal::unsupported},
    Rule{"CANNOT_EDIT_ATTACHED_ORDER_CONFIGURATION_AFTER_CREATION", Refusal::unsupported},
    Rule{"CANNOT_EDIT_ATTACHED_ORDER_SIZE_WITH_OPEN_ORIGINATING_ORDER", Refusal::unsupported},
    Rule{"CANNOT_CANCEL_ACTIVE_ATTACHED_ORDER", Refusal::unsupported},
    Rule{"ATTACHED_ORDERS_ONLY_ALLOWED_ON_MARKET_LIMIT", Refusal::unsupported},
    Rule{"SINGLE_LEGGED_TPSL_NOT_ALLOWED", Refusal::unsupported},
    Rule{"QUOTE_SIZE_NOT_ALLOWED_FOR_BRACKET", Refusal::unsupported},

    Rule{"ORDER_ENTRY_DISABLED", Refusal::maintenance},
    Rule{"TRADING_DISABLED", Refusal::maintenance},
    Rule{"UNTRADABLE_PRODUCT", Refusal::maintenance},
    Rule{"PRODUCT_TRADING_HALTED", Refusal::maintenance},
    Rule{"INELIGIBLE_PAIR", Refusal::maintenance},
    Rule{"NOT_ALLOWED_BY_MARKET_STATE", Refusal::maintenance},
    Rule{"INVALID_CANCEL_FCM_TRADING_SESSION", Refusal::maintenance},

    Rule{"INVALID_ARGUMENT", Refusal::invalid},
    Rule{"invalid_request", Refusal::invalid},
    Rule{"invalid_argument", Refusal::invalid},
    Rule{"param_required", Refusal::invalid},
    Rule{"validation_error", Refusal::invalid},
    Rule{"INVALID_LIMIT_PRICE", Refusal::invalid},
    Rule{"INVALID_STOP_PRICE", Refusal::invalid},
    Rule{"INVALID_SIDE", Refusal::invalid},
    Rule{"INVALID_PRODUCT_ID", Refusal::invalid},
    Rule{"INVALID_NO_LIQUIDITY", Refusal::invalid},
    Rule{"INVALID_BRACKET_PRICES", Refusal::invalid},
    Rule{"INVALID_BRACKET_ORDER_SIDE", Refusal::invalid},
    Rule{"INVALID_BRACKET_LIMIT_PRICE", Refusal::invalid},
    Rule{"INVALID_ATTACHED_TAKE_PROFIT_PRICE", Refusal::invalid},
    Rule{"INVALID_ATTACHED_STOP_LOSS_PRICE", Refusal::invalid},
    Rule{"INVALID_ORDER_SIDE_FOR_ATTACHED_TPSL", Refusal::invalid},
    Rule{"ATTACHED_ORDER_SIZE_MUST_BE_NIL", Refusal::invalid},
    Rule{"OPEN_BRACKET_ORDERS", Refusal::invalid},
    Rule{"INVALID_EDITED_SIZE", Refusal::invalid},
    Rule{"INVALID_EDITED_PRICE", Refusal::invalid},
    Rule{"CANNOT_EDIT_TO_BELOW_FILLED_SIZE", Refusal::invalid},
    Rule{"EDIT_REQUEST_EQUAL_TO_ORIGINAL_REQUEST", Refusal::invalid},
    Rule{"INVALID_CANCEL_REQUEST", Refusal::invalid},
    Rule{"INVALID_CANCEL_PRODUCT_ID", Refusal::invalid},
    Rule{"NOT_ALLOWED_TO_CANCEL", Refusal::permission},
    // The engine behind the gateway said no, and not why.
    Rule{"COMMANDER_REJECTED_NEW_ORDER", Refusal::other},
    Rule{"COMMANDER_REJECTED_CANCEL_ORDER", Refusal::other},
};

// Words that say their class by how they end or begin.
struct Part {
  std::string_view part;
  bool at_end;
  Refusal refusal;
};
constexpr auto parts = std::array{
    Part{"_PRECISION", true, Refusal::precision},
    Part{"END_TIME_", false, Refusal::invalid},
};

// Said with an accepted order's refusal too, but nobody may conclude from them what became of it:
// the order is on its way somewhere else, or is what was asked for already.
constexpr auto undecided = std::array<std::string_view, 3>{
    "ORDER_IS_BEING_REPLACED", "ORDER_IS_ALREADY_BEING_REPLACED", "DUPLICATE_CANCEL_REQUEST"};

// What the gateway writes into prose.
constexpr auto texts = std::array{
    Rule{"Missing required scopes", Refusal::permission},
    Rule{"account is not available", Refusal::permission},
    Rule{"was not found", Refusal::not_found},
    Rule{"Insufficient balance in source account", Refusal::insufficient_funds},
};

std::string_view without_preview(std::string_view word) {
  constexpr std::string_view prefix = "PREVIEW_";
  return word.starts_with(prefix) ? word.substr(prefix.size()) : word;
}

std::optional<Refusal> by_word(std::string_view word) {
  word = without_preview(word);
  for (const auto& rule : rules)
    if (rule.word == word) return rule.refusal;
  for (const auto& part : parts)
    if (part.at_end ? word.ends_with(part.part) : word.starts_with(part.part)) return part.refusal;
  return std::nullopt;
}

std::optional<Refusal> by_text(std::string_view text) {
  for (const auto& rule : texts)
    if (text.find(rule.word) != text.npos) return rule.refusal;
  return std::nullopt;
}

bool is_undecided(std::string_view word) {
  return std::find(undecided.begin(), undecided.end(), without_preview(word)) != undecided.end();
}

Verdict refused(Refusal refusal) { return {Outcome::refused, refusal, 0, {}}; }
Verdict unknown() { return {Outcome::unknown, Refusal::none, 0, {}}; }

Verdict by_status(int status) {
  switch (status) {
    case 401: return refused(Refusal::authentication);
    case 403: return refused(Refusal::banned);  // the firewall in front of the venue
    case 404: return refused(Refusal::not_found);
    case 408: return unknown();
    case 429: return refused(Refusal::rate_limited);
    default: return status >= 500 || status < 300 ? unknown() : refused(Refusal::other);
  }
}

/// A server that fails may still say that nothing was executed.
constexpr bool not_executed(Refusal refusal) { return refusal == Refusal::rate_limited; }

Verdict decide(int status, const Said* said) {
  const bool answered = status >= 200 && status < 300;
  if (answered && said && !said->refuses) return kit::good();
  // A success without a readable body says nothing.
  if (!said || (answered && !said->refuses)) return by_status(status);
  if (answered && is_undecided(said->word)) return unknown();
  auto refusal = by_text(said->text);
  if (const auto word = by_word(said->word)) refusal = word;
  // Whether an address or a key is kept out, only the body tells.
  if (status == 401) return by_status(status);
  if (status >= 500) return refusal && not_executed(*refusal) ? refused(*refusal) : unknown();
  if (refusal) return refused(*refusal);
  return answered ? refused(Refusal::other) : by_status(status);
}

// ---- bodies ----

std::string_view first_said(const JsonObject& from, std::initializer_list<std::string_view> names) {
  for (const auto name : names)
    if (const auto word = text_or_none(from, name); !says_nothing(word) || by_word(word))
      return word;
  return {};
}

std::optional<JsonObject> first_of(const JsonObject& from, std::string_view list) {
  const auto value = from.find(list);
  const auto array = value ? value->array() : std::nullopt;
  if (!array || array->begin() == array->end()) return std::nullopt;
  return (*array->begin()).object();
}

std::optional<JsonObject> object_in(const JsonObject& from, std::string_view name) {
  const auto value = from.find(name);
  return value ? value->object() : std::nullopt;
}

/// The results of a cancel, one by one.
Said cancel_said(const JsonArray& results) {
  for (const auto each : results)
    if (const auto result = each.object(); result && !truth_or(*result, "success", false)) {
      const auto word = first_said(*result, {"failure_reason"});
      return {true, word, text_or_none(*result, "failure_reason")};
    }
  return {};
}

}  // namespace

Said said_by(const JsonObject& root) {
  if (const auto results = root.find("results"))
    if (const auto list = results->array()) return cancel_said(*list);
  if (const auto errors = first_of(root, "errors")) {
    const auto word = first_said(*errors, {"edit_failure_reason", "preview_failure_reason", "id"});
    const auto text = text_or_none(*errors, "message");
    return {true, word, text.empty() ? word : text};
  }
  if (const auto error = object_in(root, "error_response")) {
    if (truth_or(root, "success", false)) return {};
    const auto word = first_said(*error, {"new_order_failure_reason", "edit_order_failure_reason",
                                          "preview_failure_reason", "error"});
    const auto text = text_or_none(*error, "message");
    return {true, word, text.empty() ? word : text};
  }
  if (const auto word = text_or_none(root, "error"); !word.empty()) {
    for (const auto name : {"message", "error_details", "error_description"})
      if (const auto text = text_or_none(root, name); !text.empty()) return {true, word, text};
    return {true, word, word};
  }
  if (root.find("success") && !truth_or(root, "success", false)) {
    const auto word = first_said(root, {"failure_reason"});
    return {true, word, text_or_none(root, "failure_reason")};
  }
  return {};
}

Verdict judge(int http_status, const Said* said) {
  auto verdict = decide(http_status, said);
  if (verdict.is_good()) return verdict;
  if (said) {
    // The word is what can be looked up; the prose around it is for people.
    const auto text = said->text.empty() || said->text == said->word
                          ? std::string{said->word}
                          : std::string{said->word} + ": " + std::string{said->text};
    verdict.detail = kit::shown(text);
  }
  if (verdict.detail.empty()) verdict.detail = Detail{"HTTP " + std::to_string(http_status)};
  return verdict;
}

Refusal refusal_of(std::string_view word) {
  if (says_nothing(word)) return Refusal::none;
  return by_word(word).value_or(by_text(word).value_or(Refusal::other));
}

}  // namespace signalbox::coinbase
